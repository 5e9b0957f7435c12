"""Dossiers at the hotline desk: with the caller's factor, or with a reason; unlocking; what is overdue."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any

from aiohttp import web
from pydantic import Field, model_validator

from dossiers.codes import Code, CodeError, parse_code
from dossiers.holidays import Calendar
from dossiers.lookup import Denied, Locked
from dossiers.overdue import overdue, overdue_by_unit
from dossiers.service import Dossiers
from dossiers.status import DossierStatus
from dossiers.status import texts as dossier_texts
from knowledge.dates import today
from knowledge.store import Store
from portal.api.describing import body, json_reply, problems, query
from portal.api.http import json_response, number, one_of
from portal.api.staff.describing import GUARDED, STRING, object_of
from portal.intake import Body, read_body
from portal.problems import LANG, Problem
from portal.staff.access import Principal, Staff, require
from portal.staff.audit import audit
from portal.staff.dossiers import Views, masked_json, overdue_json, texts_json
from portal.staff.permissions import Permission

SHORTEST_REASON = 10
MOST_OVERDUE = 200
Short = Annotated[str, Field(min_length=1, max_length=200)]
Reason = Annotated[str, Field(min_length=SHORTEST_REASON, max_length=200)]


class FactorRequest(Body):
    """``POST /staff/api/dossiers/lookup``: what the caller says."""

    code: Short
    factor: Short


class ReasonRequest(Body):
    """``POST /staff/api/dossiers/view``: without the caller's factor, so with a reason."""

    code: Short
    reason: Reason


class TextsRequest(Body):
    """``POST /staff/api/dossiers/texts``."""

    view: Annotated[str, Field(min_length=1, max_length=2000)]


class UnlockRequest(Body):
    """``POST /staff/api/dossiers/unlock``: a code that waits, or who was given a reference."""

    code: Short | None = None
    reference: Short | None = None
    reason: Reason

    @model_validator(mode="after")
    def _names_one(self) -> UnlockRequest:
        if (self.code is None) == (self.reference is None):
            raise ValueError("either code or reference")
        return self


MODELS = [(model, "validation") for model in (FactorRequest, ReasonRequest, TextsRequest, UnlockRequest)]
_NULLABLE = {"type": ["string", "null"]}
_LIST = {"type": "array"}
_DOSSIER = {"type": "object"}
_VIEWED = object_of(view=STRING, code=STRING, dossier=_DOSSIER)
_LANG = query("lang", {"enum": ["vi", "en"]})


def _call(summary: str, model: str, reply: dict[str, Any], *statuses: int) -> dict[str, Any]:
    responses = {**reply, **problems(400, 401, 403, 413, *statuses)}
    return {
        "post": {"summary": summary, "security": GUARDED, "requestBody": body(model), "responses": responses}
    }


PATHS: dict[str, Any] = {
    "/staff/api/dossiers/lookup": _call(
        "Look a dossier up with the caller's factor",
        "FactorRequest",
        {"200": json_reply(_VIEWED, "Code and factor belong together")},
        *(404, 429),
    ),
    "/staff/api/dossiers/view": _call(
        "See a dossier for a reason", "ReasonRequest", {"200": json_reply(_VIEWED, "The dossier")}, 404
    ),
    "/staff/api/dossiers/texts": _call(
        "Uncover what people wrote into a dossier that was just seen",
        "TextsRequest",
        {"200": json_reply(object_of(supplement=_NULLABLE, result=_NULLABLE, history=_LIST), "Texts")},
        404,
    ),
    "/staff/api/dossiers/unlock": _call(
        "Let the next try of a dossier, or of a caller, come at once",
        "UnlockRequest",
        {"204": {"description": "Done"}},
        404,
    ),
    "/staff/api/dossiers/overdue": {
        "get": {
            "summary": "Overdue dossiers by unit, those waiting longest first",
            "security": GUARDED,
            "parameters": [
                query("unit", STRING),
                query("after", STRING),
                query("limit", {"type": "integer", "minimum": 1, "maximum": MOST_OVERDUE}),
                _LANG,
            ],
            "responses": {
                "200": json_reply(object_of(units=_LIST, dossiers=_LIST, next=_NULLABLE), "Dossiers"),
                **problems(400, 401, 403),
            },
        }
    },
}


