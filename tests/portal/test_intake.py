from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.intake import MAX_TEXT_BYTES, MessageRequest, check_dates, clean_text
from portal.problems import Problem

ID = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("lệ phí", "lệ phí"),
        ("le\u0323\u0302 phi\u0301", "lệ phí"),
        ("  a \t b\r\n\nc  ", "a b c"),
        ("a\u0000\u0008\u007f\u0085b", "ab"),
        ("\u202eabc\u202c \u2066d\u2069", "abc d"),
        ("a\u200b\u200d\ufeff\u00adb", "ab"),
        ("a\ud800b\ue000c\uffffd", "abcd"),
        ("/restart", "/restart"),
        ("<script>", "<script>"),
        ("👍🏽 được", "👍🏽 được"),
        ("x" * MAX_TEXT_BYTES, "x" * MAX_TEXT_BYTES),
    ],
)
def test_what_cannot_be_seen_is_taken_out_and_nothing_else(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u202e\u200f", "\u0000", "\ud800", " \ufeff "])
def test_a_text_of_which_nothing_is_left_is_refused(text: str) -> None:
    with pytest.raises(Problem) as problem:
        clean_text(text)
    assert (problem.value.status, problem.value.key) == (400, "empty")


@pytest.mark.parametrize(
    "text", ["x" * (MAX_TEXT_BYTES + 1), "ế" * (MAX_TEXT_BYTES // 3 + 1), "\ud800" * 2000]
)
def test_a_text_is_measured_in_bytes(text: str) -> None:
    with pytest.raises(Problem) as problem:
        clean_text(text)
    assert (problem.value.status, problem.value.key) == (400, "too_long")
    assert problem.value.values == {"limit": MAX_TEXT_BYTES}


@given(st.text(max_size=200))
def test_a_cleaned_text_is_visible_normal_and_stays_as_it_is(text: str) -> None:
    cleaned = clean_text(f"{text}x")
    assert not {unicodedata.category(c) for c in cleaned} & {"Cc", "Cf", "Cs"}
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == cleaned.strip() == clean_text(cleaned)


@pytest.mark.parametrize("field", ["as_of", "licensed_on"])
@pytest.mark.parametrize("value", ["2025-10-01", "2024-02-29"])
def test_a_day_that_the_calendar_has_is_a_date(field: str, value: str) -> None:
    check_dates(MessageRequest.model_validate({"text": "x", field: value}))


@pytest.mark.parametrize("value", ["2019", "2019-05"])
def test_a_licence_date_may_be_partial_and_the_day_of_the_law_may_not(value: str) -> None:
    check_dates(MessageRequest(text="x", licensed_on=value))
    with pytest.raises(Problem) as problem:
        check_dates(MessageRequest(text="x", as_of=value))
    assert (problem.value.status, problem.value.key, problem.value.values) == (
        400,
        "bad_date",
        {"field": "as_of"},
    )


@pytest.mark.parametrize("field", ["as_of", "licensed_on"])
@pytest.mark.parametrize(
    "value", ["", "2025-02-29", "2025-00-01", "2025-10-00", "2025-1-1", "0000-01-01", "today", "2025-10-01Z"]
)
def test_what_is_no_date_is_refused_with_its_field(field: str, value: str) -> None:
    with pytest.raises(Problem) as problem:
        check_dates(MessageRequest.model_validate({"text": "x", field: value}))
    assert (problem.value.key, problem.value.values) == ("bad_date", {"field": field})


@pytest.mark.parametrize("spelling", [ID, ID.upper(), f"{{{ID}}}", f"urn:uuid:{ID}", ID.replace("-", "")])
def test_one_client_id_has_one_form(spelling: str) -> None:
    assert MessageRequest(text="x", client_id=spelling).client_id == ID


@pytest.mark.parametrize(
    "body", [{}, {"text": "x", "choice": "y"}, {"text": 1}, {"text": "x", "colour": "red"}]
)
def test_a_message_is_one_text_or_one_choice_and_nothing_else(body: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"either text or choice|valid string|not permitted"):
        MessageRequest.model_validate(body)
