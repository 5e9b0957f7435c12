"""The feed of the one-stop system: events of dossiers, one or many, with keys of its own."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web
from pydantic import Field

from dossiers.codes import CodeError, parse_code
from dossiers.events import Event, EventError, parse_event
from dossiers.feed import Taken
from dossiers.feed_keys import FeedKeys
from dossiers.service import Dossiers
from portal.api.describing import body, json_reply, problems
from portal.api.http import bearer, json_response
from portal.conversations import Conversations
from portal.hub import Hub
from portal.intake import Body, read_body, read_object
from portal.problems import Problem

MAX_BATCH_BYTES = 5 * 1024 * 1024
MAX_EVENTS = 5000
_MOST_REASONS, _LONGEST_REASON = 20, 200
_KEYED: list[dict[str, list[str]]] = [{"feed": []}]
_RESULT = {"enum": [taken.value for taken in Taken]}
_COUNTS = {"type": "object", "additionalProperties": {"type": "integer"}}
_BATCH = {
    "type": "object",
    "required": ["results", "counts"],
    "properties": {"results": {"type": "array", "items": _RESULT}, "counts": _COUNTS},
}
_ONE = {"type": "object", "required": ["result"], "properties": {"result": _RESULT}}
_EVENT = {
    "type": "object",
    "description": "The whole state of a dossier; the fields are those of docs/dossiers.md.",
    "additionalProperties": {"type": ["string", "integer", "null"]},
}


class BatchRequest(Body):
    """``POST /v1/dossiers/batch``."""

    events: list[dict[str, Any]] = Field(min_length=1, max_length=MAX_EVENTS)


MODELS = [(BatchRequest, "validation")]
PATHS: dict[str, Any] = {
    "/v1/dossiers/{code}": {
        "put": {
            "summary": "The state of one dossier, from the one-stop system",
            "security": _KEYED,
            "parameters": [{"name": "code", "in": "path", "required": True, "schema": {"type": "string"}}],
            "requestBody": {"required": True, "content": {"application/json": {"schema": _EVENT}}},
            "responses": {
                "200": json_reply(_ONE, "What became of the event"),
                **problems(400, 401, 403, 409, 413, 422, 429),
            },
        }
    },
    "/v1/dossiers/batch": {
        "post": {
            "summary": "Events of the one-stop system, all of them or none",
            "security": _KEYED,
            "requestBody": body("BatchRequest"),
            "responses": {
                "200": json_reply(_BATCH, "What became of each event, in order"),
                **problems(400, 401, 403, 413, 422, 429),
            },
        }
    },
}


class DossierFeed:
    """``PUT /v1/dossiers/{code}`` and ``POST /v1/dossiers/batch``.

    Args:
        dossiers: the store.
        keys: of those who may feed.
        conversations: sessions that verified a dossier are told that it changed.
        hub: wakes their streams.
    """

    def __init__(self, dossiers: Dossiers, keys: FeedKeys, conversations: Conversations, hub: Hub) -> None:
        self._dossiers = dossiers
        self._keys = keys
        self._conversations = conversations
        self._hub = hub

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.post("/v1/dossiers/batch", self.batch),
            web.put("/v1/dossiers/{code}", self.put),
        ]

    async def put(self, request: web.Request) -> web.Response:
        """Take one event in."""
        source = await self._source(request)
        raw, code = await read_object(request), request.match_info["code"]
        if _normal(raw.get("code") or code) != _normal(code):
            raise _refused({0: ["code: not the one of the address"]})
        raw["code"] = code
        (taken,) = await self._take(await asyncio.to_thread(_checked, [raw]), source)
        if taken is Taken.CONFLICT:
            raise Problem(409, "event_conflict")
        return json_response({"result": taken})

    async def batch(self, request: web.Request) -> web.Response:
        """Take events in, all in one transaction."""
        source = await self._source(request)
        larger = request.clone(client_max_size=MAX_BATCH_BYTES)
        given = await read_body(larger, BatchRequest)
        taken = await self._take(await asyncio.to_thread(_checked, given.events), source)
        return json_response({"results": taken, "counts": Counter(taken)})

    async def _source(self, request: web.Request) -> str:
        """Return who feeds.

        Raises:
            Problem: 401 without a key that is in use.
        """
        try:
            token = bearer(request)
        except Problem:
            token = ""
        usable = token and token.isascii()
        name = await asyncio.to_thread(self._keys.name_of, token) if usable else None
        if name is None:
            raise Problem(401, "feed_key")
        return name

    async def _take(self, events: list[Event], source: str) -> list[Taken]:
        taken = await asyncio.to_thread(self._dossiers.apply_events, events, source)
        updated = [e.code for e, t in zip(events, taken, strict=True) if t is Taken.UPDATED]
        if updated:
            for session in await asyncio.to_thread(self._tell, updated):
                self._hub.wake(session)
        return taken

    def _tell(self, codes: Sequence[Any]) -> list[str]:
        handles = self._dossiers.handles(codes)
        return self._conversations.tell_verified(handles, {"state": "dossier_changed"})


def _checked(raws: Sequence[Mapping[str, Any]]) -> list[Event]:
    """Return events in normal form.

    Raises:
        Problem: 422, with all reasons, event by event.
    """
    events: list[Event] = []
    wrong: dict[int, list[str]] = {}
    for index, raw in enumerate(raws):
        try:
            events.append(parse_event(raw))
        except EventError as error:
            wrong[index] = error.reasons
    if wrong:
        raise _refused(wrong)
    return events


def _refused(wrong: Mapping[int, list[str]]) -> Problem:
    events = [
        {"index": i, "reasons": [_shown(r) for r in reasons[:_MOST_REASONS]]} for i, reasons in wrong.items()
    ]
    return Problem(422, "bad_events", count=len(wrong), members={"events": events})


def _shown(reason: str) -> str:
    """Return a reason as it may be sent: it can name a field of the sender's invention."""
    return reason.encode("utf-8", "replace").decode()[:_LONGEST_REASON]


def _normal(code: Any) -> str:
    try:
        return str(parse_code(str(code)))
    except CodeError:
        return str(code)
