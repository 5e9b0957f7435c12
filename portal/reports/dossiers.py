"""Open and overdue dossiers of each unit, as they stand today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Engine, Table, select

from dossiers.deadlines import Standing
from dossiers.holidays import Calendar
from dossiers.outlook import outlook
from dossiers.states import State
from dossiers.status import status_of
from dossiers.tables import Dossier
from knowledge.model import Entry

_PORTION = 1000
_dossiers: Table = Dossier.__table__  # type: ignore[assignment]
_WAITING = [state.value for state in State if not state.ended and state is not State.FINISHED]


def by_unit(
    engine: Engine, entries: Mapping[str, Entry], calendar: Calendar, today: date
) -> list[dict[str, Any]]:
    """Count the dossiers that somebody waits for, most overdue ones first.

    Args:
        engine: of the dossier store.
        entries: of the knowledge base, for the time limits of dossiers without a due date of the feed.
        calendar: tells working days.
        today: the day on which they stand so.

    Returns:
        For each unit (null: the feed names none) how many are open, overdue, and without any due date.
    """
    waiting, overdue, undated = (Counter[str | None]() for _ in range(3))
    query = select(_dossiers).where(_dossiers.c.state.in_(_WAITING))
    with engine.connect() as connection:
        for row in connection.execution_options(yield_per=_PORTION).execute(query).mappings():
            unit, left = (
                row["unit"],
                outlook(status_of(row["masked"], row), entries, calendar, today).remaining,
            )
            waiting[unit] += 1
            overdue[unit] += left is not None and left.standing is Standing.OVERDUE
            undated[unit] += left is None
    ranked = sorted(waiting, key=lambda unit: (-overdue[unit], -waiting[unit], unit or ""))
    return [
        {"unit": unit, "open": waiting[unit], "overdue": overdue[unit], "undated": undated[unit]}
        for unit in ranked
    ]
