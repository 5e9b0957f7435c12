"""Law in time: which rules of a facet hold on a day and for a project.

Two dates, never one. ``as_of`` is the day (or period) on which the law is read.
``licensed_on`` is a fact about the project, which selects only among rules that
carry a span of licence dates because a transition clause says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from knowledge.dates import first_day, last_day, span
from knowledge.model import Rule, Span


@dataclass(frozen=True)
class Period:
    """Some days, both ends included; one day has equal ends."""

    first: date
    last: date

    @classmethod
    def of(cls, partial: str) -> Period:
        """Return the days that a partial date covers (``2025`` covers a year)."""
        return cls(*span(partial))

    @property
    def is_day(self) -> bool:
        """Tell whether it is a single day."""
        return self.first == self.last

    def overlaps(self, first: date | None, last: date | None) -> bool:
        """Tell whether any day of the period lies between ``first`` and ``last`` (open if None)."""
        return (last is None or self.first <= last) and (first is None or first <= self.last)


class Note(StrEnum):
    """What a reader has to know about the choice of rules."""

    CURRENT = "current"
    HISTORICAL = "historical"
    STRADDLES = "straddles"
    FUTURE = "future"
    NO_LONGER = "no_longer"
    BEFORE_RECORDS = "before_records"


@dataclass(frozen=True)
class Choice:
    """The rules that hold, and what is to be said about the choice.

    ``next_`` is the rule that replaced the chosen one, when the law was read in
    the past; ``previous`` the rule before the chosen one.
    """

    rules: tuple[Rule, ...]
    note: Note
    next_: Rule | None = None
    previous: Rule | None = None


def choose(rules: Sequence[Rule], as_of: Period, licensed: Period | None, today: date) -> Choice:
    """Choose the rules that hold at ``as_of`` for a project licensed in ``licensed``.

    Args:
        rules: the rules of one facet.
        as_of: when the law is read.
        licensed: when the project was licensed, if known (straddling a change keeps both).
        today: tells past from future.

    Returns:
        The choice. No rules with `Note.BEFORE_RECORDS` if the records begin later.
    """
    fitting = [r for r in rules if licensed is None or _fits(r.licensed, licensed)]
    in_force = [r for r in fitting if as_of.overlaps(_start(r), _end(r))]
    if not in_force:
        return _out_of_time(fitting, as_of)
    note = _note(in_force, as_of, today)
    return Choice(
        tuple(in_force), note, _successor(fitting, in_force, as_of), _predecessor(fitting, in_force)
    )


def _fits(span_: Span | None, licensed: Period) -> bool:
    if span_ is None:
        return True
    return licensed.overlaps(
        first_day(span_.from_) if span_.from_ else None, last_day(span_.to) if span_.to else None
    )


def _start(rule: Rule) -> date | None:
    return first_day(rule.effective_from) if rule.effective_from else None


def _end(rule: Rule) -> date | None:
    return last_day(rule.effective_to) if rule.effective_to else None


def _note(rules: list[Rule], as_of: Period, today: date) -> Note:
    if as_of.last > today and as_of.first > today:
        return Note.FUTURE
    changes = [r for r in rules if not as_of.is_day and not _covers(r, as_of)]
    if changes:
        return Note.STRADDLES
    ended = [r for r in rules if (end := _end(r)) is not None and end < today]
    return Note.HISTORICAL if ended else Note.CURRENT


def _covers(rule: Rule, period: Period) -> bool:
    start, end = _start(rule), _end(rule)
    return (start is None or start <= period.first) and (end is None or end >= period.last)


def _out_of_time(rules: list[Rule], as_of: Period) -> Choice:
    past = [r for r in rules if (end := _end(r)) is not None and end < as_of.first]
    if past:
        latest = max(past, key=lambda r: _end(r) or date.min)
        return Choice((latest,), Note.NO_LONGER)
    return Choice((), Note.BEFORE_RECORDS)


def _successor(rules: list[Rule], chosen: list[Rule], as_of: Period) -> Rule | None:
    later = [r for r in rules if (start := _start(r)) and start > as_of.last and r not in chosen]
    ends = {_end(r) for r in chosen} - {None}
    follows = [r for r in later if any(end and _start(r) == end + timedelta(days=1) for end in ends)]
    return min(follows, key=lambda r: _start(r) or date.max, default=None)


def _predecessor(rules: list[Rule], chosen: list[Rule]) -> Rule | None:
    starts = [start for r in chosen if (start := _start(r))]
    if not starts:
        return None
    earlier = [r for r in rules if r not in chosen and (end := _end(r)) and end < min(starts)]
    return max(earlier, key=lambda r: _end(r) or date.min, default=None)


def recorded_since(rules: Sequence[Rule]) -> date | None:
    """Return the first day for which the records hold a rule (None: always)."""
    starts = [_start(r) for r in rules]
    return min((s for s in starts if s), default=None) if all(starts) else None
