"""Growing delays after failed sign-ins, for each account and each network address.

An attempt is counted before anything is checked, so that many at once gain nothing, and
forgotten when it succeeds. Names count whether such an account exists or not. The delay has a
bound: nobody can shut an officer out for good by guessing.
"""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, text

from portal.staff.tables import staff_attempts

_LOCK = 0x48455A43
"""Key of PostgreSQL's advisory lock under which attempts are counted."""
FORGET_SECONDS = 24 * 3600.0
"""After so long without an attempt, all is forgotten."""


@dataclass(frozen=True)
class Limit:
    """How patient we are with one kind of key.

    Args:
        sort: what the keys are.
        free: attempts without a delay.
        most: longest delay in seconds.
    """

    sort: str
    free: int
    most: float

    def delay(self, failures: int) -> float:
        """Return the delay after so many failures in a row: 2, 4, 8 … seconds after the free ones."""
        over = failures - self.free
        return min(2.0**over, self.most) if over > 0 else 0.0


ACCOUNT = Limit("account", free=4, most=15 * 60.0)
ADDRESS = Limit("address", free=20, most=60 * 60.0)
"""An office may share an address."""

Key = tuple[Limit, str]


def wait(connection: Connection, keys: list[Key], now: float | None = None) -> int | None:
    """Count an attempt under all ``keys``, or tell for how many seconds none is let through.

    Args:
        connection: in a transaction that writes.
        keys: account and address.
        now: seconds since 1970.
    """
    now = time.time() if now is None else now
    if connection.dialect.name == "postgresql":  # SQLite lets only one write in any case
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    connection.execute(delete(staff_attempts).where(staff_attempts.c.last_at < now - FORGET_SECONDS))
    counts: dict[str, int] = {}
    blocked = 0.0
    for limit, value in keys:
        key = _key(limit, value)
        query = select(staff_attempts).where(staff_attempts.c.key == key)
        row = connection.execute(query).first()
        counts[key] = row.failures if row else 0
        blocked = max(blocked, row.blocked_until - now if row else 0.0)
    if blocked > 0:
        return math.ceil(blocked)
    for limit, value in keys:
        key = _key(limit, value)
        _count(connection, key, counts[key], limit, now)
    return None


def forgive(connection: Connection, keys: list[Key]) -> None:
    """Forget the failures under ``keys``, after a success."""
    hashes = [_key(limit, value) for limit, value in keys]
    connection.execute(delete(staff_attempts).where(staff_attempts.c.key.in_(hashes)))


def uncount(connection: Connection, key: Key) -> None:
    """Take back the attempt that was counted last under ``key``: it succeeded, former failures stay."""
    where = staff_attempts.c.key == _key(*key)
    connection.execute(
        staff_attempts.update()
        .where(where, staff_attempts.c.failures > 0)
        .values(failures=staff_attempts.c.failures - 1, blocked_until=0)
    )


def _count(connection: Connection, key: str, before: int, limit: Limit, now: float) -> None:
    values = {"failures": before + 1, "blocked_until": now + limit.delay(before + 1), "last_at": now}
    changed = connection.execute(staff_attempts.update().where(staff_attempts.c.key == key).values(values))
    if not changed.rowcount:
        connection.execute(staff_attempts.insert(), {"key": key, **values})


def _key(limit: Limit, value: str) -> str:
    return hashlib.sha256(f"{limit.sort}:{value}".encode()).hexdigest()
