"""Working days of the State's offices in Viet Nam: weekends, days off, Saturdays worked in exchange.

Days off are those of Article 112 of the Labour Code 45/2019/QH14; one that falls on a
weekend is made up for on the next working day (Article 111(3)). Which two days Tết and
National Day add, and which working days are exchanged, the State announces each year.
The library ``holidays`` knows most of it; ``holidays.yml`` corrects it, and a file of
the deployment overrules both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import holidays
from pydantic import Field, ValidationError
from ruamel.yaml.comments import CommentedMap

from knowledge.content import ContentError, Place, Problem, parse, read_text
from knowledge.model import Strict

SHIPPED = Path(__file__).with_name("holidays.yml")
FIRST_YEAR, LAST_YEAR = 2000, 2099
"""The years for which days can be counted; the library's lunar tables end with the last."""

_DAY = timedelta(days=1)
_SATURDAY = 5

StrictDate = Annotated[date, Field(strict=True)]


class DayKind(StrEnum):
    """What an announcement makes of a day."""

    OFF = "off"
    WORKING = "working"


class Announcement(Strict):
    """Where it is announced, and when.

    Attributes:
        source: number of the document.
        dated: day of the document.
    """

    source: str = Field(min_length=1)
    dated: StrictDate


class Exchange(Announcement):
    """A day that differs from the library's calendar, or that is not sure in it."""

    day: StrictDate
    kind: DayKind
    confirmed: bool = Field(default=True, strict=True)


class AnnouncedYear(Announcement):
    """A year whose days off the State has announced, so that nothing more is to be expected."""

    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR, strict=True)


class HolidaysError(Exception):
    """A file of days cannot be used; ``problems`` says what is wrong in which line."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, sorted(problems))))
        self.problems = sorted(problems)


@dataclass(frozen=True)
class Calendar:
    """Tells working days from days off.

    Attributes:
        exchanges: the days that differ from the library's calendar.
        announced: the years whose days off are announced.
        closes: when the office closes; what comes later counts as received on the next working day.
    """

    exchanges: Mapping[date, Exchange]
    announced: frozenset[int]
    closes: time = time(17)

    def is_working(self, day: date) -> bool:
        """Tell whether the offices work on ``day``.

        Raises:
            ValueError: the calendar does not reach that day.
        """
        if exchange := self.exchanges.get(day):
            return exchange.kind is DayKind.WORKING
        days_off, made_up = _year(day.year)
        return day in made_up or (day.weekday() < _SATURDAY and day not in days_off)

    def is_provisional(self, day: date) -> bool:
        """Tell whether it may still turn out that ``day`` is worked, or is not."""
        exchange = self.exchanges.get(day)
        return not exchange.confirmed if exchange else day.year not in self.announced

    def working_days(self, after: date, last: date) -> int:
        """Count the working days after ``after`` up to ``last``, which is counted."""
        return sum(map(self.is_working, days_between(after, last)))


def days_between(after: date, last: date) -> Iterator[date]:
    """Give the days after ``after`` up to ``last``, itself included."""
    return (after + _DAY * n for n in range(1, (last - after).days + 1))


def load_calendar(overrides: Path | None = None) -> Calendar:
    """Return the calendar of a deployment.

    Args:
        overrides: a file in the form of ``holidays.yml`` that adds to it or overrules it.

    Raises:
        HolidaysError: a file cannot be read, or something in it is wrong.
    """
    exchanges: dict[date, Exchange] = {}
    announced: set[int] = set()
    for days, years in (_shipped(), _read(overrides) if overrides else ({}, {})):
        exchanges |= days
        announced |= years.keys()
    return Calendar(exchanges, frozenset(announced))


def calendar_from(env: Mapping[str, str]) -> Calendar:
    """Return the calendar that the settings name (``HEZA_HOLIDAYS``, the path of a file).

    Raises:
        HolidaysError: as `load_calendar`.
    """
    path = env.get("HEZA_HOLIDAYS")
    return load_calendar(Path(path) if path else None)


@cache
def _year(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Return the library's days off of a year, and the weekend days worked in exchange for others."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"no calendar for {year}: it reaches from {FIRST_YEAR} to {LAST_YEAR}")
    known = holidays.country_holidays("VN", years=year, expand=False)
    return frozenset(known), frozenset(known.weekend_workdays)


@cache
def _shipped() -> tuple[dict[date, Exchange], dict[int, AnnouncedYear]]:
    """Read our own file once: several parts of a portal have a calendar."""
    return _read(SHIPPED)


def _read(path: Path) -> tuple[dict[date, Exchange], dict[int, AnnouncedYear]]:
    try:
        nodes = parse(read_text(path), path.name)
    except ContentError as error:
        raise HolidaysError(error.problems) from None
    days: dict[date, Exchange] = {}
    years: dict[int, AnnouncedYear] = {}
    problems: list[Problem] = []
    for index, node in enumerate(nodes):
        if not isinstance(node, CommentedMap):
            problems.append(Problem(path.name, nodes.lc.item(index)[0] + 1, "neither a day nor a year"))
            continue
        problems += _take(Place(path.name, node), days, years)
    if problems:
        raise HolidaysError(problems)
    return days, years


def _problem(place: Place, message: str, *path: str | int) -> Problem:
    return Problem(place.file, place.line(path), message, path)


def _take(place: Place, days: dict[date, Exchange], years: dict[int, AnnouncedYear]) -> list[Problem]:
    model = AnnouncedYear if "year" in place.node else Exchange
    try:
        read: Any = model.model_validate(dict(place.node))
    except ValidationError as error:
        details = error.errors(include_url=False)
        return [_problem(place, f"{'.'.join(map(str, d['loc']))}: {d['msg']}", *d["loc"]) for d in details]
    if isinstance(read, AnnouncedYear):
        known = years.setdefault(read.year, read) is not read
        return [_problem(place, f"{read.year} stands here twice")] if known else []
    if not FIRST_YEAR <= read.day.year <= LAST_YEAR:
        return [_problem(place, f"the calendar reaches from {FIRST_YEAR} to {LAST_YEAR}", "day")]
    known = days.setdefault(read.day, read) is not read
    return [_problem(place, f"{read.day} stands here twice")] if known else []
