"""What a visitor's clients are told: events of a session, numbered in the order in which they happened.

Messages and events take their numbers from one counter of the session. The event of
a turn keeps the number of its message, unless something else was published meanwhile:
then it gets the next one, so that no reader who remembers the last number that it saw
misses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, select

from portal.problems import Problem
from portal.tables import events, sessions, turns

Kind = Literal["turn", "agent", "state"]


@dataclass(frozen=True)
class Event:
    """One event; ``id`` grows within its session."""

    id: int
    kind: Kind
    data: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return the event as polling shows it."""
        return {"id": self.id, "event": self.kind, "data": self.data}


def next_number(connection: Connection, session: str) -> int:
    """Return the next number of a session; whoever asks at the same time waits for this transaction.

    Raises:
        Problem: 403, the session was erased meanwhile.
    """
    take = (
        sessions.update()
        .where(sessions.c.id == session)
        .values(last_seq=sessions.c.last_seq + 1)
        .returning(sessions.c.last_seq)
    )
    number = connection.execute(take).scalar_one_or_none()
    if number is None:
        raise Problem(403, "gone")
    return int(number)


def publish(
    connection: Connection,
    session: str,
    kind: Kind,
    data: dict[str, Any] | None = None,
    turn: str | None = None,
) -> int:
    """Add an event to a session, within the caller's transaction, and return its number.

    Args:
        connection: a transaction that writes.
        session: whose event it is.
        kind: what sort of event.
        data: what clients get; a turn's stands with the turn.
        turn: id of the turn, of an event of kind ``turn``.
    """
    number = _number_of_turn(connection, session, turn) if turn else next_number(connection, session)
    row = {"session": session, "id": number, "kind": kind, "turn": turn, "data": data}
    connection.execute(events.insert(), {**row, "created_at": datetime.now(UTC)})
    connection.execute(sessions.update().where(sessions.c.id == session).values(last_event=number))
    return number


def _number_of_turn(connection: Connection, session: str, turn: str) -> int:
    seq = connection.execute(select(turns.c.seq).where(turns.c.id == turn)).scalar_one()
    last = connection.execute(select(sessions.c.last_event).where(sessions.c.id == session)).scalar_one()
    return int(seq) if seq > last else next_number(connection, session)


def events_after(connection: Connection, session: str, number: int, limit: int = 500) -> list[Event]:
    """Return the events of a session after ``number``, in order, at most ``limit``."""
    query = (
        select(events.c.id, events.c.kind, func.coalesce(turns.c.turn, events.c.data).label("data"))
        .join(turns, turns.c.id == events.c.turn, isouter=True)
        .where(events.c.session == session, events.c.id > number)
        .order_by(events.c.id)
        .limit(limit)
    )
    return [Event(row.id, row.kind, row.data) for row in connection.execute(query)]
