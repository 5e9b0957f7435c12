"""Words of the OpenAPI 3.1 description that its parts share."""

from __future__ import annotations

from typing import Any

GUARDED: list[dict[str, list[str]]] = [{"session": []}]
"""The call needs the token of a session."""


def query(name: str, schema: dict[str, Any], required: bool = False) -> dict[str, Any]:
    """Describe a parameter of the query."""
    parameter = {"name": name, "in": "query", "schema": schema}
    return {**parameter, "required": True} if required else parameter


def ref(model: str) -> dict[str, str]:
    """Refer to a model by name."""
    return {"$ref": f"#/components/schemas/{model}"}


def body(model: str, required: bool = True) -> dict[str, Any]:
    """Describe a JSON body."""
    return {"required": required, "content": {"application/json": {"schema": ref(model)}}}


def json_reply(schema: dict[str, Any], description: str) -> dict[str, Any]:
    """Describe a JSON response."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def problems(*statuses: int) -> dict[str, Any]:
    """Describe responses that are problems (RFC 9457)."""
    content = {"application/problem+json": {"schema": ref("Problem")}}
    return {str(status): {"description": "Problem", "content": content} for status in statuses}
