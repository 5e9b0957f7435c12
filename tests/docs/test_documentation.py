"""The documentation against the code: what there is, is documented, and what is documented, is there."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from runpy import run_module

import pytest
from aiohttp import web

from portal.app import make_apps
from tests.portal.conftest import MakeSettings

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "adr").glob("*.md")])
RESULTS = sorted((ROOT / "docs" / "results").glob("*.md"))
GUIDES = [page for page in PAGES if page.name != "CHANGELOG.md" and page.parent.name != "adr"]
PACKAGES = ("portal", "knowledge", "dossiers", "actions", "evaluation", "launcher", "bot")
IN_BOT = {"rasa", "benchmarks.nlu", "benchmarks.nlu_latency"}
"""Modules of the Rasa runtime; its own tests start them."""


@cache
def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def all_text() -> str:
    return "\n".join(text(page) for page in GUIDES)


def sources(*endings: str) -> Iterator[Path]:
    for package in (*PACKAGES, "vietnamese", "benchmarks", "deploy"):
        yield from (p for p in (ROOT / package).rglob("*") if p.suffix in endings or p.name in endings)


# Commands


def targets() -> set[str]:
    return set(re.findall(r"(?m)^([a-z-]+):.*## ", text(ROOT / "Makefile")))


def test_every_target_of_make_is_in_the_readme() -> None:
    assert {name for name in targets() if f"make {name}" not in text(ROOT / "README.md")} == set()


def test_every_target_that_the_pages_name_exists() -> None:
    named = set(re.findall(r"(?:`|^|&& )make ([a-z][a-z-]+)", all_text(), re.MULTILINE))
    assert len(named) > 15
    assert named <= targets()


def modules() -> set[str]:
    """All modules that are commands: ``python -m …``."""
    found = set()
    for path in sources(".py"):
        if re.search(r'(?m)^if __name__ == "__main__":', text(path)) and path.parent.name != "deploy":
            found.add(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__main__"))
    return found


def test_every_command_is_documented() -> None:
    makefile = text(ROOT / "Makefile")
    assert len(modules()) > 15
    assert {
        name
        for name in modules()
        if not re.search(rf"{re.escape(name)}\b", all_text()) and f" {name}" not in makefile
    } == set()


def named_commands() -> set[tuple[str, ...]]:
    """Commands of ours that the pages name, with the words that may be subcommands."""
    ours = "portal|knowledge|dossiers|actions|evaluation|launcher|tests"
    pattern = rf"python3? -m ((?:{ours})[\w.]*)((?: [a-z][a-z-]+)*)"
    found = {(module.rstrip("."), *rest.split()) for module, rest in re.findall(pattern, all_text())}
    # What follows a command of the launcher is handed on to a module, which would then really run.
    return {command[:2] if command[0] == "launcher" else command for command in found}


def short_commands() -> set[tuple[str, ...]]:
    """The same where a page has said what stands before: `knowledge edit …`, `dossiers keys …`."""
    pattern = r"`(portal\.\w+|knowledge|dossiers)((?: [a-z][a-z-]+)+)"
    return {(module, *rest.split()) for module, rest in re.findall(pattern, all_text())}


@pytest.mark.parametrize("command", sorted(named_commands() | short_commands()), ids=" ".join)
def test_a_command_of_the_pages_runs(command: tuple[str, ...]) -> None:
    """With `--help`: its words are subcommands, or the last of them an argument."""
    assert helps(*command) or helps(*command[:-1]), " ".join(command)


@cache
def helps(*command: str) -> bool:
    """Tell whether a command explains itself; it is run within this process, which spares its start."""
    module, *rest = command
    said, argv = StringIO(), sys.argv
    sys.argv = [module, *rest, "--help"]
    try:
        with redirect_stdout(said), redirect_stderr(StringIO()), warnings.catch_warnings(action="ignore"):
            run_module(module, run_name="__main__")
    except SystemExit as end:
        return not end.code and "usage:" in said.getvalue()
    except ImportError:
        return False
    finally:
        sys.argv = argv
    return False


# Settings


def settings_of_code() -> set[str]:
    found: set[str] = set()
    for path in [*sources(".py", ".yml", "with-secrets"), ROOT / "endpoints.yml", ROOT / "credentials.yml"]:
        found |= set(re.findall(r"\b(HEZA_[A-Z_]*[A-Z]|DATABASE_URL|REDIS_URL)\b", text(path)))
    return found


def test_every_setting_is_documented() -> None:
    undocumented = {name for name in settings_of_code() if f"`{name}" not in text(ROOT / "docs" / "api.md")}
    assert len(settings_of_code()) > 30
    assert {name for name in undocumented if f"`{name}" not in all_text()} == set()


def test_every_setting_that_the_pages_name_exists() -> None:
    named = set(re.findall(r"\bHEZA_[A-Z_]*[A-Z]\b", all_text()))
    files = {f"{name}_FILE" for name in settings_of_code()}  # deploy/with-secrets
    limits = {name for name in named if name.startswith("HEZA_LIMIT_")}  # one for each matter: tests/portal
    assert named - settings_of_code() - files - limits == set()


# Calls


def test_every_call_is_documented(make_settings: MakeSettings, tmp_path: Path) -> None:
    apps = make_apps(make_settings())
    documented = re.sub(r"\{\w+\}", "{}", all_text())
    missing = {
        path
        for path in calls(apps.public)
        if path.removeprefix("/staff/api") not in documented and path not in documented
    }
    assert len(set(calls(apps.public))) > 40
    assert missing == set()


def calls(app: web.Application) -> Iterator[str]:
    for resource in app.router.resources():
        yield re.sub(r"\{\w+(:[^}]*)?\}", "{}", resource.canonical)


# Links


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"(?m)^#+ (.+)$", re.sub(r"(?s)```.*?```", "", text(page)))
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", [*PAGES, *RESULTS], ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.exists(), target
        if anchor and path.suffix == ".md":
            assert anchor in anchors(path), target
