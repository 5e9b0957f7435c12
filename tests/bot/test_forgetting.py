"""What was forgotten is gone, from the files too, and no turn under way brings it back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot import forgetting
from bot.databases import SCHEMA, tracker_url
from bot.forgetting import EVENTS_KEPT, ForgettingTrackerStore, NotForgotten, forget, forgetting_store

WORDS = "khu-cong-nghiep-bi-mat"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables, of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'tracker.sqlite'}"
        return
    url = request.getfixturevalue("server")._url("postgres")
    yield url
    engine = sa.create_engine(tracker_url(url))
    engine.execute(sa.schema.DropSchema(SCHEMA, cascade=True))
    engine.dispose()


def opened(url: str) -> ForgettingTrackerStore:
    """A store over a database, as each Rasa worker has one."""
    return ForgettingTrackerStore(Domain.empty(), host=url)


@pytest.fixture
async def store(url: str) -> AsyncIterator[ForgettingTrackerStore]:
    store = opened(url)
    yield store
    store.engine.dispose()


def told(conversation: str, *texts: str) -> DialogueStateTracker:
    """A conversation in which somebody said something."""
    events = [UserUttered(text) for text in texts]
    return DialogueStateTracker.from_events(conversation, events)


async def events_of(store: ForgettingTrackerStore, conversation: str) -> list[str]:
    tracker = await store.retrieve_full_tracker(conversation)
    return [e.text for e in tracker.events if isinstance(e, UserUttered)] if tracker else []


def files_with(words: str, folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir() if words.encode() in file.read_bytes()]


async def test_rasa_stores_conversations_as_before(store: ForgettingTrackerStore) -> None:
    await store.save(told("s-1", "phí"))
    await store.save(told("s-1", "phí", "thời hạn"))
    assert await events_of(store, "s-1") == ["phí", "thời hạn"]
    assert not store.is_forgotten("s-1")


async def test_what_is_forgotten_is_gone_and_the_rest_stays(store: ForgettingTrackerStore) -> None:
    await store.save(told("s-1", "phí"))
    await store.save(told("s-2", "thời hạn"))
    store.bury("s-1")
    assert (await events_of(store, "s-1"), await events_of(store, "s-2")) == ([], ["thời hạn"])
    assert (store.is_forgotten("s-1"), store.is_forgotten("s-2")) == (True, False)


async def test_forgetting_twice_or_something_unknown_is_no_error(store: ForgettingTrackerStore) -> None:
    for _ in range(2):
        store.bury("s-1")
    assert store.is_forgotten("s-1")


async def test_a_later_save_of_another_worker_revives_nothing(
    store: ForgettingTrackerStore, url: str
) -> None:
    other = opened(url)
    await other.save(told("s-1", "phí"))
    under_way = told("s-1", "phí", "thời hạn")
    store.bury("s-1")
    await other.save(under_way)
    assert await events_of(store, "s-1") == []
    other.engine.dispose()


async def test_a_save_that_began_before_is_waited_for(
    store: ForgettingTrackerStore, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The save has looked for a tombstone and found none, but has not stored yet: it comes first."""
    other, looked, go_on = opened(url), threading.Event(), threading.Event()
    look = other._is_buried

    def look_and_wait(session: Any, conversation: str) -> bool:
        buried = look(session, conversation)
        looked.set()
        assert go_on.wait(10)
        return buried

    monkeypatch.setattr(other, "_is_buried", look_and_wait)
    saving = threading.Thread(target=lambda: asyncio.run(other.save(told("s-1", "phí"))))
    burying = threading.Thread(target=store.bury, args=["s-1"])
    saving.start()
    assert looked.wait(10)
    burying.start()
    burying.join(0.3)
    assert burying.is_alive(), "the deletion must wait for the save"
    go_on.set()
    saving.join(10)
    burying.join(10)
    assert await events_of(store, "s-1") == []
    other.engine.dispose()


async def test_nothing_is_left_in_the_files_of_sqlite(tmp_path: Path) -> None:
    store = opened(f"sqlite:///{tmp_path / 'tracker.sqlite'}")
    await store.save(told("s-1", *[f"{WORDS} {n}" for n in range(200)]))
    reader = store.engine.connect()  # as long as one is open, SQLite keeps its log
    assert files_with(WORDS, tmp_path) != []
    store.bury("s-1")
    assert files_with(WORDS, tmp_path) == []
    assert (tmp_path / "tracker.sqlite-wal").stat().st_size == 0
    reader.close()


async def test_a_log_that_is_in_use_is_no_success(tmp_path: Path) -> None:
    store = opened(f"sqlite:///{tmp_path / 'tracker.sqlite'}")
    await store.save(told("s-1", WORDS))
    sa.event.listen(store.engine, "connect", lambda c, _: c.execute("PRAGMA busy_timeout=50"))
    with store.engine.connect() as reader:
        reader.exec_driver_sql("BEGIN")
        reader.exec_driver_sql("SELECT count(*) FROM events").one()
        with pytest.raises(NotForgotten, match="in use"):
            store.bury("s-1")
    store.bury("s-1")
    assert store.is_forgotten("s-1")


