"""Figures about what waits and how old things are, read from the databases once a minute for `/metrics`.

They are the same in every portal over one database: take the maximum, not the sum.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from time import time
from typing import Any

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy import ColumnElement, Connection, Engine, and_, func, select

from dossiers.tables import FeedEvent
from knowledge.dates import today
from knowledge.items import ENTRY
from knowledge.store import Store
from knowledge.tables import Item, ItemVersion
from portal.handoff.tables import handoffs, tickets
from portal.tables import erasures, outbox, sessions, turns

Check = Callable[[], Awaitable[bool]]
DEMO = "demo"
"""Source of the invented events, which tell nothing of the feed's age."""

HELP = {
    "heza_messages_waiting": "Messages that are stored and not answered yet.",
    "heza_messages_waiting_oldest_seconds": "Age of the oldest of them.",
    "heza_sessions_locked": "Sessions that a portal is answering: locks that have not lapsed.",
    "heza_erasures_pending": "Erased sessions that Rasa has still to forget.",
    "heza_erasures_pending_oldest_seconds": "Age of the oldest of these orders.",
    "heza_outbox_waiting": "Mails that are to be sent.",
    "heza_outbox_overdue_seconds": "For how long the oldest of them has been due.",
    "heza_outbox_failed": "Mails that were given up.",
    "heza_handoffs_queued": "Visitors who wait for an officer.",
    "heza_tickets_open": "Tickets that wait for a reply.",
    "heza_tickets_overdue": "Those of them that should have had one.",
    "heza_entries": "Entries of the knowledge base.",
    "heza_entries_review_due": "Entries past the day by which they were to be reviewed; answers say so.",
    "heza_topics_off": "Topics that are switched off.",
    "heza_content_changed_timestamp_seconds": "When the content last changed, by load or edit; Unix time.",
    "heza_feed_event_timestamp_seconds": "Time of the newest event of the one-stop system; Unix time.",
    "heza_figures_timestamp_seconds": "When these figures were last read; Unix time.",
}


class Figures:
    """The gauges, and how they are read.

    Args:
        registry: where they are shown.
        portal: engine of the portal's database.
        dossiers: engine of the dossiers' database.
        store: the knowledge base.
        parts: what the portal needs, each with a check that tells whether it is there.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        portal: Engine,
        dossiers: Engine,
        store: Store,
        parts: Mapping[str, Check],
    ) -> None:
        self._portal = portal
        self._dossiers = dossiers
        self._store = store
        self._parts = parts
        self._gauges = {name: Gauge(name, text, registry=registry) for name, text in HELP.items()}
        self._ready = Gauge(
            "heza_part_ready",
            "1 if a part answered when it was last asked, else 0.",
            ["part"],
            registry=registry,
        )

    async def read(self) -> None:
        """Read everything once. What cannot be read keeps its former value, and the time tells so."""
        for name, check in self._parts.items():
            self._ready.labels(part=name).set(await check())
        for read in (self._of_portal, self._of_knowledge, self._of_dossiers):
            for name, value in (await asyncio.to_thread(read)).items():
                self._gauges[name].set(value)
        self._gauges["heza_figures_timestamp_seconds"].set(time())

    def _of_portal(self) -> dict[str, float]:
        now = datetime.now(UTC)
        waiting = outbox.c.failed_at.is_(None)
        due = and_(tickets.c.state == "open", tickets.c.due_at < now)
        with self._portal.connect() as connection:

            def count(condition: ColumnElement[bool]) -> int:
                return int(connection.execute(select(func.count()).where(condition)).scalar_one())

            return {
                "heza_messages_waiting": count(turns.c.turn.is_(None)),
                "heza_messages_waiting_oldest_seconds": _age(
                    connection, turns.c.created_at, turns.c.turn.is_(None), now
                ),
                "heza_sessions_locked": count(sessions.c.held_until > time()),
                "heza_erasures_pending": count(erasures.c.conversation.is_not(None)),
                "heza_erasures_pending_oldest_seconds": _age(
                    connection, erasures.c.requested_at, erasures.c.conversation.is_not(None), now
                ),
                "heza_outbox_waiting": count(waiting),
                "heza_outbox_overdue_seconds": _age(connection, outbox.c.due_at, waiting, now),
                "heza_outbox_failed": count(outbox.c.failed_at.is_not(None)),
                "heza_handoffs_queued": count(handoffs.c.state == "queued"),
                "heza_tickets_open": count(tickets.c.state == "open"),
                "heza_tickets_overdue": count(due),
            }

    def _of_knowledge(self) -> dict[str, float]:
        review = Item.data["review_by"].as_string()
        is_entry = Item.sort == ENTRY
        with self._store.engine.connect() as connection:
            entries = connection.execute(select(func.count()).where(is_entry)).scalar_one()
            overdue = and_(is_entry, review < today().isoformat())
            due = connection.execute(select(func.count()).where(overdue)).scalar_one()
            changed = connection.execute(select(func.max(ItemVersion.changed_at))).scalar_one()
        return {
            "heza_entries": entries,
            "heza_entries_review_due": due,
            "heza_topics_off": len(self._store.switches.off),
            "heza_content_changed_timestamp_seconds": changed.timestamp() if changed else 0,
        }

    def _of_dossiers(self) -> dict[str, float]:
        with self._dossiers.connect() as connection:
            newest = connection.execute(
                select(func.max(FeedEvent.at)).where(FeedEvent.source != DEMO)
            ).scalar_one()
        return {"heza_feed_event_timestamp_seconds": newest.timestamp() if newest else 0}


def _age(connection: Connection, moment: Any, condition: ColumnElement[bool], now: datetime) -> float:
    """Return how many seconds ago the earliest moment was; 0 if there is none or it is yet to come."""
    earliest = connection.execute(select(func.min(moment)).where(condition)).scalar_one()
    if earliest is None:
        return 0.0
    aware = earliest.replace(tzinfo=UTC) if earliest.tzinfo is None else earliest
    age: float = (now - aware).total_seconds()
    return max(0.0, age)