class DossiersApi:
    """``/staff/api/dossiers``.

    Args:
        staff: database and settings.
        dossiers: the store of dossiers.
        store: the knowledge base, for names and time limits of procedures.
        calendar: tells working days.
        views: tickets for what was seen.
    """

    def __init__(
        self, staff: Staff, dossiers: Dossiers, store: Store, calendar: Calendar, views: Views
    ) -> None:
        self._staff = staff
        self._dossiers = dossiers
        self._store = store
        self._calendar = calendar
        self._views = views

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.post("/staff/api/dossiers/lookup", self.look_up),
            web.post("/staff/api/dossiers/view", self.view),
            web.post("/staff/api/dossiers/texts", self.texts),
            web.post("/staff/api/dossiers/unlock", self.unlock),
            web.get("/staff/api/dossiers/overdue", self.overdue),
        ]

    async def look_up(self, request: web.Request) -> web.Response:
        """Tell the state if the caller's factor is right; guesses count for the officer's account."""
        principal = await require(request, Permission.DOSSIERS)
        given = await read_body(request, FactorRequest)
        code = _code(given.code, request)
        client = f"staff:{principal.account}"
        reply = await asyncio.to_thread(
            self._dossiers.lookup, code, given.factor, client, client, principal.session
        )
        outcome = type(reply).__name__.lower()
        await asyncio.to_thread(self._note, principal, "dossier.lookup", code.masked, outcome=outcome)
        if isinstance(reply, Locked):
            members = {"reference": reply.reference, "scope": reply.scope}
            raise Problem(429, "dossier_locked", retry_after=reply.retry_after, members=members)
        await asyncio.sleep(reply.delay)
        if isinstance(reply, Denied):
            raise Problem(404, "dossier_denied", members={"reference": reply.reference})
        return json_response(
            await asyncio.to_thread(self._shown, request, principal, reply.handle, reply.dossier, code)
        )

    async def view(self, request: web.Request) -> web.Response:
        """Show a dossier to whom a reason brings; written down before it is read."""
        principal = await require(request, Permission.DOSSIERS)
        given = await read_body(request, ReasonRequest)
        code = _code(given.code, request)
        return json_response(
            await asyncio.to_thread(self._view, request, principal, code, _reason(given.reason))
        )

    async def texts(self, request: web.Request) -> web.Response:
        """Uncover what people wrote into a dossier."""
        principal = await require(request, Permission.DOSSIERS)
        given = await read_body(request, TextsRequest)
        return json_response(await asyncio.to_thread(self._texts, principal, given.view))

    async def unlock(self, request: web.Request) -> web.Response:
        """Lift the pause of a code, or the locks of who was given a reference."""
        principal = await require(request, Permission.DOSSIERS)
        given = await read_body(request, UnlockRequest)
        reason = _reason(given.reason)
        if given.code is not None:
            code = _code(given.code, request)
            await asyncio.to_thread(self._note, principal, "dossier.unlock", code.masked, reason=reason)
            await asyncio.to_thread(self._dossiers.unlock_code, code, principal.name, reason)
        elif given.reference is not None:
            reference = given.reference.strip().upper()
            await asyncio.to_thread(self._note, principal, "dossier.unlock", reference, reason=reason)
            if not await asyncio.to_thread(self._dossiers.unlock, reference, principal.name, reason):
                raise Problem(404, "unknown_reference")
        return web.Response(status=204)

    async def overdue(self, request: web.Request) -> web.Response:
        """List overdue dossiers, without texts."""
        principal = await require(request, Permission.DOSSIERS)
        after = _after(request.query.get("after"))
        limit = number(request, "limit", "50", range(1, MOST_OVERDUE + 1))
        unit = request.query.get("unit")
        return json_response(
            await asyncio.to_thread(self._overdue, principal, unit, after, limit, _lang(request))
        )

    def _view(self, request: web.Request, principal: Principal, code: Code, reason: str) -> dict[str, Any]:
        handle = next(iter(self._dossiers.handles([code])), None)
        self._note(principal, "dossier.view", code.masked, reason=reason, found=handle is not None)
        status = self._dossiers.again(handle, principal.session) if handle else None
        if handle is None or status is None:
            raise Problem(404, "unknown_dossier")
        return self._shown(request, principal, handle, status, code)

    def _texts(self, principal: Principal, ticket: str) -> dict[str, Any]:
        handle = self._views.handle(ticket, principal)
        if handle is None:
            raise Problem(404, "view_lapsed")
        self._note(principal, "dossier.texts", f"dossier {handle.partition('.')[0]}")
        status = self._dossiers.again(handle, principal.session)
        if status is None:
            raise Problem(404, "unknown_dossier")
        return texts_json(status)

    def _overdue(
        self, principal: Principal, unit: str | None, after: tuple[date, int] | None, limit: int, lang: str
    ) -> dict[str, Any]:
        self._note(principal, "dossier.overdue", unit or "all units")
        engine, day = self._dossiers.engine, today()
        found = overdue(engine, self._calendar, day, unit=unit, after=after, limit=limit)
        full = len(found) == limit
        last = found[-1] if full else None
        return {
            "units": [{"unit": name, "count": count} for name, count in overdue_by_unit(engine, day)],
            "dossiers": [overdue_json(one, self._store.entries, lang) for one in found],
            "next": f"{last.status.due_on}.{last.id}" if last else None,
        }

    def _shown(
        self, request: web.Request, principal: Principal, handle: str, status: DossierStatus, code: Code
    ) -> dict[str, Any]:
        shown = masked_json(status, self._store.entries, self._calendar, today(), _lang(request))
        return {"view": self._views.ticket(handle, principal), "code": code.masked, "dossier": shown}

    def _note(self, principal: Principal, act: str, target: str, **detail: str | bool) -> None:
        with self._staff.writing() as connection:
            audit(connection, principal, act, target, **detail)


def _lang(request: web.Request) -> str:
    return one_of(request, "lang", ("vi", "en"), request.get(LANG) or "vi") or "vi"


def _code(typed: str, request: web.Request) -> Code:
    """Read a code however it was typed.

    Raises:
        Problem: 400, it is none; the problem says what is wrong with it.
    """
    try:
        return parse_code(typed)
    except CodeError as error:
        fault = dossier_texts(_lang(request))(f"code.{error.fault}")
        raise Problem(400, "dossier_code", fault=fault) from error


def _reason(written: str) -> str:
    """Return a reason; blanks and the same letter over and over are none.

    Raises:
        Problem: 400.
    """
    reason = " ".join(written.split())
    if len(reason) < SHORTEST_REASON or len(set(reason.casefold())) < SHORTEST_REASON // 2:
        raise Problem(400, "reason_needed")
    return reason


def _after(written: str | None) -> tuple[date, int] | None:
    """Read where the next page begins.

    Raises:
        Problem: 400.
    """
    if written is None:
        return None
    day, _, last = written.partition(".")
    try:
        return date.fromisoformat(day), int(last)
    except ValueError as error:
        raise Problem(400, "bad_request") from error
