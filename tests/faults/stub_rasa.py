"""Plays a Rasa worker as a process of its own, without a model: hands each message to the actions.

``python -m tests.faults.stub_rasa PORT``; the environment is that of Rasa. It keeps to the
channel's statuses and deadline: 504 when the actions are late, 502 when they fail.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web

_DEADLINE = 4.0
_SLOTS = {"topic": None, "licensed_on": None, "chosen_lang": None, "failures": None}


def _call(body: dict[str, Any]) -> dict[str, Any]:
    """Return what Rasa would send to the action server, if it understood every message as a greeting."""
    metadata = body["metadata"]
    message = {"text": body["text"], "intent": {"name": "greet", "confidence": 1.0}, "entities": []}
    tracker = {
        "sender_id": body["conversation"],
        "slots": _SLOTS,
        "latest_message": {**message, "metadata": metadata},
        "events": None,
        "latest_event_time": 0.0,
        "followup_action": None,
        "paused": False,
        "latest_input_channel": "portal",
        "active_loop": {},
        "latest_action": {"action_name": "action_listen"},
        "latest_action_name": "action_listen",
    }
    name = "action_small_talk"
    domain = {"actions": [name], "slots": {}}
    return {"next_action": name, "sender_id": body["conversation"], "tracker": tracker, "domain": domain}


async def _turn(request: web.Request) -> web.Response:
    url, secret = os.environ["HEZA_ACTIONS_URL"], os.environ["HEZA_SECRET"]
    if request.headers.get("Authorization") != f"Bearer {secret}":
        return web.json_response({"error": "unauthorized"}, status=401)
    call = _call(await request.json())
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=_DEADLINE)) as http,
            http.post(url, json=call, headers={"Authorization": f"Bearer {secret}"}) as response,
        ):
            if response.status != 200:
                return web.json_response({"error": "no answer"}, status=502)
            (reply,) = (await response.json())["responses"]
    except TimeoutError:
        return web.json_response({"error": "deadline"}, status=504)
    except ClientError:
        return web.json_response({"error": "no answer"}, status=502)
    return web.json_response({"answer": reply["custom"]})


async def _ready(_request: web.Request) -> web.Response:
    return web.json_response({"ready": True})


def main() -> None:
    """Serve until the process is ended."""
    app = web.Application()
    app.router.add_post("/webhooks/portal/turns", _turn)
    app.router.add_get("/webhooks/portal/ready", _ready)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)


if __name__ == "__main__":
    main()
