"""Changes of the content and the second person who approves them."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from portal.api.describing import body, json_reply, problems
from portal.api.http import json_response
from portal.api.staff.describing import GUARDED, STRING, object_of, path_parameter
from portal.api.staff.editing_bodies import (
    ApproveRequest,
    DraftRequest,
    ProposeRequest,
    ReasonRequest,
    cleaned,
    moment,
    read_large,
)
from portal.intake import read_body
from portal.staff.access import require
from portal.staff.editing import Editing, refusals
from portal.staff.editing_views import EditingViews, brief
from portal.staff.permissions import Permission

MODELS = [
    (DraftRequest, "validation"),
    (ProposeRequest, "validation"),
    (ApproveRequest, "validation"),
    (ReasonRequest, "validation"),
]
_LIST = {"type": "array"}
_NULLABLE = {"type": ["string", "null"]}
_BRIEF: dict[str, Any] = {
    **dict.fromkeys(("id", "item", "state", "author", "note", "changed_at", "reason"), STRING),
    **dict.fromkeys(("starts_at", "decided_by", "decided_at"), _NULLABLE),
    "name": {"type": ["object", "null"]},
    "base": {"type": "integer"},
    "version": {"type": ["integer", "null"]},
}
_DONE = json_reply(object_of(**_BRIEF), "The proposal")
_WHOLE = object_of(
    **_BRIEF,
    data={"type": "object"},
    digest=STRING,
    changes=_LIST,
    outdated={"type": ["object", "null"]},
    problems=_LIST,
    preview={"type": ["object", "null"]},
)
_ONE = [path_parameter("proposal")]


def _act(summary: str, model: str | None, *statuses: int) -> dict[str, Any]:
    call = {
        "summary": summary,
        "security": GUARDED,
        "parameters": _ONE,
        "responses": {"200": _DONE, **problems(400, 401, 403, 404, *statuses, 413)},
    }
    return {**call, "requestBody": body(model)} if model else call


PATHS: dict[str, Any] = {
    "/staff/api/editing/proposals": {
        "get": {
            "summary": "Everything that somebody has to do something about",
            "security": GUARDED,
            "responses": {
                "200": json_reply(object_of(proposals=_LIST), "Youngest first"),
                **problems(401, 403),
            },
        },
        "post": {
            "summary": "Keep a new draft",
            "security": GUARDED,
            "requestBody": body("DraftRequest"),
            "responses": {"201": _DONE, **problems(400, 401, 403, 413)},
        },
    },
    "/staff/api/editing/proposals/{proposal}": {
        "get": {
            "summary": "A proposal with its difference and preview",
            "security": GUARDED,
            "parameters": _ONE,
            "responses": {"200": json_reply(_WHOLE, "Proposal"), **problems(401, 403, 404)},
        },
        "put": _act("Change a draft of one's own", "DraftRequest", 409),
        "delete": {
            "summary": "Throw a draft away",
            "security": GUARDED,
            "parameters": _ONE,
            "responses": {
                "204": {"description": "It is gone"},
                **problems(401, 403, 404, 409),
            },
        },
    },
    "/staff/api/editing/proposals/{proposal}/propose": {
        "post": _act("Hand a draft to a second person", "ProposeRequest", 409, 422)
    },
    "/staff/api/editing/proposals/{proposal}/take-back": {
        "post": _act("Make a draft again of what one has proposed", None, 409)
    },
    "/staff/api/editing/proposals/{proposal}/approve": {
        "post": _act("Put another person's change in force, now or on its day", "ApproveRequest", 409, 422)
    },
    "/staff/api/editing/proposals/{proposal}/refuse": {
        "post": _act("Refuse another person's change", "ReasonRequest", 409)
    },
}


class ProposalsApi:
    """``/staff/api/editing/proposals``.

    Args:
        editing: the acts.
        views: what is read.
    """

    def __init__(self, editing: Editing, views: EditingViews) -> None:
        self._editing = editing
        self._views = views

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        one = "/staff/api/editing/proposals/{proposal}"
        return [
            web.get("/staff/api/editing/proposals", self.all),
            web.post("/staff/api/editing/proposals", self.draft),
            web.get(one, self.read),
            web.put(one, self.redraft),
            web.delete(one, self.discard),
            web.post(f"{one}/propose", self.propose),
            web.post(f"{one}/take-back", self.take_back),
            web.post(f"{one}/approve", self.approve),
            web.post(f"{one}/refuse", self.refuse),
        ]

    async def all(self, request: web.Request) -> web.Response:
        """Return everything that somebody has to do something about."""
        await require(request, Permission.EDIT)
        return json_response({"proposals": await asyncio.to_thread(self._views.proposals)})

    async def read(self, request: web.Request) -> web.Response:
        """Return a proposal with everything that a second person has to see."""
        await require(request, Permission.EDIT)
        with refusals():
            return json_response(await asyncio.to_thread(self._views.proposal, _id(request)))

    async def draft(self, request: web.Request) -> web.Response:
        """Keep a new draft."""
        principal = await require(request, Permission.EDIT)
        given = await read_large(request, DraftRequest)
        done = await asyncio.to_thread(
            self._editing.draft, principal, cleaned(given.data), given.base, given.note
        )
        return json_response(brief(done), status=201)

    async def redraft(self, request: web.Request) -> web.Response:
        """Change a draft of one's own."""
        principal = await require(request, Permission.EDIT)
        given = await read_large(request, DraftRequest)
        done = await asyncio.to_thread(
            self._editing.redraft, principal, _id(request), cleaned(given.data), given.base, given.note
        )
        return json_response(brief(done))

    async def discard(self, request: web.Request) -> web.Response:
        """Throw a draft away."""
        principal = await require(request, Permission.EDIT)
        await asyncio.to_thread(self._editing.discard, principal, _id(request))
        return web.Response(status=204)

    async def propose(self, request: web.Request) -> web.Response:
        """Hand a draft to a second person."""
        principal = await require(request, Permission.EDIT)
        given = await read_body(request, ProposeRequest)
        starts_at = moment(given.starts_at)
        done = await asyncio.to_thread(self._editing.propose, principal, _id(request), starts_at)
        return json_response(brief(done))

    async def take_back(self, request: web.Request) -> web.Response:
        """Make a draft again of what one has proposed."""
        principal = await require(request, Permission.EDIT)
        return json_response(brief(await asyncio.to_thread(self._editing.take_back, principal, _id(request))))

    async def approve(self, request: web.Request) -> web.Response:
        """Put another person's change in force, now or on its day."""
        principal = await require(request, Permission.APPROVE)
        given = await read_body(request, ApproveRequest)
        done = await asyncio.to_thread(self._editing.approve, principal, _id(request), given.digest)
        return json_response(brief(done))

    async def refuse(self, request: web.Request) -> web.Response:
        """Refuse another person's change."""
        principal = await require(request, Permission.APPROVE)
        given = await read_body(request, ReasonRequest)
        done = await asyncio.to_thread(self._editing.refuse, principal, _id(request), given.reason)
        return json_response(brief(done))


def _id(request: web.Request) -> str:
    return request.match_info["proposal"]
