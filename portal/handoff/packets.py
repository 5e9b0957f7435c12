"""What an officer sees of conversations, masked as stored: the queue, and the packet of each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, select

from knowledge.store import Store
from portal.handoff.presence import PRESENT
from portal.handoff.settings import HandoffSettings
from portal.handoff.tables import OPEN, desk_presence, handoffs
from portal.handoff.visits import is_open
from portal.problems import Problem
from portal.staff.access import Principal
from portal.staff.audit import audit
from portal.staff.tables import staff_accounts
from portal.tables import events, turns

LAST_TURNS = 20
_MOST = 200


class Packets:
    """Reads conversations for officers.

    Args:
        engine: database of the portal.
        settings: when the desk is open.
        store: the knowledge base, for the names of subjects.
    """

    def __init__(self, engine: Engine, settings: HandoffSettings, store: Store) -> None:
        self._engine = engine
        self._settings = settings
        self._store = store

    def queue(self) -> dict[str, Any]:
        """Return who is there, and the conversations that wait or are claimed, longest waiting first."""
        query = (
            select(handoffs, staff_accounts.c.name.label("officer"))
            .join(staff_accounts, staff_accounts.c.id == handoffs.c.claimed_by, isouter=True)
            .where(OPEN)
            .order_by(handoffs.c.requested_at, handoffs.c.id)
            .limit(_MOST)
        )
        there = (
            select(staff_accounts.c.name)
            .join(desk_presence, desk_presence.c.account == staff_accounts.c.id)
            .where(desk_presence.c.seen_at >= datetime.now(UTC) - PRESENT)
            .order_by(staff_accounts.c.name)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
            return {
                "open": is_open(connection, self._settings),
                "hours": self._settings.hours.text if self._settings.hours else None,
                "present": list(connection.execute(there).scalars()),
                "handoffs": [self._summary(connection, row) for row in rows],
            }

    def packet(self, principal: Principal, handoff: str, after: int) -> dict[str, Any]:
        """Return a conversation: what is known of it, and what was said after number ``after``.

        Reading one that one has not claimed is audited.

        Raises:
            Problem: 404, no such conversation.
        """
        query = (
            select(handoffs, staff_accounts.c.name.label("officer"))
            .join(staff_accounts, staff_accounts.c.id == handoffs.c.claimed_by, isouter=True)
            .where(handoffs.c.id == handoff)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
            if row is None:
                raise Problem(404, "unknown_handoff")
            packet = self._summary(connection, row)
            packet["said"] = said_after(connection, row.session, after)
        if row.claimed_by != principal.account:
            with self._engine.execution_options(writes=True).begin() as connection:
                audit(connection, principal, "handoff.view", handoff)
        return packet

    def _summary(self, connection: Connection, row: Row[Any]) -> dict[str, Any]:
        asked = (
            select(turns.c.turn)
            .where(turns.c.session == row.session, turns.c.turn.is_not(None))
            .order_by(turns.c.seq.desc())
            .limit(LAST_TURNS)
        )
        told = connection.execute(asked).scalars().all()
        of_bot = [t for t in told if t["outcome"] not in _ACTS]
        last = of_bot[0] if of_bot else {}
        end = row.claimed_at or row.closed_at or datetime.now(UTC)
        return {
            "id": row.id,
            "state": row.state,
            "lang": row.lang,
            "note": row.note,
            "unit": row.unit,
            "requested_at": row.requested_at.isoformat(timespec="seconds"),
            "waiting_seconds": max(0, int((end - row.requested_at).total_seconds())),
            "officer": row.officer,
            "subjects": self._subjects(of_bot, row.lang),
            "summary": last.get("question"),
            "outcome": last.get("outcome"),
            "licensed_on": last.get("licensed_on"),
            "as_of": last.get("as_of"),
            # As the visitor was told it: state and dates, no code and no name.
            "dossier": next((t["dossier"] for t in told if t.get("dossier")), None),
        }

    def _subjects(self, answered: list[dict[str, Any]], lang: str) -> list[dict[str, str]]:
        """Return the entries that the last answers came from, the latest first, each once."""
        ids = list(dict.fromkeys(entry["id"] for turn in answered for entry in turn.get("entries", [])))[:3]
        known = self._store.entries.fetch(ids)
        return [{"id": i, "name": known[i].name.get(lang)} for i in ids if i in known]


_ACTS = {"handed_off", "ticket"}


def said_after(connection: Connection, session: str, after: int) -> list[dict[str, Any]]:
    """Return the last things said in a session after number ``after``, in order."""
    asked = (
        select(turns.c.seq, turns.c.question, turns.c.turn, turns.c.created_at)
        .where(turns.c.session == session, turns.c.seq > after)
        .order_by(turns.c.seq.desc())
        .limit(LAST_TURNS)
    )
    wrote = (
        select(events.c.id, events.c.data)
        .where(events.c.session == session, events.c.kind == "agent", events.c.id > after)
        .order_by(events.c.id.desc())
        .limit(LAST_TURNS)
    )
    said = [
        {
            "number": row.seq,
            "at": _utc(row.created_at).isoformat(timespec="seconds"),
            "visitor": row.question or None,
            "assistant": row.turn["text"] if row.turn else None,
            "outcome": row.turn["outcome"] if row.turn else None,
            "officer": None,
        }
        for row in connection.execute(asked)
    ]
    said += [
        {
            "number": row.id,
            "at": row.data["at"],
            "visitor": None,
            "assistant": None,
            "outcome": None,
            "officer": row.data["text"],
        }
        for row in connection.execute(wrote)
    ]
    return sorted(said, key=lambda one: int(one["number"]))[-LAST_TURNS:]


def _utc(moment: datetime) -> datetime:
    """SQLite gives times back without their zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
