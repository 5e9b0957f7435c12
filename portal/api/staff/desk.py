"""The hotline desk: search while typing, answer cards, the read-only copy, the log of calls."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from aiohttp import web
from pydantic import Field, field_validator, model_validator

from knowledge.completion import Completer
from knowledge.dates import today
from knowledge.rendering import Renderer, When
from knowledge.search import Hit, Searcher
from knowledge.store import Store
from knowledge.texts import texts
from portal.api.describing import body, json_reply, problems, query
from portal.api.http import json_response, number, one_of
from portal.api.staff.describing import GUARDED, STRING, object_of, path_parameter
from portal.intake import Body, Lang, MessageRequest, check_dates, clean_text, read_body
from portal.problems import LANG, Problem
from portal.staff.access import Principal, Staff, require
from portal.staff.calls import TOPICS, Call, log_call
from portal.staff.cards import Cards
from portal.staff.copy import Copies
from portal.staff.permissions import Permission

MOST_RESULTS = 20
_FACETS_PER_ENTRY = 4
_LONGEST_WAIT = timedelta(days=31)
"""How long a call may wait in a browser until it is sent."""


class CallRequest(Body):
    """``POST /staff/api/calls``: without ``topic`` it is the kind of the entry.

    ``client_id`` makes one call of what is sent again; ``seconds_ago`` is how long it waited to be sent.
    """

    topic: Literal[*TOPICS] | None = None  # type: ignore[valid-type]
    lang: Lang
    entry: Annotated[str, Field(max_length=200)] | None = None
    version: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    solved: bool
    client_id: str | None = None
    seconds_ago: Annotated[int, Field(ge=0, le=_LONGEST_WAIT // timedelta(seconds=1))] = 0

    @field_validator("client_id")
    @classmethod
    def _is_uuid(cls, value: str | None) -> str | None:
        return str(UUID(value)) if value is not None else None

    @model_validator(mode="after")
    def _says_what_it_was_about(self) -> CallRequest:
        if (self.entry is None) != (self.version is None):
            raise ValueError("entry and version belong together")
        if self.entry is None and self.topic is None:
            raise ValueError("either topic or entry")
        return self


MODELS = [(CallRequest, "validation")]
_LANG = query("lang", {"enum": ["vi", "en"]})
_INTEGER = {"type": "integer"}
_NULLABLE = {"type": ["string", "null"]}
_LIST = {"type": "array"}
_RESULT = object_of(
    entry=STRING,
    version=_INTEGER,
    kind=STRING,
    name=STRING,
    facet=STRING,
    label=STRING,
    text=STRING,
    score={"type": "number"},
    facets={"type": "array", "items": STRING},
)
_RESULTS = object_of(q=STRING, results={"type": "array", "items": _RESULT})
_ALOUD = object_of(text=_NULLABLE, words=_INTEGER, shortened={"type": "boolean"})
_CARD = object_of(
    entry=STRING,
    version=_INTEGER,
    kind=STRING,
    name=STRING,
    aliases=_LIST,
    lang=STRING,
    facet=STRING,
    as_of=_NULLABLE,
    licensed_on=_NULLABLE,
    release=STRING,
    outcome=STRING,
    aloud=_ALOUD,
    text=STRING,
    facets=_LIST,
    sources=_LIST,
    collected_on=STRING,
    verified_on=_NULLABLE,
    review_by=STRING,
    owner=STRING,
    related=_LIST,
)
PATHS: dict[str, Any] = {
    "/staff/api/search": {
        "get": {
            "summary": "Search while typing",
            "security": GUARDED,
            "parameters": [
                query("q", STRING, required=True),
                _LANG,
                query("limit", {"type": "integer", "minimum": 1, "maximum": MOST_RESULTS}),
            ],
            "responses": {
                "200": json_reply(_RESULTS, "Results, best first"),
                **problems(400, 401, 403),
            },
        }
    },
    "/staff/api/card/{entry}": {
        "get": {
            "summary": "Answer card of an entry",
            "security": GUARDED,
            "parameters": [
                path_parameter("entry"),
                query("facet", STRING),
                _LANG,
                query("as_of", {"type": "string", "format": "date"}),
                query("licensed_on", STRING),
            ],
            "responses": {"200": json_reply(_CARD, "Card"), **problems(400, 401, 403, 404)},
        }
    },
    "/staff/api/copy": {
        "get": {
            "summary": "Read-only copy of all entries",
            "security": GUARDED,
            "responses": {
                "200": json_reply(object_of(made_on=STRING, release=STRING, entries=_LIST), "Copy"),
                "304": {"description": "The copy of If-None-Match still holds"},
                **problems(401, 403),
            },
        }
    },
    "/staff/api/calls": {
        "post": {
            "summary": "Log a call",
            "security": GUARDED,
            "requestBody": body("CallRequest"),
            "responses": {
                "201": json_reply(object_of(id=STRING), "Logged"),
                **problems(400, 401, 403, 404, 409, 413),
            },
        }
    },
}


class DeskApi:
    """``/staff/api/search``, ``…/card``, ``…/copy``, ``…/calls``.

    Args:
        staff: database and settings.
        store: the knowledge base.
    """

    def __init__(self, staff: Staff, store: Store) -> None:
        self._staff = staff
        self._store = store
        self._completer = Completer(store, Searcher(store))
        self._cards = Cards(store)
        self._copies = Copies(store, self._cards)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/staff/api/search", self.search),
            web.get("/staff/api/card/{entry}", self.card),
            web.get("/staff/api/copy", self.copy),
            web.post("/staff/api/calls", self.log_call),
        ]

    async def search(self, request: web.Request) -> web.Response:
        """Return the entries that what was typed so far may be about."""
        await require(request, Permission.READ)
        typed = request.query.get("q", "")
        text = clean_text(typed)
        lang = _lang(request)
        limit = number(request, "limit", "8", range(1, MOST_RESULTS + 1))
        unfinished = text + " " if typed[-1:].isspace() else text
        results = await asyncio.to_thread(self.results, unfinished, lang, limit)
        return json_response({"q": text, "results": results})

    async def card(self, request: web.Request) -> web.Response:
        """Return the card of an entry."""
        await require(request, Permission.READ)
        lang, when = _lang(request), _when(request)
        entry, facet = request.match_info["entry"], request.query.get("facet")
        card = await asyncio.to_thread(self._cards.card, entry, facet, lang, when)
        if card is None:
            raise Problem(404, "unknown_entry")
        return json_response(card)

    async def copy(self, request: web.Request) -> web.Response:
        """Return the read-only copy, unless the browser has it already."""
        await require(request, Permission.READ)
        made = await asyncio.to_thread(self._copies.copy)
        headers = {"ETag": made.etag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding"}
        if made.etag in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers=headers)
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return web.Response(body=made.compressed, content_type="application/json", headers=headers)
        return web.Response(body=made.plain, content_type="application/json", headers=headers)

    async def log_call(self, request: web.Request) -> web.Response:
        """Record a call."""
        principal = await require(request, Permission.READ)
        given = await read_body(request, CallRequest)
        return json_response({"id": await asyncio.to_thread(self._log, principal, given)}, status=201)

    def results(self, typed: str, lang: str, limit: int) -> list[dict[str, Any]]:
        """Return one result for each entry found, best first, with its facets that fit best."""
        by_entry: dict[str, list[Hit]] = {}
        for hit in self._completer.search(typed, limit=_FACETS_PER_ENTRY * limit):
            by_entry.setdefault(hit.entry, []).append(hit)
        found = list(by_entry.values())[:limit]
        self._store.entries.fetch(hits[0].entry for hits in found)
        renderer = Renderer(self._store, lang)
        return [self._result(hits, lang, renderer) for hits in found]

    def _result(self, hits: list[Hit], lang: str, renderer: Renderer) -> dict[str, Any]:
        # What is found by name or question form says which facet is meant; a text only holds the words.
        best = max(hits, key=lambda hit: (max(hit.name, hit.ask), hit.score))
        entry = self._store.entries[best.entry]
        answer = renderer.answer(entry.id, [best.facet], When())
        return {
            "entry": entry.id,
            "version": self._store.versions[entry.id],
            "kind": entry.kind.value,
            "name": entry.name.get(lang),
            "facet": best.facet,
            "label": texts(lang)(f"facet.{best.facet}"),
            "text": getattr(answer.blocks[0], "text", ""),
            "score": round(hits[0].score, 4),
            "facets": [hit.facet for hit in hits[:_FACETS_PER_ENTRY]],
        }

    def _log(self, principal: Principal, given: CallRequest) -> str:
        entry = self._store.entries.get(given.entry) if given.entry else None
        if given.entry and (entry is None or (given.version or 0) > self._store.versions[given.entry]):
            raise Problem(404, "unknown_entry")
        topic = given.topic or (entry.kind.value if entry else "other")
        call = Call(topic, given.lang, given.entry, given.version, given.solved)
        waited = timedelta(seconds=given.seconds_ago)
        with self._staff.writing() as connection:
            return log_call(connection, principal, call, given.client_id, waited)


def _lang(request: web.Request) -> str:
    """Return the language of the answer; problems are told in that of the browser."""
    return one_of(request, "lang", ("vi", "en"), request.get(LANG) or "vi") or "vi"


def _when(request: web.Request) -> When:
    as_of, licensed_on = request.query.get("as_of"), request.query.get("licensed_on")
    check_dates(MessageRequest(text="-", as_of=as_of, licensed_on=licensed_on))
    return When(as_of=None if as_of == today().isoformat() else as_of, licensed_on=licensed_on)
