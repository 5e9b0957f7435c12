"""The whole system, started once as the README says, on free ports and with data of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TIME_TO_START = 300.0


@dataclass(frozen=True)
class System:
    """A running system and where it listens."""

    url: str
    actions_port: int
    metrics_port: int
    rasa_port: int
    process: subprocess.Popen[bytes]
    var: Path

    def child(self, name: str) -> int:
        """Return the process id of a part (``rasa run`` or ``portal``)."""
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and _is_child(entry, self.process.pid, name):
                return int(entry.name)
        raise AssertionError(f"no process {name!r} below the launcher")


def _is_child(entry: Path, parent: int, name: str) -> bool:
    try:
        status = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        command = (entry / "cmdline").read_text().replace("\0", " ")
    except OSError:
        return False
    return int(status[1]) == parent and name in command


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    names = ("HEZA_PORT", "HEZA_ACTIONS_PORT", "HEZA_METRICS_PORT", "HEZA_RASA_PORT")
    ports = {name: free_port() for name in names}
    var = tmp_path_factory.mktemp("var")
    environment = {
        **os.environ,
        **{name: str(port) for name, port in ports.items()},
        "HEZA_VAR": str(var),
        "HEZA_RATE_LIMITS": "off",
        "HEZA_HOST": "127.0.0.1",
    }
    for name in ("DATABASE_URL", "REDIS_URL", "HEZA_SECRET", "HEZA_RASA_URL", "HEZA_HOTLINE"):
        environment.pop(name, None)
    process = subprocess.Popen([sys.executable, "-m", "launcher", "run"], cwd=ROOT, env=environment)
    url = f"http://127.0.0.1:{ports['HEZA_PORT']}"
    try:
        _wait_until_ready(process, url)
        yield System(
            url,
            ports["HEZA_ACTIONS_PORT"],
            ports["HEZA_METRICS_PORT"],
            ports["HEZA_RASA_PORT"],
            process,
            var,
        )
    finally:
        process.send_signal(signal.SIGTERM)
        status = process.wait(timeout=30)
    assert status == 0, "the launcher must end cleanly on SIGTERM"


def _wait_until_ready(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + TIME_TO_START
    while time.monotonic() < deadline:
        assert process.poll() is None, "the launcher ended before the system was ready"
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise AssertionError("the system was not ready in time")
