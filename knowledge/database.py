"""Connections and migrations of all databases: SQLite by default, PostgreSQL by ``DATABASE_URL``.

On PostgreSQL the knowledge base, the portal and the dossiers share a database; each has its own
migrations and its own table that says how far they went.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text

Schema = Literal["knowledge", "portal", "dossiers"]
"""Whose tables are meant."""

_ALEMBIC = Path(__file__).resolve().parents[1] / "alembic.ini"
_LIMITS = {"connect_timeout": 5, "tcp_user_timeout": 10_000}
"""Seconds until PostgreSQL has to take a connection; milliseconds until what was sent has to arrive."""
_WRITERS_LOCK = 0x48455A41
"""Key of PostgreSQL's advisory lock under which content and tables are changed."""


def var() -> Path:
    """Return the folder of the embedded default's files (``HEZA_VAR``)."""
    return Path(os.environ.get("HEZA_VAR") or "var")


def database_url() -> str:
    """Return the URL of the knowledge base (``DATABASE_URL``, by default SQLite under ``HEZA_VAR``)."""
    return os.environ.get("DATABASE_URL") or f"sqlite:///{var() / 'knowledge.sqlite'}"


def connect(url: str) -> Engine:
    """Return an engine; the folder of a SQLite file is made if need be.

    Args:
        url: SQLAlchemy URL; ``postgres://`` and ``postgresql://`` mean the driver that is installed.

    What is stored never stands in an error, and so in no log.
    """
    parsed = make_url(re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url))
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, hide_parameters=True, connect_args=_LIMITS)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, hide_parameters=True)  # errors are logged, messages are not
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that changes content or tables: one at a time, all of it or nothing.

    Readers see the old state until it ends, and are not held up.
    """
    with engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITERS_LOCK})
        yield connection


def migrate(engine: Engine, schema: Schema) -> None:
    """Bring the tables of ``schema`` up to date, if they are not.

    Two processes may do so at once: the second one waits, and finds nothing left to do.
    """
    from alembic import command  # not needed once the tables are up to date
    from alembic.config import Config

    with engine.connect() as connection:
        if _version(connection, schema) == _head(schema):
            return
    config = Config(_ALEMBIC, ini_section=schema)
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        if _version(connection, schema) is None and _takes_over(connection, schema):
            command.stamp(config, "0001")
        command.upgrade(config, "head")


@cache
def _head(schema: Schema) -> str | None:
    """Return the last migration of this release; finding it reads them all."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(Config(_ALEMBIC, ini_section=schema)).get_current_head()


def recorded_revision(engine: Engine, schema: Schema) -> str | None:
    """Return how far the migrations of ``schema`` went, None if there are no tables of it."""
    with engine.connect() as connection:
        return _version(connection, schema)


def knows_revision(schema: Schema, revision: str) -> bool:
    """Tell whether this release has a migration: tables of a newer one it cannot read."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    scripts = ScriptDirectory.from_config(Config(_ALEMBIC, ini_section=schema))
    try:
        return scripts.get_revision(revision) is not None
    except CommandError:
        return False


def version_table(schema: Schema) -> str:
    """Return the table that says which migrations ran."""
    return f"alembic_version_{schema}"


def _version(connection: Connection, schema: Schema) -> str | None:
    if not inspect(connection).has_table(version_table(schema)):
        return None
    query = text(f"SELECT version_num FROM {version_table(schema)}")  # noqa: S608
    return connection.execute(query).scalar_one_or_none()


def _takes_over(connection: Connection, schema: Schema) -> bool:
    """Tell whether the tables of release 0.1.0, which had no migrations, are kept as they are.

    Conversations are; the knowledge base was a copy of the content files and is built anew.
    """
    tables = set(inspect(connection).get_table_names())
    if schema == "knowledge" and {"entries", "documents", "targets"} <= tables:
        for name in ("targets_words", "targets_grams", "targets", "entries", "documents", "meta"):
            connection.execute(text(f"DROP TABLE IF EXISTS {name}"))
    return schema == "portal" and "turns" in tables


def _set_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where `_begin` says so
    connection.execute("PRAGMA busy_timeout=5000")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _begin(connection: Connection) -> None:
    """Take the write lock at once where a transaction will write, so that it never has to give up midway."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
