"""The visitor's event stream (server-sent events, WHATWG HTML 9.2), and its polling twin's words.

Events with a number come from the store, so a client that lost its connection gets
what it missed by naming the last number that it saw. ``typing`` has no number: it is
true only for the moment.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from datetime import datetime
from typing import Any

from aiohttp import web

from portal.api.describing import GUARDED, problems, ref
from portal.api.http import Access
from portal.conversations import Conversations
from portal.hub import Hub, Listener
from portal.metrics import Metrics
from portal.problems import Problem

MANY = 2**53
"""No number of an event is as large."""
MAX_STREAMS = 6
"""Open streams of one session; a browser tab needs one."""
PING_SECONDS = 15.0
"""Silence after which a comment is sent, so that proxies keep the connection."""
LOOK_SECONDS = 2.0
"""How often a stream looks into the store unasked: a wake-up of another portal may get lost."""
_RETRY_MS = 2000

_TEXT = {"type": "string"}
_AGENT = {
    "type": "object",
    "required": ["text", "at"],
    "properties": {"text": _TEXT, "at": _TEXT, "name": _TEXT},
}
_STATE = {"type": "object", "required": ["state"], "properties": {"state": _TEXT}}
_TYPING = {"type": "object", "required": ["active"], "properties": {"active": {"type": "boolean"}}}
SCHEMAS = {"AgentEvent": _AGENT, "StateEvent": _STATE, "TypingEvent": _TYPING}
NUMBERED = {"turn": "Turn", "agent": "AgentEvent", "state": "StateEvent"}


def _numbered(kind: str, model: str) -> dict[str, Any]:
    properties = {"id": {"type": "integer"}, "event": {"const": kind}, "data": ref(model)}
    return {"type": "object", "required": ["id", "event", "data"], "properties": properties}


POLLED = {
    "type": "object",
    "required": ["events"],
    "properties": {
        "events": {
            "type": "array",
            "items": {"oneOf": [_numbered(kind, model) for kind, model in NUMBERED.items()]},
        }
    },
}
MODELS: list[Any] = []
PATHS: dict[str, Any] = {
    "/v1/stream": {
        "get": {
            "summary": "Events as they happen, after `Last-Event-ID`",
            "description": (
                "`turn` (Turn), `agent` (AgentEvent) and `state` (StateEvent) have an id and are replayed; "
                "`typing` (TypingEvent) has none."
            ),
            "security": GUARDED,
            "parameters": [
                {"name": "Last-Event-ID", "in": "header", "schema": {"type": "integer", "minimum": 0}}
            ],
            "responses": {
                "200": {
                    "description": "Server-sent events",
                    "content": {"text/event-stream": {"schema": {"type": "string"}}},
                },
                **problems(400, 401, 403, 429),
            },
        }
    }
}


class Stream:
    """``/v1/stream``.

    Args:
        access: whose session a call belongs to, and until when.
        conversations: the events.
        hub: wakes the stream.
        metrics: count the streams that are open.
    """

    def __init__(self, access: Access, conversations: Conversations, hub: Hub, metrics: Metrics) -> None:
        self._access = access
        self._conversations = conversations
        self._hub = hub
        self._metrics = metrics
        self._open: set[asyncio.Task[Any]] = set()

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [web.get("/v1/stream", self.stream)]

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Send events until the client leaves, the token expires or the portal stops."""
        session, expires = await self._access.session_until(request)
        after = _last_event_id(request)
        if self._hub.listeners(session) >= MAX_STREAMS:
            raise Problem(429, "too_many_streams", retry_after=60)
        response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream; charset=utf-8",
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",  # nginx would hold events back
            }
        )
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            with self._metrics.stream(), self._hub.listen(session) as listener, suppress(ConnectionError):
                await response.prepare(request)
                await response.write(f"retry: {_RETRY_MS}\n\n".encode())
                await self._send(response, session, after, listener, expires)
        finally:
            self._open.discard(task)
        return response

    async def close(self) -> None:
        """End all streams; clients come back to another portal, or to this one once it is up again."""
        for task in list(self._open):
            task.cancel()

    async def _send(
        self, response: web.StreamResponse, session: str, after: int, listener: Listener, expires: datetime
    ) -> None:
        clock = asyncio.get_running_loop().time
        last_sign = clock()
        while datetime.now(expires.tzinfo) < expires:
            events = await asyncio.to_thread(self._conversations.events_after, session, after)
            for event in events:
                await response.write(_event(event.kind, event.data, event.id))
                after, last_sign = event.id, clock()
            notes = await listener.wait(LOOK_SECONDS)
            if "typing" in notes and "event" not in notes:
                await response.write(_event("typing", {"active": True}))
                last_sign = clock()
            if clock() - last_sign >= PING_SECONDS:
                await response.write(b": ping\n\n")
                last_sign = clock()


def _event(kind: str, data: dict[str, Any], number: int | None = None) -> bytes:
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def _last_event_id(request: web.Request) -> int:
    value = request.headers.get("Last-Event-ID", "0")
    if not (value.isascii() and value.isdigit()) or len(value) > 18 or int(value) >= MANY:
        raise Problem(400, "invalid", field="Last-Event-ID")
    return int(value)
