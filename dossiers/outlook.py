"""What is left of the time of a dossier: the due date, ours where the feed has none, how far off it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dossiers.deadlines import Due, Pause, Remaining, Standing, due, remaining
from dossiers.holidays import Calendar
from dossiers.limits import Clock, load_clocks, time_limit
from dossiers.states import State
from dossiers.status import DossierStatus
from knowledge.dates import HANOI
from knowledge.model import Entry


@dataclass(frozen=True)
class Outlook:
    """When a dossier is due and what is left until then.

    ``due`` is None if nobody gave a date and none can be counted; its ``differs`` is for staff.
    ``remaining`` is None as well once there is nothing to wait for.
    """

    due: Due | None
    remaining: Remaining | None


def outlook(
    status: DossierStatus,
    entries: Mapping[str, Entry],
    calendar: Calendar,
    today: date,
    clocks: Mapping[str, Clock] | None = None,
) -> Outlook:
    """Return the outlook of a dossier.

    Args:
        status: as it was looked up.
        entries: of the knowledge base as they may be shown, for the legal time limit.
        calendar: tells working days.
        today: the day of the question.
        clocks: the procedures that may be estimated; those that ship by default.
    """
    clocks = load_clocks() if clocks is None else clocks
    pauses = _pauses(status)
    known = status.procedure is not None and pauses is not None
    limit = time_limit(entries, clocks, status.procedure or "", status.received_on, today) if known else None
    shown = due(status.due_on, status.received_on, limit, calendar, pauses or ())
    waiting = not status.state.ended and status.state is not State.FINISHED
    return Outlook(shown, remaining(today, shown.on, calendar) if shown and waiting else None)


def as_contract(status: DossierStatus, seen: Outlook, calendar: Calendar, today: date) -> dict[str, Any]:
    """Return a dossier as a turn carries it (``docs/api.md``); an unknown state in the feed's words."""
    return {
        "status": status.state_text if status.state is State.UNKNOWN else status.state.value,
        "step": status.step,
        "of": status.steps,
        "unit": status.unit,
        "received_on": status.received_on.isoformat(),
        "due_on": seen.due.on.isoformat() if seen.due else None,
        "due_source": seen.due.source.value if seen.due else None,
        "remaining_working_days": _working_days(seen, calendar, today),
        "action_required": status.supplement.text if status.supplement else None,
    }


def _working_days(seen: Outlook, calendar: Calendar, today: date) -> int | None:
    """Return the working days left; a negative number of them if overdue."""
    if seen.due is None or seen.remaining is None:
        return None
    if seen.remaining.standing is Standing.OVERDUE:
        return -calendar.working_days(seen.due.on, today)
    return seen.remaining.days if seen.remaining.standing is Standing.LEFT else 0


def _pauses(status: DossierStatus) -> list[Pause] | None:
    """Return requests for supplements as the history tells them; None if it does not tell when."""
    pauses: list[Pause] = []
    asked: date | None = None
    for line in status.history:
        requested = line.state is State.SUPPLEMENT_REQUESTED
        if not requested and asked is None:
            continue
        if line.at is None:
            return None
        day = line.at.astimezone(HANOI).date()
        if requested:
            asked = asked or max(day, status.received_on)
        elif asked:
            pauses.append(Pause(asked, line.at))
            asked = None
    return [*pauses, Pause(asked)] if asked else pauses
