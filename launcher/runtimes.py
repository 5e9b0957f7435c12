"""Builds the two runtimes out of their lock files: ``var/venv-bot`` and ``var/venv-app``."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher import processes, pythons
from launcher.console import Progress, say
from launcher.places import Fault, Places

_STAMP = "heza-stamp.json"
_UNFINISHED = "heza-unfinished"


@dataclass(frozen=True)
class Runtime:
    """One virtual environment.

    Args:
        title: how to name it to the user.
        folder: its folder under ``var``.
        locks: the lock files that it is always built from.
        dev_locks: what linting and tests need on top.
        wanted: the interpreter that it needs.
    """

    title: str
    folder: str
    locks: tuple[str, ...]
    dev_locks: tuple[str, ...]
    wanted: pythons.Wanted | None = None

    def home(self, places: Places) -> Path:
        """Return its folder."""
        return places.built / self.folder

    def python(self, places: Places) -> Path:
        """Return its interpreter."""
        return self.home(places) / "bin" / "python"

    def is_current(self, places: Places, dev: bool) -> bool:
        """Tell whether it was built, to the end, from the lock files as they are now."""
        needed = fingerprints(places, self.locks + (self.dev_locks if dev else ()))
        return needed.items() <= self.built_from(places).items()

    def built_from(self, places: Places) -> dict[str, str]:
        """Return the lock files that it was built from, each with its hash."""
        try:
            stamp: dict[str, str] = json.loads((self.home(places) / _STAMP).read_text())
        except (OSError, ValueError):
            return {}
        return stamp if self.python(places).exists() else {}

    def locks_to_install(self, places: Places, dev: bool) -> tuple[str, ...]:
        """Return the lock files to build from: a runtime that once had the tests' part keeps it."""
        had_dev = bool(set(self.dev_locks) & set(self.built_from(places)))
        return self.locks + (self.dev_locks if dev or had_dev else ())


BOT = Runtime("Rasa runtime", "venv-bot", ("bot.txt",), ("bot-dev.txt",), pythons.BOT)
APP = Runtime("application runtime", "venv-app", ("app.txt",), ("app-dev.txt",), pythons.APP)
TOOLS = Runtime("installer", "venv-tools", ("tools.txt",), ())


def fingerprints(places: Places, locks: Sequence[str]) -> dict[str, str]:
    """Return each lock file with the hash of what it says."""
    return {name: hashlib.sha256(places.lock(name).read_bytes()).hexdigest() for name in locks}


def setup(places: Places, dev: bool = False) -> None:
    """Build the runtimes that are missing or whose lock files changed.

    Args:
        places: the working copy.
        dev: install what linting and tests need as well.

    Raises:
        Fault: no suitable Python, or packages cannot be installed.
    """
    if not _outdated(places, dev):
        return
    with alone(places, "setup"):
        outdated = _outdated(places, dev)
        if not outdated:  # the launcher that we waited for has built them
            return
        progress = Progress(1 + 2 * len(outdated))
        with progress.step("Installer of packages") as notes:
            uv = find_uv(places)
            notes.append(str(uv) if uv else "pip, as uv cannot be had")
        found = [(runtime, _interpreter(places, runtime, uv, progress)) for runtime in outdated]
        for runtime, interpreter in found:
            with progress.step(f"Packages of the {runtime.title} (takes a minute or two)"):
                build(places, runtime, interpreter, runtime.locks_to_install(places, dev), uv)


def _outdated(places: Places, dev: bool) -> list[Runtime]:
    return [runtime for runtime in (BOT, APP) if not runtime.is_current(places, dev)]


