"""Recall: uses of an entry's versions, withdrawing them, incident reports, tickets to call about."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any
from uuid import UUID

from aiohttp import web
from pydantic import Field, field_validator, model_validator

from portal.api.describing import body, json_reply, problems, query
from portal.api.http import json_response, one_of
from portal.api.staff.describing import GUARDED, STRING, object_of, path_parameter
from portal.intake import Body, clean_text, read_body
from portal.privacy.masking import Masker
from portal.problems import Problem, request_language
from portal.recall.orders import Act, Order, Orders
from portal.recall.reports import TICKET_STATES, Recalls, markdown
from portal.recall.uses import Uses
from portal.staff.access import require
from portal.staff.permissions import Permission

MOST_WORDS = 80
"""Of what visitors are told, as of the first block of an answer."""
_LONGEST_NUMBER = 9


class Told(Body):
    """What visitors are told, in both languages."""

    vi: str = Field(min_length=1, max_length=1000)
    en: str = Field(min_length=1, max_length=1000)

    @field_validator("vi", "en")
    @classmethod
    def _short(cls, text: str) -> str:
        if len(text.split()) > MOST_WORDS:
            raise ValueError(f"more than {MOST_WORDS} words")
        return text


class RecallRequest(Body):
    """``POST /staff/api/recalls``; ``target`` belongs to a roll-back and to nothing else."""

    client_id: str
    entry: str = Field(max_length=200)
    versions: list[Annotated[int, Field(ge=1, lt=2**31)]] = Field(min_length=1, max_length=100)
    reason: str = Field(min_length=1, max_length=1000)
    text: Told
    act: Act
    target: Annotated[int, Field(ge=1, lt=2**31)] | None = None

    @field_validator("client_id")
    @classmethod
    def _is_uuid(cls, value: str) -> str:
        return str(UUID(value))

    @model_validator(mode="after")
    def _target_of_a_rollback(self) -> RecallRequest:
        if (self.act == "rollback") != (self.target is not None):
            raise ValueError("a roll-back, and nothing else, has a target")
        return self


MODELS = [(RecallRequest, "validation")]
_INTEGER = {"type": "integer"}
_BOOLEAN = {"type": "boolean"}
_NULLABLE = {"type": ["string", "null"]}
_NUMBER_OR_NULL = {"type": ["integer", "null"]}
_BOTH = object_of(vi=STRING, en=STRING)
_LANGUAGES = object_of(vi=_INTEGER, en=_INTEGER)


def _list_of(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": object_of(**properties)}


_VERSIONS = object_of(
    entry=STRING,
    name=_BOTH,
    current=_NUMBER_OR_NULL,
    off=_BOOLEAN,
    versions=_list_of(
        version=_INTEGER,
        what=STRING,
        by=STRING,
        at=STRING,
        fields={"type": "array", "items": STRING},
        removed=_BOOLEAN,
        turns=_INTEGER,
        calls=_INTEGER,
        withdrawn=_BOOLEAN,
    ),
)
_USES = object_of(
    entry=STRING,
    version=_INTEGER,
    figures=object_of(
        turns=_INTEGER,
        sessions=_INTEGER,
        open_sessions=_INTEGER,
        languages=_LANGUAGES,
        calls=_INTEGER,
        tickets=_INTEGER,
    ),
    turns=_list_of(id=STRING, at=STRING, lang=STRING, outcome=STRING, question=STRING),
    calls=_list_of(id=STRING, at=STRING, lang=STRING, officer=STRING, solved=_BOOLEAN),
    tickets=_list_of(id=STRING, code=STRING, at=STRING, lang=STRING, state=STRING, has_contact=_BOOLEAN),
)
_RECALL = object_of(
    id=STRING,
    entry=STRING,
    name=_BOTH,
    versions={"type": "array", "items": _INTEGER},
    reason=STRING,
    text=_BOTH,
    since=STRING,
    act=STRING,
    target=_NUMBER_OR_NULL,
    by=STRING,
    at=STRING,
    state=STRING,
    failure=_NULLABLE,
    version_now=_NUMBER_OR_NULL,
    acted_at=_NULLABLE,
    done_at=_NULLABLE,
    seen=object_of(sessions=_INTEGER, turns=_INTEGER, languages=_LANGUAGES, told=_INTEGER),
    calls=_LANGUAGES,
    tickets=object_of(**dict.fromkeys(TICKET_STATES, _INTEGER)),
)
_TO_CALL = _list_of(
    id=STRING,
    recall=STRING,
    ticket=STRING,
    code=STRING,
    lang=STRING,
    entry=STRING,
    name=STRING,
    text=STRING,
    since=STRING,
)


def _read(summary: str, schema: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    responses = {"200": json_reply(schema, summary), **problems(400, 401, 403, 404)}
    return {"summary": summary, "security": GUARDED, "parameters": [*parameters], "responses": responses}


_ENTRY, _ID = path_parameter("entry"), path_parameter("recall")
_FORM = query("format", {"enum": ["md", "json"]})
_LANG = query("lang", {"enum": ["vi", "en"]})
_REPORT = _read("Incident report, as a file", _RECALL, _ID, _FORM, _LANG)
_REPORT["responses"]["200"]["content"]["text/markdown"] = {"schema": STRING}
PATHS: dict[str, Any] = {
    "/staff/api/uses/{entry}": {"get": _read("Versions of an entry and their uses", _VERSIONS, _ENTRY)},
    "/staff/api/uses/{entry}/{version}": {
        "get": _read("Where a version was used", _USES, _ENTRY, path_parameter("version"))
    },
    "/staff/api/recalls": {
        "get": _read("Recalls, latest first", object_of(recalls={"type": "array", "items": _RECALL})),
        "post": {
            "summary": "Withdraw versions of an entry",
            "security": GUARDED,
            "requestBody": body("RecallRequest"),
            "responses": {
                "201": json_reply(_RECALL, "The knowledge is changed; visitors are being told"),
                **problems(400, 401, 403, 404, 409, 413),
            },
        },
    },
    "/staff/api/recalls/{recall}": {"get": _read("A recall", _RECALL, _ID)},
    "/staff/api/recalls/{recall}/report": {"get": _REPORT},
    "/staff/api/desk/corrections": {
        "get": _read("Tickets whose owners are to be told by an officer", object_of(corrections=_TO_CALL))
    },
    "/staff/api/desk/corrections/{correction}/told": {
        "post": {
            "summary": "Note that the owner of a ticket was told",
            "security": GUARDED,
            "parameters": [path_parameter("correction")],
            "responses": {"204": {"description": "Noted"}, **problems(401, 403, 404)},
        }
    },
}


class RecallApi:
    """``/staff/api/uses``, ``…/recalls``, ``…/desk/corrections``.

    Args:
        uses: where versions were used.
        orders: takes orders to withdraw.
        recalls: what became of them.
        masker: finds personal data in what visitors are to be told.
    """

    def __init__(self, uses: Uses, orders: Orders, recalls: Recalls, masker: Masker) -> None:
        self._uses = uses
        self._orders = orders
        self._recalls = recalls
        self._masker = masker

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/staff/api/uses/{entry}", self.versions),
            web.get("/staff/api/uses/{entry}/{version}", self.uses),
            web.get("/staff/api/recalls", self.all),
            web.post("/staff/api/recalls", self.withdraw),
            web.get("/staff/api/recalls/{recall}", self.one),
            web.get("/staff/api/recalls/{recall}/report", self.report),
            web.get("/staff/api/desk/corrections", self.to_call),
            web.post("/staff/api/desk/corrections/{correction}/told", self.told),
        ]

    async def versions(self, request: web.Request) -> web.Response:
        """Return the versions of an entry and how often each was used."""
        await require(request, Permission.APPROVE)
        return json_response(await asyncio.to_thread(self._uses.versions, request.match_info["entry"]))

    async def uses(self, request: web.Request) -> web.Response:
        """Return where a version was used."""
        await require(request, Permission.APPROVE)
        entry, version = request.match_info["entry"], request.match_info["version"]
        if not (version.isascii() and version.isdigit()) or len(version) > _LONGEST_NUMBER:
            raise Problem(404, "unknown_entry")
        return json_response(await asyncio.to_thread(self._uses.of, entry, int(version)))

    async def all(self, request: web.Request) -> web.Response:
        """List recalls."""
        await require(request, Permission.READ)
        return json_response({"recalls": await asyncio.to_thread(self._recalls.all)})

    async def withdraw(self, request: web.Request) -> web.Response:
        """Withdraw versions of an entry."""
        principal = await require(request, Permission.APPROVE)
        order = self._order(await read_body(request, RecallRequest))
        recall = await asyncio.to_thread(self._orders.withdraw, principal, order)
        return json_response(await asyncio.to_thread(self._recalls.report, recall), status=201)

    async def one(self, request: web.Request) -> web.Response:
        """Return a recall."""
        await require(request, Permission.READ)
        return json_response(await asyncio.to_thread(self._recalls.report, request.match_info["recall"]))

    async def report(self, request: web.Request) -> web.Response:
        """Return the incident report as a file."""
        await require(request, Permission.READ)
        form = one_of(request, "format", ("md", "json"), "md")
        lang = one_of(request, "lang", ("vi", "en"), None) or request_language(request)
        report = await asyncio.to_thread(self._recalls.report, request.match_info["recall"])
        if form == "json":
            text, kind = json.dumps(report, ensure_ascii=False, indent=1), "application/json"
        else:
            text, kind = markdown(report, lang), "text/markdown"
        name = f'attachment; filename="heza-incident-{report["id"]}.{form}"'
        headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
        return web.Response(text=text, content_type=kind, charset="utf-8", headers=headers)

    async def to_call(self, request: web.Request) -> web.Response:
        """List tickets whose owners an officer has to tell."""
        await require(request, Permission.DESK)
        return json_response({"corrections": await asyncio.to_thread(self._recalls.to_call)})

    async def told(self, request: web.Request) -> web.Response:
        """Note that the owner of a ticket was told."""
        principal = await require(request, Permission.DESK)
        await asyncio.to_thread(self._recalls.called, principal, request.match_info["correction"])
        return web.Response(status=204)

    def _order(self, given: RecallRequest) -> Order:
        """Return an order without what cannot be seen.

        Raises:
            Problem: 400, a text holds personal data, which it would give to everybody.
        """
        texts = {"reason": given.reason, "text.vi": given.text.vi, "text.en": given.text.en}
        cleaned = {field: clean_text(text) for field, text in texts.items()}
        for field, text in cleaned.items():
            if self._masker.find(text):
                raise Problem(400, "personal_data", field=field)
        return Order(
            client_id=given.client_id,
            entry=given.entry,
            versions=tuple(sorted(set(given.versions))),
            reason=cleaned["reason"],
            text={"vi": cleaned["text.vi"], "en": cleaned["text.en"]},
            act=given.act,
            target=given.target,
        )
