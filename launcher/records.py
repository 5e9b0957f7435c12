"""Keeps what came of the long checks: ``docs/results/test-long.md``, a line for the last run of each."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from launcher.places import Places
from launcher.steps import Result

_GIT_PATIENCE_S = 30
_UNKNOWN = "unknown"
_HEAD = """# Long checks

The last run of each step of `make test-long`, which writes this page. *And changes*: the working copy held
changes that the commit does not.

| step | result | seconds | ended | commit | machine |
|---|---|--:|---|---|---|
"""


@dataclass(frozen=True)
class Origin:
    """What was checked, and where.

    Args:
        commit: of the working copy.
        machine: its cores and system.
    """

    commit: str
    machine: str


def origin(places: Places) -> Origin:
    """Return what is about to be checked."""
    commit = _git(places, "rev-parse", "--short=8", "HEAD") or _UNKNOWN
    changed = _git(places, "status", "--porcelain", "--untracked-files=no")
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    return Origin(f"{commit} and changes" if changed else commit, machine)


def keep(places: Places, origin: Origin, results: Sequence[Result]) -> None:
    """Put the results in the place of the former ones of the same steps."""
    page = _page(places)
    rows = dict(_rows(page))
    ended = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    for result in results:
        cells = (result.name, result.verdict, f"{result.seconds:.0f}", ended, origin.commit, origin.machine)
        rows[result.name] = f"| {' | '.join(cells)} |\n"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(_HEAD + "".join(rows.values()), encoding="utf-8")


def _page(places: Places) -> Path:
    return places.root / "docs" / "results" / "test-long.md"


def _rows(page: Path) -> Iterator[tuple[str, str]]:
    """Give each line of the table with the name of its step."""
    if not page.exists():
        return
    lines = page.read_text(encoding="utf-8").splitlines(keepends=True)
    for line in lines[len(_HEAD.splitlines()) :]:
        yield line.split("|")[1].strip(), line


def _git(places: Places, *arguments: str) -> str:
    """Return what git says, nothing where it cannot be asked: an archive of the sources has none."""
    try:
        return subprocess.run(  # noqa: S603
            ["git", *arguments],  # noqa: S607
            cwd=str(places.root),
            env=dict(places.settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=True,
            timeout=_GIT_PATIENCE_S,
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
