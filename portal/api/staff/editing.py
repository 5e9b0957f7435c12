"""Editing without code: items, checks while one types, versions, confirmation, topics, review lists."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from aiohttp import web

from portal.api.describing import body, json_reply, problems, query
from portal.api.http import json_response, number
from portal.api.staff.describing import GUARDED, STRING, object_of
from portal.api.staff.editing_bodies import (
    CheckRequest,
    RollBackRequest,
    SwitchRequest,
    VerifyRequest,
    cleaned,
    day,
    read_large,
)
from portal.intake import read_body
from portal.staff.access import require
from portal.staff.editing import Editing
from portal.staff.editing_views import EditingViews
from portal.staff.permissions import Permission

MOST_DAYS = 366
MODELS = [
    (CheckRequest, "validation"),
    (RollBackRequest, "validation"),
    (VerifyRequest, "validation"),
    (SwitchRequest, "validation"),
]
_LIST = {"type": "array"}
_ANY = {"type": ["object", "null"]}
_VERSION = json_reply(object_of(version={"type": "integer"}), "The version that holds now")
_CHECKED = json_reply(object_of(problems=_LIST, preview=_ANY), "Problems by path; answers by language")
_ITEM = object_of(
    id=STRING,
    version={"type": "integer"},
    data={"type": "object"},
    document={"type": ["string", "null"]},
    switched_off=_LIST,
    proposals=_LIST,
    verification=_ANY,
)
_REVIEW = object_of(day=STRING, due=_LIST, resting=_LIST, untrained={"type": ["array", "null"]})


def _read(summary: str, reply: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    statuses = (400, 401, 403, 404) if parameters else (401, 403)
    call = {"summary": summary, "security": GUARDED, "responses": {"200": reply, **problems(*statuses)}}
    return {**call, "parameters": list(parameters)} if parameters else call


def _act(summary: str, model: str, reply: dict[str, Any], *statuses: int) -> dict[str, Any]:
    responses = {"200": reply, **problems(400, 401, 403, *statuses, 413)}
    return {"summary": summary, "security": GUARDED, "requestBody": body(model), "responses": responses}


_ID = query("id", STRING, required=True)
_DAYS = query("days", {"type": "integer", "minimum": 0, "maximum": MOST_DAYS})
_VERSIONS = json_reply(object_of(versions=_LIST), "Youngest first")
_TOPICS = json_reply(object_of(topics=_LIST), "What is switched off")
PATHS: dict[str, Any] = {
    "/staff/api/editing/form": {
        "get": _read("What a form offers to choose from", json_reply({"type": "object"}, "Choices"))
    },
    "/staff/api/editing/item": {
        "get": _read("An entry or document as it is edited", json_reply(_ITEM, "Item"), _ID)
    },
    "/staff/api/editing/history": {"get": _read("Versions of an item", _VERSIONS, _ID)},
    "/staff/api/editing/check": {
        "post": _act("Check and preview without storing anything", "CheckRequest", _CHECKED)
    },
    "/staff/api/editing/roll-back": {
        "post": _act("Bring a former version back", "RollBackRequest", _VERSION, 404, 409, 422)
    },
    "/staff/api/editing/verify": {
        "post": _act("Confirm an entry: checked today", "VerifyRequest", _VERSION, 404, 409, 422)
    },
    "/staff/api/editing/review": {
        "get": _read("What has to be looked at", json_reply(_REVIEW, "Lists"), _DAYS)
    },
    "/staff/api/editing/topics": {
        "get": _read("Topics that are switched off", _TOPICS),
        "post": _act("Switch a topic off or on", "SwitchRequest", _TOPICS, 404),
    },
}


class EditingApi:
    """``/staff/api/editing``, all but the proposals.

    Args:
        editing: the acts.
        views: what is read.
    """

    def __init__(self, editing: Editing, views: EditingViews) -> None:
        self._editing = editing
        self._views = views

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/staff/api/editing/form", self.form),
            web.get("/staff/api/editing/item", self.item),
            web.get("/staff/api/editing/history", self.history),
            web.post("/staff/api/editing/check", self.check),
            web.post("/staff/api/editing/roll-back", self.roll_back),
            web.post("/staff/api/editing/verify", self.verify),
            web.get("/staff/api/editing/review", self.review),
            web.get("/staff/api/editing/topics", self.topics),
            web.post("/staff/api/editing/topics", self.switch),
        ]

    async def form(self, request: web.Request) -> web.Response:
        """Return what a form offers to choose from."""
        await require(request, Permission.EDIT)
        return json_response(await asyncio.to_thread(self._views.form))

    async def item(self, request: web.Request) -> web.Response:
        """Return an entry or a document as it is edited."""
        await require(request, Permission.EDIT)
        return json_response(await asyncio.to_thread(self._views.item, request.query.get("id", "")))

    async def history(self, request: web.Request) -> web.Response:
        """Return the versions of an item; none for what never was."""
        await require(request, Permission.EDIT)
        versions = await asyncio.to_thread(self._views.history, request.query.get("id", ""))
        return json_response({"versions": versions})

    async def check(self, request: web.Request) -> web.Response:
        """Return problems and previews of what somebody is typing."""
        await require(request, Permission.EDIT)
        given = await read_large(request, CheckRequest)
        return json_response(await asyncio.to_thread(self._views.check, cleaned(given.data)))

    async def roll_back(self, request: web.Request) -> web.Response:
        """Bring a former version back, at once."""
        principal = await require(request, Permission.APPROVE)
        given = await read_body(request, RollBackRequest)
        version = await asyncio.to_thread(
            self._editing.roll_back, principal, given.id, given.version, given.base, given.reason
        )
        return json_response({"version": version})

    async def verify(self, request: web.Request) -> web.Response:
        """Confirm an entry."""
        principal = await require(request, Permission.EDIT)
        given = await read_body(request, VerifyRequest)
        version = await asyncio.to_thread(
            self._editing.verify, principal, given.id, given.version, given.against, day(given.review_by)
        )
        return json_response({"version": version})

    async def review(self, request: web.Request) -> web.Response:
        """Return what has to be looked at, now or within some days."""
        await require(request, Permission.EDIT)
        ahead = timedelta(days=number(request, "days", "30", range(MOST_DAYS + 1)))
        return json_response(await asyncio.to_thread(self._views.review, ahead))

    async def topics(self, request: web.Request) -> web.Response:
        """Return what is switched off."""
        await require(request, Permission.READ)
        return json_response({"topics": await asyncio.to_thread(self._views.topics)})

    async def switch(self, request: web.Request) -> web.Response:
        """Switch a topic off or on."""
        principal = await require(request, Permission.SWITCH)
        given = await read_body(request, SwitchRequest)
        await asyncio.to_thread(self._editing.switch, principal, given.topic, given.off, given.reason)
        return json_response({"topics": await asyncio.to_thread(self._views.topics)})
