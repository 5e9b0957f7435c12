"""A portal that streams (contract v1), as far as the widget needs it; connections break on purpose."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.portal.stubs import answer

Event = tuple[str, dict[str, Any]]


@dataclass
class StreamingPortal:
    """Stores events, replays them after an id, and breaks a connection after ``breaks_after`` events.

    Args:
        breaks_after: 0 keeps connections open.
    """

    breaks_after: int = 0
    events: list[Event] = field(default_factory=list)
    resumed_after: list[str | None] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def app(self) -> web.Application:
        """Return the calls of the contract that the tests need."""
        app = web.Application()
        app.router.add_post("/v1/session", self._session)
        app.router.add_post("/v1/messages", self._message)
        app.router.add_get("/v1/messages", self._poll)
        app.router.add_get("/v1/stream", self._stream)
        return app

    async def push(self, event: str, **data: Any) -> None:
        """Let something happen in the conversation."""
        async with self.changed:
            self.events.append((event, data))
            self.changed.notify_all()

    async def _event(self, number: int) -> Event:
        async with self.changed:
            await self.changed.wait_for(lambda: len(self.events) > number)
            return self.events[number]

    async def _session(self, _request: web.Request) -> web.Response:
        reply = {"token": "T", "expires_at": "2099-01-01T00:00:00+00:00", "lang": "vi"}
        return web.json_response(reply, status=201)

    async def _message(self, request: web.Request) -> web.Response:
        body = await request.json()
        seq = len(self.events) + 1
        turn = {
            **answer(f"Trả lời {body['text']}"),
            "id": f"turn-{seq}",
            "seq": seq,
            "question": body["text"],
            "suggestions": [],
            "dossier": None,
        }
        if "wait" in request.query:
            await self.push("turn", **turn)
            return web.json_response(turn)
        asyncio.get_running_loop().call_later(0.05, lambda: asyncio.ensure_future(self.push("turn", **turn)))
        return web.json_response({"id": turn["id"], "seq": seq}, status=202)

    async def _poll(self, request: web.Request) -> web.Response:
        after = int(request.query["after"])
        shown = [
            {"id": n, "event": event, "data": data}
            for n, (event, data) in enumerate(self.events, 1)
            if n > after
        ]
        return web.json_response({"events": shown})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        assert request.headers["Authorization"] == "Bearer T"
        last = request.headers.get("Last-Event-ID")
        self.resumed_after.append(last)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b": hello\n\n")
        sent, number = 0, int(last or 0)
        while not self.breaks_after or sent < self.breaks_after:
            event, data = await self._event(number)
            number, sent = number + 1, sent + 1
            text = f"id: {number}\nevent: {event}\ndata: {json.dumps(data)}\n\n"
            await response.write(text.encode())
        assert request.transport is not None
        request.transport.abort()
        return response
