"""Finds the Python interpreters that the two runtimes need.

A name on PATH proves nothing: a pyenv shim called ``python3.10`` may exist and fail. So
every candidate is executed and asked what it is.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from launcher.places import Fault

_QUESTION = """
import importlib.util, json, platform, sys
print(json.dumps([platform.python_implementation(), list(sys.version_info[:2]), sys.executable,
                  importlib.util.find_spec("ensurepip") is not None]))
"""


@dataclass(frozen=True)
class Wanted:
    """What a runtime asks of its interpreter.

    Args:
        title: how to name it to the user.
        lowest: first version that will do.
        above: first version that is too new.
        names: commands to try, the preferred first.
        advice: version to install when there is none.
    """

    title: str
    lowest: tuple[int, int]
    above: tuple[int, int]
    names: tuple[str, ...]
    advice: str


# Rasa 3.6.21, the last open release, runs on nothing newer.
BOT = Wanted("Python 3.10", (3, 10), (3, 11), ("python3.10", "python3"), "3.10")
# Any of them will do; the first is the one that the types are checked for.
APP = Wanted(
    "Python 3.11 or newer",
    (3, 11),
    (3, 15),
    ("python3.11", "python3.12", "python3.13", "python3.14", "python3"),
    "3.12",
)


@dataclass(frozen=True)
class Interpreter:
    """A Python that was executed and answered."""

    path: Path
    version: tuple[int, int]
    has_ensurepip: bool

    def __str__(self) -> str:
        return f"{self.version[0]}.{self.version[1]} ({self.path})"

    def suits(self, wanted: Wanted) -> bool:
        """Tell whether its version is in the range asked for."""
        return wanted.lowest <= self.version < wanted.above


def find(wanted: Wanted, settings: Mapping[str, str], uv: Path | None) -> Interpreter:
    """Find an interpreter on PATH, at pyenv's or uv's; have uv install one if there is none.

    Raises:
        Fault: there is none; the message says what to install.
    """
    for path in candidates(wanted, settings, uv):
        interpreter = ask(path)
        if interpreter and interpreter.suits(wanted):
            return interpreter
    raise Fault(
        f"{wanted.title} was not found: install it, for example with 'pyenv install {wanted.advice}' "
        f"or 'uv python install {wanted.advice}', and try again."
    )


def ask(path: str | Path) -> Interpreter | None:
    """Execute a candidate; return what it is, ``None`` if it fails or is no CPython."""
    answer = _output([str(path), "-I", "-c", _QUESTION], seconds=30)
    if answer is None:
        return None
    try:
        implementation, version, executable, has_ensurepip = json.loads(answer)
        found = Interpreter(Path(executable), (version[0], version[1]), bool(has_ensurepip))
    except (ValueError, TypeError, LookupError):
        return None
    return found if implementation == "CPython" else None


def candidates(wanted: Wanted, settings: Mapping[str, str], uv: Path | None) -> Iterator[str]:
    """Yield the programs to try, what costs nothing to look up first."""
    on_path = [Path(folder) for folder in settings.get("PATH", "").split(os.pathsep) if folder]
    for name in wanted.names:
        for folder in on_path + list(_pyenv_folders(settings)):
            if os.access(folder / name, os.X_OK):
                yield str(folder / name)
    if uv:
        yield from _from_uv(wanted, uv)


def _pyenv_folders(settings: Mapping[str, str]) -> Iterator[Path]:
    roots = [settings.get("PYENV_ROOT"), str(Path(settings.get("HOME") or "~").expanduser() / ".pyenv")]
    for root in dict.fromkeys(filter(None, roots)):
        yield from sorted(Path(root).glob("versions/*/bin"), reverse=True)


def _from_uv(wanted: Wanted, uv: Path) -> Iterator[str]:
    """Yield what uv itself has installed, then what it installs now."""
    versions = f">={_dotted(wanted.lowest)},<{_dotted(wanted.above)}"
    # Its own only: elsewhere we have looked, and uv takes a failing shim on PATH as fatal.
    find_own = [str(uv), "python", "find", "--python-preference", "only-managed", "--no-python-downloads"]
    install = [str(uv), "python", "install", wanted.advice]
    found = _output([*find_own, versions])
    if found:
        yield found.strip()
    if _output(install) is not None:
        yield (_output([*find_own, versions]) or "").strip()


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


def _output(command: list[str], seconds: int = 600) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 - programs found by name on the user's own machine
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode(errors="replace")
