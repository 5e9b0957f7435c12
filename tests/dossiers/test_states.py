from __future__ import annotations

from pathlib import Path

import pytest

from dossiers.codes import Fault
from dossiers.states import State, States, StateTableError
from dossiers.status import texts


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("Mới đăng ký", State.SUBMITTED),
        ("Được tiếp nhận", State.RECEIVED),
        ("Không được tiếp nhận", State.REFUSED),
        ("Đang xử lý", State.PROCESSING),
        ("ĐANG XỬ LÝ", State.PROCESSING),
        ("dang xu ly", State.PROCESSING),
        ("Đang xử lý.", State.PROCESSING),
        ("Đang  xử lí", State.UNKNOWN),
        ("Yêu cầu bổ sung giấy tờ", State.SUPPLEMENT_REQUESTED),
        ("Yêu cầu thực hiện nghĩa vụ tài chính", State.PAYMENT_REQUESTED),
        ("Công dân yêu cầu rút hồ sơ", State.WITHDRAWAL_REQUESTED),
        ("Dừng xử lý", State.STOPPED),
        ("Tạm dừng xử lý", State.SUSPENDED),
        ("Đã xử lý xong", State.FINISHED),
        ("Đã trả kết quả", State.DELIVERED),
        ("Chưa trả kết quả", State.FINISHED),
        ("supplement_requested", State.SUPPLEMENT_REQUESTED),
        ("Chờ ký số", State.UNKNOWN),
        ("unknown", State.UNKNOWN),
        ("", State.UNKNOWN),
    ],
)
def test_the_words_of_the_national_portal_and_their_spellings(words: str, state: State) -> None:
    assert States.read().of(words) is state


def test_a_deployment_adds_words_and_changes_some(tmp_path: Path) -> None:
    path = tmp_path / "states.yml"
    path.write_text("processing: [Chờ ký số, Hoàn thành]", encoding="utf-8")
    states = States.read(path)
    assert states.of("chờ ký số") is State.PROCESSING
    assert states.of("Hoàn thành") is State.PROCESSING
    assert states.of("Đã hoàn thành") is State.DELIVERED


@pytest.mark.parametrize(
    "table", [{"done": ["xong"]}, {"unknown": ["x"]}, {"received": ["x"], "processing": ["X"]}]
)
def test_a_wrong_table_is_refused(table: dict[str, list[str]]) -> None:
    with pytest.raises(StateTableError):
        States(table)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_state_and_every_fault_of_a_code_has_words(lang: str) -> None:
    assert all(texts(lang).has(f"state.{state}") for state in State)
    assert all(texts(lang).has(f"code.{fault}") for fault in Fault)


def test_nothing_follows_a_state_that_ended() -> None:
    assert State.DELIVERED.ended
    assert State.REFUSED.ended
    assert not State.FINISHED.ended
    assert not State.SUSPENDED.ended