async def test_old_tombstones_crumble(store: ForgettingTrackerStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.bury("s-1")
    later = forgetting.time.time() + forgetting.TOMBSTONES_KEPT + 1
    monkeypatch.setattr(forgetting.time, "time", lambda: later)
    store.bury("s-2")
    assert (store.is_forgotten("s-1"), store.is_forgotten("s-2")) == (False, True)


async def test_a_tombstone_does_not_name_the_conversation(store: ForgettingTrackerStore) -> None:
    store.bury("s-1")
    with store.engine.connect() as connection:
        (row,) = connection.execute(sa.text("SELECT * FROM tombstones")).fetchall()
    assert "s-1" not in str(row)


async def test_without_a_database_nothing_is_kept_in_memory_or_logged(
    store: ForgettingTrackerStore, caplog: pytest.LogCaptureFixture
) -> None:
    with store.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE events"))
    wrapped = FailSafeTrackerStore(store)
    await wrapped.save(told("s-1", WORDS))
    assert wrapped._fallback_tracker_store is None
    assert "could not be stored" in caplog.text
    assert WORDS not in caplog.text
    with pytest.raises(NotForgotten):
        store.bury("s-1")


class TestForget:
    """What the channel calls, over Rasa's wrapper and lock store."""

    def agent(self, store: Any) -> Any:
        return SimpleNamespace(tracker_store=FailSafeTrackerStore(store), lock_store=InMemoryLockStore())

    async def test_a_turn_under_way_is_waited_for(self, store: ForgettingTrackerStore) -> None:
        agent = self.agent(store)
        async with agent.lock_store.lock("s-1"):
            forgetting_it = asyncio.create_task(forget(agent, "s-1", 5))
            await asyncio.sleep(0.2)
            assert not forgetting_it.done()
            await agent.tracker_store.save(told("s-1", "phí"))
        await forgetting_it
        assert await events_of(store, "s-1") == []
        assert agent.lock_store.get_lock("s-1") is None

    async def test_a_turn_that_does_not_end_is_no_success_but_brings_nothing_back(
        self, store: ForgettingTrackerStore
    ) -> None:
        agent = self.agent(store)
        async with agent.lock_store.lock("s-1"):
            with pytest.raises(NotForgotten, match="under way"):
                await forget(agent, "s-1", 0.1)
            await agent.tracker_store.save(told("s-1", "phí"))
        assert await events_of(store, "s-1") == []
        await forget(agent, "s-1", 0.1)

    async def test_a_store_of_another_sort_cannot_forget(self) -> None:
        agent = self.agent(InMemoryTrackerStore(Domain.empty()))
        assert forgetting_store(agent) is None
        with pytest.raises(NotForgotten, match="cannot"):
            await forget(agent, "s-1", 1)


async def test_slots_are_forgotten_too(store: ForgettingTrackerStore) -> None:
    await store.save(DialogueStateTracker.from_events("s-1", [SlotSet("topic", "x")]))
    store.bury("s-1")
    with store.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM events")).scalar() == 0


class TestLongConversations:
    """Only the end of a conversation is kept, and what still counts of its beginning."""

    DOMAIN = Domain.from_dict({"slots": {"topic": {"type": "any", "mappings": [{"type": "custom"}]}}})

    async def take_turn(self, store: ForgettingTrackerStore, *events: Any) -> list[Any]:
        """Load a conversation, have something happen and store it, as Rasa does; return what it loaded."""
        store.domain = self.DOMAIN
        tracker = await store.get_or_create_tracker("s-1", append_action_listen=False)
        loaded = list(tracker.events)
        tracker.update_with_events(list(events), self.DOMAIN)
        await store.save(tracker)
        return loaded

    async def test_each_turn_begins_with_the_same_few_events(self, store: ForgettingTrackerStore) -> None:
        loaded = []
        for number in range(40):
            said = UserUttered(f"turn {number}")
            loaded.append(await self.take_turn(store, said, SlotSet("failures", number)))
        assert {len(events) for events in loaded[EVENTS_KEPT:]} == {EVENTS_KEPT + 2}
        said = [e.text for e in loaded[-1] if isinstance(e, UserUttered)]
        assert said == [f"turn {number}" for number in range(39 - EVENTS_KEPT // 2 - 1, 39)]

    async def test_a_slot_keeps_its_last_value(self, store: ForgettingTrackerStore) -> None:
        await self.take_turn(store, SlotSet("topic", "old"), SlotSet("topic", "zone.x"))
        for number in range(30):
            await self.take_turn(store, UserUttered(f"turn {number}"))
        tracker = await store.retrieve("s-1")
        assert tracker.get_slot("topic") == "zone.x"
        assert len(tracker.events) == EVENTS_KEPT + 2

    async def test_slots_of_a_former_session_do_not_come_back(self, store: ForgettingTrackerStore) -> None:
        await self.take_turn(store, SlotSet("topic", "zone.x"))
        await self.take_turn(store, ActionExecuted("action_session_start"), SessionStarted())
        for number in range(30):
            await self.take_turn(store, UserUttered(f"turn {number}"))
        assert (await store.retrieve("s-1")).get_slot("topic") is None

    async def test_what_a_conversation_is_about_is_told_as_of_this_session(
        self, store: ForgettingTrackerStore
    ) -> None:
        assert store.topic("s-1") is None
        for entry in ("zone.x", "procedure.y"):
            await self.take_turn(store, UserUttered("?"), SlotSet("topic", {"entry": entry, "facets": []}))
        assert (store.topic("s-1"), store.topic("s-2")) == ("procedure.y", None)
        await self.take_turn(store, SlotSet("topic", None))
        assert store.topic("s-1") is None
        await self.take_turn(store, SlotSet("topic", {"entry": "zone.x", "facets": []}))
        await self.take_turn(store, ActionExecuted("action_session_start"), SessionStarted())
        assert store.topic("s-1") is None

    async def test_other_conversations_are_left_alone(self, store: ForgettingTrackerStore) -> None:
        await store.save(told("s-2", "phí"))
        for number in range(30):
            await self.take_turn(store, UserUttered(f"turn {number}"))
        assert await events_of(store, "s-2") == ["phí"]
