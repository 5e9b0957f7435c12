from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from pytest_aiohttp import AiohttpClient

from actions.server import ACTIONS, MAX_BODY, make_actions_app
from tests.actions.conftest import MakeTools
from tests.samples import make_entry, rule

SECRET = "shared with Rasa"
AUTHORIZED = {"Authorization": f"Bearer {SECRET}"}
PERMIT = make_entry(
    "procedure.permit", "cấp phép", "permit", facets={"fee": [rule("Không thu.", "There is none.")]}
)


@pytest.fixture
async def client(aiohttp_client: AiohttpClient, make_tools: MakeTools) -> TestClient:
    return await aiohttp_client(make_actions_app(make_tools(PERMIT), SECRET))


def call(action: str, slots: dict[str, Any] | None = None, **latest: Any) -> dict[str, Any]:
    """What Rasa sends, as `bot.shortcuts` leaves it."""
    message = {
        "text": "fee?",
        "intent": {"name": "ask_procedure_fee", "confidence": 1.0},
        "entities": [],
        **latest,
    }
    tracker = {
        "sender_id": "s-1",
        "slots": {"topic": None, "licensed_on": None, "chosen_lang": None, "failures": None, **(slots or {})},
        "latest_message": message,
        "latest_event_time": 0.0,
        "followup_action": None,
        "paused": False,
        "events": None,
        "latest_input_channel": "portal",
        "active_loop": {},
        "latest_action": {"action_name": "action_listen"},
        "latest_action_name": "action_listen",
    }
    domain = {"actions": [action], "slots": {}}
    return {
        "next_action": action,
        "sender_id": "s-1",
        "tracker": tracker,
        "domain": domain,
        "version": "3.6.21",
    }


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": SECRET[:-1]}])
async def test_a_call_without_the_secret_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    response = await client.post("/webhook", json=call("action_answer"), headers=headers)
    assert response.status == 401
    assert "responses" not in await response.text()


async def test_a_call_that_is_too_large_is_refused(client: TestClient) -> None:
    body = json.dumps({"next_action": "x" * MAX_BODY})
    response = await client.post("/webhook", data=body, headers=AUTHORIZED)
    assert response.status == 413
    assert "responses" not in await response.text()


async def test_a_call_that_is_not_json_is_refused(client: TestClient) -> None:
    response = await client.post("/webhook", data="next_action=x", headers=AUTHORIZED)
    assert (response.status, await response.text()) == (400, "the body is not JSON")


async def test_an_action_answers_with_exactly_one_custom_payload(client: TestClient) -> None:
    ask = {"entry": "procedure.permit", "facet": "fee"}
    metadata = {"lang": "en", "first": False, "ask": ask}
    response = await client.post(
        "/webhook", json=call("action_answer", metadata=metadata), headers=AUTHORIZED
    )
    assert response.status == 200
    body = await response.json()
    (reply,) = body["responses"]
    assert reply["custom"]["outcome"] == "answered"
    assert reply["custom"]["blocks"] == [{"type": "para", "text": "There is none."}]
    assert reply["custom"]["text"].startswith("There is none.\n")
    assert [c["document"] for c in reply["custom"]["citations"]] == ["35/2022/NĐ-CP"]
    assert not reply["text"]


async def test_an_answer_leaves_its_topic_in_the_slots(client: TestClient) -> None:
    metadata = {"ask": {"entry": "procedure.permit", "facet": "fee"}, "licensed_on": "2019"}
    action = call("action_answer", {"failures": 3}, metadata=metadata)
    response = await client.post("/webhook", json=action, headers=AUTHORIZED)
    events = (await response.json())["events"]
    assert {e["name"]: e["value"] for e in events} == {
        "failures": 0,
        "topic": {"entry": "procedure.permit", "facets": ["fee"], "shown": ["procedure.permit"]},
        "licensed_on": "2019",
    }


async def test_a_failure_is_counted(client: TestClient) -> None:
    action = call(
        "action_answer", {"failures": 1}, text="colourless ideas", intent={"name": "x", "confidence": 0.1}
    )
    response = await client.post("/webhook", json=action, headers=AUTHORIZED)
    body = await response.json()
    assert body["responses"][0]["custom"]["outcome"] == "no_answer"
    assert {e["name"]: e["value"] for e in body["events"]} == {"failures": 2}


async def test_the_first_turn_says_what_the_visitor_is_talking_to(client: TestClient) -> None:
    notices = []
    for first in (True, False):
        action = call(
            "action_small_talk", metadata={"first": first}, intent={"name": "greet", "confidence": 1.0}
        )
        response = await client.post("/webhook", json=action, headers=AUTHORIZED)
        blocks = (await response.json())["responses"][0]["custom"]["blocks"]
        notices.append([block["level"] for block in blocks if block["type"] == "notice"])
    assert notices == [["info"], []]


@pytest.mark.parametrize("action", [a.action_name for a in ACTIONS])
async def test_every_action_answers_with_one_payload(client: TestClient, action: str) -> None:
    response = await client.post("/webhook", json=call(action), headers=AUTHORIZED)
    assert response.status == 200
    (reply,) = (await response.json())["responses"]
    assert reply["custom"]["outcome"]
    assert reply["custom"]["text"]


async def test_health_needs_no_secret(client: TestClient) -> None:
    response = await client.get("/health")
    assert (response.status, await response.json()) == (200, {"status": "ok"})


async def test_an_action_names_the_request_that_it_serves_and_not_what_was_said(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "actions.server")
    body = call("action_answer", text="bí mật", metadata={"request_id": "r-1\nforged"})
    assert (await client.post("/webhook", json=body, headers=AUTHORIZED)).status == 200
    (line,) = [record.message for record in caplog.records if record.name == "actions.server"]
    assert line.startswith(r"request 'r-1\nforged': 'action_answer' in ")
    assert "bí mật" not in line
