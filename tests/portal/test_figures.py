"""What waits, and how old things are, as `/metrics` shows it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from time import time

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import insert

from dossiers.demo import demo_events
from dossiers.keys import Key, Keys
from dossiers.service import Dossiers
from knowledge.database import writing
from knowledge.loading import load
from knowledge.store import Store
from knowledge.switches import switch
from portal import figures as portal_figures
from portal.conversations import Conversations
from portal.figures import HELP, Figures
from portal.tables import erasures, outbox, sessions, subscriptions, turns
from tests.portal.conftest import PERMIT, TRANG_DUE
from tests.samples import make_content


def now() -> datetime:
    """Return the moment of the call: an age counts from the test, not from when the file was read."""
    return datetime.now(UTC)


class Shown:
    """A portal's databases, and the figures about them."""

    def __init__(self, database: str) -> None:
        self.conversations = Conversations(database)
        self.dossiers = Dossiers(database, Keys([Key("1", b"k" * 32)]))
        self.store = Store(database)
        load(self.store, make_content(PERMIT, TRANG_DUE))
        self.registry = CollectorRegistry()
        self.rasa_is_up = True
        self.figures = Figures(
            self.registry, self.conversations.engine, self.dossiers.engine, self.store, {"rasa": self._rasa}
        )

    async def _rasa(self) -> bool:
        return self.rasa_is_up

    def write(self, table: object, **row: object) -> None:
        with self.conversations.engine.execution_options(writes=True).begin() as connection:
            connection.execute(insert(table), row)  # type: ignore[arg-type]

    async def value(self, name: str, **labels: str) -> float:
        await self.figures.read()
        found = self.registry.get_sample_value(name, labels)
        assert found is not None
        return found

    def close(self) -> None:
        self.conversations.close()
        self.dossiers.close()
        self.store.close()


@pytest.fixture
async def shown(database: str) -> AsyncIterator[Shown]:
    with closing(Shown(database)) as made:
        yield made


async def test_every_figure_is_there_from_the_start(shown: Shown) -> None:
    await shown.figures.read()
    assert all(shown.registry.get_sample_value(name) is not None for name in HELP)
    for name in ("messages_waiting", "erasures_pending", "outbox_waiting", "handoffs_queued", "topics_off"):
        assert shown.registry.get_sample_value(f"heza_{name}") == 0


async def test_messages_that_wait(shown: Shown) -> None:
    shown.write(sessions, id="s", created_at=now(), held_until=time() + 60)
    row = {"session": "s", "question": "phí", "asked": {}}
    shown.write(turns, id="a", seq=1, created_at=now() - timedelta(seconds=90), **row)
    shown.write(turns, id="b", seq=2, created_at=now(), **row)
    shown.write(turns, id="c", seq=3, created_at=now() - timedelta(days=1), turn={}, **row)
    assert await shown.value("heza_messages_waiting") == 2
    assert 90 <= await shown.value("heza_messages_waiting_oldest_seconds") < 1000
    assert await shown.value("heza_sessions_locked") == 1


async def test_erasures_that_wait_for_rasa(shown: Shown) -> None:
    shown.write(erasures, conversation="x", requested_at=now() - timedelta(minutes=5))
    assert await shown.value("heza_erasures_pending") == 1
    assert 300 <= await shown.value("heza_erasures_pending_oldest_seconds") < 2000


async def test_mails(shown: Shown) -> None:
    named = {"dossier": "d", "address": "h", "email": b"x", "lang": "vi", "expires_at": now()}
    shown.write(subscriptions, id="s", **named)
    mail = {"subscription": "s", "kind": "news", "created_at": now()}
    shown.write(outbox, id="later", due_at=now() + timedelta(hours=1), **mail)
    assert await shown.value("heza_outbox_overdue_seconds") == 0
    shown.write(outbox, id="late", due_at=now() - timedelta(hours=1), **mail)
    shown.write(outbox, id="failed", due_at=now() - timedelta(days=9), failed_at=now(), **mail)
    assert await shown.value("heza_outbox_waiting") == 2
    assert await shown.value("heza_outbox_failed") == 1
    assert 3600 <= await shown.value("heza_outbox_overdue_seconds") < 7200


async def test_entries_past_their_review(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal_figures, "today", lambda: date(2000, 1, 1))
    assert await shown.value("heza_entries_review_due") == 0
    monkeypatch.setattr(portal_figures, "today", lambda: date(2999, 1, 1))
    for name in ("heza_entries_review_due", "heza_entries"):
        assert await shown.value(name) == len(shown.store.entries) > 0
    assert abs(await shown.value("heza_content_changed_timestamp_seconds") - time()) < 600


async def test_topics_that_are_off(shown: Shown) -> None:
    with writing(shown.store.engine) as connection:
        switch(connection, "procedure.permit", off=True, by="tester", reason="wrong fee")
    shown.store.forget_cache()
    assert await shown.value("heza_topics_off") == 1


async def test_the_age_of_the_feed_counts_no_invented_events(shown: Shown) -> None:
    events = demo_events(now().date())
    shown.dossiers.apply_events(events, "demo")
    assert await shown.value("heza_feed_event_timestamp_seconds") == 0


async def test_a_part_that_is_away_is_named(shown: Shown) -> None:
    assert await shown.value("heza_part_ready", part="rasa") == 1
    shown.rasa_is_up = False
    assert await shown.value("heza_part_ready", part="rasa") == 0


async def test_figures_that_cannot_be_read_grow_old(shown: Shown) -> None:
    read_at = await shown.value("heza_figures_timestamp_seconds")
    with shown.conversations.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE outbox RENAME TO elsewhere")
    with pytest.raises(Exception, match="outbox"):
        await shown.figures.read()
    assert shown.registry.get_sample_value("heza_figures_timestamp_seconds") == read_at
