from __future__ import annotations

import pytest

from portal.identity.reading import Read, language_of, masks, read_reply
from portal.identity.state import Awaiting
from portal.privacy.masking import Masker, cover

CODE = "000.19.H24-241105-0012"
MASKER = Masker()


def read(text: str, awaiting: Awaiting | None = None) -> Read | None:
    return read_reply(text, MASKER.find(text), awaiting)


def stored(text: str, awaiting: Awaiting | None = None) -> str:
    """What is kept of a message."""
    return cover(text, masks(MASKER.find(text), read(text, awaiting)), "vi").text


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        (CODE, None),
        (f"hồ sơ {CODE} đến đâu rồi", None),
        (f"hồ sơ {CODE} nộp năm 2024 xong chưa", None),
        (f"{CODE}, 0123", "0123"),
        (f"mã {CODE} số cuối 0123", "0123"),
        (f"0123 {CODE}", "0123"),
        (f"my code is {CODE} and the last four digits are 0 1 2 3", "0 1 2 3"),
        (f"{CODE} sđt 0912 777 671", "0912 777 671"),
        (f"{CODE} mã tra cứu K7F392QDAB", "K7F392QDAB"),
    ],
)
def test_a_code_begins_a_look_up_at_any_time(text: str, factor: str | None) -> None:
    for awaiting in (None, "code", "factor"):
        found = read(text, awaiting)  # type: ignore[arg-type]
        assert found is not None
        assert (found.act, found.code, found.factor) == ("given", CODE, factor)
        kept = stored(text, awaiting)  # type: ignore[arg-type]
        assert CODE not in kept
        assert factor is None or factor not in kept


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("0123", "0123"),
        ("0 1 2 3", "0 1 2 3"),
        ("2025", "2025"),
        ("số cuối là 0123 ạ", "0123"),
        ("số cuối là 2020 nhé, cảm ơn bạn nhiều", "2020"),
        ("the last four digits are 0123", "0123"),
        ("không phải 0123 mà là 0456", "0456"),
        ("0456, not 0123", "0456"),
        ("0912777671", "0912777671"),
        ("K7F392QDAB", "K7F392QDAB"),
        ("mã tra cứu: K7F3-92QD-AB", "K7F3-92QD-AB"),
        ("123", "123"),
        ("vậy tôi đoán đại 4711 thử coi", "4711"),
    ],
)
@pytest.mark.parametrize("awaiting", ["code", "factor"])
def test_ambiguous_digits_count_as_a_factor_while_one_is_awaited(
    text: str, factor: str, awaiting: Awaiting
) -> None:
    found = read(text, awaiting)
    assert found is not None
    assert (found.act, found.code, found.factor) == ("given", None, factor)
    assert factor not in stored(text, awaiting)
    assert read(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "lệ phí năm 2025 là bao nhiêu",
        "Luật Đầu tư 2020 còn hiệu lực không",
        "nghị định 35/2022/NĐ-CP quy định gì",
        "quyết định 1511 nói gì về khu kinh tế",
        "khu công nghiệp rộng 1500 ha thì sao",
        "doanh nghiệp có 1200 lao động thì cần gì",
        "từ 01/10/2025 thay đổi gì",
        "hotline 18001096 làm việc giờ nào",
        "hồ sơ nộp ở đâu",
        "không có giấy phép thì sao",
        "mã số thuế là gì",
        "thôi, lệ phí cấp giấy phép lao động là bao nhiêu",
        "where do I file the application",
        "what is the fee since 2025",
        "tôi có 2 hồ sơ",
    ],
)
def test_a_digression_stays_as_it_was_typed(text: str) -> None:
    for awaiting in ("code", "factor"):
        assert read(text, awaiting) is None  # type: ignore[arg-type]
        assert stored(text, awaiting) == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["thôi", "Thôi ạ", "Huỷ đi", "hủy tra cứu", "bỏ qua nhé", "never mind", "cancel", "stop please"]
)
def test_a_cancellation(text: str) -> None:
    assert read(text, "factor") == Read("cancelled")
    assert read(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "mã ở đâu?",
        "mã hồ sơ nằm ở đâu vậy",
        "số điện thoại nào ạ",
        "tôi không nhớ mã hồ sơ",
        "tôi làm mất biên nhận rồi",
        "where do I find the code?",
        "which phone number do you mean",
        "I lost my receipt",
        "help",
    ],
)
def test_a_wish_for_help(text: str) -> None:
    assert read(text, "code") == Read("help")
    assert read(text) is None


@pytest.mark.parametrize("text", ["H24-2411-12", "000.19.H24-2411-0012", "000.19.H24.2411050012345"])
def test_what_must_be_meant_for_a_code_is_told_to_be_none(text: str) -> None:
    found = read(text, "code")
    assert found is not None
    assert (found.act, found.factor) == ("given", None)
    assert found.code
    assert text not in stored(text, "code")


def test_nothing_that_was_read_is_printed() -> None:
    printed = repr(read(f"{CODE} 0123", "factor"))
    assert "0012" not in printed
    assert "0123" not in printed


def test_the_language_of_a_message() -> None:
    assert language_of("hồ sơ đến đâu") == "vi"
    assert language_of("what is the status of my dossier") == "en"
    assert language_of("0123 ok") is None
