"""Several Rasa workers behind one portal: any of them answers, one that is away costs no answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port

from portal.rasa import RasaAway, RasaClient, RasaDown, RasaForgot
from tests.portal.stubs import SECRET, StubRasa

MakeClient = Callable[..., Awaitable[RasaClient]]


class Worker:
    """A stub of Rasa at an address of its own, which can go away and come back."""

    def __init__(self) -> None:
        self.rasa = StubRasa()
        self.port = unused_port()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._runner = web.AppRunner(self.rasa.app(), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()


@pytest.fixture
async def workers() -> AsyncIterator[list[Worker]]:
    workers = [Worker(), Worker()]
    for worker in workers:
        await worker.start()
    yield workers
    for worker in workers:
        worker.rasa.gate.set()
        await worker.stop()


@pytest.fixture
async def client(workers: list[Worker]) -> AsyncIterator[RasaClient]:
    client = RasaClient(", ".join(worker.url for worker in workers), SECRET, deadline=2)
    yield client
    await client.close()


async def ask(client: RasaClient, text: str = "phí") -> str:
    return str((await client.turn("s-1", text, {}))["outcome"])


def calls(workers: list[Worker]) -> list[int]:
    return [len(worker.rasa.calls) for worker in workers]


async def test_turns_are_shared_out(client: RasaClient, workers: list[Worker]) -> None:
    for _ in range(6):
        await ask(client)
    assert calls(workers) == [3, 3]


async def test_the_less_busy_one_is_asked(client: RasaClient, workers: list[Worker]) -> None:
    workers[0].rasa.gate.clear()
    busy = asyncio.create_task(ask(client))
    await workers[0].rasa.arrived.wait()
    for _ in range(3):
        await ask(client)
    workers[0].rasa.gate.set()
    assert await busy == "answered"
    assert calls(workers) == [1, 3]


async def test_one_that_died_costs_no_turn(client: RasaClient, workers: list[Worker]) -> None:
    await workers[0].stop()
    assert [await ask(client) for _ in range(8)] == ["answered"] * 8
    assert client.workers.away == 1
    assert await client.ready()


async def test_one_without_a_model_costs_no_turn(client: RasaClient, workers: list[Worker]) -> None:
    workers[0].rasa.status = 503
    assert [await ask(client) for _ in range(8)] == ["answered"] * 8
    assert calls(workers) == [1, 8]


async def test_one_that_hangs_costs_the_turns_that_it_had(client: RasaClient, workers: list[Worker]) -> None:
    workers[0].rasa.gate.clear()
    with pytest.raises(RasaAway, match="Timeout"):
        await ask(client)
    assert [await ask(client) for _ in range(8)] == ["answered"] * 8
    assert calls(workers) == [1, 8]


async def test_one_that_is_back_is_asked_again_once_it_is_ready(
    client: RasaClient, workers: list[Worker]
) -> None:
    await workers[0].stop()
    await ask(client)
    workers[0].rasa.loaded = False
    await workers[0].start()
    await client.look_for_absent()
    await ask(client)
    assert (calls(workers)[0], client.workers.away) == (0, 1)
    workers[0].rasa.loaded = True
    await client.look_for_absent()
    for _ in range(4):
        await ask(client)
    assert calls(workers)[0] > 0
    assert client.workers.away == 0


async def test_without_any_the_failure_is_told_and_all_are_left_alone(
    client: RasaClient, workers: list[Worker]
) -> None:
    for worker in workers:
        await worker.stop()
    for _ in range(5):
        with pytest.raises(RasaAway):
            await ask(client)
    with pytest.raises(RasaDown, match="breaker open"):
        await ask(client)
    assert client.workers.are_left_alone
    assert not await client.ready()
    await workers[1].start()
    await client.look_for_absent()
    assert await ask(client) == "answered"


async def test_a_turn_that_fails_is_not_tried_on_every_worker(
    client: RasaClient, workers: list[Worker]
) -> None:
    """It would fail there too: the message or the actions are at fault."""
    for worker in workers:
        worker.rasa.status = 502
    with pytest.raises(RasaDown, match="502"):
        await ask(client)
    assert sum(calls(workers)) == 1


async def test_a_forgotten_conversation_speaks_for_the_worker(
    client: RasaClient, workers: list[Worker]
) -> None:
    for worker in workers:
        worker.rasa.status = 410
    for _ in range(12):
        with pytest.raises(RasaForgot):
            await ask(client)
    assert client.workers.away == 0


async def test_any_worker_forgets_for_all(client: RasaClient, workers: list[Worker]) -> None:
    await workers[0].stop()
    await client.forget("s-1")
    assert workers[1].rasa.forgotten == ["s-1"]
    await workers[1].stop()
    with pytest.raises(RasaDown):
        await client.forget("s-1")


async def test_one_that_cannot_forget_yet_is_believed(client: RasaClient, workers: list[Worker]) -> None:
    for worker in workers:
        worker.rasa.forgets = False
    with pytest.raises(RasaDown, match="503"):
        await client.forget("s-1")
