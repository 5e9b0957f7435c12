"""The reviewed list of dependencies against what is asked for and what is locked."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements"
LOCKS = ("app", "app-dev", "bot", "bot-dev", "tools", "node")


class Reviewed(NamedTuple):
    """A row of the table in docs/dependencies.md."""

    lock: str
    package: str
    version: str
    licence: str
    last_release: str
    purpose: str
    reviewed: str


def table() -> list[Reviewed]:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = text[text.index("| lock | package |") :].split("\n\n")[0].splitlines()[2:]
    return [Reviewed(*(cell.strip() for cell in row.strip("|").split("|"))) for row in rows]


TABLE = table()


def canonical(name: str) -> str:
    """The name by which a registry of Python packages knows one (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted(lock: str) -> set[str]:
    lines = (REQUIREMENTS / f"{lock}.in").read_text().splitlines()
    found = (re.match(r"[A-Za-z0-9][\w.-]*", line) for line in lines)
    return {canonical(match[0]) for match in found if match}


def locked(lock: str) -> dict[str, set[str]]:
    found = defaultdict(set)
    text = (REQUIREMENTS / f"{lock}.txt").read_text()
    for name, version in re.findall(r"(?m)^([\w.-]+)(?:\[[\w,]+\])?==([^\s;]+)", text):
        found[canonical(name)].add(version)
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_that_is_asked_for_was_reviewed_as_it_is_locked(lock: str) -> None:
    versions = locked(lock)
    reviewed = {canonical(r.package): set(r.version.split(", ")) for r in TABLE if r.lock == lock}
    assert reviewed == {name: versions[name] for name in wanted(lock)}
    assert all(reviewed.values())


def test_every_package_of_the_front_end_was_reviewed_as_it_is_locked() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    own = {"", *(json.loads((ROOT / "package.json").read_text())["workspaces"])}
    asked = {name for place in own for kind in KINDS for name in packages[place].get(kind, {})}
    bought = {name for name in asked if not packages[f"node_modules/{name}"].get("link")}
    assert {r.package: r.version for r in TABLE if r.lock == "npm"} == {
        name: packages[f"node_modules/{name}"]["version"] for name in bought
    }


KINDS = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")


def test_no_row_belongs_to_no_lock_or_says_nothing() -> None:
    assert {row.lock for row in TABLE} == {*LOCKS, "npm"}
    for row in TABLE:
        assert row.licence, row.package
        assert row.purpose, row.package
        assert re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", row.last_release), row.package
        assert date.fromisoformat(row.reviewed) >= date(2026, 11, 23), row.package
