"""Parts of the assistant as processes of their own, for what measures them and what breaks them.

Each part runs as in operation, by its own command and environment; whoever starts it
can hang it, kill it and start it again at the same address.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path

from launcher.places import Places

LOOPBACK = "127.0.0.1"
SECRET = "shared by parts that are only tried"  # noqa: S105 - they listen on loopback for minutes
_PATIENCE = 10.0
_PAUSE = 0.1


class NotStarted(Exception):
    """A part ended or did not answer in time; the message holds the end of its log."""


class Part:
    """A process in a group of its own, with its output in a file.

    Args:
        command: program and arguments.
        environment: all its environment variables.
        log: takes its output; added to at each start.
        address: where it tells that it is well.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], log: Path, address: str
    ) -> None:
        self._command = list(command)
        self._environment = dict(environment)
        self._log = log
        self._address = address
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Return the id of the process, which has to run."""
        if self._process is None or self._process.poll() is not None:
            raise NotStarted(f"{self._command} does not run:\n{self.log()}")
        return self._process.pid

    def log(self) -> str:
        """Return the end of what it wrote."""
        return self._log.read_text(errors="replace")[-4000:] if self._log.exists() else ""

    def start(self, seconds: float = 60.0) -> None:
        """Start it and wait until it answers.

        Raises:
            NotStarted: it ended, or did not answer within so many seconds.
        """
        self.begin()
        self.wait(seconds)

    def begin(self) -> None:
        """Start it without waiting."""
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - commands are our own
                self._command,
                cwd=Places().root,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self, seconds: float = 60.0) -> None:
        """Wait until it answers.

        Raises:
            NotStarted: it ended, or did not answer within so many seconds.
        """
        deadline = time.monotonic() + seconds
        while not answers(self._address):
            if time.monotonic() > deadline or not self.pid:
                raise NotStarted(f"no answer at {self._address}:\n{self.log()}")
            time.sleep(_PAUSE)

    def use(self, old: Path, new: Path) -> None:
        """Start it with another file in place of ``old`` from now on."""
        self._command = [str(new) if word == str(old) else word for word in self._command]

    def kill(self) -> None:
        """End it as ``kill -9`` does."""
        self._send(signal.SIGKILL)
        if self._process:
            self._process.wait()

    def hang(self) -> None:
        """Stop it where it is; its connections stay open and nothing answers."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after `hang`."""
        self._send(signal.SIGCONT)

    def end(self) -> None:
        """End it in order; kill what is left of it after ten seconds."""
        self._send(signal.SIGCONT)
        self._send(signal.SIGTERM)
        if self._process:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_PATIENCE)
        self.kill()

    def _send(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            if self._process:
                os.killpg(self._process.pid, number)


def answers(address: str) -> bool:
    """Tell whether a GET of an address has status 200."""
    # Past any proxy that the environment names: the address is this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=2) as response:
            return bool(response.status == 200)
    except (OSError, HTTPException):
        return False


def free_port() -> int:
    """Return a port of the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _plain_places(**settings: str) -> Places:
    """Return the working copy with no settings but these: those of the developer are not ours."""
    ours = ("HEZA_", "DATABASE_URL", "REDIS_URL")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return Places(settings={**plain, **settings})


def portal_part(folder: Path, rasa: str, **settings: str) -> tuple[Part, str]:
    """Return a portal that is not started yet, and its address.

    Args:
        folder: of its files (``HEZA_VAR``) and its log.
        rasa: address of Rasa, or several.
        settings: further environment variables.
    """
    port = settings.setdefault("HEZA_PORT", str(free_port()))
    defaults = {
        "HEZA_VAR": str(folder),
        "HEZA_SECRET": SECRET,
        "HEZA_RASA_URL": rasa,
        "HEZA_ACTIONS_PORT": str(free_port()),
        "HEZA_METRICS_PORT": str(free_port()),
        "HEZA_RATE_LIMITS": "off",
    }
    places = _plain_places(**{**defaults, **settings})
    url = f"http://{LOOPBACK}:{port}"
    command = [sys.executable, "-m", "portal"]
    return Part(command, places.app_environment(), folder / f"portal-{port}.log", f"{url}/healthz"), url


def actions_part(folder: Path, **settings: str) -> tuple[Part, str]:
    """Return an action server that is not started yet, and the address of its webhook."""
    port = free_port()
    places = _plain_places(**{"HEZA_VAR": str(folder), "HEZA_SECRET": SECRET, **settings})
    url = f"http://{LOOPBACK}:{port}"
    command = [sys.executable, "-m", "actions", "--port", str(port)]
    part = Part(command, places.app_environment(), folder / f"actions-{port}.log", f"{url}/health")
    return part, f"{url}/webhook"


def rasa_part(
    folder: Path,
    actions: str,
    model: Path | None = None,
    ready: str = "/webhooks/portal/ready",
    **settings: str,
) -> tuple[Part, str]:
    """Return a Rasa worker that is not started yet, and its address.

    Args:
        folder: of its files and its log.
        actions: address of the webhook.
        model: the trained one by default.
        ready: path at which it tells that it is well.
        settings: further environment variables.
    """
    port = free_port()
    places = _plain_places(**{"HEZA_VAR": str(folder), **settings})
    environment = places.bot_environment(HEZA_SECRET=SECRET, HEZA_ACTIONS_URL=actions)
    command = places.bot("rasa", "run", "--model", str(model or places.model), "--interface", LOOPBACK)
    command += ["--port", str(port), "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
    url = f"http://{LOOPBACK}:{port}"
    return Part(command, environment, folder / f"rasa-{port}.log", f"{url}{ready}"), url


def worker_part(folder: Path, module: str, actions: str) -> tuple[Part, str]:
    """Return what plays a Rasa worker (a module that takes a port), and its address."""
    port = free_port()
    environment = _plain_places().app_environment(HEZA_SECRET=SECRET, HEZA_ACTIONS_URL=actions)
    url = f"http://{LOOPBACK}:{port}"
    command = [sys.executable, "-m", module, str(port)]
    return Part(command, environment, folder / f"worker-{port}.log", f"{url}/webhooks/portal/ready"), url


@contextmanager
def running(*parts: Part, seconds: float = 60.0) -> Iterator[None]:
    """Run parts at the same time, each of which answers within so many seconds; end them in any case."""
    try:
        for part in parts:
            part.begin()
        for part in parts:
            part.wait(seconds)
        yield
    finally:
        for part in parts:
            part.end()
