"""Which officers are at the desk: a sign of life each, in the database, so that all portals agree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from portal.handoff.tables import desk_presence

PRESENT = timedelta(seconds=45)
"""An officer whose last sign of life is older is away; the console gives one every 15 s."""
VANISHED = timedelta(seconds=90)
"""An officer away for so long loses the conversations that they claimed."""


def touch(connection: Connection, account: str) -> None:
    """Note that an officer is there now."""
    insert = insert_postgresql if connection.dialect.name == "postgresql" else insert_sqlite
    now = datetime.now(UTC)
    row = insert(desk_presence).values(account=account, seen_at=now)
    connection.execute(row.on_conflict_do_update(index_elements=["account"], set_={"seen_at": now}))


def leave(connection: Connection, account: str) -> None:
    """Note that an officer has gone."""
    connection.execute(desk_presence.delete().where(desk_presence.c.account == account))


def present(connection: Connection, within: timedelta = PRESENT) -> int:
    """Return how many officers gave a sign of life within the last moments."""
    since = desk_presence.c.seen_at >= datetime.now(UTC) - within
    return int(connection.execute(select(func.count()).select_from(desk_presence).where(since)).scalar_one())
