"""What holds for the choice of rules whatever the day, the licence date and the content."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from knowledge.content import Content
from knowledge.model import Facet, Kind, Rule
from knowledge.validity import Note, Period, choose, end, start
from tests.samples import make_rule

TODAY = date(2026, 11, 22)
DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))
PERIODS = st.tuples(DAYS, DAYS).map(lambda days: Period(min(days), max(days)))
LICENCES = st.none() | PERIODS


@st.composite
def chains(draw: st.DrawFn) -> list[Rule]:
    """Rules that follow each other without a gap, the last one without an end."""
    firsts = sorted(draw(st.sets(DAYS, min_size=1, max_size=5)))
    lasts = [(later - timedelta(days=1)).isoformat() for later in firsts[1:]]
    return [
        make_rule(f"quy định {n}", effective_from=first.isoformat(), effective_to=last)
        for n, (first, last) in enumerate(zip(firsts, [*lasts, None], strict=True))
    ]


@given(chains(), DAYS)
def test_a_day_has_exactly_the_rule_that_covers_it(rules: list[Rule], day: date) -> None:
    choice = choose(rules, Period(day, day), None, TODAY)
    begins = start(rules[0])
    assert begins
    if day < begins:
        assert (choice.rules, choice.note) == ((), Note.BEFORE_RECORDS)
    else:
        (rule,) = choice.rules
        assert (start(rule) or date.min) <= day <= (end(rule) or date.max)


@given(chains(), DAYS, DAYS)
def test_a_later_day_never_has_an_earlier_rule(rules: list[Rule], one: date, other: date) -> None:
    first, second = (choose(rules, Period(d, d), None, TODAY).rules for d in sorted((one, other)))
    assert not first or rules.index(first[0]) <= rules.index(second[0])


@given(chains(), PERIODS)
def test_a_period_has_the_rules_of_its_days_in_the_order_of_time(rules: list[Rule], period: Period) -> None:
    chosen = choose(rules, period, None, TODAY).rules
    starts = [start(rule) or date.min for rule in chosen]
    assert all(one < other for one, other in pairwise(starts))
    of_days = [choose(rules, Period(day, day), None, TODAY).rules for day in (period.first, period.last)]
    assert all(rule in chosen for of_day in of_days for rule in of_day)


@given(chains(), PERIODS, LICENCES)
def test_the_licence_date_selects_nothing_where_no_rule_asks_for_it(
    rules: list[Rule], period: Period, licensed: Period | None
) -> None:
    assert choose(rules, period, licensed, TODAY) == choose(rules, period, None, TODAY)


def shipped_facets(content: Content) -> list[Facet]:
    entries = [e for e in content.entries.values() if e.kind is not Kind.STATISTIC]
    return [facet for entry in entries for facet in entry.facets.values()]


@given(st.data())
def test_the_rules_shown_cover_the_day_and_none_is_missing_inside_the_records(
    shipped: Content, data: st.DataObject
) -> None:
    day = data.draw(DAYS)
    licensed = data.draw(LICENCES)
    for facet in shipped_facets(shipped):
        choice = choose(facet.rules, Period(day, day), licensed, TODAY)
        if choice.note is not Note.NO_LONGER:
            assert all(Period(day, day).overlaps(start(r), end(r)) for r in choice.rules)
        if not choice.rules:
            begins = min(start(r) or date.min for r in facet.rules)
            other_projects = all(r.licensed for r in choice.others) and bool(choice.others)
            assert day < begins or (choice.note is Note.OTHER_PROJECTS and other_projects)
