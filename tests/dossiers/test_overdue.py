"""Overdue dossiers: which count, in what order, page by page."""

from __future__ import annotations

from datetime import date

import pytest

from dossiers.holidays import load_calendar
from dossiers.overdue import overdue, overdue_by_unit
from dossiers.service import Dossiers
from tests.dossiers.conftest import MakeDossiers, event

TODAY = date(2026, 11, 23)  # a Monday
FRIDAY = date(2026, 11, 20)


def code(number: int) -> str:
    return f"000.19.H24-241105-00{number}"


@pytest.fixture
def late(make_dossiers: MakeDossiers) -> Dossiers:
    """Five dossiers, three of them late."""
    store = make_dossiers()
    events = [
        event(code(20), unit="A", due_on=FRIDAY),
        event(code(21), unit="A", due_on=date(2026, 11, 16)),
        event(code(22), unit="B", due_on=FRIDAY),
        event(code(23), unit="B", due_on=TODAY),
        event(code(24), unit="B", due_on=FRIDAY, state="Đã trả kết quả"),
        event(code(25), unit="B"),
    ]
    store.apply_events(events, "test")
    return store


def shown(store: Dossiers, **asked: object) -> list[tuple[str, int]]:
    found = overdue(store.engine, load_calendar(), TODAY, **asked)  # type: ignore[arg-type]
    return [(one.status.code[-2:], one.days) for one in found]


def test_open_dossiers_past_their_date_the_longest_waiting_first(late: Dossiers) -> None:
    assert shown(late) == [("21", 5), ("20", 1), ("22", 1)]


def test_of_one_unit(late: Dossiers) -> None:
    assert shown(late, unit="B") == [("22", 1)]
    assert shown(late, unit="C") == []


def test_page_by_page_none_is_lost_or_shown_twice(late: Dossiers) -> None:
    pages, after = [], None
    for _ in range(4):
        page = overdue(late.engine, load_calendar(), TODAY, after=after, limit=1)
        pages += [one.status.code[-2:] for one in page]
        if page:
            assert page[-1].status.due_on is not None
            after = (page[-1].status.due_on, page[-1].id)
    assert pages == ["21", "20", "22"]


def test_how_many_in_each_unit(late: Dossiers) -> None:
    assert list(overdue_by_unit(late.engine, TODAY)) == [("A", 2), ("B", 1)]
