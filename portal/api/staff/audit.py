"""The audit log, for administrators; looking at it is recorded as well."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from portal.api.describing import json_reply, problems, query
from portal.api.http import json_response, number
from portal.api.staff.describing import GUARDED, STRING, object_of
from portal.api.stream import MANY
from portal.staff.access import Principal, Staff, require
from portal.staff.audit import audit, latest
from portal.staff.permissions import Permission

MOST = 500
MODELS: list[Any] = []
_ROW = object_of(
    seq={"type": "integer"},
    at=STRING,
    who=STRING,
    act=STRING,
    target=STRING,
    detail={"type": "object"},
    hash=STRING,
)
PATHS: dict[str, Any] = {
    "/staff/api/audit": {
        "get": {
            "summary": "The audit log, youngest rows first",
            "security": GUARDED,
            "parameters": [
                query("before", {"type": "integer", "minimum": 1}),
                query("limit", {"type": "integer", "minimum": 1, "maximum": MOST}),
            ],
            "responses": {
                "200": json_reply(object_of(rows={"type": "array", "items": _ROW}), "Rows"),
                **problems(400, 401, 403),
            },
        }
    }
}


class AuditApi:
    """``/staff/api/audit``."""

    def __init__(self, staff: Staff) -> None:
        self._staff = staff

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [web.get("/staff/api/audit", self.read)]

    async def read(self, request: web.Request) -> web.Response:
        """Return rows, youngest first."""
        principal = await require(request, Permission.AUDIT)
        before = number(request, "before", str(MANY - 1), range(1, MANY))
        limit = number(request, "limit", "100", range(1, MOST + 1))
        return json_response({"rows": await asyncio.to_thread(self._rows, principal, before, limit)})

    def _rows(self, principal: Principal, before: int, limit: int) -> list[dict[str, Any]]:
        with self._staff.writing() as connection:
            found = latest(connection, before, limit)
            audit(connection, principal, "audit.read", f"{len(found)} rows")
        return [row.as_json() for row in found]
