from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from rasa.core.channels.channel import UserMessage, register
from rasa.core.lock_store import InMemoryLockStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from sanic import Sanic

from bot.channel import MAX_BODY, PortalInput, plain_text
from bot.forgetting import ForgettingTrackerStore

pytestmark = pytest.mark.asyncio(loop_scope="module")
DEADLINE = 0.2
SECRET = "shared with the portal"
AUTHORIZED = {"Authorization": f"Bearer {SECRET}"}
TURN = {"conversation": "s-1", "text": "lệ phí", "metadata": {"lang": "vi"}}
ANSWER = {"outcome": "answered", "blocks": []}


class Agent:
    """Plays Rasa: keeps what it is told and replies what a test wants."""

    def __init__(self) -> None:
        self.messages: list[UserMessage] = []
        self.loaded = True
        self.reply: Callable[[UserMessage], Awaitable[None]] = self.answer
        self.tracker_store: Any = None
        self.lock_store = InMemoryLockStore()

    async def handle_message(self, message: UserMessage) -> None:
        self.messages.append(message)
        await self.reply(message)

    def is_ready(self) -> bool:
        return self.loaded

    async def answer(self, message: UserMessage) -> None:
        await message.output_channel.send_custom_json("s-1", ANSWER)


class Channel:
    """A client of a running channel."""

    def __init__(self, url: str, http: ClientSession) -> None:
        self._url, self._http = url, http

    async def post(self, body: Any = TURN, headers: dict[str, str] = AUTHORIZED) -> tuple[int, Any]:
        sent = {"data": body} if isinstance(body, str) else {"json": body}
        async with self._http.post(f"{self._url}/turns", headers=headers, **sent) as response:
            is_json = response.content_type == "application/json"
            return response.status, await (response.json() if is_json else response.text())

    async def forget(self, headers: dict[str, str] = AUTHORIZED) -> int:
        body = {"conversation": "s-1"}
        async with self._http.post(f"{self._url}/forget", headers=headers, json=body) as response:
            return response.status

    async def ready(self) -> tuple[int, Any]:
        async with self._http.get(f"{self._url}/ready") as response:
            return response.status, await response.json()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[tuple[Sanic, Channel]]:
    """The channel, served by Sanic as Rasa does it (once: Sanic rewrites its own source as it starts)."""
    app = Sanic("rasa", configure_logging=False)
    register([PortalInput(SECRET, DEADLINE)], app, "/webhooks/")
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = await app.create_server(sock=listener, return_asyncio_server=True, access_log=False)
    await server.startup()
    async with ClientSession() as http:
        yield app, Channel(f"http://127.0.0.1:{listener.getsockname()[1]}/webhooks/portal", http)
    await server.close()


@pytest.fixture
def agent(server: tuple[Sanic, Channel]) -> Agent:
    """The agent that plays Rasa in this test."""
    app, _ = server
    app.ctx.agent = Agent()
    return app.ctx.agent


@pytest.fixture
def channel(server: tuple[Sanic, Channel], agent: Agent) -> Channel:
    return server[1]


async def test_a_turn_is_the_one_payload_of_the_action(channel: Channel, agent: Agent) -> None:
    assert await channel.post() == (200, {"answer": ANSWER})
    (message,) = agent.messages
    assert (message.text, message.sender_id, message.input_channel) == ("lệ phí", "s-1", "portal")
    assert message.metadata == {"lang": "vi", "topic": None}


@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer wrong", f"Bearer {SECRET}x"])
async def test_without_the_secret_rasa_hears_nothing(
    channel: Channel, agent: Agent, given: str | None
) -> None:
    headers = {} if given is None else {"Authorization": given}
    assert await channel.post(headers=headers) == (401, {"error": "unauthorized"})
    assert agent.messages == []


async def test_a_body_that_is_too_large_is_refused(channel: Channel, agent: Agent) -> None:
    assert await channel.post({**TURN, "text": "x" * MAX_BODY}) == (413, {"error": "too large"})
    assert agent.messages == []


async def test_a_body_that_is_no_json_is_refused(channel: Channel, agent: Agent) -> None:
    status, _ = await channel.post("text=x")
    assert (status, agent.messages) == (400, [])


async def test_a_turn_that_takes_too_long_is_given_up(channel: Channel, agent: Agent) -> None:
    given_up = asyncio.Event()

    async def wait(_: UserMessage) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            given_up.set()
            raise

    agent.reply = wait
    assert await channel.post() == (504, {"error": "deadline"})
    assert given_up.is_set()
    agent.reply = agent.answer
    assert await channel.post() == (200, {"answer": ANSWER})


async def test_a_turn_that_fails_says_no_more_than_that(channel: Channel, agent: Agent) -> None:
    async def fail(_: UserMessage) -> None:
        raise RuntimeError("secret cause")

    agent.reply = fail
    assert await channel.post() == (500, {"error": "failed"})


