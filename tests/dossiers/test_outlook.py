from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dossiers.deadlines import DueSource, OnSupplement, Standing
from dossiers.differences import differences
from dossiers.holidays import load_calendar
from dossiers.limits import Clock
from dossiers.outlook import as_contract, outlook
from dossiers.procedures import Procedures
from dossiers.states import State
from dossiers.status import DossierStatus, HistoryLine, Supplement
from tests.dossiers.conftest import MakeDossiers, event
from tests.samples import make_entry, rule

RECEIVED = date(2025, 6, 2)  # a Monday; no day off in the weeks after it
TODAY = date(2025, 6, 10)
LIMIT = make_entry(
    "procedure.permit",
    "Cấp giấy phép",
    facets={"time_limit": [rule("10 ngày làm việc.", figures=[{"value": 10, "unit": "working_day"}])]},
)
ENTRIES = {LIMIT.id: LIMIT}
CLOCKS = {LIMIT.id: Clock(on_supplement=OnSupplement.PAUSE)}
CALENDAR = load_calendar()


def line(state: State, day: int | None) -> HistoryLine:
    at = datetime(2025, 6, day, 2, tzinfo=UTC) if day else None
    return HistoryLine(at, state, state.value, None, None)


def status(**fields: Any) -> DossierStatus:
    plain = DossierStatus(
        code="000.19.H24-250602-0001",
        state=State.PROCESSING,
        state_text="Đang xử lý",
        procedure=LIMIT.id,
        procedure_text=None,
        unit="Phòng Đầu tư",
        received_on=RECEIVED,
        due_on=None,
        step=2,
        steps=4,
        step_name=None,
        supplement=None,
        result=None,
        history=(line(State.RECEIVED, 2), line(State.PROCESSING, 3)),
        changed_at=datetime(2025, 6, 3, tzinfo=UTC),
        demo=False,
    )
    return replace(plain, **fields)


def seen(today: date = TODAY, **fields: Any) -> Any:
    return outlook(status(**fields), ENTRIES, CALENDAR, today, CLOCKS)


def test_the_date_of_the_receipt_goes_before_ours_and_a_difference_is_for_staff() -> None:
    found = seen(due_on=date(2025, 6, 20))
    assert (found.due.on, found.due.source) == (date(2025, 6, 20), DueSource.FEED)
    assert found.due.differs == date(2025, 6, 16)
    assert (found.remaining.standing, found.remaining.days) == (Standing.LEFT, 8)


def test_without_one_it_is_estimated_from_the_legal_time_limit() -> None:
    found = seen()
    assert (found.due.on, found.due.source) == (date(2025, 6, 16), DueSource.ESTIMATED)
    assert found.remaining.days == 4


@pytest.mark.parametrize("fields", [{"procedure": None}, {"procedure": "procedure.other"}])
def test_without_a_time_limit_there_is_no_date(fields: dict[str, Any]) -> None:
    assert seen(**fields) == outlook(status(**fields), {}, CALENDAR, TODAY, {})
    assert seen(**fields).due is None


def test_the_clock_stands_still_while_a_supplement_is_awaited() -> None:
    asked = (line(State.RECEIVED, 2), line(State.SUPPLEMENT_REQUESTED, 4))
    assert seen(history=asked, state=State.SUPPLEMENT_REQUESTED).due is None
    back = seen(history=(*asked, line(State.SUPPLEMENTED, 6)))
    assert back.due.on > date(2025, 6, 16)


def test_a_supplement_at_an_unknown_time_allows_no_estimate() -> None:
    assert seen(history=(line(State.SUPPLEMENT_REQUESTED, None),)).due is None


@pytest.mark.parametrize("state", [State.FINISHED, State.DELIVERED, State.REFUSED, State.WITHDRAWN])
def test_nothing_is_left_to_wait_for_at_the_end(state: State) -> None:
    found = seen(today=date(2025, 7, 1), state=state, due_on=date(2025, 6, 20))
    assert found.due is not None
    assert found.remaining is None


def contract(today: date = TODAY, **fields: Any) -> dict[str, Any]:
    return as_contract(status(**fields), seen(today, **fields), CALENDAR, today)


def test_the_dossier_of_a_turn() -> None:
    assert contract(due_on=date(2025, 6, 20), supplement=Supplement("Nộp bản sao", None)) == {
        "status": "processing",
        "step": 2,
        "of": 4,
        "unit": "Phòng Đầu tư",
        "received_on": "2025-06-02",
        "due_on": "2025-06-20",
        "due_source": "feed",
        "remaining_working_days": 8,
        "action_required": "Nộp bản sao",
    }


def test_an_unknown_state_stands_there_in_the_words_of_the_feed() -> None:
    assert contract(state=State.UNKNOWN, state_text="Chờ ký số")["status"] == "Chờ ký số"


@pytest.mark.parametrize(
    ("today", "left"), [(date(2025, 6, 20), 0), (date(2025, 6, 24), -2), (date(2025, 6, 19), 1)]
)
def test_remaining_working_days_go_below_nought(today: date, left: int) -> None:
    assert contract(today, due_on=date(2025, 6, 20))["remaining_working_days"] == left


def test_without_a_date_nothing_is_counted() -> None:
    found = contract(procedure=None)
    assert found["due_on"] is found["due_source"] is found["remaining_working_days"] is None


def test_staff_see_which_due_dates_differ(make_dossiers: MakeDossiers) -> None:
    dossiers = make_dossiers(procedures=Procedures([LIMIT]))
    told = [
        event("000.19.H24-250602-0001", due_on="2025-06-20", procedure=LIMIT.id, unit="Phòng Đầu tư"),
        event("000.19.H24-250602-0002", due_on="2025-06-16", procedure=LIMIT.id),
        event("000.19.H24-250602-0003", procedure=LIMIT.id),
        event("000.19.H24-250602-0004", due_on="2025-06-20", procedure="Thủ tục khác"),
        event("000.19.H24-250602-0005", due_on="2025-06-20", procedure=LIMIT.id, state="Đã trả kết quả"),
    ]
    dossiers.apply_events(told, "test")
    (found,) = differences(dossiers.engine, ENTRIES, CALENDAR, TODAY, CLOCKS)
    assert (found.masked, found.unit) == ("000.19.H24-250602-••01", "Phòng Đầu tư")
    assert (found.due.on, found.due.differs) == (date(2025, 6, 20), date(2025, 6, 16))
