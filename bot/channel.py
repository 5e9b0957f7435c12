"""Our channel: one turn per request, from the portal only.

``POST /webhooks/portal/turns`` with ``Authorization: Bearer <secret>`` and
``{"conversation", "text", "metadata"}`` returns ``{"answer": {…}}`` with status 200,
or an error: Rasa's own REST channel answers 200 with what it has, even nothing,
when an action failed, knows no secret and no deadline.

``POST /webhooks/portal/forget`` with ``{"conversation"}`` returns 204 when nothing of a
conversation is left and no later save can bring it back, else 503: to be tried again. The id
stands in the body, as paths stand in logs.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.forgetting import NotForgotten, forget, forgetting_store
from bot.logs import following, use_json_if_wanted
from bot.shortcuts import shorten_action_calls
from bot.topic import TOPIC

logger = logging.getLogger(__name__)
MAX_BODY = 64 * 1024
_GRACE = 0.5
"""Seconds by which forgetting waits longer than a turn may take."""


class PortalInput(InputChannel):
    """Takes turns from the portal.

    Args:
        secret: shared with the portal.
        deadline: seconds after which a turn is given up with 504.
    """

    def __init__(self, secret: str, deadline: float) -> None:
        self._secret = secret
        self._deadline = deadline

    @classmethod
    def name(cls) -> str:
        """Return the name under which the channel's URL is found."""
        return "portal"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> PortalInput:
        """Make the channel from ``credentials.yml``.

        Raises:
            RasaException: no secret; a channel without one would be open.
        """
        credentials = credentials or {}
        if not credentials.get("secret"):
            raise RasaException("The portal channel needs a secret: set HEZA_SECRET ('make run' does).")
        shorten_action_calls()
        use_json_if_wanted()
        return cls(str(credentials["secret"]), float(credentials.get("deadline", 4)))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes of the channel."""
        routes = Blueprint("portal_webhook", "portal_webhook")

        @routes.post("/turns")
        async def take_turn(request: Request) -> HTTPResponse:
            return await self._take(request, on_new_message)

        @routes.post("/forget")
        async def forget_conversation(request: Request) -> HTTPResponse:
            return await self._forget(request)

        @routes.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            loaded = _is_ready(request)
            return response.json({"ready": loaded}, status=200 if loaded else 503)

        return routes

    async def _take(
        self, request: Request, on_new_message: Callable[[UserMessage], Awaitable[Any]]
    ) -> HTTPResponse:
        refusal = self._refusal(request)
        if refusal:
            return refusal
        if not _is_ready(request):
            return response.json({"error": "no model"}, status=503)
        body = request.json
        store = forgetting_store(request.app.ctx.agent)
        if store and store.is_forgotten(body["conversation"]):
            return response.json({"error": "forgotten"}, status=410)
        topic = store.topic(body["conversation"]) if store else None
        collector = CollectingOutputChannel()
        message = UserMessage(
            plain_text(body["text"]),
            collector,
            body["conversation"],
            input_channel=self.name(),
            metadata={**(body.get("metadata") or {}), TOPIC: topic},
        )
        request_id = str((body.get("metadata") or {}).get("request_id"))
        with following(request_id):
            failure = await self._run(on_new_message(message), request_id)
        return failure or _reply(collector.messages)

    async def _run(self, turn: Awaitable[Any], request_id: str) -> HTTPResponse | None:
        """Have Rasa answer within the deadline; return what to reply if it cannot."""
        logger.info("request %r: a turn begins", request_id)
        try:
            await asyncio.wait_for(turn, self._deadline)
        except asyncio.TimeoutError:
            logger.warning("request %r: the deadline passed", request_id)
            return response.json({"error": "deadline"}, status=504)
        except Exception as error:
            logger.error("request %r: the turn failed: %s", request_id, _places(error))
            return response.json({"error": "failed"}, status=500)
        return None

    async def _forget(self, request: Request) -> HTTPResponse:
        refusal = self._refusal(request)
        if refusal:
            return refusal
        try:
            await forget(request.app.ctx.agent, request.json["conversation"], self._deadline + _GRACE)
        except NotForgotten as reason:
            logger.warning("A conversation is not forgotten yet: %s.", reason)
            return response.json({"error": "not forgotten yet"}, status=503)
        return response.empty()

    def _refusal(self, request: Request) -> HTTPResponse | None:
        given = (request.headers.get("Authorization") or "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            return response.json({"error": "unauthorized"}, status=401)
        if len(request.body) > MAX_BODY:
            return response.json({"error": "too large"}, status=413)
        return None


def _is_ready(request: Request) -> bool:
    """Tell whether a model is loaded; Rasa also serves without one, for instance if its file is damaged."""
    agent = getattr(request.app.ctx, "agent", None)
    return agent is not None and bool(agent.is_ready())


def _reply(messages: list[dict[str, Any]]) -> HTTPResponse:
    """A turn is one custom payload; anything else means that the action failed."""
    answers = [m["custom"] for m in messages if "custom" in m]
    if len(answers) != 1 or len(messages) != 1:
        return response.json({"error": "no answer"}, status=502)
    return response.json({"answer": answers[0]})


def _places(error: BaseException) -> str:
    """Return what failed and where; its message may quote what the visitor wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join([type(error).__name__, *(f"{f.filename}:{f.lineno}" for f in reversed(frames))])


def plain_text(text: str) -> str:
    """Return ``text`` so that Rasa does not take it as an intent command (``/restart``)."""
    return text.lstrip("/ \t\r\n").rstrip() or "?"
