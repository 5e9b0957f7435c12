"""What was erased must stay erased: ids of erased conversations, by hash, and erasing them once more.

Rasa's tombstones and the orders that still wait know what was erased; both lie in the databases,
so a copy of the hashes outside (``python -m portal.backup erased FILE``) outlives their loss. An id is
128 random bits: its hash leads to nobody.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, Select, String, insert, inspect, literal_column, select, table
from sqlalchemy.exc import DBAPIError

from knowledge.database import connect
from portal.backup.places import BackupFault, Database
from portal.privacy.erasure import Erasures
from portal.privacy.retention import erase_older
from portal.tables import erasures, sessions

RASA_SCHEMA = "rasa"
_HASH = re.compile(r"[0-9a-f]{64}")
_AT_ONCE = 500


@dataclass(frozen=True)
class Again:
    """What was erased once more after restoring.

    Args:
        known: sessions of which it was known.
        old: sessions in which nothing was said for so long as retention allows.
        left: conversations that Rasa has and the portal has not.
    """

    known: int
    old: int
    left: int


def hashed(conversation: str) -> str:
    """Return the hash of an id, as Rasa's tombstones have it (``bot.forgetting``)."""
    return hashlib.sha256(conversation.encode()).hexdigest()


def known(databases: Iterable[Database]) -> set[str]:
    """Return the hashes of the conversations that the present databases know as erased.

    A database that is not there, or that nothing can be read from, knows nothing.
    """
    found: set[str] = set()
    for database in databases:
        if database.engine == "sqlite" and not database.path.exists():
            continue
        engine = connect(database.text)
        try:
            found |= set(_column(engine, "tombstones", "conversation"))
            found |= {hashed(one) for one in _column(engine, "erasures", "conversation")}
        except DBAPIError:
            continue
        finally:
            engine.dispose()
    return found


def read(path: Path) -> set[str]:
    """Read a list of hashes, a line each.

    Raises:
        BackupFault: it cannot be read, or is something else.
    """
    try:
        lines = path.read_text().split()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupFault(f"{path} cannot be read ({type(error).__name__}).") from error
    if not all(_HASH.fullmatch(line) for line in lines):
        raise BackupFault(f"{path} is no list of erased conversations.")
    return set(lines)


def note(path: Path, hashes: set[str]) -> int:
    """Add hashes to the list, which keeps what it had; return how many it has now."""
    every = hashes | (read(path) if path.exists() else set())
    new = path.with_name(f".{path.name}.partial")
    new.touch(mode=0o600)
    new.write_text("".join(f"{one}\n" for one in sorted(every)))
    new.replace(path)
    return len(every)


def reapply(portal: Engine, tracker: Engine, hashes: set[str], days: int) -> Again:
    """Erase in restored databases what is known as erased, what is old, and what belongs to no session.

    Rasa forgets its part as soon as it runs: until then the orders wait in ``erasures``.

    Args:
        portal: of the portal's database.
        tracker: of Rasa's.
        hashes: of conversations that were erased.
        days: `retention_days`.
    """
    eraser = Erasures(portal)
    with portal.connect() as connection:
        present = list(connection.execute(select(sessions.c.id)).scalars())
    again = [session for session in present if hashed(session) in hashes]
    for session in again:
        eraser.erase(session)
    old = erase_older(eraser, days)
    return Again(len(again), old, _order_forgetting(portal, tracker))


def _order_forgetting(portal: Engine, tracker: Engine) -> int:
    """Have Rasa forget conversations that no session belongs to; return how many."""
    with portal.connect() as connection:
        kept = set(connection.execute(select(sessions.c.id)).scalars())
        kept |= set(connection.execute(select(erasures.c.conversation)).scalars())
    left = sorted(set(_column(tracker, "events", "sender_id")) - kept)
    now = datetime.now(UTC)
    with portal.execution_options(writes=True).begin() as connection:
        for start in range(0, len(left), _AT_ONCE):
            portion = left[start : start + _AT_ONCE]
            connection.execute(
                insert(erasures), [{"conversation": one, "requested_at": now} for one in portion]
            )
    return len(left)


def _column(engine: Engine, name: str, column: str) -> list[str]:
    """Return the distinct values of a column of Rasa's or ours, where that table exists.

    In PostgreSQL Rasa has a schema of its own; the portal has a table `events`, too, without senders.
    """
    found: list[str] = []
    for schema in (None, RASA_SCHEMA) if engine.dialect.name == "postgresql" else (None,):
        inspector = inspect(engine)
        if not inspector.has_table(name, schema=schema):
            continue
        if column not in {each["name"] for each in inspector.get_columns(name, schema=schema)}:
            continue
        query: Select[str] = (
            select(literal_column(column, String)).select_from(table(name, schema=schema)).distinct()
        )
        with engine.connect() as connection:
            found += [str(row[0]) for row in connection.execute(query)]
    return found
