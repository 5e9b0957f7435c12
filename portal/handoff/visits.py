"""The visitor's side of the queue: asking for an officer, where that stands, and what is said meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select
from ulid import ULID

from knowledge.answer import Answer, Outcome
from portal.events import publish
from portal.handoff.acts import lock, record, said
from portal.handoff.presence import PRESENT, present
from portal.handoff.settings import HandoffSettings
from portal.handoff.tables import OPEN, handoffs
from portal.problems import portal_texts


def is_open(connection: Connection, settings: HandoffSettings, within: timedelta = PRESENT) -> bool:
    """Tell whether somebody would take a conversation now: within office hours, and an officer is there."""
    if settings.hours is None or not settings.hours.is_open(datetime.now(UTC)):
        return False
    return present(connection, within) > 0


def position(connection: Connection, row: Row[Any]) -> int:
    """Return the place in the queue of a conversation that waits, from 1."""
    before = (handoffs.c.requested_at < row.requested_at) | (
        (handoffs.c.requested_at == row.requested_at) & (handoffs.c.id < row.id)
    )
    query = select(func.count()).select_from(handoffs).where(handoffs.c.state == "queued", before)
    return 1 + int(connection.execute(query).scalar_one())


def state_of(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    """Return where a hand-off stands, as the visitor's clients are told."""
    if row.state == "queued":
        return {"state": "queued", "position": position(connection, row)}
    if row.state == "unanswered":
        return {"state": "closed", "reason": "unanswered"}
    return {"state": {"claimed": "claimed", "returned": "bot"}.get(row.state, "closed")}


def tell(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    """Tell the visitor's clients where a hand-off stands; return what they are told.

    Args:
        connection: in a transaction that has locked the session.
        row: the hand-off as it is now.
    """
    state = state_of(connection, row)
    place = handoffs.update().where(handoffs.c.id == row.id).values(position=state.get("position"))
    connection.execute(place)
    publish(connection, row.session, "state", {**state, **({"unit": row.unit} if row.unit else {})})
    return state


class Visits:
    """Hand-offs as visitors see them.

    Args:
        engine: database of the portal.
        settings: when the desk is open.
    """

    def __init__(self, engine: Engine, settings: HandoffSettings) -> None:
        self._engine = engine
        self._writing = engine.execution_options(writes=True)
        self._settings = settings

    def request(self, session: str, lang: str, note: str | None) -> dict[str, Any] | None:
        """Put a conversation into the queue; one that is there, or with an officer, stays where it is.

        Args:
            session: whose conversation.
            lang: of the request, if the session has none yet.
            note: what the visitor wants to say, masked.

        Returns:
            Where it stands; None if nobody is at the desk.

        Raises:
            Problem: 403, the session no longer exists.
        """
        with self._writing.begin() as connection:
            lang = lock(connection, session) or lang
            known = open_of(connection, session)
            can_take = is_open(connection, self._settings)
            if known and (known.state == "claimed" or can_take):
                return state_of(connection, known)
            if not can_take:
                return None
            row = {
                "id": str(ULID()),
                "session": session,
                "state": "queued",
                "lang": lang,
                "note": note,
                "requested_at": datetime.now(UTC),
                "told": False,
            }
            connection.execute(handoffs.insert(), row)
            record(
                connection,
                session,
                note or portal_texts(lang)("desk.wish"),
                said(lang, Outcome.HANDED_OFF, "queued"),
            )
            made = open_of(connection, session)
            assert made is not None  # inserted just now
            return tell(connection, made)

    def state(self, session: str) -> dict[str, Any]:
        """Return where the conversation stands, and whether and when the desk is open."""
        own = handoffs.select().where(handoffs.c.session == session)
        hours = self._settings.hours
        with self._engine.connect() as connection:
            row = connection.execute(own.order_by(handoffs.c.id.desc()).limit(1)).first()
            state = state_of(connection, row) if row else {"state": "bot"}
            desk = {"open": is_open(connection, self._settings), "hours": hours.text if hours else None}
        return {**state, "desk": desk}

    def silence(self, session: str, lang: str) -> Answer | None:
        """Return what the portal says by itself while an officer has the conversation; None if none has.

        The first message is confirmed at length, later ones in a word.
        """
        query = select(handoffs.c.id, handoffs.c.told).where(
            handoffs.c.session == session, handoffs.c.state == "claimed"
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        if not row.told:
            with self._writing.begin() as connection:
                connection.execute(handoffs.update().where(handoffs.c.id == row.id).values(told=True))
        return said(lang, Outcome.HANDED_OFF, "passed_on" if row.told else "listening")


def open_of(connection: Connection, session: str) -> Row[Any] | None:
    """Return the hand-off of a session that waits or is with an officer."""
    return connection.execute(handoffs.select().where(handoffs.c.session == session, OPEN)).first()
