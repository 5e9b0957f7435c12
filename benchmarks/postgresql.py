"""A private PostgreSQL server for tests and measurements: made anew, and gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, text

_DEBIAN = Path("/usr/lib/postgresql")
_OPTIONS = "-c listen_addresses='' -c fsync=off -c full_page_writes=off"
"""A server that is killed keeps what it committed; only a machine that goes down would lose it."""

_TIME_TO_END = 10.0


class PostgresqlMissing(Exception):
    """There is no PostgreSQL server on this machine."""


class Postgresql:
    """A private PostgreSQL server; it listens on a socket in its own folder only.

    Args:
        folder: of the server.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()

    def new_database(self) -> str:
        """Make an empty database and return its URL."""
        name = f"test{next(self._numbers)}"
        engine = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return self._url(name)

    @property
    def folder(self) -> Path:
        """Where the socket of the server is."""
        return self._folder

    def start(self) -> None:
        """Start the server; it recovers first from what killed it."""
        options = f"{_OPTIONS} -k {self._folder}"
        _run(_program("pg_ctl"), "-D", self._data, "-l", self._folder / "log", "-o", options, "-w", "start")

    def stop(self) -> None:
        """Stop the server at once."""
        _run(_program("pg_ctl"), "-D", self._data, "-m", "immediate", "-w", "stop")

    def kill(self) -> None:
        """End all its processes as ``kill -9`` does."""
        self._send(signal.SIGKILL)
        for pid in self._processes():
            _wait_for_end(pid)
        (self._data / "postmaster.pid").unlink()

    def hang(self) -> None:
        """Stop the server where it is; connections stay open and nothing answers."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let the server go on after `hang`."""
        self._send(signal.SIGCONT)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _send(self, number: signal.Signals) -> None:
        for pid in self._processes():
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def _processes(self) -> list[int]:
        """Return the server and its children, the server first: it would replace a child that died."""
        server = int((self._data / "postmaster.pid").read_text().split()[0])
        found = [server]
        for entry in Path("/proc").iterdir():
            with suppress(OSError, ValueError):
                status = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                if entry.name.isdigit() and int(status[1]) == server:
                    found.append(int(entry.name))
        return found

    def _url(self, database: str) -> str:
        return f"postgresql+psycopg://heza@/{database}?host={self._folder}"


@contextmanager
def postgresql() -> Iterator[Postgresql]:
    """Run a server until the context ends.

    Raises:
        PostgresqlMissing: its programs are not installed.
    """
    initdb = _program("initdb")
    folder = Path(tempfile.mkdtemp(prefix="heza-pg-"))  # short: the path of a socket is limited
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    try:
        _run(initdb, "-D", data, "-U", "heza", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        server = Postgresql(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for_end(pid: int) -> None:
    deadline = time.monotonic() + _TIME_TO_END
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)


def _program(name: str) -> str:
    """Find a program of the server: on ``PATH``, or where Debian puts it."""
    found = shutil.which(name) or next(
        iter(sorted(map(str, _DEBIAN.glob(f"*/bin/{name}")), reverse=True)), None
    )
    if found is None:
        raise PostgresqlMissing(f"{name} was not found: install PostgreSQL to run this on it too")
    return found


def _run(*command: str | Path) -> None:
    """Run a program of the server, as another user where we are root, which it refuses to be."""
    prefix = (
        ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    )
    run = subprocess.run(  # noqa: S603 - programs of the server
        [*prefix, *map(str, command)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        check=False,
    )
    if run.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{run.stdout}")
