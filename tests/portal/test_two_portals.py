"""Two portals behind one address: PostgreSQL and Redis shared, each a process of its own in all else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from benchmarks.postgresql import Postgresql
from benchmarks.redis_server import RedisServer
from knowledge.loading import load
from knowledge.store import Store
from portal.rates import default_limits, read_limits
from tests.portal.conftest import PERMIT, MakePortal
from tests.portal.stubs import Portal, StubRasa, answer
from tests.samples import make_content

MakePair = Callable[..., Awaitable[Portal]]


@pytest.fixture
def make_one(make_portal: MakePortal, postgresql_server: Postgresql, redis: RedisServer) -> MakePair:
    """Return a maker of portals over one database and one Redis."""
    database = postgresql_server.new_database()
    store = Store(database)
    load(store, make_content(PERMIT))
    store.close()

    async def make(**settings: object) -> Portal:
        return await make_portal(database_url=database, redis_url=redis.url, **settings)

    return make


@pytest.fixture
async def pair(make_one: MakePair) -> tuple[Portal, Portal]:
    return await make_one(), await make_one()


async def test_turns_of_a_session_are_answered_one_after_the_other(
    pair: tuple[Portal, Portal], rasa: StubRasa
) -> None:
    token = await pair[0].session()
    rasa.gate.clear()
    numbers = {}
    for count in range(8):
        stored = await pair[count % 2].call("POST", "/v1/messages", token, json={"text": f"câu {count}"})
        numbers[stored.json["seq"]] = f"câu {count}"
    others = [await portal.session() for portal in pair]
    busy = [asyncio.create_task(pair[n].ask(others[n], f"khác {n}")) for n in (0, 1)]
    rasa.gate.set()
    await asyncio.gather(*busy)
    last = await pair[1].ask(token, "cuối")
    own = [call["text"] for call in rasa.calls if not call["text"].startswith("khác")]
    assert own == [numbers[seq] for seq in sorted(numbers)] + ["cuối"]
    assert last["seq"] == 9


async def test_two_turns_of_one_session_are_never_with_rasa_at_once(
    pair: tuple[Portal, Portal], rasa: StubRasa
) -> None:
    token = await pair[0].session()
    await asyncio.gather(*(pair[n % 2].ask(token, f"câu {n}") for n in range(10)))
    assert rasa.most_active == 1
    assert len(rasa.calls) == 10


async def test_both_portals_tell_the_same_story(pair: tuple[Portal, Portal]) -> None:
    token = await pair[0].session()
    turns = [await pair[n % 2].ask(token, f"câu {n}") for n in range(4)]
    for portal in pair:
        events = (await portal.call("GET", "/v1/messages?after=0", token)).json["events"]
        assert [event["data"] for event in events] == turns
        said = (await portal.call("GET", "/v1/transcript?format=json", token)).json["said"]
        assert [entry["turn"] for entry in said] == turns


async def test_a_message_repeated_at_the_other_portal_is_the_same_turn(
    pair: tuple[Portal, Portal], rasa: StubRasa
) -> None:
    token = await pair[0].session()
    body = {"text": "phí", "client_id": "6f9619ff-8b86-4011-b42d-00c04fc964ff"}
    first, second = await asyncio.gather(*(portal.post(token, **body) for portal in pair))
    assert first.json == second.json
    assert len(rasa.calls) == 1


async def test_a_choice_is_refused_everywhere_once_it_is_superseded(pair: tuple[Portal, Portal]) -> None:
    here, there = pair
    token = await here.session()
    old = (await here.ask(token))["suggestions"][0]["id"]
    assert (await there.post(await there.session(), choice=old)).status == 404
    assert (await there.post(token, choice=old)).status == 200
    for portal in pair:
        reply = await portal.post(token, choice=old)
        assert (reply.status, reply.json["type"]) == (409, "urn:heza:problem:superseded")


async def test_the_conversation_goes_on_after_a_portal_restarts(make_one: MakePair, rasa: StubRasa) -> None:
    before = await make_one()
    token = await before.session(lang="en")
    rasa.reply = answer(lang="en", licensed_on="2019-05")
    turn = await before.ask(token, "fee", licensed_on="2019-05")
    await before.client.close()
    after = await make_one()
    events = (await after.call("GET", "/v1/messages?after=0", token)).json["events"]
    assert [event["data"] for event in events] == [turn]
    chosen = await after.post(token, choice=turn["suggestions"][1]["id"])
    assert (chosen.status, chosen.json["seq"]) == (200, 2)
    first, second = rasa.calls
    assert second["conversation"] == first["conversation"]  # Rasa keeps topic and licence date under it
    assert second["metadata"]["session_lang"] == "en"
    assert second["metadata"]["first"] is False


async def test_limits_are_counted_together(make_one: MakePair) -> None:
    limits = {**default_limits(), "messages": read_limits("session 3/hour")}
    pair = [await make_one(rate_limits=True, limits=limits) for _ in range(2)]
    token = await pair[0].session()
    assert [(await pair[n % 2].post(token, text="phí")).status for n in range(5)] == [200, 200, 200, 429, 429]


async def test_feedback_given_to_one_portal_is_replaced_at_the_other(pair: tuple[Portal, Portal]) -> None:
    token = await pair[0].session()
    turn = (await pair[0].ask(token))["id"]
    body = {"turn": turn, "value": "up"}
    replies = await asyncio.gather(*(p.call("POST", "/v1/feedback", token, json=body) for p in pair))
    assert [reply.status for reply in replies] == [204, 204]
