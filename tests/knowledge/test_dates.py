from datetime import UTC, date, datetime, tzinfo
from typing import Any

import pytest

from knowledge import dates
from knowledge.dates import display, first_day, last_day, period_span, span, spoken


@pytest.mark.parametrize(
    ("partial", "first", "last"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-02", date(2025, 2, 1), date(2025, 2, 28)),
        ("2025-10-01", date(2025, 10, 1), date(2025, 10, 1)),
    ],
)
def test_a_partial_date_covers_the_days_that_it_leaves_open(partial: str, first: date, last: date) -> None:
    assert span(partial) == (first, last)
    assert (first_day(partial), last_day(partial)) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "2025-13",
        "2025-00",
        "2025-00-01",
        "2025-10-00",
        "2025-02-30",
        "25",
        "01/10/2025",
        "2025-W01-1",
        "",
        "0000",
        "２０２５",
    ],
)
def test_what_the_calendar_does_not_have_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|year|month|day"):
        span(text)


@pytest.mark.parametrize(
    ("partial", "vi", "en"),
    [
        ("2025", "2025", "2025"),
        ("2025-10", "10/2025", "October 2025"),
        ("2025-10-01", "01/10/2025", "1 October 2025"),
    ],
)
def test_a_date_is_written_as_readers_of_the_language_do(partial: str, vi: str, en: str) -> None:
    assert (display(partial, "vi"), display(partial, "en")) == (vi, en)


def test_today_is_the_day_in_viet_nam(monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime(2026, 9, 30, 17, 30, tzinfo=UTC).astimezone(tz)

    monkeypatch.setattr(dates, "datetime", Clock)
    assert dates.today() == date(2026, 10, 1)


def test_a_period_reaches_from_its_first_to_its_last_part() -> None:
    assert period_span("2026-02/2026-03") == (date(2026, 2, 1), date(2026, 3, 31))
    assert period_span("2025") == span("2025")


@pytest.mark.parametrize("text", ["2026-03/2026-02", "/2025", "2025/2026/2027"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|period"):
        period_span(text)


@pytest.mark.parametrize(
    ("partial", "vi", "en"),
    [
        ("2025", "năm 2025", "2025"),
        ("2025-10", "tháng 10/2025", "October 2025"),
        ("2025-10-01", "ngày 01/10/2025", "1 October 2025"),
    ],
)
def test_a_date_in_a_sentence_says_in_vietnamese_how_precise_it_is(partial: str, vi: str, en: str) -> None:
    assert (spoken(partial, "vi"), spoken(partial, "en")) == (vi, en)
