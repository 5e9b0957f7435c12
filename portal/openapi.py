"""The OpenAPI 3.1 description, put together from the parts beside the calls."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from portal.api import (
    about,
    dossiers,
    feed,
    handoff,
    health,
    messages,
    records,
    search,
    sessions,
    stream,
    subscriptions,
)
from portal.api.describing import json_reply, problems

_SECTIONS: tuple[Any, ...] = (
    sessions,
    messages,
    stream,
    dossiers,
    feed,
    handoff,
    records,
    subscriptions,
    search,
    about,
    health,
)
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}
_ITSELF = {
    "/v1/openapi.json": {
        "get": {
            "summary": "This description",
            "responses": {"200": json_reply({"type": "object"}, "OpenAPI 3.1"), **problems(403, 429)},
        }
    }
}


@cache
def describe() -> dict[str, Any]:
    """Return the description of the public API."""
    models = [model for section in _SECTIONS for model in section.MODELS]
    _, schemas = models_json_schema(models, ref_template="#/components/schemas/{model}")
    paths = {path: calls for section in _SECTIONS for path, calls in section.PATHS.items()}
    paths = {path: {m: _with_failures(call) for m, call in calls.items()} for path, calls in paths.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "HEZA assistant", "version": "1", "description": "See docs/api.md of the project."},
        "paths": {**paths, **_ITSELF},
        "components": {
            "schemas": {**schemas["$defs"], **stream.SCHEMAS, "Problem": PROBLEM},
            "securitySchemes": {
                "session": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "feed": {"type": "http", "scheme": "bearer", "description": "A key of the one-stop system"},
            },
        },
    }


def _with_failures(call: dict[str, Any]) -> dict[str, Any]:
    """Return a call with what any call may fail with: a fault of ours, a database that is away."""
    return {**call, "responses": {**problems(500, 503), **call["responses"]}}
