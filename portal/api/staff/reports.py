"""Reports: figures of a span of days, and each part of them as a file for a spreadsheet."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from portal.api.describing import json_reply, problems, query
from portal.api.http import json_response, one_of
from portal.api.staff.describing import GUARDED, STRING, object_of, path_parameter
from portal.problems import Problem, request_language
from portal.reports.report import Reports
from portal.reports.sheets import COLUMNS, SHEETS, WITH_WORDS, sheet
from portal.reports.span import Span, read_span
from portal.staff.access import Principal, Staff, require
from portal.staff.audit import audit
from portal.staff.permissions import Permission

MODELS: list[Any] = []
_INTEGER = {"type": "integer"}
_NULLABLE = {"type": ["integer", "null"]}
_WORDS = ("day", "lang", "topic", "outcome", "result", "question", "vote", "reason")


def _lines(*columns: str) -> dict[str, Any]:
    """Describe a list of lines; words are strings, everything else is counted."""
    kinds = {column: STRING if column in _WORDS else _INTEGER for column in columns}
    return {"type": "array", "items": object_of(**kinds)}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"oneOf": [schema, {"type": "null"}]}


def _measures(*counted: str, times: tuple[str, ...] = ()) -> dict[str, Any]:
    return object_of(**dict.fromkeys(counted, _INTEGER), **dict.fromkeys(times, _NULLABLE))


_LISTS = ("days", "hours", "languages", "topics", "outcomes", "results")
_REPORT = object_of(
    **{"from": STRING, "to": STRING, "made_at": STRING},
    totals=_measures("conversations", "turns", "up", "down", "calls", "calls_solved"),
    **{name: _lines(*COLUMNS[name]) for name in _LISTS},
    times=_measures("answers", times=("p50_ms", "p95_ms")),
    desk=_measures(
        *("requests", "queued", "claimed", "returned", "closed", "unanswered", "solved", "answered"),
        times=("first_word_p50_s", "first_word_p95_s"),
    ),
    tickets=_measures(
        *("issued", "open", "answered", "closed", "in_time", "late", "overdue", "due_within_a_day", "solved")
    ),
    units={
        "type": "array",
        "items": object_of(
            unit={"type": ["string", "null"]}, open=_INTEGER, overdue=_INTEGER, undated=_INTEGER
        ),
    },
    **{name: _or_null(_lines(*COLUMNS[name])) for name in WITH_WORDS},
)
_DAY = {"type": "string", "format": "date"}
_SPAN = [query("from", _DAY), query("to", _DAY)]
_FILE = {
    "description": "The part as CSV, UTF-8 with a byte order mark",
    "content": {"text/csv": {"schema": STRING}},
    "headers": {"Content-Disposition": {"schema": STRING}},
}
PATHS: dict[str, Any] = {
    "/staff/api/reports": {
        "get": {
            "summary": "Figures of a span of days",
            "security": GUARDED,
            "parameters": _SPAN,
            "responses": {"200": json_reply(_REPORT, "Report"), **problems(400, 401, 403)},
        }
    },
    "/staff/api/reports/{sheet}": {
        "get": {
            "summary": "A part of the report as a file (audited)",
            "security": GUARDED,
            "parameters": [path_parameter("sheet"), *_SPAN, query("lang", {"enum": ["vi", "en"]})],
            "responses": {"200": _FILE, **problems(400, 401, 403, 404)},
        }
    },
}


class ReportsApi:
    """``/staff/api/reports``.

    Args:
        staff: database of the staff.
        reports: makes them.
    """

    def __init__(self, staff: Staff, reports: Reports) -> None:
        self._staff = staff
        self._reports = reports

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/staff/api/reports", self.report),
            web.get("/staff/api/reports/{sheet}", self.export),
        ]

    async def report(self, request: web.Request) -> web.Response:
        """Return all figures."""
        principal = await require(request, Permission.REPORTS)
        return json_response(await asyncio.to_thread(self._reports.report, _span(request), _words(principal)))

    async def export(self, request: web.Request) -> web.Response:
        """Return a part as a file."""
        principal = await require(request, Permission.REPORTS)
        name, span = request.match_info["sheet"], _span(request)
        if name not in SHEETS:
            raise Problem(404, "not_found")
        if name in WITH_WORDS and not _words(principal):
            raise Problem(403, "not_permitted")
        lang = one_of(request, "lang", ("vi", "en"), request_language(request)) or "vi"
        text = await asyncio.to_thread(self._export, principal, name, span, lang)
        file = f"heza-{name}-{span.first}-{span.last}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "no-store"}
        return web.Response(text=text, content_type="text/csv", charset="utf-8", headers=headers)

    def _export(self, principal: Principal, name: str, span: Span, lang: str) -> str:
        text = sheet(self._reports.report(span, _words(principal)), name, lang)
        with self._staff.writing() as connection:
            audit(connection, principal, "report.export", name, first=str(span.first), last=str(span.last))
        return text


def _span(request: web.Request) -> Span:
    return read_span(request.query.get("from"), request.query.get("to"))


def _words(principal: Principal) -> bool:
    """Tell whether somebody may read what visitors wrote: who edits answers may, who runs the system not."""
    return principal.may(Permission.EDIT)
