from __future__ import annotations

from datetime import date

import pytest

from knowledge.validity import Note, Period, choose, recorded_since
from tests.samples import make_rule

TODAY = date(2026, 11, 22)
OLD = make_rule("cũ", effective_from="2014-02-15", effective_to="2025-09-30")
NEW = make_rule("mới", effective_from="2025-10-01")
ENDED = make_rule("đã hết", effective_from="2020-01-01", effective_to="2024-12-31")
COMING = make_rule("sắp tới", effective_from="2027-01-01")
TIMELESS = make_rule("luôn luôn")
BEFORE_OCTOBER = make_rule("trước", licensed={"to": "2025-09-30"}, effective_from="2014-02-15")
SINCE_OCTOBER = make_rule("sau", licensed={"from": "2025-10-01"}, effective_from="2025-10-01")


def at(*rules, as_of: str = "2026-11-22", licensed: str | None = None):
    return choose(rules, Period.of(as_of), Period.of(licensed) if licensed else None, TODAY)


@pytest.mark.parametrize(
    ("as_of", "rule", "note"),
    [
        ("2025-09-29", OLD, Note.HISTORICAL),
        ("2025-09-30", OLD, Note.HISTORICAL),
        ("2025-10-01", NEW, Note.CURRENT),
        ("2025-10-02", NEW, Note.CURRENT),
        ("2014-02-15", OLD, Note.HISTORICAL),
        ("2026-11-22", NEW, Note.CURRENT),
    ],
)
def test_the_rule_of_the_day_is_chosen(as_of: str, rule, note: Note) -> None:
    choice = at(OLD, NEW, as_of=as_of)
    assert (choice.rules, choice.note) == ((rule,), note)


def test_the_rule_that_replaced_another_is_named() -> None:
    assert at(OLD, NEW, as_of="2025-09-30").next_ == NEW
    assert at(OLD, NEW).next_ is None


def test_a_rule_that_does_not_follow_at_once_is_no_successor() -> None:
    later = make_rule("về sau", effective_from="2026-01-01")
    assert at(OLD, later, as_of="2025-09-30").next_ is None


@pytest.mark.parametrize("as_of", ["2025", "2025-09/2025-10"])
def test_a_period_that_straddles_the_change_keeps_both(as_of: str) -> None:
    first, _, last = as_of.partition("/")
    period = Period(Period.of(first).first, Period.of(last or first).last)
    choice = choose([OLD, NEW], period, None, TODAY)
    assert (choice.rules, choice.note) == ((OLD, NEW), Note.STRADDLES)


def test_a_period_on_one_side_of_the_change_keeps_one() -> None:
    assert at(OLD, NEW, as_of="2024").rules == (OLD,)
    assert at(OLD, NEW, as_of="2025-10").rules == (NEW,)
    assert at(OLD, NEW, as_of="2024").note is Note.HISTORICAL


def test_a_period_in_which_the_only_rule_began_straddles() -> None:
    choice = at(NEW, as_of="2025")
    assert (choice.rules, choice.note) == ((NEW,), Note.STRADDLES)


def test_a_future_day_uses_the_law_already_issued_and_says_so() -> None:
    assert (at(OLD, NEW, as_of="2030-01-01").rules, at(NEW, as_of="2030-01-01").note) == ((NEW,), Note.FUTURE)
    bounded = make_rule("nay", effective_from="2025-10-01", effective_to="2026-12-31")
    assert at(bounded, COMING, as_of="2027-01-01").rules == (COMING,)


def test_a_rule_not_yet_in_force_is_not_the_rule_of_today() -> None:
    bounded = make_rule("nay", effective_from="2025-10-01", effective_to="2026-12-31")
    choice = at(bounded, COMING)
    assert (choice.rules, choice.next_) == ((bounded,), COMING)


def test_a_day_before_the_records_has_no_rule() -> None:
    choice = at(OLD, NEW, as_of="2010-01-01")
    assert (choice.rules, choice.note) == ((), Note.BEFORE_RECORDS)


def test_a_rule_that_no_longer_holds_is_shown_as_such() -> None:
    choice = at(ENDED)
    assert (choice.rules, choice.note) == ((ENDED,), Note.NO_LONGER)


def test_of_several_ended_rules_the_latest_is_shown() -> None:
    earlier = make_rule("xưa", effective_from="2010-01-01", effective_to="2019-12-31")
    assert at(ENDED, earlier).rules == (ENDED,)


def test_a_rule_without_dates_holds_always() -> None:
    assert at(TIMELESS, as_of="1990-01-01").rules == (TIMELESS,)
    assert at(TIMELESS).note is Note.CURRENT


@pytest.mark.parametrize(
    ("licensed", "rules"),
    [
        ("2025-09-30", (BEFORE_OCTOBER,)),
        ("2025-10-01", (SINCE_OCTOBER,)),
        ("2019", (BEFORE_OCTOBER,)),
        ("2026-03", (SINCE_OCTOBER,)),
        ("2025", (BEFORE_OCTOBER, SINCE_OCTOBER)),
        (None, (BEFORE_OCTOBER, SINCE_OCTOBER)),
    ],
)
def test_the_licence_date_selects_the_regime_of_the_project(licensed: str | None, rules) -> None:
    assert at(BEFORE_OCTOBER, SINCE_OCTOBER, licensed=licensed).rules == rules


def test_the_licence_date_says_nothing_about_rules_for_everyone() -> None:
    assert at(OLD, NEW, licensed="2019").rules == (NEW,)


def test_rules_for_other_projects_are_told_apart_from_days_without_records() -> None:
    choice = at(SINCE_OCTOBER, licensed="2019")
    assert (choice.rules, choice.note, choice.others) == ((), Note.OTHER_PROJECTS, (SINCE_OCTOBER,))
    assert at(SINCE_OCTOBER, as_of="2025-09-30", licensed="2026").note is Note.BEFORE_RECORDS


def test_the_regime_of_projects_licensed_later_is_named_unless_it_is_shown() -> None:
    assert at(BEFORE_OCTOBER, SINCE_OCTOBER, licensed="2019").later_projects == (SINCE_OCTOBER,)
    assert at(BEFORE_OCTOBER, SINCE_OCTOBER).later_projects == ()


def test_the_two_dates_are_kept_apart() -> None:
    """A project of 2019, with the law read before the new regime began."""
    assert at(BEFORE_OCTOBER, SINCE_OCTOBER, as_of="2024-01-01", licensed="2026").rules == ()
    assert at(BEFORE_OCTOBER, SINCE_OCTOBER, as_of="2024-01-01", licensed="2019").rules == (BEFORE_OCTOBER,)


def test_the_records_begin_with_the_first_rule_unless_one_has_no_beginning() -> None:
    assert recorded_since([NEW, OLD]) == "2014-02-15"
    assert recorded_since([NEW, make_rule("xưa", effective_from="2014")]) == "2014"
    assert recorded_since([NEW, TIMELESS]) is None
    assert recorded_since([]) is None


def test_a_period_knows_whether_it_is_a_day_and_what_it_overlaps() -> None:
    assert Period.of("2025-10-01").is_day
    assert not Period.of("2025-10").is_day
    assert Period.of("2025").overlaps(date(2025, 12, 31), None)
    assert not Period.of("2025").overlaps(date(2026, 1, 1), None)
    assert not Period.of("2025").overlaps(None, date(2024, 12, 31))
