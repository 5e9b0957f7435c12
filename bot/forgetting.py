"""Conversations that can be forgotten, which Rasa 3.6 has no call for.

The tracker store is Rasa's own for SQL, with tombstones: forgetting deletes the events of
a conversation and buries its id in one transaction, and every save looks for the tombstone
within its own. Both take the same lock first, so that whichever comes second sees the other,
also in another worker: a turn that was under way cannot bring a conversation back.

Of a conversation that goes on only the end is kept: Rasa reads, replays and copies all that is
stored of it in every turn, so that each would take longer than the one before.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import logging
import time
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from rasa.core.agent import Agent
from rasa.core.lock_store import LockError
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from bot.databases import alone, tracker_url

logger = logging.getLogger(__name__)
TOMBSTONES_KEPT = 30 * 24 * 3600
"""Seconds; a turn that is under way ends within its deadline, a session token after twelve hours."""
EVENTS_KEPT = 4
"""Events that stay when those of a turn are added. Rules look no further back than the last message."""
_OF_SESSION = """
    FROM events
    WHERE sender_id = :conversation AND timestamp >= coalesce(
        (SELECT max(timestamp) FROM events WHERE sender_id = :conversation AND type_name = 'session_started'),
        timestamp
    )
"""
_READ = sa.text(f"SELECT data {_OF_SESSION} ORDER BY id")
_COUNT = sa.text(f"SELECT count(*) {_OF_SESSION}")
"""They find what Rasa's own queries find, which are composed anew for each turn."""
_TOPIC = sa.text(f"""
    SELECT data {_OF_SESSION} AND type_name = 'slot' AND action_name = 'topic' ORDER BY id DESC LIMIT 1
""")
_BURIED = sa.text("SELECT 1 FROM tombstones WHERE conversation = :hashed")
_DROP = sa.text("""
    DELETE FROM events
    WHERE sender_id = :conversation
        AND id < (
            SELECT id FROM events WHERE sender_id = :conversation ORDER BY id DESC LIMIT 1 OFFSET :kept
        )
        AND id NOT IN (
            SELECT max(id) FROM events
            WHERE sender_id = :conversation AND type_name IN ('slot', 'session_started')
            GROUP BY type_name, action_name
        )
""")
"""Of slots, whose name Rasa stores as that of an action, and of beginnings of sessions the last counts."""
_PAUSE = 0.1


class NotForgotten(Exception):
    """Something of the conversation may still be there; forgetting has to be tried again."""


