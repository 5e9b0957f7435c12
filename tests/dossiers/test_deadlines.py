from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from dossiers.deadlines import (
    LONGEST,
    Due,
    DueSource,
    OnSupplement,
    Pause,
    Remaining,
    Standing,
    TimeLimit,
    Unit,
    difference_text,
    due,
    due_on,
    notes,
    receipt_day,
    remaining,
    remaining_text,
)
from dossiers.holidays import Calendar, load_calendar

GOLDEN: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(
    Path(__file__).with_name("golden_deadlines.yml").read_text(encoding="utf-8")
)
DAY = timedelta(days=1)
CALENDAR = load_calendar()

OFF_DAYS: dict[int, tuple[str, ...]] = {
    2024: ("01-01", "02-08/02-14", "04-18", "04-29/05-01", "09-02/09-03"),
    2025: ("01-01", "01-27/01-31", "04-07", "04-30/05-02", "09-01/09-02"),
    2026: ("01-01/01-02", "02-16/02-20", "04-27", "04-30/05-01", "08-31/09-02", "11-24"),
    2027: ("01-01",),
}
WORKED = {date.fromisoformat(day) for day in ("2024-05-04", "2025-04-26", "2026-01-10", "2026-08-22")}
DAYS = st.dates(date(2024, 1, 1), date(2026, 9, 30))
LENGTHS = st.integers(1, 40)


def is_off(day: date) -> bool:
    spans = (span.split("/") for span in OFF_DAYS[day.year])
    return any(span[0] <= f"{day:%m-%d}" <= span[-1] for span in spans)


def works(day: date) -> bool:
    """Tell working days from the lists above, without the program."""
    return day in WORKED or (day.weekday() < 5 and not is_off(day))


def first_worked(day: date) -> date:
    while not works(day):
        day += DAY
    return day


def limit_of(row: dict[str, Any]) -> TimeLimit:
    how = row.get("on_supplement")
    unit = Unit.WORKING_DAY if "wd" in row else Unit.DAY
    return TimeLimit(row.get("wd") or row["days"], unit, OnSupplement(how) if how else None)


def pauses_of(row: dict[str, Any]) -> list[Pause]:
    return [Pause(asked, received) for asked, received in row.get("supplements", [])]


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: f"{row['received']} {row['why']}")
def test_golden_due_date(row: dict[str, Any]) -> None:
    shown = due(None, row["received"], limit_of(row), CALENDAR, pauses_of(row))
    expected = row["due"] and Due(row["due"], DueSource.ESTIMATED, row.get("provisional", False))
    assert shown == expected


def test_the_golden_table_holds_what_it_promises() -> None:
    years = Counter(row["received"].year for row in GOLDEN)
    assert len(GOLDEN) >= 60
    assert all(years[year] >= 15 for year in (2024, 2025, 2026))
    assert all(row["due"] is None or works(row["due"]) for row in GOLDEN)


@settings(deadline=None)
@given(DAYS)
def test_the_calendar_is_that_of_the_lists(day: date) -> None:
    assert CALENDAR.is_working(day) == works(day)


@settings(deadline=None)
@given(DAYS, LENGTHS)
def test_working_days_agree_with_a_count_day_by_day(received: date, length: int) -> None:
    day, counted = first_worked(received), 0
    while counted < length:
        day += DAY
        counted += works(day)
    assert due_on(received, TimeLimit(length), CALENDAR) == day


@settings(deadline=None)
@given(DAYS, LENGTHS)
def test_calendar_days_end_on_the_next_working_day(received: date, length: int) -> None:
    expected = first_worked(first_worked(received) + length * DAY)
    assert due_on(received, TimeLimit(length, Unit.DAY), CALENDAR) == expected


@settings(deadline=None)
@given(DAYS, LENGTHS, st.integers(0, 30), st.integers(0, 30))
def test_a_pause_moves_the_due_date_by_the_working_days_it_takes(
    received: date, length: int, asked_after: int, lasted: int
) -> None:
    first = first_worked(received)
    asked = first + asked_after * DAY
    came = first_worked(asked + lasted * DAY)
    counted: list[date] = []
    day = first
    while len(counted) < length:
        day += DAY
        if works(day) and not asked < day <= came:
            counted.append(day)
    limit = TimeLimit(length, on_supplement=OnSupplement.PAUSE)
    assert due_on(received, limit, CALENDAR, [Pause(asked, asked + lasted * DAY)]) == counted[-1]


@settings(deadline=None)
@given(DAYS, LENGTHS, st.integers(0, 30), st.integers(0, 30))
def test_a_restart_counts_as_if_the_dossier_came_with_the_supplement(
    received: date, length: int, asked_after: int, lasted: int
) -> None:
    pause = Pause(received + asked_after * DAY, came := received + (asked_after + lasted) * DAY)
    limit = TimeLimit(length, on_supplement=OnSupplement.RESTART)
    assert due_on(received, limit, CALENDAR, [pause]) == due_on(came, limit, CALENDAR)


@settings(deadline=None)
@given(DAYS, st.integers(-40, 40))
def test_what_is_left_agrees_with_a_count_day_by_day(today: date, distance: int) -> None:
    last = today + distance * DAY
    left = remaining(today, last, CALENDAR)
    ahead = sum(works(today + n * DAY) for n in range(1, distance + 1))
    if distance < 0:
        assert (left.standing, left.days) == (Standing.OVERDUE, -distance)
    elif distance == 0:
        assert (left.standing, left.days) == (Standing.TODAY, 0)
    elif ahead:
        assert (left.standing, left.days) == (Standing.LEFT, ahead)
    else:
        assert (left.standing, left.days) == (Standing.LEFT_OFF, distance)


