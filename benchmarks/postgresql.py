"""A private PostgreSQL server for tests and measurements: made anew, and gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, text

_DEBIAN = Path("/usr/lib/postgresql")
_OPTIONS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


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

    def _url(self, database: str) -> str:
        return f"postgresql+psycopg://heza@/{database}?host={self._folder}"


@contextmanager
def postgresql() -> Iterator[Postgresql]:
    """Run a server until the context ends.

    Raises:
        PostgresqlMissing: its programs are not installed.
    """
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    folder = Path(tempfile.mkdtemp(prefix="heza-pg-"))  # short: the path of a socket is limited
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    try:
        _run(initdb, "-D", data, "-U", "heza", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"{_OPTIONS} -k {folder}"
        _run(pg_ctl, "-D", data, "-l", folder / "log", "-o", options, "-w", "start")
        try:
            yield Postgresql(folder)
        finally:
            _run(pg_ctl, "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
