"""SQLite: a consistent copy of a database that is in use, and putting one into its place."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from portal.backup.places import BackupFault

_PATIENCE = 60.0


def copy(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment, by SQLite's online back-up; writers are not held up.

    Raises:
        BackupFault: it cannot be read, or the copy is not sound.
    """
    try:
        uri = f"{source.absolute().as_uri()}?mode=ro"
        with (
            closing(sqlite3.connect(uri, uri=True, timeout=_PATIENCE)) as one,
            closing(sqlite3.connect(target)) as other,
        ):
            one.backup(other)
            other.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    except sqlite3.Error as error:
        raise BackupFault(f"{source} cannot be copied ({type(error).__name__}: {error}).") from error
    check(target)


def check(path: Path) -> None:
    """Have SQLite read a database through.

    Raises:
        BackupFault: it is damaged.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        found = str(error)
    if found != "ok":
        raise BackupFault(f"{path.name} is damaged ({found}).")


def in_use(path: Path) -> bool:
    """Tell whether a process has the database open.

    Only the last connection may take a database out of WAL mode, so this fails beside any other,
    an idle one included. The next one that opens it sets the mode again.
    """
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(path, timeout=0)) as connection:
            return str(connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]) != "delete"
    except sqlite3.DatabaseError as error:
        # A damaged file may be what is to be replaced; a locked one is in use.
        return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)


def put(staged: Path, target: Path) -> None:
    """Put a database into its place, whole; what belonged to the former one goes."""
    for suffix in ("-wal", "-shm", "-journal"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    staged.chmod(0o600)
    staged.replace(target)
