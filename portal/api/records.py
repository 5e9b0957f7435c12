"""Feedback on an answer, and the visitor's own record of the conversation."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any

from aiohttp import web

from portal.api.describing import GUARDED, body, json_reply, problems, query, ref
from portal.api.http import Access, one_of
from portal.intake import FeedbackRequest, clean_text, read_body
from portal.metrics import Metrics
from portal.privacy.masking import Masker
from portal.problems import request_language
from portal.records import Records
from portal.transcript import PAGE_POLICY, as_html, as_json, as_text

_readable = partial(json.dumps, ensure_ascii=False, indent=1)
_FORMATS = ("txt", "html", "json")
_MOMENT = {"type": "string", "format": "date-time"}
_SAID = {
    "type": "object",
    "required": ["at", "question", "turn", "agent"],
    "properties": {
        "at": _MOMENT,
        "question": {"type": ["string", "null"]},
        "turn": {"oneOf": [ref("Turn"), {"type": "null"}]},
        "agent": {"oneOf": [ref("AgentEvent"), {"type": "null"}]},
    },
}
_TRANSCRIPT = {
    "type": "object",
    "required": ["started_at", "lang", "said"],
    "properties": {
        "started_at": _MOMENT,
        "lang": {"enum": ["vi", "en"]},
        "said": {"type": "array", "items": _SAID},
    },
}
_FILE = {
    **json_reply(_TRANSCRIPT, "The record, as a file to keep"),
    "headers": {"Content-Disposition": {"schema": {"type": "string"}}},
}
for _kind in ("text/plain", "text/html"):
    _FILE["content"][_kind] = {"schema": {"type": "string"}}
MODELS = [(FeedbackRequest, "validation")]
PATHS: dict[str, Any] = {
    "/v1/feedback": {
        "post": {
            "summary": "Say whether an answer helped; repeated, it replaces",
            "security": GUARDED,
            "requestBody": body("FeedbackRequest"),
            "responses": {
                "204": {"description": "Stored"},
                **problems(400, 401, 403, 404, 413, 429),
            },
        }
    },
    "/v1/transcript": {
        "get": {
            "summary": "The visitor's own record of the conversation",
            "security": GUARDED,
            "parameters": [query("format", {"enum": list(_FORMATS)})],
            "responses": {"200": _FILE, **problems(400, 401, 403, 429)},
        }
    },
}


class RecordCalls:
    """``/v1/feedback`` and ``/v1/transcript``.

    Args:
        access: whose session a call belongs to.
        records: feedback and records.
        metrics: count feedback.
        masker: takes personal data out of a reason.
    """

    def __init__(self, access: Access, records: Records, metrics: Metrics, masker: Masker) -> None:
        self._access = access
        self._records = records
        self._metrics = metrics
        self._masker = masker

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [web.post("/v1/feedback", self.rate), web.get("/v1/transcript", self.transcript)]

    async def rate(self, request: web.Request) -> web.Response:
        """Store feedback on a turn of the session."""
        session = await self._access.session(request)
        given = await read_body(request, FeedbackRequest)
        reason = None
        if given.reason and given.reason.strip():
            reason = self._masker.mask(clean_text(given.reason), request_language(request)).text
        await asyncio.to_thread(self._records.rate, session, given.turn, given.value, reason)
        self._metrics.rated(given.value)
        return web.Response(status=204, headers={"Cache-Control": "no-store"})

    async def transcript(self, request: web.Request) -> web.Response:
        """Return the record of the session as a file."""
        session = await self._access.session(request)
        form = one_of(request, "format", _FORMATS, "txt")
        record = await asyncio.to_thread(self._records.record, session)
        if form == "json":
            response = web.json_response(as_json(record), dumps=_readable)
        elif form == "html":
            response = web.Response(text=as_html(record), content_type="text/html", charset="utf-8")
            response.headers["Content-Security-Policy"] = f"{PAGE_POLICY}; frame-ancestors 'none'; sandbox"
        else:
            response = web.Response(text=as_text(record), content_type="text/plain", charset="utf-8")
        name = f"heza-{record.started_at:%Y-%m-%d}.{form}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["Cache-Control"] = "no-store"
        return response
