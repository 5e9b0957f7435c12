"""The officers' side of the queue: take a conversation, talk, pass it on, give it back, close it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, select

from portal.events import publish
from portal.handoff.acts import lock
from portal.handoff.presence import VANISHED, touch
from portal.handoff.settings import HandoffSettings
from portal.handoff.tables import desk_presence, handoffs
from portal.handoff.visits import is_open, tell
from portal.problems import Problem, portal_texts
from portal.staff.access import Principal
from portal.staff.audit import System, audit

_TIMER = System("desk timer")
_MOST = 200
_STAYS = {"state": "queued"}
_AGAIN = {"state": "queued", "claimed_by": None, "claimed_at": None, "told": False}


class Desk:
    """What officers do with conversations; every act is in the audit log.

    Args:
        engine: database of the portal.
        settings: when the desk is open.

    Each act returns the session, whose streams are then to be woken, and raises `Problem`: 404 no such
    conversation, 409 it is not in the state that the act takes, or somebody else has it.
    """

    def __init__(self, engine: Engine, settings: HandoffSettings) -> None:
        self._engine = engine
        self._writing = engine.execution_options(writes=True)
        self._settings = settings

    def heartbeat(self, principal: Principal) -> None:
        """Note that an officer is at the desk."""
        with self._writing.begin() as connection:
            touch(connection, principal.account)

    def claim(self, principal: Principal, handoff: str) -> str:
        """Take a conversation out of the queue: of all who try, one has it."""
        with self._changing(handoff) as (connection, row):
            free = (handoffs.c.id == handoff) & (handoffs.c.state == "queued")
            change = {"state": "claimed", "claimed_by": principal.account, "claimed_at": datetime.now(UTC)}
            if not connection.execute(handoffs.update().where(free).values(change)).rowcount:
                raise Problem(409, "not_waiting")
            touch(connection, principal.account)
            tell(connection, connection.execute(select(handoffs).where(handoffs.c.id == handoff)).one())
            audit(connection, principal, "handoff.claim", handoff)
        return str(row.session)

    def say(self, principal: Principal, handoff: str, text: str) -> str:
        """Send the visitor a message."""
        with self._changing(handoff, principal) as (connection, row):
            name = portal_texts(row.lang)("desk.officer")
            data = {"text": text, "at": datetime.now(UTC).isoformat(timespec="seconds"), "name": name}
            publish(connection, row.session, "agent", data)
            audit(connection, principal, "handoff.say", handoff)
        return str(row.session)

    def forward(self, principal: Principal, handoff: str, unit: str) -> str:
        """Put a conversation back into the queue, for a unit."""
        return self._end(principal, handoff, "forward", {**_AGAIN, "unit": unit})

    def give_back(self, principal: Principal, handoff: str) -> str:
        """Give a conversation back to the assistant."""
        return self._end(principal, handoff, "return", {"state": "returned", "closed_at": datetime.now(UTC)})

    def close(self, principal: Principal, handoff: str, topic: str, solved: bool) -> str:
        """End a conversation with the officer."""
        ended = {"state": "closed", "closed_at": datetime.now(UTC), "topic": topic, "solved": solved}
        return self._end(principal, handoff, "close", ended)

    def _end(self, principal: Principal, handoff: str, act: str, change: dict[str, Any]) -> str:
        with self._changing(handoff, principal) as (connection, row):
            after = handoffs.update().where(handoffs.c.id == handoff).values(change).returning(handoffs)
            tell(connection, connection.execute(after).one())
            detail = {name: change[name] for name in ("unit", "topic", "solved") if name in change}
            audit(connection, principal, f"handoff.{act}", handoff, **detail)
        return str(row.session)

    def sweep(self) -> list[str]:
        """Put conversations of officers who vanished back into the queue, end waiting that is in vain.

        Who waits on is told the new place in the queue.

        Returns:
            The sessions in which something changed.
        """
        now = datetime.now(UTC)
        there = select(desk_presence.c.account).where(desk_presence.c.seen_at >= now - VANISHED)
        queued = handoffs.c.state == "queued"
        left = (handoffs.c.state == "claimed") & handoffs.c.claimed_by.not_in(there)
        with self._engine.connect() as connection:
            released = connection.execute(select(handoffs.c.id).where(left).limit(_MOST)).scalars().all()
            waiting = select(handoffs.c.id).where(queued).limit(_MOST)
            takes = is_open(connection, self._settings, VANISHED)
            closing = [] if takes else connection.execute(waiting).scalars().all()
        over = {"state": "unanswered", "closed_at": now}
        changed = [self._swept(handoff, left, _AGAIN, "handoff.release") for handoff in released]
        changed += [self._swept(handoff, queued, over, "handoff.unanswered") for handoff in closing]
        changed += [self._swept(handoff, queued, _STAYS, None) for handoff in self._moved()]
        return [session for session in changed if session]

    def _moved(self) -> list[str]:
        """Return conversations that wait in another place than their visitors were told."""
        waiting = select(handoffs.c.id, handoffs.c.position).where(handoffs.c.state == "queued")
        with self._engine.connect() as connection:
            rows = connection.execute(waiting.order_by(handoffs.c.requested_at, handoffs.c.id)).all()
        return [row.id for place, row in enumerate(rows, 1) if row.position != place][:_MOST]

    def _swept(self, handoff: str, still: Any, change: dict[str, Any], act: str | None) -> str | None:
        """Change a hand-off if it is still as it was found, and tell the visitor; return its session."""
        try:
            with self._changing(handoff) as (connection, row):
                mine = handoffs.update().where(handoffs.c.id == handoff, still).values(change)
                after = connection.execute(mine.returning(handoffs)).first()
                if after is None:
                    return None
                tell(connection, after)
                if act:
                    audit(connection, _TIMER, act, handoff)
        except Problem:  # erased meanwhile
            return None
        return str(row.session)

    @contextmanager
    def _changing(
        self, handoff: str, principal: Principal | None = None
    ) -> Iterator[tuple[Connection, Row[Any]]]:
        """Lock a hand-off's session and give the hand-off; with ``principal``, one that they have claimed."""
        with self._writing.begin() as connection:
            found = handoffs.select().where(handoffs.c.id == handoff)
            known = connection.execute(found).first()
            if known is None:
                raise Problem(404, "unknown_handoff")
            lock(connection, known.session)
            row = connection.execute(found).first()
            if row is None:
                raise Problem(404, "unknown_handoff")
            if principal and (row.state != "claimed" or row.claimed_by != principal.account):
                raise Problem(409, "not_yours")
            yield connection, row
