"""What an officer sees of a dossier: everything but free text, which is covered until it is asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from dossiers.holidays import Calendar
from dossiers.outlook import as_contract, outlook
from dossiers.overdue import Overdue
from dossiers.status import DossierStatus
from knowledge.model import Entry
from portal.staff.access import Principal
from portal.staff.sealing import Sealer

VIEW_SECONDS = 900


class Views:
    """Tickets for a dossier that an officer has been shown: of this session, for a quarter of an hour."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def ticket(self, handle: str, principal: Principal) -> str:
        """Return a ticket for the dossier of a handle."""
        return self._sealer.seal(json.dumps([handle, principal.session])).decode()

    def handle(self, ticket: str, principal: Principal) -> str | None:
        """Return the handle of a ticket; none if it is another session's, too old or made up."""
        opened = self._sealer.open(ticket.encode("utf-8", "surrogateescape"), VIEW_SECONDS)
        handle, session = json.loads(opened) if opened else ("", None)
        return handle if session == principal.session else None


def masked_json(
    status: DossierStatus, entries: Mapping[str, Entry], calendar: Calendar, today: date, lang: str
) -> dict[str, Any]:
    """Return a dossier with what people wrote into it left out, and the code covered."""
    facts = as_contract(status, outlook(status, entries, calendar, today), calendar, today)
    facts.pop("action_required")
    return {
        **facts,
        "label": status.state_label(lang),
        "procedure": status.procedure,
        "procedure_name": _procedure_name(status, entries, lang),
        "supplement_due_on": _day(status.supplement.due_on) if status.supplement else None,
        "has_texts": bool(status.supplement or status.result),
        "changed_at": status.changed_at.isoformat(),
        "demo": status.demo,
        "history": [
            {"at": line.at.isoformat() if line.at else None, "state": line.state.value, "unit": line.unit}
            for line in status.history
        ],
    }


def texts_json(status: DossierStatus) -> dict[str, Any]:
    """Return what people wrote into a dossier."""
    return {
        "supplement": status.supplement.text if status.supplement else None,
        "result": status.result,
        "history": [{"text": line.text, "step_name": line.step_name} for line in status.history],
    }


def overdue_json(found: Overdue, entries: Mapping[str, Entry], lang: str) -> dict[str, Any]:
    """Return a line of the list of overdue dossiers."""
    status = found.status
    return {
        "code": status.code,
        "procedure_name": _procedure_name(status, entries, lang),
        "procedure": status.procedure,
        "unit": status.unit,
        "label": status.state_label(lang),
        "received_on": status.received_on.isoformat(),
        "due_on": _day(status.due_on),
        "working_days_overdue": found.days,
    }


def _procedure_name(status: DossierStatus, entries: Mapping[str, Entry], lang: str) -> str | None:
    entry = entries.get(status.procedure) if status.procedure else None
    return entry.name.get(lang) if entry else status.procedure_text


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
