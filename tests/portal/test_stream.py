"""Events as they happen: in order, once each, whatever happens to the connection."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from benchmarks.redis_server import RedisServer
from portal import hub as portal_hub
from portal.api import stream
from tests.portal.conftest import MakePortal
from tests.portal.stubs import Portal, StubRasa

SOON = 10.0


class Events:
    """Reads the events of one connection."""

    def __init__(self, response: Any) -> None:
        self._response = response

    async def next(self) -> dict[str, Any]:
        """Return the next event: ``event``, ``data`` and, where it has one, ``id``."""
        fields: dict[str, Any] = {}
        async with asyncio.timeout(SOON):
            while True:
                line = (await self._response.content.readline()).decode().rstrip("\n")
                name, _, value = line.partition(": ")
                if not line and "event" in fields:
                    return fields
                if name in {"event", "id", "data", "retry"}:
                    fields[name] = json.loads(value) if name in {"data", "id"} else value

    async def numbered(self) -> dict[str, Any]:
        """Return the next event that has a number."""
        while "id" not in (event := await self.next()):
            pass
        return event


@asynccontextmanager
async def connected(portal: Portal, token: str, after: int | None = None) -> AsyncIterator[Events]:
    headers = {"Authorization": f"Bearer {token}"}
    if after is not None:
        headers["Last-Event-ID"] = str(after)
    async with portal.client.get("/v1/stream", headers=headers) as response:
        assert response.status == 200
        assert response.content_type == "text/event-stream"
        yield Events(response)


async def test_a_turn_arrives_after_the_sign_that_it_is_being_made(portal: Portal, rasa: StubRasa) -> None:
    token = await portal.session(lang="vi")
    rasa.gate.clear()
    async with connected(portal, token) as events:
        await portal.call("POST", "/v1/messages", token, json={"text": "phí"})
        assert (await events.next())["event"] == "typing"
        rasa.gate.set()
        turn = await events.numbered()
    assert (turn["event"], turn["id"], turn["data"]["question"]) == ("turn", 1, "phí")


async def test_what_was_missed_is_replayed_and_nothing_else(portal: Portal) -> None:
    token = await portal.session()
    asked = [await portal.ask(token) for _ in range(3)]
    async with connected(portal, token, after=1) as events:
        assert [(await events.numbered())["data"] for _ in range(2)] == asked[1:]
    polled = await portal.call("GET", "/v1/messages?after=1", token)
    assert [e["data"] for e in polled.json["events"]] == asked[1:]


async def test_nothing_is_lost_or_doubled_over_fifty_drops(portal: Portal) -> None:
    token, chance = await portal.session(), random.Random(7)
    seen: list[int] = []
    asking = asyncio.create_task(_ask(portal, token, 60))
    for _ in range(50):
        async with connected(portal, token, after=seen[-1] if seen else 0) as events:
            for _ in range(chance.choice((0, 1, 2))):
                if asking.done() and seen and seen[-1] == 60:
                    break
                seen.append((await events.numbered())["id"])
    await asking
    async with connected(portal, token, after=seen[-1] if seen else 0) as events:
        while not seen or seen[-1] < 60:
            seen.append((await events.numbered())["id"])
    assert seen == list(range(1, 61))


async def _ask(portal: Portal, token: str, times: int) -> None:
    for _ in range(times):
        await portal.ask(token)


async def test_a_session_has_a_bounded_number_of_streams(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "MAX_STREAMS", 1)
    token = await portal.session()
    async with connected(portal, token) as events:
        await portal.ask(token)
        await events.numbered()
        refused = await portal.call("GET", "/v1/stream", token)
        assert (refused.status, refused.headers["Retry-After"]) == (429, "60")


@pytest.mark.parametrize("value", ["-1", "x", "1" * 19, "٣"])
async def test_a_number_that_is_none_is_refused(portal: Portal, value: str) -> None:
    token = await portal.session()
    reply = await portal.call("GET", "/v1/stream", token, headers={"Last-Event-ID": value})
    assert reply.status == 400


async def test_a_stream_needs_a_token(portal: Portal) -> None:
    assert (await portal.call("GET", "/v1/stream")).status == 401


async def test_silence_is_broken_by_a_ping(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PING_SECONDS", 0.0)
    monkeypatch.setattr(stream, "LOOK_SECONDS", 0.01)
    headers = {"Authorization": f"Bearer {await portal.session()}"}
    async with portal.client.get("/v1/stream", headers=headers) as response, asyncio.timeout(SOON):
        while (await response.content.readline()) != b": ping\n":
            pass


async def test_portals_wake_each_other_through_redis(
    make_portal: MakePortal, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "LOOK_SECONDS", 3600.0)  # only a wake-up can bring the event in time
    here, there = await make_portal(redis_url=redis.url), await make_portal(redis_url=redis.url)
    token = await here.session()
    async with connected(there, token) as events:
        await _until_heard(redis)
        turn = await here.ask(token)
        assert (await events.numbered())["data"] == turn


async def test_without_redis_streams_look_for_themselves(
    make_portal: MakePortal, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(portal_hub, "_TIMEOUT", 0.2)
    here, there = await make_portal(redis_url=redis.url), await make_portal(redis_url=redis.url)
    redis.stop()
    token = await here.session()
    async with connected(there, token) as events:
        turn = await here.ask(token)
        assert (await events.numbered())["data"] == turn


async def _until_heard(redis: RedisServer, portals: int = 2) -> None:
    """Wait until the portals have subscribed."""
    from redis.asyncio import Redis

    client = Redis.from_url(redis.url)
    async with asyncio.timeout(SOON):
        while dict(await client.pubsub_numsub("heza:wake")).get(b"heza:wake", 0) < portals:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await client.aclose()
