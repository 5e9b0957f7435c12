"""Migrations as fast as tests need them: what they said to one empty database is said again to the next.

Hundreds of tests open databases of their own. Nearly all of the time that this takes is Alembic reading its
scripts and SQLAlchemy compiling what they mean, the same each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, inspect

from knowledge.database import version_table

Said = list[tuple[str, Any]]
_upgrade = command.upgrade  # as it is before anything stands in for it


@contextmanager
def replayed() -> Iterator[None]:
    """Replace the upgrade of an empty database to the last revision; every other one is as it was."""
    known: dict[tuple[str, str], Said] = {}

    def upgraded(config: Config, revision: str, **more: Any) -> None:
        connection, schema = config.attributes.get("connection"), config.config_ini_section
        if connection is None or revision != "head" or not _is_new(connection, schema):
            _upgrade(config, revision, **more)
            return
        kind = (schema, connection.dialect.name)
        if kind in known:
            _say(connection, known[kind])
            return
        with _listening(connection) as said:
            _upgrade(config, revision, **more)
        known[kind] = said

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "upgrade", upgraded)
        yield


def _is_new(connection: Connection, schema: Any) -> bool:
    return not inspect(connection).has_table(version_table(schema))


@contextmanager
def _listening(connection: Connection) -> Iterator[Said]:
    said: Said = []

    def hear(_connection: Connection, _cursor: Any, sql: str, values: Any, *_more: Any) -> None:
        if sql.split(None, 1)[0].upper() not in {"SELECT", "PRAGMA"}:
            said.append((sql, values))

    event.listen(connection, "before_cursor_execute", hear)
    yield said
    event.remove(connection, "before_cursor_execute", hear)


def _say(connection: Connection, said: Said) -> None:
    assert connection.connection.dbapi_connection is not None
    cursor = connection.connection.cursor()
    for sql, values in said:
        connection.dialect.do_execute(cursor, sql, values)
    cursor.close()
