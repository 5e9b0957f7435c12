"""Words of the description that the parts of the staff API share."""

from __future__ import annotations

from typing import Any

GUARDED: list[dict[str, list[str]]] = [{"staff": []}]
"""The call needs a session of the staff; one that changes something also needs its token."""
STRING = {"type": "string"}


def object_of(**properties: dict[str, Any]) -> dict[str, Any]:
    """Describe an object that has exactly these properties."""
    return {"type": "object", "required": sorted(properties), "properties": properties}


def path_parameter(name: str) -> dict[str, Any]:
    """Describe a parameter of the path."""
    return {"name": name, "in": "path", "required": True, "schema": STRING}
