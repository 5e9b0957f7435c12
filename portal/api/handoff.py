"""The visitor's way to a person: the queue in office hours, a ticket otherwise, and its reply."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field

from portal.api.describing import GUARDED, body, json_reply, problems
from portal.api.http import Access, json_response
from portal.handoff.settings import HandoffSettings
from portal.handoff.tickets import Tickets
from portal.handoff.visits import Visits
from portal.hub import Hub
from portal.intake import Body, clean_text, read_body
from portal.metrics import Metrics
from portal.privacy.masking import Masker
from portal.problems import Problem, request_language


class HandoffRequest(Body):
    """``POST /v1/handoff``: contact and consent are needed while nobody is at the desk."""

    contact: Annotated[str, Field(min_length=3, max_length=200)] | None = None
    consent: bool | None = None
    note: Annotated[str, Field(max_length=1000)] | None = None


class TicketLookup(Body):
    """``POST /v1/tickets/lookup``."""

    code: Annotated[str, Field(max_length=40)]
    secret: Annotated[str, Field(max_length=100)]


_TEXT = {"type": "string"}
_NULLABLE = {"type": ["string", "null"]}
_STATE = {
    "type": "object",
    "required": ["state"],
    "properties": {
        "state": {"enum": ["bot", "queued", "claimed", "ticket", "closed"]},
        "position": {"type": "integer", "minimum": 1},
        "reason": {"const": "unanswered"},
        "code": _TEXT,
        "secret": _TEXT,
        "answer_by": {"type": "string", "format": "date-time"},
        "desk": {
            "type": "object",
            "required": ["open", "hours"],
            "properties": {"open": {"type": "boolean"}, "hours": _NULLABLE},
        },
    },
}
_TICKET = {
    "type": "object",
    "required": ["state", "code", "reply", "created_at", "answer_by", "answered_at"],
    "properties": {
        "state": {"enum": ["open", "answered", "closed"]},
        "code": _TEXT,
        "reply": _NULLABLE,
        "created_at": _TEXT,
        "answer_by": _TEXT,
        "answered_at": _NULLABLE,
    },
}
MODELS: list[tuple[type[Body], Literal["validation"]]] = [
    (HandoffRequest, "validation"),
    (TicketLookup, "validation"),
]
PATHS: dict[str, Any] = {
    "/v1/handoff": {
        "post": {
            "summary": "Ask for an officer",
            "security": GUARDED,
            "requestBody": body("HandoffRequest", required=False),
            "responses": {
                "200": json_reply(_STATE, "Place in the queue, or a ticket"),
                **problems(400, 401, 403, 404, 413, 422, 429),
            },
        },
        "get": {
            "summary": "Where the conversation stands, and whether the desk is open",
            "security": GUARDED,
            "responses": {"200": json_reply(_STATE, "State"), **problems(401, 403, 429)},
        },
    },
    "/v1/tickets/lookup": {
        "post": {
            "summary": "State and reply of a ticket",
            "requestBody": body("TicketLookup"),
            "responses": {
                "200": json_reply(_TICKET, "The ticket"),
                **problems(400, 403, 404, 413, 429),
            },
        }
    },
}


class HandoffCalls:
    """``/v1/handoff`` and ``/v1/tickets/lookup``.

    Args:
        access: whose session a call belongs to.
        visits: the queue as visitors see it.
        tickets: the store of tickets.
        settings: whether there is a desk.
        masker: takes personal data out of a note.
        hub: wakes the session's streams.
        metrics: count the turns.
    """

    def __init__(
        self,
        access: Access,
        visits: Visits,
        tickets: Tickets,
        settings: HandoffSettings,
        masker: Masker,
        hub: Hub,
        metrics: Metrics,
    ) -> None:
        self._access = access
        self._visits = visits
        self._tickets = tickets
        self._settings = settings
        self._masker = masker
        self._hub = hub
        self._metrics = metrics

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.post("/v1/handoff", self.request),
            web.get("/v1/handoff", self.state),
            web.post("/v1/tickets/lookup", self.lookup),
        ]

    async def request(self, request: web.Request) -> web.Response:
        """Put the conversation into the queue, or issue a ticket."""
        session = await self._access.session(request)
        given = await read_body(request, HandoffRequest)
        lang = request_language(request)
        if self._settings.hours is None:
            raise Problem(404, "no_desk")
        contact = clean_text(given.contact) if given.contact is not None else None
        if contact and not given.consent:
            raise Problem(422, "consent_needed")
        note = None
        if given.note and given.note.strip():
            note = self._masker.mask(clean_text(given.note), lang).text
        state = await asyncio.to_thread(self._visits.request, session, lang, note)
        if state is None:
            if not contact:
                raise Problem(422, "contact_needed", hours=self._settings.hours.text)
            issued = await asyncio.to_thread(self._tickets.issue, session, lang, contact, note)
            state = issued.as_json()
        self._metrics.asked_person(state["state"])
        self._hub.wake(session)
        return json_response(state)

    async def state(self, request: web.Request) -> web.Response:
        """Tell where the conversation stands."""
        session = await self._access.session(request)
        return json_response(await asyncio.to_thread(self._visits.state, session))

    async def lookup(self, request: web.Request) -> web.Response:
        """Return a ticket to who knows its code and secret."""
        given = await read_body(request, TicketLookup)
        return json_response(await asyncio.to_thread(self._tickets.lookup, given.code, given.secret))
