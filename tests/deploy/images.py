"""The Dockerfile as data: its stages and steps, and what of the working copy goes into the build.

No image can be built where the tests run, so they carry the steps out that need no engine:
they lay the files of a stage out in a clean folder and start what the image starts.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Copy:
    """One ``COPY``; ``stage`` is what it takes from, None for the working copy."""

    sources: tuple[str, ...]
    target: str
    stage: str | None


@dataclass
class Stage:
    """One ``FROM`` with its steps."""

    name: str
    base: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def all(self, instruction: str) -> list[str]:
        """Return the values of one instruction."""
        return [value for name, value in self.steps if name == instruction]

    def last(self, instruction: str) -> str:
        """Return the value that counts."""
        return self.all(instruction)[-1]

    def command(self, instruction: str) -> list[str]:
        """Return an instruction in exec form."""
        return [str(part) for part in json.loads(self.last(instruction).split("CMD ")[-1])]

    def copies(self) -> list[Copy]:
        """Return the files that it takes."""
        return [_copy(value) for value in self.all("COPY")]

    def environment(self) -> dict[str, str]:
        """Return the variables that it sets."""
        return dict(pair.split("=", 1) for value in self.all("ENV") for pair in value.split())


def read_stages() -> dict[str, Stage]:
    """Read the Dockerfile."""
    text = re.sub(r"(?m)^\s*#.*\n", "", (ROOT / "Dockerfile").read_text())
    stages: dict[str, Stage] = {}
    for line in re.sub(r"\\\n", " ", text).splitlines():
        instruction, _, value = line.strip().partition(" ")
        if instruction == "FROM":
            base, name = value.split(" AS ")
            stages[name] = current = Stage(name, base)
        elif instruction and stages:
            current.steps.append((instruction, value.strip()))
    return stages


def arguments() -> dict[str, str]:
    """Return the bases: what ``ARG`` says before the first stage."""
    return dict(re.findall(r"(?m)^ARG (\w+)=(\S+)$", (ROOT / "Dockerfile").read_text()))


def in_build(path: str) -> bool:
    """Tell whether ``.dockerignore`` lets a path of the working copy into the build: the last match says."""
    wanted = True
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.lstrip("!").strip()
        if pattern and not line.startswith("#") and _covers(pattern, path):
            wanted = line.startswith("!")
    return wanted


def lay_out(stage: Stage, folder: Path) -> None:
    """Put what a stage takes from the working copy where the image has it (below ``folder``)."""
    for copy in (copy for copy in stage.copies() if copy.stage is None):
        for source in copy.sources:
            target = folder / copy.target / (Path(source).name if copy.target.endswith("/") else "")
            target.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, target, ignore=_left_out)
            else:
                shutil.copy(ROOT / source, target)


def _left_out(folder: str, names: list[str]) -> set[str]:
    inside = Path(folder).relative_to(ROOT)
    return {name for name in names if not in_build((inside / name).as_posix())}


def _covers(pattern: str, path: str) -> bool:
    """Tell whether a pattern of ``.dockerignore`` covers a path or a folder that it is in."""
    parts = path.split("/")
    if pattern.startswith("**/"):
        return any(fnmatch(part, pattern[3:]) for part in parts)
    return any(fnmatch("/".join(parts[:count]), pattern) for count in range(1, len(parts) + 1))


def _copy(value: str) -> Copy:
    words = value.split()
    stage = words.pop(0).removeprefix("--from=") if words[0].startswith("--from=") else None
    return Copy(tuple(words[:-1]), words[-1], stage)
