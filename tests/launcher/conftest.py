"""A working copy of the launcher's own, with interpreters and services that only pretend."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from launcher import frontend, runtimes, signals
from launcher.places import Places

ROOT = Path(__file__).resolve().parents[2]
PRETENDER = Path(__file__).with_name("pretender.py")


@pytest.fixture(autouse=True)
def _signal_handlers() -> Iterator[None]:
    """Give pytest its signals back: stopping children makes the launcher ignore them."""
    former = [(number, signal.getsignal(number)) for number in signals.STOPPING]
    yield
    for number, handler in former:
        signal.signal(number, handler)


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str, str], Path]:
    """Return a maker of small shell programs: ``script("bin/python3.10", "exit 127")``."""

    def make(name: str, body: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
        return path

    return make


@pytest.fixture
def interpreter(script: Callable[[str, str], Path]) -> Callable[..., Path]:
    """Return a maker of programs that answer as a Python of some version does."""

    def make(name: str, major: int, minor: int, kind: str = "CPython") -> Path:
        path = script(name, "")
        answer = json.dumps([kind, [major, minor], str(path), True])
        return script(name, f"echo '{answer}'")

    return make


@dataclass(frozen=True)
class Copy:
    """A working copy whose two runtimes pretend (``pretender.py``)."""

    places: Places

    @property
    def root(self) -> Path:
        return self.places.root

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "launcher", *arguments],
            cwd=self.root,
            env={**self.places.settings, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, **environment: str) -> tuple[int, str]:
        with self.start(*arguments, **environment) as process:
            output, _ = process.communicate(timeout=60)
        return process.returncode, output

    def calls(self) -> list[dict[str, Any]]:
        """Return what was run in the runtimes: arguments and environment, in order."""
        record = self.root / "calls.jsonl"
        return [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []

    def commands(self) -> list[str]:
        return [" ".join(call["arguments"]) for call in self.calls()]

    def npm(self) -> list[str]:
        """Return what the package manager of the front end was asked for, in order."""
        log = self.root / "npm.log"
        return log.read_text().splitlines() if log.exists() else []

    def pid(self, part: str) -> int:
        return int(eventually(lambda: (self.root / f"{part}.pid").read_text()))

    def has_ended(self, part: str) -> bool:
        pid = self.pid(part)
        return bool(eventually(lambda: not is_alive(pid)))


@pytest.fixture
def working_copy(tmp_path: Path, script: Callable[[str, str], Path]) -> Iterator[Copy]:
    """Return a working copy that is set up but neither built nor trained.

    What a failed test leaves running is ended.
    """
    root = tmp_path / "copy"
    shutil.copytree(ROOT / "launcher", root / "launcher", ignore=shutil.ignore_patterns("__pycache__"))
    for name in (
        "config.yml",
        "domain.yml",
        "data/nlu/vi/greet.yml",
        "bot/tokenizer.py",
        "vietnamese/folding.py",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{name}\n")
    settings = {
        "PATH": f"{tmp_path}/node:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "HEZA_PORT": str(free_port()),
    }
    copy = Copy(Places(root, settings))
    for runtime in (runtimes.BOT, runtimes.APP):
        _pretend_to_build(copy.places, runtime)
    _pretend_node(script)
    for name in (*frontend.LOCK, "widget/src/main.ts", "console/src/main.ts"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{name}\n")
    yield copy
    for part in ("rasa", "portal", "actions"):
        if (root / f"{part}.pid").exists() and is_alive(copy.pid(part)):
            os.kill(copy.pid(part), signal.SIGKILL)


NPM = """
echo "npm $*" >> npm.log
case "$*" in
*"$PRETEND_FAIL"*) [ -n "$PRETEND_FAIL" ] && { echo "this is why"; exit 3; };;
esac
case "$1 $3" in
"ci "*) mkdir -p node_modules;;
"run build") mkdir -p var/www/widget var/www/staff; echo "{}" > var/www/widget/integrity.json
  echo "<html>" > var/www/staff/index.html;;
esac
"""
"""A package manager that notes what it is asked for; installing and building leave their marks."""


def _pretend_node(script: Callable[[str, str], Path], version: str = "v22.1.0") -> None:
    script("node/node", f"echo {version}")
    script("node/npm", NPM)


def _pretend_to_build(places: Places, runtime: runtimes.Runtime) -> None:
    locks = runtime.locks + runtime.dev_locks
    for name in locks:
        places.lock(name).parent.mkdir(exist_ok=True)
        places.lock(name).write_text(f"{name}\n")
    python = runtime.python(places)
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{PRETENDER}" "$@"\n')
    python.chmod(0o755)
    (runtime.home(places) / "heza-stamp.json").write_text(json.dumps(runtimes.fingerprints(places, locks)))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that ended and was not yet collected does not."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self").exists():
        try:
            return stat.read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
        except OSError:
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def eventually(question: Callable[[], Any], seconds: float = 20) -> Any:
    """Ask until the answer is true; return it, or the last one."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            answer = question()
        except (OSError, ValueError):
            answer = None
        if answer or time.monotonic() > deadline:
            return answer
        time.sleep(0.02)


@pytest.fixture(name="eventually")
def _eventually() -> Callable[..., Any]:
    return eventually


@pytest.fixture(name="free_port")
def _free_port() -> int:
    return free_port()


@pytest.fixture(name="is_alive")
def _is_alive() -> Callable[[int], bool]:
    return is_alive
