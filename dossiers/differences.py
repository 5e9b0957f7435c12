"""Open dossiers whose due date on the receipt is not the one that the legal time limit gives: for staff."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, Table, select

from dossiers.deadlines import Due
from dossiers.holidays import Calendar
from dossiers.limits import Clock
from dossiers.outlook import outlook
from dossiers.states import State
from dossiers.status import status_of
from dossiers.tables import Dossier
from knowledge.model import Entry

_PORTION = 1000
_dossiers: Table = Dossier.__table__  # type: ignore[assignment]
_OPEN = [state.value for state in State if not state.ended]


@dataclass(frozen=True)
class Difference:
    """A dossier with two due dates: that of the feed (``due.on``) and ours (``due.differs``)."""

    masked: str
    unit: str | None
    due: Due


def differences(
    engine: Engine,
    entries: Mapping[str, Entry],
    calendar: Calendar,
    today: date,
    clocks: Mapping[str, Clock] | None = None,
) -> Iterator[Difference]:
    """Find the open dossiers whose dates differ.

    Args:
        engine: of the dossier store.
        entries: of the knowledge base as they may be shown.
        calendar: tells working days.
        today: the day of the question.
        clocks: the procedures that may be estimated; those that ship by default.
    """
    query = select(_dossiers).where(
        _dossiers.c.due_on.is_not(None), _dossiers.c.procedure.is_not(None), _dossiers.c.state.in_(_OPEN)
    )
    with engine.connect() as connection:
        for row in connection.execution_options(yield_per=_PORTION).execute(query).mappings():
            due = outlook(status_of(row["masked"], row), entries, calendar, today, clocks).due
            if due and due.differs:
                yield Difference(row["masked"], row["unit"], due)
