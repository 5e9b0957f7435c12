"""The units to which conversations and tickets are forwarded: the authority's own, and Hai Phong Customs."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from portal.problems import Problem

_FILE = Path(__file__).with_name("units.yml")


@cache
def units() -> dict[str, dict[str, Any]]:
    """Return the units by id, each with its name in both languages and the entry that names it."""
    listed = YAML(typ="safe", pure=True).load(_FILE.read_text(encoding="utf-8"))
    return {unit["id"]: unit for unit in listed}


def check_unit(unit: str) -> str:
    """Return ``unit`` if there is one of this id.

    Raises:
        Problem: 404.
    """
    if unit not in units():
        raise Problem(404, "unknown_unit")
    return unit
