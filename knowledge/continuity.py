"""Checks of the time for which rules hold: no day without a rule between two rules, none with two.

Whoever asks about a day inside the records must get the rule of that day, and
only that one. A gap that is known to be one is a rule too: it says that nothing
is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from knowledge.content import Content, Place, Problem
from knowledge.model import Document, Entry, Kind, Rule
from knowledge.validity import Period, bounds, end, start

_DAY = timedelta(days=1)


def check_times(entry: Entry, place: Place) -> Iterator[Problem]:
    """Return what is wrong with the days and the licence dates of the rules of an entry."""
    if entry.kind is Kind.STATISTIC:
        return
    for name, facet in entry.facets.items():
        path = ("facets", name, "rules")
        for first, last in _gaps(facet.rules):
            yield place.problem("gap", *path, first=first, last=last)
        for one, other in _overlaps(facet.rules):
            yield place.problem("overlap", *path, other, one=one + 1, other=other + 1)
        for index, rule in enumerate(facet.rules):
            if rule.licensed and entry.kind is Kind.PROCEDURE:
                yield place.problem("licensed_procedure", *path, index, "licensed")


def check_succession(document: Document, content: Content) -> Iterator[Problem]:
    """Return what the registry says of a replacement on one side only, or with dates that do not meet."""
    place = content.places[document.number]
    for index, number in enumerate(document.supersedes):
        former = content.documents.get(number)
        if former is None:
            continue
        if document.number not in former.superseded_by:
            yield place.problem("not_mutual", "supersedes", index, number=number)
        begin = document.effective_from
        if begin and former.effective_to and former.effective_to >= begin:
            yield place.problem("still_in_force", "effective_from", number=number, end=former.effective_to)


def _gaps(rules: Sequence[Rule]) -> Iterator[tuple[date, date]]:
    """Return the days without any rule between the first and the last one."""
    spans = sorted((start(r) or date.min, end(r) or date.max) for r in rules)
    reached = spans[0][1]
    for _, (first, last) in pairwise(spans):
        if reached < date.max and first > reached + _DAY:
            yield reached + _DAY, first - _DAY
        reached = max(reached, last)


def _overlaps(rules: Sequence[Rule]) -> Iterator[tuple[int, int]]:
    """Return pairs of rules that nothing tells apart: neither days, nor licence dates, nor scope."""
    for other, later in enumerate(rules):
        for one, rule in enumerate(rules[:other]):
            if rule.scope == later.scope and _meet(rule, later) and _share_projects(rule, later):
                yield one, other


def _meet(one: Rule, other: Rule) -> bool:
    return Period(start(one) or date.min, end(one) or date.max).overlaps(start(other), end(other))


def _share_projects(one: Rule, other: Rule) -> bool:
    if one.licensed is None or other.licensed is None:
        return True
    first, last = bounds(one.licensed)
    return Period(first or date.min, last or date.max).overlaps(*bounds(other.licensed))