def test_a_moment_with_a_time_zone_is_read_in_viet_nam() -> None:
    assert receipt_day(datetime(2026, 8, 20, 10, 0, tzinfo=UTC), CALENDAR) == date(2026, 8, 20)
    assert receipt_day(datetime(2026, 8, 20, 10, 1, tzinfo=UTC), CALENDAR) == date(2026, 8, 21)
    assert receipt_day(datetime(2026, 8, 20, 18, 0, tzinfo=UTC), CALENDAR) == date(2026, 8, 21)


def test_the_feeds_date_is_never_changed() -> None:
    sunday = date(2025, 3, 9)
    assert due(sunday, date(2025, 3, 3), None, CALENDAR) == Due(sunday, DueSource.FEED)


def test_a_feeds_date_that_contradicts_our_count_is_flagged_for_staff() -> None:
    feed, limit = date(2025, 3, 11), TimeLimit(5)
    assert due(feed, date(2025, 3, 3), limit, CALENDAR) == Due(
        feed, DueSource.FEED, differs=date(2025, 3, 10)
    )
    assert due(date(2025, 3, 10), date(2025, 3, 3), limit, CALENDAR) == Due(date(2025, 3, 10), DueSource.FEED)


def test_a_provisional_count_contradicts_nobody() -> None:
    shown = due(date(2026, 11, 24), date(2026, 11, 23), TimeLimit(1), CALENDAR)
    assert shown == Due(date(2026, 11, 24), DueSource.FEED)


def test_without_a_date_and_a_limit_nothing_is_said() -> None:
    assert due(None, date(2025, 3, 3), None, CALENDAR) is None


@pytest.mark.parametrize("length", [0, -1, LONGEST + 1])
def test_a_limit_that_is_no_number_of_days_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=f"a time limit of {length} days"):
        TimeLimit(length)


def test_a_supplement_before_its_request_is_refused() -> None:
    with pytest.raises(ValueError, match="a supplement of 2025-03-04 that was asked for on 2025-03-05"):
        Pause(date(2025, 3, 5), date(2025, 3, 4))


def test_a_request_before_the_dossier_came_is_refused() -> None:
    limit = TimeLimit(5, on_supplement=OnSupplement.PAUSE)
    with pytest.raises(ValueError, match="before the dossier came on 2025-03-05"):
        due_on(date(2025, 3, 5), limit, CALENDAR, [Pause(date(2025, 3, 4))])


def test_days_beyond_the_calendar_are_refused() -> None:
    with pytest.raises(ValueError, match="no calendar for 2100"):
        due_on(date(2099, 12, 30), TimeLimit(10), CALENDAR)


@pytest.mark.parametrize(
    ("left", "vi", "en"),
    [
        (Remaining(Standing.LEFT, 3), "còn 3 ngày làm việc", "3 working days left"),
        (Remaining(Standing.LEFT, 1), "còn 1 ngày làm việc", "1 working day left"),
        (Remaining(Standing.LEFT_OFF, 1), "còn 1 ngày, là ngày nghỉ", "1 day left, a day off"),
        (
            Remaining(Standing.LEFT_OFF, 2),
            "còn 2 ngày, đều là ngày nghỉ",
            "2 days left, all of them days off",
        ),
        (Remaining(Standing.TODAY, 0), "hôm nay là hạn", "due today"),
        (Remaining(Standing.OVERDUE, 1), "quá hạn 1 ngày", "1 day overdue"),
        (Remaining(Standing.OVERDUE, 2), "quá hạn 2 ngày", "2 days overdue"),
    ],
)
def test_what_is_left_in_words(left: Remaining, vi: str, en: str) -> None:
    assert (remaining_text(left, "vi"), remaining_text(left, "en")) == (vi, en)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_estimate_and_a_provisional_date_are_labelled(lang: str) -> None:
    day = date(2026, 11, 25)
    assert notes(Due(day, DueSource.FEED), lang) == []
    assert len(notes(Due(day, DueSource.ESTIMATED), lang)) == 1
    assert len(notes(Due(day, DueSource.ESTIMATED, provisional=True), lang)) == 2


def test_a_difference_is_told_with_both_dates() -> None:
    shown = Due(date(2025, 3, 11), DueSource.FEED, differs=date(2025, 3, 10))
    assert difference_text(Due(date(2025, 3, 11), DueSource.FEED), "vi") is None
    assert "11/03/2025" in str(difference_text(shown, "vi"))
    assert "10 March 2025" in str(difference_text(shown, "en"))


def test_what_is_left_over_a_doubtful_day_is_provisional() -> None:
    assert remaining(date(2026, 11, 23), date(2026, 11, 26), CALENDAR).provisional
    assert not remaining(date(2026, 11, 24), date(2026, 11, 26), CALENDAR).provisional


def test_the_closing_time_belongs_to_the_office() -> None:
    early = Calendar(CALENDAR.exchanges, CALENDAR.announced, closes=datetime(2025, 1, 1, 16, 30).time())
    assert receipt_day(datetime(2025, 3, 3, 16, 45), early) == date(2025, 3, 4)
    assert receipt_day(datetime(2025, 3, 3, 16, 45), CALENDAR) == date(2025, 3, 3)
