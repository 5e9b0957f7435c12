"""Facts about the content as a whole: its release, its revision, what it was loaded from."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from knowledge.tables import Meta


def read_facts(connection: Connection) -> dict[str, str]:
    """Return all facts by name."""
    return {row.key: row.value for row in connection.execute(select(Meta.key, Meta.value))}


def revision(connection: Connection) -> str | None:
    """Return the number that changes with every change of the content or of a switch."""
    return connection.execute(select(Meta.value).where(Meta.key == "revision")).scalar_one_or_none()


def set_facts(connection: Connection, **facts: str) -> None:
    """Keep facts and raise the revision, so that every running process looks anew."""
    facts["revision"] = str(int(revision(connection) or 0) + 1)
    connection.execute(delete(Meta).where(Meta.key.in_(facts)))
    connection.execute(insert(Meta), [{"key": key, "value": value} for key, value in facts.items()])
