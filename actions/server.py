"""The action webhook that Rasa calls, on a loopback port, behind a shared secret.

The portal process serves it by default; ``python -m actions`` serves it alone.
"""

from __future__ import annotations

import hmac
import json
import logging
import time
from collections.abc import Callable
from typing import Any

from aiohttp import web
from rasa_sdk.executor import ActionExecutor

from actions.answer import AnswerAction
from actions.base import Tools
from actions.people import DossierStatusAction, RequestHumanAction
from actions.talk import OutOfScopeAction, RefuseAction, RepeatAction, SmallTalkAction, SwitchLanguageAction
from actions.zones import CompareZonesAction, ListZonesAction

logger = logging.getLogger(__name__)
MAX_BODY = 256 * 1024
ACTIONS = (
    AnswerAction,
    ListZonesAction,
    CompareZonesAction,
    DossierStatusAction,
    RequestHumanAction,
    SwitchLanguageAction,
    SmallTalkAction,
    RepeatAction,
    OutOfScopeAction,
    RefuseAction,
)


def make_executor(tools: Tools) -> ActionExecutor:
    """Return rasa-sdk's executor with all our actions registered."""
    executor = ActionExecutor()
    for action in ACTIONS:
        made = action(tools)
        tools.actions[made.special] = made
        executor.register_action(made)
    return executor


def make_actions_app(
    tools: Tools, secret: str, observe: Callable[[float], None] = lambda _seconds: None
) -> web.Application:
    """Return the web application of the action server.

    Args:
        tools: what the actions work with.
        secret: shared with Rasa (``Authorization: Bearer …``).
        observe: is told how many seconds each action took.
    """
    executor = make_executor(tools)

    async def webhook(request: web.Request) -> web.Response:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            raise web.HTTPUnauthorized
        try:
            call = await request.json()
        except json.JSONDecodeError as error:
            raise web.HTTPBadRequest(text="the body is not JSON") from error
        started = time.perf_counter()
        result = await executor.run(call)
        took = time.perf_counter() - started
        observe(took)
        name, extra = call.get("next_action"), {"request_id": _request_id(call)}
        logger.info("request %r: %r in %.0f ms", extra["request_id"], name, 1000 * took, extra=extra)
        return web.json_response(result.model_dump() if result else {"events": [], "responses": []})

    async def health(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    app = web.Application(client_max_size=MAX_BODY)
    app.router.add_post("/webhook", webhook)
    app.router.add_get("/health", health)
    return app


def _request_id(call: dict[str, Any]) -> Any:
    """Return the id under which the portal handed the message to Rasa, so that a turn can be followed."""
    message = (call.get("tracker") or {}).get("latest_message") or {}
    return (message.get("metadata") or {}).get("request_id")
