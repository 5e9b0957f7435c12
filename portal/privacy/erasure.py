"""Erasure: a session ends and leaves nothing behind, here, in the vault and with Rasa.

The portal's rows go in one transaction, which also counts the turns for the reports and notes
that Rasa has to forget the conversation. The note goes when Rasa has; while Rasa is down it waits,
and is tried again.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import closing
from datetime import UTC, datetime, timedelta

from redis.exceptions import RedisError
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from portal.handoff.tables import tickets
from portal.privacy.vault import Vault
from portal.rasa import RasaClient, RasaDown
from portal.reports.counts import keep
from portal.tables import duties, erasures, metadata, sessions, turns

logger = logging.getLogger(__name__)
_AT_ONCE = 200


class Erasures:
    """What erasure does in the portal's database.

    Args:
        engine: of that database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(writes=True)

    def erase(self, session: str) -> None:
        """Delete every row of a session and note that Rasa has to forget it."""
        with self._writing.begin() as connection:
            # Whoever adds to the session locks it first, and then finds it gone.
            connection.execute(select(sessions.c.id).where(sessions.c.id == session).with_for_update())
            keep(connection, session)
            for table in reversed(metadata.sorted_tables):
                if "session" in table.c:
                    connection.execute(delete(table).where(table.c.session == session))
            connection.execute(delete(sessions).where(sessions.c.id == session))
            connection.execute(delete(erasures).where(erasures.c.conversation == session))
            note = {"conversation": session, "requested_at": datetime.now(UTC)}
            connection.execute(insert(erasures), note)
        self._truncate()

    def done(self, conversation: str) -> None:
        """Drop the note: Rasa has forgotten the conversation."""
        with self._writing.begin() as connection:
            connection.execute(delete(erasures).where(erasures.c.conversation == conversation))

    def waiting(self) -> list[str]:
        """Return conversations that Rasa has still to forget, oldest first."""
        query = select(erasures.c.conversation).order_by(erasures.c.requested_at).limit(_AT_ONCE)
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def silent_since(self, moment: datetime) -> list[str]:
        """Return sessions in which nothing was said since ``moment``, oldest first, not all at once.

        A ticket that was due or answered later keeps its session until then.
        """
        later = select(turns.c.id).where(turns.c.session == sessions.c.id, turns.c.created_at >= moment)
        promised = select(tickets.c.id).where(
            tickets.c.session == sessions.c.id,
            (tickets.c.due_at >= moment) | (tickets.c.answered_at >= moment),
        )
        query = (
            select(sessions.c.id)
            .where(sessions.c.created_at < moment, ~later.exists(), ~promised.exists())
            .order_by(sessions.c.created_at)
            .limit(_AT_ONCE)
        )
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def take_duty(self, name: str, every: timedelta) -> bool:
        """Tell whether a task is due; one of all portals is told so, once in each period."""
        now = datetime.now(UTC)
        due = (duties.c.name == name) & (duties.c.taken_at <= now - every)
        try:
            with self._writing.begin() as connection:
                if connection.execute(update(duties).where(due).values(taken_at=now)).rowcount:
                    return True
                known = connection.execute(select(duties.c.name).where(duties.c.name == name)).first()
                if not known:
                    connection.execute(insert(duties), {"name": name, "taken_at": now})
                return not known
        except IntegrityError:  # another portal took it for the first time
            return False

    def _truncate(self) -> None:
        """Empty SQLite's log, which holds pages as they were before the deletion.

        A reader may hold it for a moment; the next erasure, or SQLite itself, empties it then.
        """
        if self._engine.dialect.name == "sqlite":
            with closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


class Eraser:
    """Erases sessions.

    Args:
        erasures: the portal's database.
        vault: what was typed for look-ups.
        rasa: the client of our channel.
    """

    def __init__(self, erasures: Erasures, vault: Vault, rasa: RasaClient) -> None:
        self._erasures = erasures
        self._vault = vault
        self._rasa = rasa

    async def erase(self, session: str) -> bool:
        """Erase a session; return False if Rasa has still to forget it."""
        await asyncio.to_thread(self._erasures.erase, session)
        try:
            await self._vault.forget(session)
        except RedisError as error:  # nobody can ask for the values any more, and they lapse in minutes
            logger.warning("the vault could not be emptied (%s)", type(error).__name__)
        return await self._forgotten(session)

    async def retry(self) -> None:
        """Have Rasa forget what it could not forget before."""
        waiting = await asyncio.to_thread(self._erasures.waiting)
        if waiting and await self._rasa.ready():
            for conversation in waiting:
                await self._forgotten(conversation)

    async def _forgotten(self, conversation: str) -> bool:
        try:
            await self._rasa.forget(conversation)
        except RasaDown as error:
            logger.warning("an erasure waits for Rasa (%s)", error)
            return False
        await asyncio.to_thread(self._erasures.done, conversation)
        return True
