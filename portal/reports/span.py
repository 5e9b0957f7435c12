"""The days that a report is about, as they are counted in Viet Nam."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from knowledge.dates import HANOI, today
from portal.problems import Problem

MOST_DAYS = 366
_USUAL = timedelta(days=29)


@dataclass(frozen=True)
class Span:
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        """The first moment."""
        return datetime.combine(self.first, time(), HANOI).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), HANOI).astimezone(UTC)

    def days(self) -> Iterator[date]:
        """Give all days, in order."""
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)


def read_span(first: str | None, last: str | None) -> Span:
    """Return the span of two days as written (``YYYY-MM-DD``); by default the 30 days that end today.

    Raises:
        Problem: 400, no such day, the wrong order, or more than a year.
    """
    end = _day(last, "to") if last else today()
    start = _day(first, "from") if first else end - _USUAL
    if not 0 <= (end - start).days < MOST_DAYS:
        raise Problem(400, "invalid", field="from")
    return Span(start, end)


def _day(text: str, field: str) -> date:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError as error:
        raise Problem(400, "invalid", field=field) from error
    if not 2000 <= day.year < 2100:
        raise Problem(400, "invalid", field=field)
    return day
