"""Office hours of the desk: when it is open, and when so many working hours will have passed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from dossiers.holidays import Calendar
from knowledge.dates import HANOI

Span = tuple[time, time]
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DeskHours:
    """When officers are at the desk, in Viet Nam's time.

    Attributes:
        text: as the setting says it, for people.
        spans: of each day of the week (0: Monday) that has any.
        calendar: tells working days; a weekend day worked in exchange has the hours of the first day named.
    """

    text: str
    spans: Mapping[int, tuple[Span, ...]]
    calendar: Calendar

    def is_open(self, moment: datetime) -> bool:
        """Tell whether a moment lies within the office hours."""
        local = moment.astimezone(HANOI)
        return any(start <= local.time() < end for start, end in self._of(local.date()))

    def after(self, moment: datetime, hours: float) -> datetime:
        """Return when ``hours`` of office time will have passed since ``moment``.

        Raises:
            ValueError: the calendar does not reach so far.
        """
        left = timedelta(hours=hours)
        for start, end in self._onwards(moment.astimezone(HANOI)):
            if left <= end - start:
                return start + left
            left -= end - start
        raise AssertionError  # the spans only end with the calendar, which raises

    def _onwards(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Give the office time from a moment on, span by span."""
        day = moment.date()
        while True:
            for first, last in self._of(day):
                start, end = (datetime.combine(day, t, HANOI) for t in (first, last))
                if end > moment:
                    yield max(start, moment), end
            day += _DAY

    def _of(self, day: date) -> tuple[Span, ...]:
        if not self.calendar.is_working(day):
            return ()
        return self.spans.get(day.weekday()) or next(iter(self.spans.values()))


def read_hours(text: str, calendar: Calendar) -> DeskHours:
    """Read ``Mon-Fri 07:30-11:30,13:00-17:00``; groups of days are divided by semicolons.

    Raises:
        ValueError: it is no such text, or a span ends before it begins.
    """
    spans: dict[int, tuple[Span, ...]] = {}
    for group in text.split(";"):
        days, _, written = group.strip().partition(" ")
        read = tuple(sorted(_span(part.strip()) for part in written.split(",")))
        if any(later[0] < earlier[1] for earlier, later in pairwise(read)):
            raise ValueError(f"{written!r}: spans overlap")
        for day in _days(days):
            spans[day] = read
    return DeskHours(text, spans, calendar)


def _days(text: str) -> range:
    first, _, last = text.lower().partition("-")
    try:
        start, end = _DAYS.index(first), _DAYS.index(last or first)
    except ValueError as error:
        raise ValueError(f"{text!r} is no day (Mon) or range of days (Mon-Fri)") from error
    if end < start:
        raise ValueError(f"{text!r}: the week begins on Monday")
    return range(start, end + 1)


def _span(text: str) -> Span:
    match = _SPAN.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is no span of hours (07:30-11:30)")
    start, end = (time.fromisoformat(part) for part in match.groups())
    if start >= end:
        raise ValueError(f"{text!r} ends before it begins")
    return start, end
