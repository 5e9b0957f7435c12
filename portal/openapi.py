"""The OpenAPI 3.1 description, made from the models that the code itself uses."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from portal.intake import MessageRequest, SessionRequest
from portal.turns import Turn

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}
_SESSION = {
    "type": "object",
    "required": ["token", "expires_at", "lang"],
    "properties": {
        "token": {"type": "string"},
        "expires_at": {"type": "string", "format": "date-time"},
        "lang": {"enum": ["vi", "en"]},
    },
}
_ACCEPTED = {
    "type": "object",
    "required": ["id", "seq"],
    "properties": {"id": {"type": "string"}, "seq": {"type": "integer", "minimum": 1}},
}
_EVENTS = {
    "type": "object",
    "required": ["events"],
    "properties": {
        "events": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "event", "data"],
                "properties": {
                    "id": {"type": "integer"},
                    "event": {"const": "turn"},
                    "data": {"$ref": "#/components/schemas/Turn"},
                },
            },
        }
    },
}
_RESULTS = {
    "type": "object",
    "required": ["q", "lang", "results"],
    "properties": {
        "q": {"type": "string"},
        "lang": {"enum": ["vi", "en"]},
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "required": [
                    "entry",
                    "facet",
                    "kind",
                    "name",
                    "score",
                    "outcome",
                    "blocks",
                    "citations",
                    "caveats",
                ],
            },
        },
    },
}
_HEALTH = {"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}}}


@cache
def describe() -> dict[str, Any]:
    """Return the description of the public API."""
    models = [(Turn, "serialization"), (MessageRequest, "validation"), (SessionRequest, "validation")]
    _, schemas = models_json_schema(models, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    return {
        "openapi": "3.1.0",
        "info": {"title": "HEZA assistant", "version": "1", "description": "See docs/api.md of the project."},
        "paths": _paths(),
        "components": {
            "schemas": {**schemas["$defs"], "Problem": _PROBLEM},
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _paths() -> dict[str, Any]:
    guarded: list[dict[str, list[str]]] = [{"session": []}]
    return {
        "/v1/session": {
            "post": {
                "summary": "Start a session",
                "requestBody": _body("SessionRequest", required=False),
                "responses": {"201": _json(_SESSION, "The session"), **_problems(400, 403, 413)},
            }
        },
        "/v1/messages": {
            "post": {
                "summary": "Ask a question, or choose a quick reply",
                "security": guarded,
                "parameters": [_query("wait", {"enum": ["true", "false"]})],
                "requestBody": _body("MessageRequest", required=True),
                "responses": {
                    "200": _json({"$ref": "#/components/schemas/Turn"}, "The turn (wait=true)"),
                    "202": _json(_ACCEPTED, "Stored"),
                    **_problems(400, 401, 403, 404, 409, 413),
                },
            },
            "get": {
                "summary": "Turns answered after a number",
                "security": guarded,
                "parameters": [_query("after", {"type": "integer", "minimum": 0})],
                "responses": {"200": _json(_EVENTS, "Events in order"), **_problems(400, 401, 403)},
            },
        },
        "/v1/search": {
            "get": {
                "summary": "Search the knowledge base",
                "parameters": [
                    {**_query("q", {"type": "string", "minLength": 1}), "required": True},
                    _query("lang", {"enum": ["vi", "en"]}),
                    _query("kind", {"type": "string"}),
                    _query("as_of", {"type": "string", "format": "date"}),
                    _query("limit", {"type": "integer", "minimum": 1, "maximum": 20}),
                ],
                "responses": {"200": _json(_RESULTS, "Results, best first"), **_problems(400, 403)},
            }
        },
        "/healthz": {
            "get": {
                "summary": "Liveness",
                "responses": {"200": _json(_HEALTH, "The process lives"), **_problems(403)},
            }
        },
        "/readyz": {
            "get": {
                "summary": "Readiness of database, Rasa and actions",
                "responses": {
                    "200": _json(_HEALTH, "Ready"),
                    "503": _json(_HEALTH, "Not ready"),
                    **_problems(403),
                },
            }
        },
        "/v1/openapi.json": {
            "get": {
                "summary": "This description",
                "responses": {"200": _json({"type": "object"}, "OpenAPI 3.1"), **_problems(403)},
            }
        },
    }


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema}


def _body(model: str, required: bool) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{model}"}
    return {"required": required, "content": {"application/json": {"schema": schema}}}


def _json(schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _problems(*statuses: int) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {str(status): {"description": "Problem", "content": content} for status in statuses}
