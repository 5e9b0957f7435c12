"""PostgreSQL: ``pg_dump`` of a database as it is at one moment, and loading it in one transaction."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from sqlalchemy import URL, Connection, text

from knowledge.database import connect
from portal.backup.places import BackupFault, Database, program

_PATIENCE = 3600.0
_LEAVING_S = 2.0
"""A server process lives on for a moment after its client has gone."""
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
"""The server's own work, such as autovacuum, is nobody else."""
_TABLES = text("SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
_SCHEMAS = text(
    "SELECT quote_ident(nspname) FROM pg_namespace "
    "WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%' ORDER BY nspname"
)


def dump(database: Database, target: Path) -> None:
    """Dump all schemas of a database, Rasa's included, in PostgreSQL's own archive form.

    Raises:
        BackupFault: there is no ``pg_dump``, or it failed.
    """
    options = ["--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=60s"]
    _run([program("pg_dump"), *options, f"--file={target}"], database.url)


def check(path: Path) -> None:
    """Have ``pg_restore`` read the table of contents.

    Raises:
        BackupFault: it is no dump.
    """
    _run([program("pg_restore"), "--list", str(path)], None)


def in_use(database: Database) -> bool:
    """Tell whether anybody else is connected to the database."""
    engine = connect(database.text)
    try:
        until = time.monotonic() + _LEAVING_S
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while connection.execute(_OTHERS).scalar_one():
                if time.monotonic() > until:
                    return True
                time.sleep(0.1)
        return False
    finally:
        engine.dispose()


def has_tables(database: Database) -> bool:
    """Tell whether there is a table in any schema of ours."""
    engine = connect(database.text)
    try:
        with engine.connect() as connection:
            return bool(connection.execute(_TABLES).scalar_one())
    finally:
        engine.dispose()


def load(staged: Path, database: Database) -> None:
    """Replace everything in a database by what the dump holds: all of it or, if that fails, nothing.

    Raises:
        BackupFault: it failed; the database is as it was.
    """
    script = staged.with_suffix(".sql")
    _run([program("pg_restore"), "--no-owner", "--no-privileges", f"--file={script}", str(staged)], None)
    engine = connect(database.text)
    with engine.connect() as connection:
        clearing = _clearing(connection)
    engine.dispose()
    command = [program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction"]
    for statement in clearing:
        command += ["--command", statement]
    _run([*command, f"--file={script}"], database.url)


def _clearing(connection: Connection) -> list[str]:
    """Return what empties a database: newer tables than the dump's must not stay beside it."""
    schemas = connection.execute(_SCHEMAS).scalars()
    return ["SET client_min_messages = warning"] + [
        statement
        for schema in schemas
        for statement in (
            f"DROP SCHEMA {schema} CASCADE",
            *(["CREATE SCHEMA public"] if schema == "public" else []),
        )
    ]


def _run(command: list[str], url: URL | None) -> None:
    """Run a program of the client; how it connects stands in its environment, not in the list of processes.

    Raises:
        BackupFault: it failed; the end of what it said is in the message.
    """
    environment = {**os.environ, **(_connection(url) if url else {})}
    try:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BackupFault(f"{Path(command[0]).name} took longer than an hour.") from error
    if done.returncode:
        raise BackupFault(f"{Path(command[0]).name} failed:\n{done.stderr.strip()[-2000:]}")


def _connection(url: URL) -> dict[str, str]:
    """Return libpq's variables for a URL."""
    query = {name: value for name, value in url.query.items() if isinstance(value, str)}
    wanted = {
        "PGHOST": query.get("host") or url.host,
        "PGPORT": query.get("port") or (str(url.port) if url.port else None),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": query.get("sslmode"),
        "PGSSLROOTCERT": query.get("sslrootcert"),
        "PGCONNECT_TIMEOUT": "10",
    }
    return {name: value for name, value in wanted.items() if value}
