"""Open dossiers past the due date of their receipt, by unit: for staff.

Only dates that the feed gave count: an estimate of ours says nothing against a unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Engine, Table, and_, func, or_, select

from dossiers.holidays import Calendar
from dossiers.states import State
from dossiers.status import DossierStatus, status_of
from dossiers.tables import Dossier

_dossiers: Table = Dossier.__table__  # type: ignore[assignment]
_d = _dossiers.c
_WAITING = [state.value for state in State if not state.ended and state is not State.FINISHED]


@dataclass(frozen=True)
class Overdue:
    """A dossier that should be done by now.

    ``id`` and the due date say where the next page begins. ``days``: working days since the due date.
    """

    id: int
    status: DossierStatus
    days: int


def overdue(
    engine: Engine,
    calendar: Calendar,
    today: date,
    *,
    unit: str | None = None,
    after: tuple[date, int] | None = None,
    limit: int = 50,
) -> list[Overdue]:
    """Return overdue dossiers, those waiting longest first.

    Args:
        engine: of the dossier store.
        calendar: tells working days.
        today: the day of the question.
        unit: of one unit only.
        after: due date and id of the last one of the page before.
        limit: how many at most.
    """
    query = select(_dossiers).where(_is_overdue(today))
    if unit is not None:
        query = query.where(_d.unit == unit)
    if after is not None:
        due_on, last = after
        query = query.where(or_(_d.due_on > due_on, and_(_d.due_on == due_on, _d.id > last)))
    with engine.connect() as connection:
        rows = connection.execute(query.order_by(_d.due_on, _d.id).limit(limit)).mappings().all()
    return [
        Overdue(row["id"], status_of(row["masked"], row), calendar.working_days(row["due_on"], today))
        for row in rows
    ]


def overdue_by_unit(engine: Engine, today: date) -> Sequence[tuple[str | None, int]]:
    """Return how many dossiers are overdue in each unit, the most first; no name: the feed gave none."""
    count = func.count()
    query = select(_d.unit, count).where(_is_overdue(today)).group_by(_d.unit).order_by(count.desc(), _d.unit)
    with engine.connect() as connection:
        return [(unit, many) for unit, many in connection.execute(query)]


def _is_overdue(today: date) -> ColumnElement[bool]:
    return and_(_d.due_on < today, _d.state.in_(_WAITING))
