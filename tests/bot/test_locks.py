"""Locks of conversations: in Redis for all workers, in memory without it and while it is away."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import pytest
from rasa.core.lock_store import LockStore
from rasa.utils.endpoints import EndpointConfig
from redis import Redis

from benchmarks.redis_server import RedisMissing, RedisServer, redis_server
from bot import locks
from bot.locks import TurnLocks


@pytest.fixture
def redis(monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    """A private Redis server; without one, skip (on a developer's machine only)."""
    try:
        with redis_server() as server:
            monkeypatch.setenv("REDIS_URL", server.url)
            yield server
    except RedisMissing as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))


async def entered(store: LockStore, conversation: str = "s-1") -> str:
    """Try to take a lock that may be held; tell how it went."""

    async def take() -> None:
        async with store.lock(conversation):
            pass

    try:
        await asyncio.wait_for(take(), 0.4)
    except asyncio.TimeoutError:
        return "waits"
    return "has it"


def test_rasa_makes_it_from_the_endpoints_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    assert isinstance(LockStore.create(EndpointConfig(type="bot.locks.TurnLocks")), TurnLocks)


async def test_without_redis_a_worker_keeps_its_own_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    here, there = TurnLocks(), TurnLocks()
    async with here.lock("s-1"):
        assert [await entered(here), await entered(here, "s-2")] == ["waits", "has it"]
        assert await entered(there) == "has it"


async def test_with_redis_a_lock_holds_in_every_worker(redis: RedisServer) -> None:
    here, there = TurnLocks(), TurnLocks()
    async with here.lock("s-1"):
        assert [await entered(there), await entered(there, "s-2")] == ["waits", "has it"]
    assert await entered(there) == "has it"


async def test_nothing_of_a_conversation_is_left_in_redis(redis: RedisServer) -> None:
    store = TurnLocks()
    async with store.lock("s-1"):
        (key,) = Redis.from_url(redis.url).keys()
        assert 0 < Redis.from_url(redis.url).ttl(key) <= 60
    assert Redis.from_url(redis.url).keys() == []


async def test_the_lock_of_a_worker_that_died_lapses(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead, alive = TurnLocks(), TurnLocks()
    holding = dead.lock("s-1", 0.2)
    await holding.__aenter__()
    monkeypatch.setattr(locks.SharedLocks, "cleanup", lambda *_: None)  # it never comes to that
    assert await entered(alive) == "has it"


async def test_while_redis_is_away_turns_go_on_and_it_is_left_alone(
    redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    store = TurnLocks()
    redis.stop()
    for _ in range(3):
        async with store.lock("s-1"):
            assert await entered(store) == "waits"
    assert caplog.text.count("Redis is away") == 1
    redis.start()
    store._look_again = 0.0  # a few seconds later
    async with store.lock("s-1"):
        assert await entered(TurnLocks()) == "waits"


async def test_redis_that_goes_away_during_a_turn_does_not_spoil_it(redis: RedisServer) -> None:
    store = TurnLocks()
    async with store.lock("s-1"):
        redis.stop()
    async with store.lock("s-1"):
        assert await entered(store) == "waits"
