"""The desk: conversations that wait for an officer or are with one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field

from portal.api.describing import body, json_reply, problems, query
from portal.api.http import json_response, number
from portal.api.staff.describing import GUARDED, STRING, object_of, path_parameter
from portal.api.stream import MANY
from portal.handoff.desk import Desk
from portal.handoff.packets import Packets
from portal.handoff.units import check_unit, units
from portal.hub import Hub
from portal.intake import Body, clean_text, read_body
from portal.staff.access import Principal, require
from portal.staff.calls import TOPICS
from portal.staff.permissions import Permission


class OfficerMessage(Body):
    """A message to a visitor, in the conversation or as the reply to a ticket."""

    text: Annotated[str, Field(min_length=1, max_length=4000)]


class ForwardRequest(Body):
    """The unit to which a conversation or a ticket goes."""

    unit: Annotated[str, Field(max_length=100)]


class CloseRequest(Body):
    """How a conversation or a ticket ended."""

    topic: Literal[*TOPICS]  # type: ignore[valid-type]
    solved: bool


MODELS = [(model, "validation") for model in (OfficerMessage, ForwardRequest, CloseRequest)]
_NULLABLE = {"type": ["string", "null"]}
_LIST = {"type": "array"}
_SUMMARY: dict[str, dict[str, Any]] = {
    "id": STRING,
    "state": STRING,
    "lang": STRING,
    "note": _NULLABLE,
    "unit": _NULLABLE,
    "requested_at": STRING,
    "waiting_seconds": {"type": "integer"},
    "officer": _NULLABLE,
    "subjects": _LIST,
    "summary": _NULLABLE,
    "outcome": _NULLABLE,
    "licensed_on": _NULLABLE,
    "as_of": _NULLABLE,
    "dossier": {"type": ["object", "null"]},
}
_QUEUE = object_of(
    open={"type": "boolean"},
    hours=_NULLABLE,
    present={"type": "array", "items": STRING},
    handoffs={"type": "array", "items": object_of(**_SUMMARY)},
)
_DONE = {"204": {"description": "Done"}}
_ONE = "/staff/api/desk/handoffs/{handoff}"


def _act(summary: str, model: str | None = None) -> dict[str, Any]:
    described: dict[str, Any] = {
        "summary": summary,
        "security": GUARDED,
        "parameters": [path_parameter("handoff")],
        "responses": {**_DONE, **problems(400, 401, 403, 404, 409, 413)},
    }
    return {"post": {**described, "requestBody": body(model)} if model else described}


PATHS: dict[str, Any] = {
    "/staff/api/desk/queue": {
        "get": {
            "summary": "Who is there, and what waits or is claimed",
            "security": GUARDED,
            "responses": {"200": json_reply(_QUEUE, "Queue"), **problems(401, 403)},
        }
    },
    "/staff/api/desk/units": {
        "get": {
            "summary": "Units to forward to",
            "security": GUARDED,
            "responses": {"200": json_reply(object_of(units=_LIST), "Units"), **problems(401, 403)},
        }
    },
    "/staff/api/desk/heartbeat": {
        "post": {
            "summary": "Say that one is at the desk",
            "security": GUARDED,
            "responses": {**_DONE, **problems(401, 403)},
        }
    },
    _ONE: {
        "get": {
            "summary": "Packet of a conversation",
            "security": GUARDED,
            "parameters": [path_parameter("handoff"), query("after", {"type": "integer", "minimum": 0})],
            "responses": {
                "200": json_reply(object_of(**_SUMMARY, said=_LIST), "Packet"),
                **problems(400, 401, 403, 404),
            },
        }
    },
    f"{_ONE}/claim": _act("Take a conversation"),
    f"{_ONE}/messages": _act("Write to the visitor", "OfficerMessage"),
    f"{_ONE}/forward": _act("Pass on to a unit", "ForwardRequest"),
    f"{_ONE}/return": _act("Give back to the assistant"),
    f"{_ONE}/close": _act("Close", "CloseRequest"),
}


class HandoffApi:
    """``/staff/api/desk/queue``, ``…/units``, ``…/heartbeat``, ``…/handoffs``.

    Args:
        desk: what officers do.
        packets: what they see.
        hub: wakes the visitor's streams.
    """

    def __init__(self, desk: Desk, packets: Packets, hub: Hub) -> None:
        self._desk = desk
        self._packets = packets
        self._hub = hub

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/staff/api/desk/queue", self.queue),
            web.get("/staff/api/desk/units", self.units),
            web.post("/staff/api/desk/heartbeat", self.heartbeat),
            web.get(_ONE, self.packet),
            web.post(f"{_ONE}/claim", self.claim),
            web.post(f"{_ONE}/messages", self.say),
            web.post(f"{_ONE}/forward", self.forward),
            web.post(f"{_ONE}/return", self.give_back),
            web.post(f"{_ONE}/close", self.close),
        ]

    async def queue(self, request: web.Request) -> web.Response:
        """Return the queue."""
        await require(request, Permission.DESK)
        return json_response(await asyncio.to_thread(self._packets.queue))

    async def units(self, request: web.Request) -> web.Response:
        """Return the units."""
        await require(request, Permission.DESK)
        return json_response({"units": list(units().values())})

    async def heartbeat(self, request: web.Request) -> web.Response:
        """Note that the officer is there."""
        principal = await require(request, Permission.DESK)
        await asyncio.to_thread(self._desk.heartbeat, principal)
        return web.Response(status=204)

    async def packet(self, request: web.Request) -> web.Response:
        """Return a conversation."""
        principal = await require(request, Permission.DESK)
        after = number(request, "after", "0", range(MANY))
        packet = self._packets.packet
        return json_response(await asyncio.to_thread(packet, principal, request.match_info["handoff"], after))

    async def claim(self, request: web.Request) -> web.Response:
        """Take a conversation."""
        principal = await require(request, Permission.DESK)
        return await self._done(request, self._desk.claim, principal)

    async def say(self, request: web.Request) -> web.Response:
        """Write to the visitor."""
        principal = await require(request, Permission.DESK)
        text = clean_text((await read_body(request, OfficerMessage)).text)
        return await self._done(request, self._desk.say, principal, text)

    async def forward(self, request: web.Request) -> web.Response:
        """Pass a conversation on."""
        principal = await require(request, Permission.DESK)
        unit = check_unit((await read_body(request, ForwardRequest)).unit)
        return await self._done(request, self._desk.forward, principal, unit)

    async def give_back(self, request: web.Request) -> web.Response:
        """Give a conversation back to the assistant."""
        principal = await require(request, Permission.DESK)
        return await self._done(request, self._desk.give_back, principal)

    async def close(self, request: web.Request) -> web.Response:
        """End a conversation."""
        principal = await require(request, Permission.DESK)
        given = await read_body(request, CloseRequest)
        return await self._done(request, self._desk.close, principal, given.topic, given.solved)

    async def _done(
        self, request: web.Request, act: Callable[..., str], principal: Principal, *given: Any
    ) -> web.Response:
        """Perform an act and wake the visitor's streams."""
        session = await asyncio.to_thread(act, principal, request.match_info["handoff"], *given)
        self._hub.wake(session)
        return web.Response(status=204)