@contextmanager
def alone(places: Places, name: str) -> Iterator[None]:
    """Hold off another launcher that does the same in this working copy."""
    places.built.mkdir(parents=True, exist_ok=True)
    with (places.built / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say(f"Another launcher is busy with {name} here: waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def find_uv(places: Places) -> Path | None:
    """Return uv from PATH, else one that pip installs into ``var/venv-tools``, else ``None``."""
    on_path = shutil.which("uv", path=places.settings.get("PATH", ""))
    if on_path and _runs(places, Path(on_path)):
        return Path(on_path)
    own = TOOLS.home(places) / "bin" / "uv"
    if not TOOLS.is_current(places, dev=False):
        try:
            _bootstrap_uv(places)
        except Fault:
            return None
    return own if _runs(places, own) else None


def build(
    places: Places,
    runtime: Runtime,
    interpreter: pythons.Interpreter,
    locks: Sequence[str],
    uv: Path | None,
) -> None:
    """Build one runtime, in place where a sound one stands, and note what it was built from.

    Raises:
        Fault: a command failed; the end of what it said is in the message.
    """
    home = runtime.home(places)
    if not _is_sound(places, runtime):
        shutil.rmtree(home, ignore_errors=True)
        _create(places, home, interpreter, uv)
    (home / _STAMP).unlink(missing_ok=True)
    (home / _UNFINISHED).touch()
    _install(places, runtime, locks, uv)
    (home / _STAMP).write_text(json.dumps(fingerprints(places, locks), indent=1))
    (home / _UNFINISHED).unlink()


def _interpreter(
    places: Places, runtime: Runtime, uv: Path | None, progress: Progress
) -> pythons.Interpreter:
    assert runtime.wanted is not None
    with progress.step(f"Python of the {runtime.title}") as notes:
        interpreter = pythons.find(runtime.wanted, places.settings, uv)
        if uv is None and not interpreter.has_ensurepip:
            raise Fault(
                f"{interpreter.path} has no pip of its own (on Debian and Ubuntu: "
                f"'apt-get install python{_version(interpreter)}-venv'): install it, or uv, and try again."
            )
        notes.append(str(interpreter))
    return interpreter


def _version(interpreter: pythons.Interpreter) -> str:
    return f"{interpreter.version[0]}.{interpreter.version[1]}"


def _is_sound(places: Places, runtime: Runtime) -> bool:
    """Tell whether packages may be exchanged in place: right Python, no build broken off."""
    if runtime.wanted is None or (runtime.home(places) / _UNFINISHED).exists():
        return False
    interpreter = pythons.ask(runtime.python(places))
    return interpreter is not None and interpreter.suits(runtime.wanted)


def _create(places: Places, home: Path, interpreter: pythons.Interpreter, uv: Path | None) -> None:
    if uv:
        _command(places, [uv, "venv", "--quiet", "--python", interpreter.path, home])
    else:
        _command(places, [interpreter.path, "-m", "venv", home])


def _install(places: Places, runtime: Runtime, locks: Sequence[str], uv: Path | None) -> None:
    python = runtime.python(places)
    files = [places.lock(name) for name in locks]
    if uv:
        _command(places, [uv, "pip", "sync", "--python", python, "--require-hashes", *files])
        return
    # The locks are complete, so pip need not look for dependencies.
    command: list[str | Path] = [
        python,
        "-m",
        "pip",
        "install",
        "--no-input",
        "--no-deps",
        "--require-hashes",
    ]
    for file in files:
        command += ["-r", file]
    _command(places, command)


def _bootstrap_uv(places: Places) -> None:
    for path in (sys.executable, *pythons.candidates(pythons.APP, places.settings, uv=None)):
        interpreter = pythons.ask(path)
        if interpreter and interpreter.has_ensurepip:
            build(places, TOOLS, interpreter, TOOLS.locks, uv=None)
            return
    raise Fault("No Python here can make a virtual environment.")


def _runs(places: Places, program: Path) -> bool:
    """Tell whether a program that exists really runs: uv on PATH may be a failing shim, too."""
    try:
        return _execute(places, [program, "--version"])[0] == 0
    except OSError:
        return False


def _command(places: Places, command: Sequence[str | Path]) -> None:
    status, child = _execute(places, command)
    if status:
        shown = " ".join(os.fspath(part) for part in command)
        raise Fault(f"This failed with status {status}:\n  {shown}\n{child.last_lines()}")


def _execute(places: Places, command: Sequence[str | Path]) -> tuple[int, processes.Child]:
    # A PYTHONPATH of the user's could show a foreign pip or venv to the interpreters.
    environment = {k: v for k, v in places.settings.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    return processes.execute("setup", command, places.root, environment, places.built / "log" / "setup.log")