@pytest.mark.parametrize("payloads", [[], [ANSWER, ANSWER]], ids=["none", "two"])
async def test_anything_but_one_payload_is_no_answer(
    channel: Channel, agent: Agent, payloads: list[dict[str, Any]]
) -> None:
    async def answer(message: UserMessage) -> None:
        for payload in payloads:
            await message.output_channel.send_custom_json("s-1", payload)

    agent.reply = answer
    assert await channel.post() == (502, {"error": "no answer"})


@pytest.mark.parametrize("with_payload", [True, False])
async def test_a_text_of_rasa_is_no_answer(channel: Channel, agent: Agent, with_payload: bool) -> None:
    async def answer(message: UserMessage) -> None:
        await message.output_channel.send_text_message("s-1", "default")
        if with_payload:
            await message.output_channel.send_custom_json("s-1", ANSWER)

    agent.reply = answer
    assert await channel.post() == (502, {"error": "no answer"})


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("/restart", "restart"),
        ('/ask_fee{"zone": "x"}', 'ask_fee{"zone": "x"}'),
        ("/ /restart", "restart"),
        (" // / restart", "restart"),
        ("35/2022/NĐ-CP", "35/2022/NĐ-CP"),
        ("/", "?"),
        ("  ", "?"),
        ("lệ phí ", "lệ phí"),
    ],
)
async def test_no_text_is_a_command_to_rasa(channel: Channel, agent: Agent, text: str, heard: str) -> None:
    status, _ = await channel.post({**TURN, "text": text})
    assert (status, agent.messages[0].text) == (200, heard)
    assert not plain_text(text).startswith("/")


async def test_a_turn_needs_no_metadata(channel: Channel, agent: Agent) -> None:
    assert (await channel.post({"conversation": "s-1", "text": "phí"}))[0] == 200
    assert agent.messages[0].metadata == {"topic": None}


async def test_the_channel_is_ready_once_the_model_is_loaded(channel: Channel, agent: Agent) -> None:
    assert await channel.ready() == (200, {"ready": True})
    agent.loaded = False
    assert await channel.ready() == (503, {"ready": False})
    assert await channel.post() == (503, {"error": "no model"})


@pytest.mark.parametrize("credentials", [None, {}, {"secret": ""}, {"deadline": 4}])
async def test_a_channel_without_a_secret_does_not_open(credentials: dict[str, Any] | None) -> None:
    with pytest.raises(RasaException, match="needs a secret"):
        PortalInput.from_credentials(credentials)


async def test_a_forgotten_conversation_takes_no_turn(channel: Channel, agent: Agent, tmp_path: Path) -> None:
    agent.tracker_store = ForgettingTrackerStore(Domain.empty(), host=f"sqlite:///{tmp_path / 't.sqlite'}")
    assert await channel.post() == (200, {"answer": ANSWER})
    assert await channel.forget() == 204
    assert await channel.post() == (410, {"error": "forgotten"})
    assert (await channel.post({**TURN, "conversation": "s-2"}))[0] == 200
    assert len(agent.messages) == 2


async def test_a_message_comes_with_what_its_conversation_is_about(
    channel: Channel, agent: Agent, tmp_path: Path
) -> None:
    store = ForgettingTrackerStore(Domain.empty(), host=f"sqlite:///{tmp_path / 't.sqlite'}")
    about = SlotSet("topic", {"entry": "zone.x", "facets": ["area"]})
    await store.save(DialogueStateTracker.from_events("s-1", [about]))
    agent.tracker_store = store
    for conversation in ("s-1", "s-2"):
        await channel.post({**TURN, "conversation": conversation})
    assert [m.metadata["topic"] for m in agent.messages] == ["zone.x", None]


async def test_only_the_portal_can_make_forget(channel: Channel, agent: Agent, tmp_path: Path) -> None:
    agent.tracker_store = ForgettingTrackerStore(Domain.empty(), host=f"sqlite:///{tmp_path / 't.sqlite'}")
    assert await channel.forget(headers={"Authorization": "Bearer wrong"}) == 401
    assert not agent.tracker_store.is_forgotten("s-1")


async def test_what_cannot_be_forgotten_yet_is_said(channel: Channel, agent: Agent) -> None:
    assert await channel.forget() == 503


async def test_a_turn_can_be_followed_by_the_id_of_its_request(
    channel: Channel, agent: Agent, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot.channel")
    await channel.post({**TURN, "metadata": {"request_id": "r-1"}})
    assert [record.message for record in caplog.records] == ["request 'r-1': a turn begins"]


async def test_no_log_line_quotes_what_was_said_or_ends_before_it_is_over(
    channel: Channel, agent: Agent, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(message: UserMessage) -> None:
        raise RuntimeError(message.text)

    caplog.set_level("INFO", "bot.channel")
    agent.reply = fail
    await channel.post({**TURN, "metadata": {"request_id": "r\nforged"}})
    assert [len(record.message.splitlines()) for record in caplog.records] == [1, 1]
    assert "the turn failed: RuntimeError < " in caplog.text
    assert "lệ phí" not in caplog.text
