from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from random import Random

import pytest
from sqlalchemy import func, select

from dossiers.feed import Taken
from dossiers.keys import Key, Keys
from dossiers.lookup import Denied, Found
from dossiers.procedures import Procedures
from dossiers.service import Dossiers
from dossiers.states import State
from dossiers.status import DossierStatus
from dossiers.tables import Dossier, FeedEvent
from tests.dossiers.conftest import CODE, FACTOR, KEYS, OTHER, OWNER, MakeDossiers, event
from tests.samples import make_entry, rule


def status(dossiers: Dossiers, code: str = CODE, factor: str = FACTOR) -> DossierStatus:
    reply = dossiers.lookup(code, factor, OWNER)
    assert isinstance(reply, Found)
    return reply.dossier


def count(dossiers: Dossiers) -> int:
    with dossiers.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(Dossier)).scalar_one()


def test_an_event_makes_a_dossier_with_all_that_was_told(make_dossiers: MakeDossiers) -> None:
    dossiers = make_dossiers()
    told = event(
        state="Yêu cầu bổ sung giấy tờ",
        unit="Phòng Đầu tư",
        due_on="05/12/2024",
        step=2,
        steps=4,
        step_name="Thẩm định",
        supplement="Nộp bản sao báo cáo tài chính",
        supplement_due="2024-11-20",
        procedure_name="Cấp giấy phép",
        updated_at="2024-11-06T08:00:00+07:00",
    )
    assert dossiers.apply_events([told], "test") == [Taken.CREATED]
    found = status(dossiers)
    assert (found.code, found.state, found.unit) == (CODE, State.SUPPLEMENT_REQUESTED, "Phòng Đầu tư")
    assert (found.received_on, found.due_on) == (date(2024, 11, 5), date(2024, 12, 5))
    assert (found.step, found.steps, found.step_name) == (2, 4, "Thẩm định")
    assert found.supplement is not None
    assert (found.supplement.text, found.supplement.due_on) == (told.supplement, date(2024, 11, 20))
    assert (found.procedure, found.procedure_text) == (None, "Cấp giấy phép")
    assert [line.state for line in found.history] == [State.SUPPLEMENT_REQUESTED]
    assert found.history[0].at == told.updated_at
    assert found.state_label("vi") == "Cần bổ sung hồ sơ"


def test_a_newer_event_changes_the_state_and_stands_in_the_history(dossiers: Dossiers) -> None:
    newer = event(version=2, state="Đã trả kết quả", result="GCN số 1")
    assert dossiers.apply_events([newer], "test") == [Taken.UPDATED]
    found = status(dossiers)
    assert (found.state, found.result) == (State.DELIVERED, "GCN số 1")
    assert [line.state for line in found.history] == [State.PROCESSING, State.DELIVERED]


def test_an_older_event_never_turns_the_state_back(dossiers: Dossiers) -> None:
    dossiers.apply_events([event(version=5, state="Đã xử lý xong")], "test")
    assert dossiers.apply_events([event(version=3, state="Trình ký")], "test") == [Taken.SUPERSEDED]
    found = status(dossiers)
    assert found.state is State.FINISHED
    assert [line.text for line in found.history] == ["Đang xử lý", "Trình ký", "Đã xử lý xong"]


@pytest.mark.parametrize("seed", range(5))
def test_any_order_of_arrival_ends_in_the_same_state(make_dossiers: MakeDossiers, seed: int) -> None:
    words = ["Mới đăng ký", "Được tiếp nhận", "Đang xử lý", "Trình ký", "Đã xử lý xong", "Đã trả kết quả"]
    events = [event(version=n, state=word, event_id=f"e-{n}") for n, word in enumerate(words, 1)] * 2
    Random(seed).shuffle(events)
    dossiers = make_dossiers()
    half = len(events) // 2
    dossiers.apply_events(events[:half], "test")  # as a batch, and one by one
    for each in events[half:]:
        dossiers.apply_events([each], "test")
    found = status(dossiers)
    assert found.state is State.DELIVERED
    assert [line.text for line in found.history] == words
    assert count(dossiers) == 1


def test_an_event_that_comes_again_changes_nothing(dossiers: Dossiers) -> None:
    first, second = event(version=2, event_id="a"), event(version=3, event_id="b", state="Trình ký")
    assert dossiers.apply_events([first, second], "test") == [Taken.UPDATED] * 2
    assert dossiers.apply_events([second, first, second], "test") == [Taken.DUPLICATE] * 3
    assert dossiers.apply_events([first, first], "other source") == [Taken.DUPLICATE] * 2
    assert len(status(dossiers).history) == 3


def test_other_content_under_a_known_id_or_version_is_a_conflict(dossiers: Dossiers) -> None:
    dossiers.apply_events([event(version=2, event_id="a")], "test")
    conflicting = [
        event(version=2, event_id="a", state="Trình ký"),
        event(version=3, event_id="a"),
        event(OTHER, version=2, event_id="a"),
        event(version=2, state="Trình ký"),
        event(version=2, state="Trình ký", event_id="b"),
    ]
    assert dossiers.apply_events(conflicting, "test") == [Taken.CONFLICT] * 5
    assert status(dossiers).state is State.PROCESSING
    with dossiers.engine.connect() as connection:
        assert connection.execute(select(FeedEvent.id)).scalars().all() == ["a"]


