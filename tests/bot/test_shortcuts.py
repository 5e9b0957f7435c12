from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest
import rasa
from aiohttp import web
from aiohttp.test_utils import TestServer
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig, read_endpoint_config

from bot.channel import PortalInput
from bot.shortcuts import shorten_action_calls

ENDPOINTS = Path(__file__).resolve().parents[2] / "endpoints.yml"
REPLACED = ("_validate_action_result", "_action_call_format")
DOMAIN = Domain.from_dict({"actions": ["action_answer"], "intents": ["ask_fee"]})


@pytest.fixture(autouse=True)
def _restore(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give Rasa its own methods back after the test."""
    for name in REPLACED:
        monkeypatch.setattr(RemoteAction, name, getattr(RemoteAction, name))
    monkeypatch.setattr(EndpointConfig, "session", EndpointConfig.session)
    monkeypatch.setattr(Event, "resolve_by_type", staticmethod(Event.resolve_by_type))


@pytest.fixture
def action() -> RemoteAction:
    return RemoteAction("action_answer", EndpointConfig("http://127.0.0.1:1/webhook"))


@pytest.fixture
def tracker() -> DialogueStateTracker:
    events = [
        ActionExecuted("action_listen"),
        UserUttered("phí?", {"name": "ask_fee", "confidence": 0.9}, [{"entity": "zone", "value": "zone.x"}]),
        SlotSet("topic", {"entry": "procedure.permit"}),
    ]
    return DialogueStateTracker.from_events("s-1", events, [AnySlot("topic", mappings=[{"type": "custom"}])])


def test_this_is_the_version_of_rasa_that_the_shortcuts_were_made_for() -> None:
    assert rasa.__version__ == "3.6.21"


@pytest.mark.parametrize(
    ("name", "parameters"), [(REPLACED[0], ["self", "result"]), (REPLACED[1], ["self", "tracker", "domain"])]
)
def test_rasa_still_has_the_methods_that_are_replaced(name: str, parameters: list[str]) -> None:
    theirs = list(inspect.signature(getattr(RemoteAction, name)).parameters)
    assert f"self.{name}(" in inspect.getsource(RemoteAction.run)
    shorten_action_calls()
    ours = list(inspect.signature(getattr(RemoteAction, name)).parameters)
    assert (theirs, ours) == (parameters, parameters)


@pytest.mark.parametrize(
    "reply",
    [
        {"events": [], "responses": []},
        {"events": [{"event": "slot", "name": "topic", "value": 1}], "responses": [{"custom": {"a": 1}}]},
        {},
    ],
)
def test_a_reply_in_good_form_is_accepted(action: RemoteAction, reply: dict[str, Any]) -> None:
    assert action._validate_action_result(reply) is True
    shorten_action_calls()
    assert action._validate_action_result(reply) is True


@pytest.mark.parametrize(
    "reply",
    [
        [],
        None,
        "x",
        {"events": {}},
        {"events": [5]},
        {"events": [{"name": "topic"}]},
        {"responses": "text"},
        {"responses": ["text"]},
    ],
)
def test_a_malformed_reply_is_still_refused(action: RemoteAction, reply: Any) -> None:
    with pytest.raises(ValidationError):
        action._validate_action_result(reply)
    shorten_action_calls()
    with pytest.raises(ValidationError):
        action._validate_action_result(reply)


def test_a_call_carries_all_but_the_history(action: RemoteAction, tracker: DialogueStateTracker) -> None:
    whole = action._action_call_format(tracker, DOMAIN)
    assert len(whole["tracker"].pop("events")) == 3
    shorten_action_calls()
    short = action._action_call_format(tracker, DOMAIN)
    assert short["tracker"].pop("events") is None
    assert short == whole
    assert short["tracker"]["slots"]["topic"] == {"entry": "procedure.permit"}
    assert short["tracker"]["latest_message"]["text"] == "phí?"
    assert short["tracker"]["latest_message"]["entities"] == [{"entity": "zone", "value": "zone.x"}]
    assert (short["next_action"], short["sender_id"], short["version"]) == ("action_answer", "s-1", "3.6.21")


def test_a_call_under_our_endpoint_carries_the_domain_that_the_sdk_demands(
    tracker: DialogueStateTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HEZA_ACTIONS_URL", "HEZA_SECRET", "HEZA_TRACKER"):
        monkeypatch.setenv(name, "x")
    endpoint = read_endpoint_config(str(ENDPOINTS), "action_endpoint")
    shorten_action_calls()
    call = RemoteAction("action_answer", endpoint)._action_call_format(tracker, DOMAIN)
    assert call["domain"]["actions"] == ["action_answer"]


async def test_calls_of_an_action_share_a_connection(action: RemoteAction) -> None:
    connections = set()

    async def webhook(request: web.Request) -> web.Response:
        connections.add(request.transport.get_extra_info("peername"))
        return web.json_response({"events": [], "responses": []})

    app = web.Application()
    app.router.add_post("/webhook", webhook)
    shorten_action_calls()
    async with TestServer(app) as server:
        endpoint = EndpointConfig(str(server.make_url("/webhook")))
        for _ in range(3):
            assert await endpoint.request(json={}) == {"events": [], "responses": []}
        assert len(connections) == 1
        await endpoint._kept.close()
        assert await endpoint.request(json={}) == {"events": [], "responses": []}
        await endpoint._kept.close()
    assert len(connections) == 2


def test_the_class_of_an_event_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten_action_calls()
    stored = SlotSet("topic", "zone.x").as_dict()
    assert Event.from_parameters(stored) == SlotSet("topic", "zone.x")
    monkeypatch.setattr("rasa.shared.utils.common.all_subclasses", lambda _cls: [])
    assert Event.from_parameters(stored) == SlotSet("topic", "zone.x")
    with pytest.raises(ValueError, match="Unknown event"):
        Event.resolve_by_type("never heard of")


def test_rasa_still_opens_a_session_for_each_call() -> None:
    assert "async with self.session() as session:" in inspect.getsource(EndpointConfig.request)


def test_the_channel_puts_the_shortcuts_in_place() -> None:
    before = [getattr(RemoteAction, name) for name in REPLACED]
    PortalInput.from_credentials({"secret": "s"})
    after = [getattr(RemoteAction, name) for name in REPLACED]
    assert all(ours is not theirs for ours, theirs in zip(after, before, strict=True))
