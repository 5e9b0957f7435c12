"""The OpenAPI 3.1 description of the staff API, for who is signed in."""

from __future__ import annotations

from functools import cache
from typing import Any

from aiohttp import web
from pydantic.json_schema import models_json_schema

from portal.api.describing import json_reply, problems
from portal.api.http import json_response
from portal.api.staff import (
    accounts,
    audit,
    desk,
    dossiers,
    editing,
    handoff,
    oidc,
    proposals,
    recall,
    reports,
    signing_in,
    tickets,
    unanswered,
)
from portal.api.staff.describing import GUARDED
from portal.openapi import PROBLEM
from portal.staff.access import CSRF_HEADER, require
from portal.staff.sessions import COOKIE

SECTIONS: tuple[Any, ...] = (
    signing_in,
    oidc,
    desk,
    dossiers,
    handoff,
    tickets,
    reports,
    editing,
    proposals,
    recall,
    unanswered,
    accounts,
    audit,
)
_ITSELF = {
    "/staff/api/openapi.json": {
        "get": {
            "summary": "This description",
            "security": GUARDED,
            "responses": {"200": json_reply({"type": "object"}, "OpenAPI 3.1"), **problems(401)},
        }
    }
}


@cache
def describe() -> dict[str, Any]:
    """Return the description of the staff API."""
    models = [model for section in SECTIONS for model in section.MODELS]
    _, schemas = models_json_schema(models, ref_template="#/components/schemas/{model}")
    paths = {path: calls for section in SECTIONS for path, calls in section.PATHS.items()}
    described = f"See docs/staff-api.md of the project. What changes something also needs {CSRF_HEADER}."
    return {
        "openapi": "3.1.0",
        "info": {"title": "HEZA assistant, staff", "version": "1", "description": described},
        "paths": {**paths, **_ITSELF},
        "components": {
            "schemas": {**schemas.get("$defs", {}), "Problem": PROBLEM},
            "securitySchemes": {"staff": {"type": "apiKey", "in": "cookie", "name": COOKIE}},
        },
    }


class OpenApi:
    """``/staff/api/openapi.json``."""

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [web.get("/staff/api/openapi.json", self.read)]

    async def read(self, request: web.Request) -> web.Response:
        """Return the description."""
        await require(request, None)
        return json_response(describe())