def test_without_ids_the_version_tells_what_is_new(dossiers: Dossiers) -> None:
    assert dossiers.apply_events([event(), event(version=2), event(version=2)], "test") == [
        Taken.UNCHANGED,
        Taken.UPDATED,
        Taken.UNCHANGED,
    ]


def test_factors_may_come_later_and_may_be_left_out(make_dossiers: MakeDossiers) -> None:
    dossiers = make_dossiers()
    dossiers.apply_events([event(phone=None)], "test")
    assert isinstance(dossiers.lookup(CODE, FACTOR, OWNER), Denied)
    assert dossiers.apply_events([event()], "test") == [Taken.UPDATED]
    dossiers.apply_events([event(version=2, phone=None)], "test")
    assert status(dossiers).state is State.PROCESSING


def test_a_changed_phone_opens_and_the_old_one_does_not(dossiers: Dossiers) -> None:
    dossiers.apply_events([event(version=2, phone="0000009999")], "test")
    assert isinstance(dossiers.lookup(CODE, FACTOR, OWNER), Denied)
    assert status(dossiers, factor="9999").code == CODE


def test_an_unknown_state_is_shown_as_it_is_and_reported(dossiers: Dossiers) -> None:
    dossiers.apply_events([event(version=2, state="Chờ ký số"), event(OTHER, 2, "Chờ ký số")], "test")
    found = status(dossiers)
    assert found.state is State.UNKNOWN
    assert found.state_label("en") == "According to the one-stop system: “Chờ ký số”"
    assert dossiers.unknown_states() == {"Chờ ký số": 2}


def test_a_batch_is_taken_in_as_a_whole_or_not_at_all(
    dossiers: Dossiers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dossiers.feed, "_write", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        dossiers.apply_events([event(version=2, state="Trình ký")], "test")
    assert status(dossiers).state is State.PROCESSING


def test_batches_at_the_same_time_do_not_disturb_each_other(make_dossiers: MakeDossiers) -> None:
    stores = [make_dossiers() for _ in range(4)]
    codes = [f"000.19.H24-241105-{n:04}" for n in range(10)]

    def send(number: int) -> None:
        for version in range(1, 6):
            batch = [
                event(code, version * 4 + number, f"Trạng thái {version * 4 + number}") for code in codes
            ]
            stores[number].apply_events(batch, f"source {number}")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(send, range(4)))
    assert count(stores[0]) == 10
    assert {status(stores[0], code).state_text for code in codes} == {"Trạng thái 23"}


def test_the_procedure_is_that_of_the_knowledge_base(make_dossiers: MakeDossiers) -> None:
    rules = {"time_limit": [rule("Trong 15 ngày.")]}
    irc = make_entry("procedure.irc", "Cấp GCNĐKĐT", "IRC issue", aliases={"vi": ["1.009645"]}, facets=rules)
    twin = make_entry("procedure.a", "Một", "One", aliases={"vi": ["1.000001"]}, facets=rules)
    other = make_entry("procedure.b", "Hai", "Two", aliases={"vi": ["1.000001"]}, facets=rules)
    procedures = Procedures([irc, twin, other])
    assert procedures.entry_of("1.009645") == "procedure.irc"
    assert procedures.entry_of("1.009645.000.00.00.H24") == "procedure.irc"
    assert procedures.entry_of("procedure.irc") == "procedure.irc"
    assert procedures.entry_of(None, "CẤP GCNĐKĐT") == "procedure.irc"
    assert procedures.entry_of("1.000001") is None
    assert procedures.entry_of("procedure.none", "Thủ tục khác") is None
    dossiers = make_dossiers(procedures=procedures)
    dossiers.apply_events([event(procedure="1.009645", procedure_name="Cấp GCNĐKĐT")], "test")
    assert (status(dossiers).procedure, status(dossiers).procedure_text) == ("procedure.irc", "Cấp GCNĐKĐT")


def test_after_a_change_of_keys_events_still_find_their_dossier(make_dossiers: MakeDossiers) -> None:
    make_dossiers().apply_events([event(), event(OTHER)], "test")
    both = Keys([*KEYS.all, Key("2", b"2" * 32)])
    dossiers = make_dossiers(both)
    assert dossiers.apply_events([event(version=2)], "test") == [Taken.UPDATED]
    assert count(dossiers) == 2
    dossiers = make_dossiers(
        Keys([both.current])
    )  # the old key is gone: what came under the new one is found
    assert status(dossiers).code == CODE
    assert isinstance(dossiers.lookup(OTHER, FACTOR, OWNER), Denied)


def test_dossiers_can_be_removed(dossiers: Dossiers) -> None:
    dossiers.apply_events([event(version=2, event_id="a")], "test")
    dossiers.remove([event().code])
    assert isinstance(dossiers.lookup(CODE, FACTOR, OWNER), Denied)
    assert count(dossiers) == 1
    assert dossiers.apply_events([event(version=2, event_id="a")], "test") == [Taken.CREATED]
