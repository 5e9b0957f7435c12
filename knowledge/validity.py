"""Law in time: which rules of a facet hold on a day and for a project.

Two dates, never one. ``as_of`` is the day (or period) on which the law is read.
``licensed_on`` is a fact about the project, which selects only among rules that
carry a span of licence dates because a transition clause says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from knowledge.dates import PartialDate, first_day, last_day, period_span
from knowledge.model import Rule, Span

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Some days, both ends included; one day has equal ends."""

    first: date
    last: date

    @classmethod
    def of(cls, text: str) -> Period:
        """Return the days of a partial date (``2025`` is a year) or of ``2026-02/2026-03``."""
        return cls(*period_span(text))

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
    OTHER_PROJECTS = "other_projects"
    BEFORE_RECORDS = "before_records"


@dataclass(frozen=True)
class Choice:
    """The rules that hold, and what is to be said about the choice.

    Attributes:
        rules: in the order of the content; in order of time if they follow each other.
        note: the case.
        changes: the law changed within the period asked about.
        next_: the rule that replaced the chosen ones after that period.
        later_projects: the rules for projects licensed after those of the chosen rules.
        others: rules of that time for other projects, if there is none for this one.
    """

    rules: tuple[Rule, ...]
    note: Note
    changes: bool = False
    next_: Rule | None = None
    later_projects: tuple[Rule, ...] = ()
    others: tuple[Rule, ...] = ()


def choose(rules: Sequence[Rule], as_of: Period, licensed: Period | None, today: date) -> Choice:
    """Choose the rules that hold at ``as_of`` for a project licensed in ``licensed``.

    Args:
        rules: the rules of one facet.
        as_of: when the law is read.
        licensed: when the project was licensed, if known (straddling a change keeps both).
        today: tells past from future.

    Returns:
        The choice. No rules with `Note.BEFORE_RECORDS` if the records begin later, and
        with `Note.OTHER_PROJECTS` if those of that time concern other projects.
    """
    fitting = [r for r in rules if licensed is None or _fits(r.licensed, licensed)]
    in_force = [r for r in fitting if as_of.overlaps(start(r), end(r))]
    if not in_force:
        return _none_in_force(rules, fitting, as_of)
    changes = not as_of.is_day and not all(_covers(r, as_of) for r in in_force)
    if changes:
        in_force.sort(key=lambda r: start(r) or date.min)
    return Choice(
        rules=tuple(in_force),
        note=_note(in_force, changes, as_of, today),
        changes=changes,
        next_=_successor(fitting, in_force, as_of),
        later_projects=tuple(_later_projects(rules, in_force)),
    )


def start(rule: Rule) -> date | None:
    """Return the first day on which the law is read so (None: always before)."""
    return first_day(rule.effective_from) if rule.effective_from else None


def end(rule: Rule) -> date | None:
    """Return the last day on which the law is read so (None: still)."""
    return last_day(rule.effective_to) if rule.effective_to else None


def recorded_since(rules: Iterable[Rule]) -> PartialDate | None:
    """Return since when the records hold a rule, as precisely as known (None: always)."""
    starts = [r.effective_from for r in rules]
    return min((s for s in starts if s), key=first_day, default=None) if all(starts) else None


def bounds(span: Span) -> tuple[date | None, date | None]:
    """Return the first and the last day of a span (None: open)."""
    return first_day(span.from_) if span.from_ else None, last_day(span.to) if span.to else None


def _fits(span: Span | None, licensed: Period) -> bool:
    return span is None or licensed.overlaps(*bounds(span))


def _note(rules: list[Rule], changes: bool, as_of: Period, today: date) -> Note:
    if as_of.first > today:
        return Note.FUTURE
    if changes:
        return Note.STRADDLES
    ended = any((last := end(r)) is not None and last < today for r in rules)
    return Note.HISTORICAL if ended else Note.CURRENT


def _covers(rule: Rule, period: Period) -> bool:
    first, last = start(rule), end(rule)
    return (first is None or first <= period.first) and (last is None or last >= period.last)


def _none_in_force(rules: Sequence[Rule], fitting: list[Rule], as_of: Period) -> Choice:
    others = tuple(r for r in rules if as_of.overlaps(start(r), end(r)))
    if others or not fitting:
        return Choice((), Note.OTHER_PROJECTS, others=others or tuple(rules))
    past = [r for r in fitting if (last := end(r)) is not None and last < as_of.first]
    if past:
        return Choice((max(past, key=lambda r: end(r) or date.min),), Note.NO_LONGER)
    return Choice((), Note.BEFORE_RECORDS)


def _successor(rules: list[Rule], chosen: list[Rule], as_of: Period) -> Rule | None:
    days_after = {last + _DAY for r in chosen if (last := end(r))}
    later = [r for r in rules if r not in chosen and (first := start(r)) and first > as_of.last]
    return min((r for r in later if start(r) in days_after), key=lambda r: start(r) or date.max, default=None)


def _later_projects(rules: Sequence[Rule], chosen: list[Rule]) -> list[Rule]:
    lasts = [bounds(r.licensed)[1] for r in chosen if r.licensed]
    days_after = {last + _DAY for last in lasts if last}
    found = [r for r in rules if r.licensed and bounds(r.licensed)[0] in days_after]
    return [] if any(r in chosen for r in found) else found
