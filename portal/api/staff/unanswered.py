"""Unanswered questions: clusters, decisions on them, proposals under review, officers' remarks."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from aiohttp import web
from pydantic import Field, field_validator, model_validator

from knowledge.material import State, fits_a_line
from knowledge.model import Kind, Text
from knowledge.store import Store
from portal.api.describing import body, json_reply, problems, query
from portal.api.http import json_response, number, one_of
from portal.api.staff.describing import GUARDED, STRING, object_of, path_parameter
from portal.intake import Body, Lang, clean_text, read_body
from portal.privacy.masking import Masker
from portal.problems import Problem
from portal.staff.access import Staff, require
from portal.staff.permissions import Permission
from portal.unanswered.board import Board, Choice, Decision
from portal.unanswered.clusters import WEIGHTS
from portal.unanswered.remarks import Remark, RemarkKind, note
from portal.unanswered.review import Review

MOST_CLUSTERS = 200
_KINDS = "|".join(kind for kind in Kind if kind not in (Kind.DOCUMENT, Kind.ZONE))
_Line = Annotated[str, Field(min_length=1, max_length=300)]


class Names(Body):
    """The name of an entry to be drafted."""

    vi: _Line
    en: _Line


class DecisionRequest(Body):
    """``POST /staff/api/unanswered/{cluster}``; what belongs to it depends on the decision."""

    decision: Decision
    lang: Lang
    texts: list[_Line] = Field(default=[], max_length=20)
    entry: Annotated[str, Field(max_length=200)] | None = None
    facet: Annotated[str, Field(max_length=50)] | None = None
    intent: Annotated[str, Field(max_length=50)] | None = None
    name: Names | None = None
    days: int | None = Field(default=None, ge=1, le=3650)

    @field_validator("texts")
    @classmethod
    def _fit_a_line(cls, texts: list[str]) -> list[str]:
        if not all(fits_a_line(text) for text in texts):
            raise ValueError("one line each, without brackets")
        return texts

    @model_validator(mode="after")
    def _is_whole(self) -> DecisionRequest:
        if (self.decision != "dismiss") != bool(self.texts):
            raise ValueError("texts, unless it is dismissed")
        if (self.decision in ("entry", "alias", "question_form")) != (self.entry is not None):
            raise ValueError("an entry, where one is concerned")
        if (self.decision == "example") != (self.intent is not None):
            raise ValueError("an intent, of an example")
        if (self.decision == "entry") != (self.name is not None):
            raise ValueError("a name, of a new entry")
        return self


class DraftId(Body):
    """The id of an entry to be drafted: zones and documents have forms of their own."""

    entry: str = Field(pattern=rf"^({_KINDS})\.[a-z0-9]+(-[a-z0-9]+)*$")


class RemarkRequest(Body):
    """``POST /staff/api/remarks``: an officer says that an answer is wrong, unclear or missing something."""

    kind: RemarkKind
    lang: Lang
    question: str = Field(min_length=1, max_length=1000)
    remark: str | None = Field(default=None, max_length=1000)
    entry: Annotated[str, Field(max_length=200)] | None = None
    version: Annotated[int, Field(ge=1, lt=2**31)] | None = None

    @model_validator(mode="after")
    def _belong_together(self) -> RemarkRequest:
        if (self.entry is None) != (self.version is None):
            raise ValueError("entry and version belong together")
        return self


MODELS = [(DecisionRequest, "validation"), (RemarkRequest, "validation")]
_INTEGER = {"type": "integer"}
_NULLABLE = {"type": ["string", "null"]}
_COUNTS = object_of(**dict.fromkeys(WEIGHTS, _INTEGER))


def _list_of(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": object_of(**properties)}


_CLUSTERS = object_of(
    weights=_COUNTS,
    total=_INTEGER,
    waiting=_INTEGER,
    intents={"type": "array", "items": STRING},
    clusters=_list_of(
        id=STRING,
        lang=STRING,
        question=STRING,
        weight=_INTEGER,
        counts=_COUNTS,
        first_at=STRING,
        last_at=STRING,
        near=_list_of(entry=STRING, facet=STRING, name=STRING),
        examples=_list_of(text=STRING, source=STRING, at=STRING, reason=_NULLABLE),
        decided=_list_of(decision=STRING, by=STRING, at=STRING),
    ),
)
_PROPOSALS = object_of(
    proposals=_list_of(
        id=STRING,
        kind=STRING,
        file=STRING,
        about=STRING,
        state=STRING,
        by=STRING,
        at=STRING,
        decided_by=_NULLABLE,
        decided_at=_NULLABLE,
        text=_NULLABLE,
    )
)
_DAYS = query("days", {"type": "integer", "minimum": 1, "maximum": 3650})


def _settle(summary: str) -> dict[str, Any]:
    return {
        "post": {
            "summary": summary,
            "security": GUARDED,
            "parameters": [path_parameter("proposal")],
            "responses": {"204": {"description": "Settled"}, **problems(401, 403, 404, 409)},
        }
    }


PATHS: dict[str, Any] = {
    "/staff/api/unanswered": {
        "get": {
            "summary": "Questions that were not answered well, in clusters, the heaviest first",
            "security": GUARDED,
            "parameters": [
                _DAYS,
                query("lang", {"enum": ["vi", "en"]}),
                query("limit", {"type": "integer", "minimum": 1, "maximum": MOST_CLUSTERS}),
            ],
            "responses": {"200": json_reply(_CLUSTERS, "Clusters"), **problems(400, 401, 403)},
        }
    },
    "/staff/api/unanswered/{cluster}": {
        "post": {
            "summary": "Decide on a cluster",
            "security": GUARDED,
            "parameters": [path_parameter("cluster")],
            "requestBody": body("DecisionRequest"),
            "responses": {
                "201": json_reply(object_of(proposal=_NULLABLE), "Decided"),
                **problems(400, 401, 403, 404, 409, 413),
            },
        }
    },
    "/staff/api/proposals": {
        "get": {
            "summary": "Proposals, latest first",
            "security": GUARDED,
            "responses": {"200": json_reply(_PROPOSALS, "Proposals"), **problems(401, 403)},
        }
    },
    "/staff/api/proposals/{proposal}/accept": _settle("Accept another person's proposal"),
    "/staff/api/proposals/{proposal}/reject": _settle("Reject a proposal"),
    "/staff/api/remarks": {
        "post": {
            "summary": "Say that an answer is wrong, unclear or missing something",
            "security": GUARDED,
            "requestBody": body("RemarkRequest"),
            "responses": {
                "201": json_reply(object_of(id=STRING), "Noted"),
                **problems(400, 401, 403, 404, 413),
            },
        }
    },
}


class UnansweredApi:
    """``/staff/api/unanswered``, ``…/proposals``, ``…/remarks``.

    Args:
        staff: database of the portal.
        board: clusters and decisions.
        review: proposals.
        store: the knowledge base.
        masker: takes personal data out of what officers write, finds it in what editors write.
        days: for how long questions are kept.
    """

    def __init__(
        self, staff: Staff, board: Board, review: Review, store: Store, masker: Masker, days: int
    ) -> None:
        self._staff = staff
        self._board = board
        self._review = review
        self._store = store
        self._masker = masker
        self._days = days

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/staff/api/unanswered", self.show),
            web.post("/staff/api/unanswered/{cluster}", self.decide),
            web.get("/staff/api/proposals", self.proposals),
            web.post("/staff/api/proposals/{proposal}/accept", self.accept),
            web.post("/staff/api/proposals/{proposal}/reject", self.reject),
            web.post("/staff/api/remarks", self.remark),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """Return the clusters that wait for a decision."""
        await require(request, Permission.EDIT)
        days = number(request, "days", str(self._days), range(1, 3651))
        limit = number(request, "limit", "50", range(1, MOST_CLUSTERS + 1))
        lang = one_of(request, "lang", ("vi", "en"), None)
        return json_response(await asyncio.to_thread(self._board.show, days, lang, limit))

    async def decide(self, request: web.Request) -> web.Response:
        """Decide on a cluster."""
        principal = await require(request, Permission.EDIT)
        given = await read_body(request, DecisionRequest)
        choice, days = self._choice(given), given.days or self._days
        cluster = request.match_info["cluster"]
        made = await asyncio.to_thread(self._board.decide, principal, cluster, days, choice)
        return json_response({"proposal": made}, status=201)

    async def proposals(self, request: web.Request) -> web.Response:
        """List proposals."""
        await require(request, Permission.EDIT)
        return json_response({"proposals": await asyncio.to_thread(self._review.all)})

    async def accept(self, request: web.Request) -> web.Response:
        """Accept a proposal of somebody else."""
        return await self._settle(request, State.ACCEPTED)

    async def reject(self, request: web.Request) -> web.Response:
        """Reject a proposal."""
        return await self._settle(request, State.REJECTED)

    async def remark(self, request: web.Request) -> web.Response:
        """Note what an officer says of an answer."""
        principal = await require(request, Permission.READ)
        given = await read_body(request, RemarkRequest)
        if given.entry and (given.version or 0) > self._store.versions.get(given.entry, 0):
            raise Problem(404, "unknown_entry")
        remark = Remark(
            kind=given.kind,
            lang=given.lang,
            question=self._masked(given.question, given.lang),
            remark=self._masked(given.remark, given.lang) if (given.remark or "").strip() else None,
            entry=given.entry,
            version=given.version,
        )
        made = await asyncio.to_thread(note, self._staff, principal, remark)
        return json_response({"id": made}, status=201)

    async def _settle(self, request: web.Request, state: State) -> web.Response:
        principal = await require(request, Permission.APPROVE)
        proposal = request.match_info["proposal"]
        await asyncio.to_thread(self._review.settle, principal, proposal, state)
        return web.Response(status=204)

    def _masked(self, text: str | None, lang: str) -> str:
        return self._masker.mask(clean_text(text or ""), lang).text

    def _choice(self, given: DecisionRequest) -> Choice:
        """Return a decision without what cannot be seen.

        Raises:
            Problem: 400, a text holds personal data, which would be learned; or no id of a draft.
        """
        texts = [clean_text(text) for text in given.texts]
        if any(self._masker.find(text) for text in texts):
            raise Problem(400, "personal_data", field="texts")
        if given.decision == "entry":
            _check_id(given.entry)
        name = Text(vi=clean_text(given.name.vi), en=clean_text(given.name.en)) if given.name else None
        return Choice(given.decision, given.lang, texts, given.entry, given.facet, given.intent, name)


def _check_id(entry: str | None) -> None:
    try:
        DraftId.model_validate({"entry": entry})
    except ValueError as error:
        raise Problem(400, "invalid", field="entry") from error