class ForgettingTrackerStore(SQLTrackerStore):
    """Rasa's SQL tracker store for SQLite and PostgreSQL, with tombstones."""

    class Tombstone(SQLTrackerStore.Base):  # type: ignore[misc,name-defined]
        """A conversation that was forgotten, by the hash of its id (128 random bits)."""

        __tablename__ = "tombstones"
        conversation = sa.Column(sa.String(64), primary_key=True)
        forgotten_at = sa.Column(sa.Float, nullable=False)

    def __init__(self, domain: Domain | None = None, host: str = "", **kwargs: Any) -> None:
        """Open the store.

        Args:
            domain: of the assistant.
            host: ``url`` of ``endpoints.yml``: a SQLite file or a URL (`bot.databases.tracker_url`).
            kwargs: of Rasa's own store.
        """
        url = tracker_url(host)
        with alone(url):
            super().__init__(domain, host=url, **kwargs)
        self.engine.dispose()
        self.engine = _connect(url)
        self.sessionmaker.configure(bind=self.engine)

    def is_forgotten(self, conversation: str) -> bool:
        """Tell whether a conversation was forgotten."""
        with self.session_scope() as session:
            return self._is_buried(session, conversation)

    def topic(self, conversation: str) -> str | None:
        """Return the entry that a conversation is about, as the slot ``topic`` has it.

        Rasa's components read messages without their conversation, so the channel tells them.
        """
        with self.session_scope() as session:
            data = session.execute(_TOPIC, {"conversation": conversation}).scalar()
        value = json.loads(data)["value"] if data else None
        return str(value["entry"]) if value else None

    def bury(self, conversation: str) -> None:
        """Delete a conversation and leave its tombstone.

        Raises:
            NotForgotten: the database failed, or the pages of SQLite's log are still in use.
        """
        try:
            with self.session_scope() as session:
                self._take_turns(session, conversation)
                events = session.query(self.SQLEvent).filter(self.SQLEvent.sender_id == conversation)
                events.delete(synchronize_session=False)
                session.merge(self.Tombstone(conversation=_hashed(conversation), forgotten_at=time.time()))
                old = self.Tombstone.forgotten_at < time.time() - TOMBSTONES_KEPT
                session.query(self.Tombstone).filter(old).delete(synchronize_session=False)
                session.commit()
            self._truncate()
        except SQLAlchemyError as error:
            raise NotForgotten(type(error).__name__) from error

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the new events of a conversation, unless it was forgotten.

        If the database fails they are lost. Rasa would keep them in the memory of this
        worker, where nothing reads them and nothing could forget them.
        """
        try:
            await super().save(tracker)
        except SQLAlchemyError:
            logger.exception("A conversation could not be stored.")

    async def _retrieve(
        self, sender_id: str, fetch_events_from_all_sessions: bool
    ) -> DialogueStateTracker | None:
        """Load a conversation since its last session began."""
        if fetch_events_from_all_sessions:
            return await super()._retrieve(sender_id, fetch_events_from_all_sessions)
        with self.session_scope() as session:
            stored = session.execute(_READ, {"conversation": sender_id}).scalars().all()
        if not stored or not self.domain:
            return None
        events = [json.loads(data) for data in stored]
        return DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)

    def _additional_events(self, session: Session, tracker: DialogueStateTracker) -> Iterator[Any]:
        """Return what has to be stored of a conversation: nothing if it was forgotten.

        Rasa calls this first in the transaction in which it saves, once for each turn. It tells new
        events by the number of stored ones, which therefore are dropped only after it has counted.
        """
        self._take_turns(session, tracker.sender_id)
        if self._is_buried(session, tracker.sender_id):
            return iter(())
        conversation = {"conversation": tracker.sender_id}
        stored = session.execute(_COUNT, conversation).scalar_one()
        session.execute(_DROP, {**conversation, "kept": EVENTS_KEPT - 1})
        return itertools.islice(tracker.events, stored, None)

    @property
    def _is_sqlite(self) -> bool:
        return bool(self.engine.dialect.name == "sqlite")

    def _is_buried(self, session: Session, conversation: str) -> bool:
        return session.execute(_BURIED, {"hashed": _hashed(conversation)}).first() is not None

    def _take_turns(self, session: Session, conversation: str) -> None:
        """Begin a transaction that no other of the same conversation runs beside."""
        connection = session.connection()
        if self._is_sqlite:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            key = int.from_bytes(bytes.fromhex(_hashed(conversation))[:8], "big", signed=True)
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})

    def _truncate(self) -> None:
        """Empty SQLite's log, which holds pages as they were before the deletion."""
        if not self._is_sqlite:
            return
        with self.engine.connect() as connection:
            busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        if busy:
            raise NotForgotten("the log is in use")


def forgetting_store(agent: Agent) -> ForgettingTrackerStore | None:
    """Return the tracker store out of Rasa's wrapper; None if it is of another sort."""
    store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
    return store if isinstance(store, ForgettingTrackerStore) else None


async def forget(agent: Agent, conversation: str, patience: float) -> None:
    """Forget a conversation, and wait for the turn under way, which saves nothing any more.

    Args:
        agent: Rasa.
        conversation: whose events go.
        patience: seconds to wait for the turn.

    Raises:
        NotForgotten: it has to be tried again.
    """
    store = forgetting_store(agent)
    if store is None:
        raise NotForgotten("the tracker store cannot forget")
    await asyncio.get_running_loop().run_in_executor(None, store.bury, conversation)
    try:
        await asyncio.wait_for(_turn_ended(agent, conversation), patience)
    except (asyncio.TimeoutError, LockError) as error:
        raise NotForgotten("a turn is under way") from error


async def _turn_ended(agent: Agent, conversation: str) -> None:
    async with agent.lock_store.lock(conversation, wait_time_in_seconds=_PAUSE):
        pass


def _connect(url: str) -> sa.engine.Engine:
    """Return the engine of a tracker; its connections are kept, of SQLite too.

    SQLAlchemy 1.4 would open a SQLite file for each transaction; the last one to close it then has
    to bring the log into the file, which takes longer than the transaction.

    What is stored never stands in an error, and so in no log. A connection is tried before it is
    used, so that a database that was started again costs no turn.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return sa.create_engine(url, hide_parameters=True, pool_pre_ping=True)
    threads = {"check_same_thread": False}  # forgetting runs in one of its own
    engine = sa.create_engine(url, hide_parameters=True, poolclass=QueuePool, connect_args=threads)
    sa.event.listen(engine, "connect", _set_pragmas)
    return engine


def _hashed(conversation: str) -> str:
    return hashlib.sha256(conversation.encode()).hexdigest()


def _set_pragmas(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA busy_timeout=5000")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA secure_delete=ON")
