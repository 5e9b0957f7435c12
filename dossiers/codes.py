"""The code of a dossier, as the national one-stop system writes it.

``000.19.H24-241105-0012``: identifier of the agency, day of receipt (yymmdd), number of the
day (Circular 01/2018/TT-VPCP, article 19). The identifier is that of
Circular 10/2016/TT-BTTTT (groups of digits *before* the letter) or that of
Decision 20/2020/QĐ-TTg (``H24.19.03``: groups *after* it).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from knowledge.dates import today

DEMO_AGENCY = "000.00.00.X00"
"""Identifier that no agency has; that of demo dossiers."""

_BEFORE: dict[int, tuple[int, ...]] = {0: (), 2: (2,), 3: (3,), 4: (2, 2), 5: (3, 2), 7: (3, 2, 2)}
"""Groups of digits before the letter, by how many digits there are."""
_MOST_AFTER = 2
"""Groups of two digits after the letter, at most; a code has them before or after it, never both."""
_NUMBER = (4, 5, 6)
"""Digits of the number of the day: four by law, more where an agency receives more."""
_FIRST_YEAR = 2018
_LONGEST = 80
_SEPARATORS = "-./_,–—‐‑−"
_AS_WRITTEN = re.compile(
    r"((?:\d{3}\.)?(?:\d{2}\.){0,2}[A-Z]\d{2}|[A-Z]\d{2}(?:\.\d{2}){0,2})-(\d{6})-(\d{4,6})", re.ASCII
)
_PARTS = re.compile(r"(\d*)([A-Z])(\d{2})(\d+)", re.ASCII)


class Fault(StrEnum):
    """What is wrong with a code that was typed."""

    EMPTY = "empty"
    CHARACTERS = "characters"
    AGENCY = "agency"
    LENGTH = "length"
    DAY = "day"
    FUTURE = "future"
    SEPARATORS = "separators"


class CodeError(ValueError):
    """What was typed is no code; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"no dossier code: {fault.value}")
        self.fault = fault


@dataclass(frozen=True)
class Code:
    """The code of a dossier."""

    agency: str
    received_on: date
    number: str

    @cached_property
    def _text(self) -> str:
        return f"{self.agency}-{self.received_on:%y%m%d}-{self.number}"

    def __str__(self) -> str:
        return self._text

    @property
    def is_demo(self) -> bool:
        """Tell whether the agency is the invented one of demo dossiers."""
        return self.agency == DEMO_AGENCY

    @property
    def masked(self) -> str:
        """The code with all but the last two digits of its number covered, for lists and logs."""
        covered = len(self.number) - 2
        return f"{self._text[: -len(self.number)]}{'•' * covered}{self.number[covered:]}"


@dataclass(frozen=True)
class _Reading:
    """A way to read what was typed; ``cuts`` says after how many characters its separators stand."""

    agency: str
    day: str
    number: str

    @property
    def cuts(self) -> set[int]:
        groups = f"{self.agency}-{self.day}-{self.number}"
        return {i - n for n, i in enumerate(i for i, c in enumerate(groups) if c in ".-")}


def parse_code(text: str, on: date | None = None) -> Code:
    """Read a code however it was typed: lower case, spaces, separators left out or mixed up.

    Args:
        text: what was typed.
        on: today, by default in Viet Nam; no dossier was received after it.

    Raises:
        CodeError: it is no code.
    """
    text = unicodedata.normalize("NFKC", text).strip().upper()
    written = _AS_WRITTEN.fullmatch(text)
    if written:
        return Code(written[1], _checked(_day(written[2]), on), written[3])
    if not text:
        raise CodeError(Fault.EMPTY)
    characters = [c for c in text if c not in _SEPARATORS and not c.isspace()]
    if len(text) > _LONGEST or not all(c.isascii() and c.isalnum() for c in characters):
        raise CodeError(Fault.CHARACTERS)
    parts = _PARTS.fullmatch("".join(characters))
    if parts is None or len(parts[1]) not in _BEFORE:
        raise CodeError(Fault.AGENCY)
    readings = list(_readings(*parts.groups()))
    if not readings:
        raise CodeError(Fault.LENGTH)
    dated = [(r, day) for r in readings if (day := _day(r.day))]
    _checked(min((day for _, day in dated), default=None), on)
    past = [(r, day) for r, day in dated if day <= (on or today())]
    reading, day = _fitting(past, _cuts(text))
    return Code(reading.agency, day, reading.number)


def _checked(day: date | None, on: date | None) -> date:
    """Return a day of receipt that is one, and not in the future."""
    if day is None:
        raise CodeError(Fault.DAY)
    if day > (on or today()):
        raise CodeError(Fault.FUTURE)
    return day


def _readings(before: str, letter: str, unit: str, rest: str) -> Iterator[_Reading]:
    for groups in range(0 if before else _MOST_AFTER + 1):
        agency = [letter + unit, *_split(rest, (2,) * groups)]
        yield from _numbered(".".join(agency), rest[2 * groups :])
    if before:
        agency = [*_split(before, _BEFORE[len(before)]), letter + unit]
        yield from _numbered(".".join(agency), rest)


def _numbered(agency: str, rest: str) -> Iterator[_Reading]:
    if len(rest) - 6 in _NUMBER:
        yield _Reading(agency, rest[:6], rest[6:])


def _split(digits: str, sizes: tuple[int, ...]) -> list[str]:
    ends = [sum(sizes[: i + 1]) for i in range(len(sizes))]
    return [digits[end - size : end] for size, end in zip(sizes, ends, strict=True)]


def _day(digits: str) -> date | None:
    try:
        day = date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return None
    return day if day.year >= _FIRST_YEAR else None


def _cuts(text: str) -> set[int]:
    """Return after how many characters a separator was typed."""
    found, count = set(), 0
    for character in text:
        if character in _SEPARATORS:
            found.add(count)
        elif not character.isspace():
            count += 1
    return found


def _fitting(dated: list[tuple[_Reading, date]], typed: set[int]) -> tuple[_Reading, date]:
    """Return the reading that has a separator wherever one was typed.

    There is never more than one: a reading shifted by one group would take a month for a year.
    """
    fitting = [(r, day) for r, day in dated if typed <= r.cuts]
    if len(fitting) != 1:
        raise CodeError(Fault.SEPARATORS)
    return fitting[0]
