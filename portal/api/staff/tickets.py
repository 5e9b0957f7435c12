"""Tickets: what visitors asked while nobody was at the desk."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from portal.api.describing import body, json_reply, problems, query
from portal.api.http import json_response, number, one_of
from portal.api.staff.describing import GUARDED, STRING, object_of, path_parameter
from portal.api.staff.handoff import CloseRequest, ForwardRequest, OfficerMessage
from portal.handoff.tickets import Tickets
from portal.handoff.units import check_unit
from portal.hub import Hub
from portal.intake import clean_text, read_body
from portal.staff.access import require
from portal.staff.permissions import Permission

MOST = 200
_STATES = ("open", "answered", "closed")
MODELS: list[Any] = []
_NULLABLE = {"type": ["string", "null"]}
_BOOLEAN = {"type": "boolean"}
_TICKET: dict[str, dict[str, Any]] = {
    "id": STRING,
    "code": STRING,
    "state": {"enum": list(_STATES)},
    "lang": STRING,
    "note": _NULLABLE,
    "unit": _NULLABLE,
    "has_contact": _BOOLEAN,
    "created_at": STRING,
    "answer_by": STRING,
    "overdue": _BOOLEAN,
    "answered_at": _NULLABLE,
    "reply": _NULLABLE,
    "closed_at": _NULLABLE,
    "topic": _NULLABLE,
    "solved": {"type": ["boolean", "null"]},
}
_ONE = "/staff/api/desk/tickets/{ticket}"


def _act(summary: str, model: str) -> dict[str, Any]:
    return {
        "post": {
            "summary": summary,
            "security": GUARDED,
            "parameters": [path_parameter("ticket")],
            "requestBody": body(model),
            "responses": {"204": {"description": "Done"}, **problems(400, 401, 403, 404, 409, 413)},
        }
    }


PATHS: dict[str, Any] = {
    "/staff/api/desk/tickets": {
        "get": {
            "summary": "Tickets, those due first at the beginning",
            "security": GUARDED,
            "parameters": [
                query("state", {"enum": list(_STATES)}),
                query("overdue", {"enum": ["true", "false"]}),
                query("limit", {"type": "integer", "minimum": 1, "maximum": MOST}),
            ],
            "responses": {
                "200": json_reply(
                    object_of(tickets={"type": "array", "items": object_of(**_TICKET)}), "Tickets"
                ),
                **problems(400, 401, 403),
            },
        }
    },
    _ONE: {
        "get": {
            "summary": "A ticket with its contact (audited)",
            "security": GUARDED,
            "parameters": [path_parameter("ticket")],
            "responses": {
                "200": json_reply(object_of(**_TICKET, contact=_NULLABLE), "Ticket"),
                **problems(401, 403, 404),
            },
        }
    },
    f"{_ONE}/reply": _act("Answer", "OfficerMessage"),
    f"{_ONE}/forward": _act("Give to a unit", "ForwardRequest"),
    f"{_ONE}/close": _act("Close", "CloseRequest"),
}


class TicketsApi:
    """``/staff/api/desk/tickets``.

    Args:
        tickets: the store.
        hub: wakes the visitor's streams.
    """

    def __init__(self, tickets: Tickets, hub: Hub) -> None:
        self._tickets = tickets
        self._hub = hub

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/staff/api/desk/tickets", self.all),
            web.get(_ONE, self.view),
            web.post(f"{_ONE}/reply", self.reply),
            web.post(f"{_ONE}/forward", self.forward),
            web.post(f"{_ONE}/close", self.close),
        ]

    async def all(self, request: web.Request) -> web.Response:
        """List tickets."""
        await require(request, Permission.DESK)
        state = one_of(request, "state", _STATES, None)
        overdue = one_of(request, "overdue", ("true", "false"), "false") == "true"
        limit = number(request, "limit", "100", range(1, MOST + 1))
        return json_response({"tickets": await asyncio.to_thread(self._tickets.all, state, overdue, limit)})

    async def view(self, request: web.Request) -> web.Response:
        """Return a ticket with its contact."""
        principal = await require(request, Permission.DESK)
        ticket = request.match_info["ticket"]
        return json_response(await asyncio.to_thread(self._tickets.view, principal, ticket))

    async def reply(self, request: web.Request) -> web.Response:
        """Answer a ticket."""
        principal = await require(request, Permission.DESK)
        text = clean_text((await read_body(request, OfficerMessage)).text)
        ticket = request.match_info["ticket"]
        self._hub.wake(await asyncio.to_thread(self._tickets.reply, principal, ticket, text))
        return web.Response(status=204)

    async def forward(self, request: web.Request) -> web.Response:
        """Give a ticket to a unit."""
        principal = await require(request, Permission.DESK)
        unit = check_unit((await read_body(request, ForwardRequest)).unit)
        await asyncio.to_thread(self._tickets.forward, principal, request.match_info["ticket"], unit)
        return web.Response(status=204)

    async def close(self, request: web.Request) -> web.Response:
        """Close a ticket."""
        principal = await require(request, Permission.DESK)
        given, ticket = await read_body(request, CloseRequest), request.match_info["ticket"]
        await asyncio.to_thread(self._tickets.close, principal, ticket, given.topic, given.solved)
        return web.Response(status=204)
