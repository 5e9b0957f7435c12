"""The audit log of look-ups: one line for each, without secrets, and what is counted from it.

The log is also the memory of locks and delays, so that several portals share them and
no counter can disagree with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Select, Table, bindparam, delete, select, text

from dossiers.tables import Attempt

Outcome = Literal["found", "denied", "locked"]
Scope = Literal["code", "client", "network"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
Alarm = Literal["code", "spread"]
"""``code``: several clients guess at one dossier; ``spread``: many clients fail at any dossiers."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_log: Table = Attempt.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Caller:
    """Who asks about which dossier, all of it hashed."""

    code: bytes
    client: bytes
    network: bytes
    session: bytes | None

    def hash_of(self, scope: Scope) -> bytes:
        """Return the hash by which failures of a scope are counted."""
        found: bytes = getattr(self, scope)
        return found


def new_reference() -> str:
    """Return a reference that an applicant can read to an officer: ``K7F3-92QD``."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def serialise(connection: Connection, caller: Caller) -> None:
    """Let only one try of a code, a client and a network be counted at a time.

    SQLite has one writer anyway. The locks are taken in one order, so that no two tries wait for each other.
    """
    if connection.dialect.name == "postgresql":
        hashes = (caller.code, caller.client, caller.network)
        locks = sorted({int.from_bytes(h[:8], "big", signed=True) for h in hashes})
        for lock in locks:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})


def failures(
    connection: Connection, caller: Caller, scope: Scope, since: datetime, most: int
) -> Sequence[tuple[datetime, bytes]]:
    """Return time and client of the failures of a scope since its last unlocking, the latest first."""
    values = {"hash": caller.hash_of(scope), "since": since, "most": most}
    found = []
    for outcome, at, client in connection.execute(_failures_query(scope), values):
        if outcome == "unlock":
            break
        found.append((at, client))
    return sorted(found, reverse=True)


@cache  # putting a statement together takes longer than running it
def _failures_query(scope: Scope) -> Select[Any]:
    return (
        select(_log.c.outcome, _log.c.at, _log.c.client)
        .where(_log.c[scope] == bindparam("hash"), _log.c.outcome.in_(("denied", "unlock")))
        .where(_log.c.at > bindparam("since"))
        .order_by(_log.c.id.desc())  # not the time: a try that had to wait is written down for later
        .limit(bindparam("most"))
    )


def is_trusted(connection: Connection, caller: Caller, since: datetime) -> bool:
    """Tell whether this client has looked this dossier up with success."""
    values = {"hash": caller.code, "from": caller.client, "since": since}
    return connection.execute(_trust_query(), values).first() is not None


@cache
def _trust_query() -> Select[Any]:
    return (
        select(_log.c.id)
        .where(_log.c.code == bindparam("hash"), _log.c.outcome == "found")
        .where(_log.c.client == bindparam("from"), _log.c.at > bindparam("since"))
        .limit(1)
    )


def recent_failures(connection: Connection, since: datetime, most: int) -> Sequence[bytes]:
    """Return the clients of the latest failures, at whatever dossiers."""
    query = select(_log.c.client).where(_log.c.outcome == "denied", _log.c.at > since)
    return connection.execute(query.order_by(_log.c.at.desc()).limit(most)).scalars().all()


def record(connection: Connection, caller: Caller, outcome: Outcome, at: datetime, detail: str | None) -> str:
    """Add the line of a look-up; return its reference."""
    reference = new_reference()
    row = {"at": at, "outcome": outcome, "reference": reference, "detail": detail}
    connection.execute(
        _log.insert(), row | {s: caller.hash_of(s) for s in SCOPES} | {"session": caller.session}
    )
    return reference


def record_again(connection: Connection, code: bytes, session: bytes | None, at: datetime) -> None:
    """Add the line of a dossier whose state was told again to whom it had been told before."""
    row = {"at": at, "outcome": "again", "code": code, "session": session}
    connection.execute(_log.insert(), row)


def record_alarm(
    connection: Connection, alarm: Alarm, code: bytes | None, at: datetime, again: timedelta
) -> bool:
    """Add an alarm unless the same one was raised a short while ago; tell whether it was added."""
    same = _log.c.code.is_(None) if code is None else _log.c.code == code
    query = select(_log.c.id).where(
        _log.c.outcome == "alarm", _log.c.detail == alarm, same, _log.c.at > at - again
    )
    if connection.execute(query.limit(1)).first():
        return False
    connection.execute(_log.insert(), {"at": at, "outcome": "alarm", "code": code, "detail": alarm})
    return True


def record_unlock(
    connection: Connection, scopes: dict[Scope, bytes], at: datetime, by: str, reason: str
) -> None:
    """Forget the failures of code, client or network so far; who did it and why stays in the log."""
    rows: list[dict[str, Any]] = [
        {"at": at, "outcome": "unlock", "by": by, "detail": reason, **dict.fromkeys(SCOPES), scope: value}
        for scope, value in scopes.items()
    ]
    connection.execute(_log.insert(), rows)


def by_reference(connection: Connection, reference: str) -> dict[Scope, bytes]:
    """Return client and network of the look-up that has this reference, nothing if none has."""
    query = select(_log.c.client, _log.c.network).where(_log.c.reference == reference.strip().upper())
    row = connection.execute(query).first()
    return {"client": row.client, "network": row.network} if row else {}


@dataclass(frozen=True)
class Line:
    """A line of the log, for people. Hashes are cut to what tells them apart."""

    at: datetime
    outcome: str
    reference: str | None
    code: str | None
    client: str | None
    by: str | None
    detail: str | None


def lines(connection: Connection, outcomes: Sequence[str], since: datetime, most: int) -> list[Line]:
    """Return lines with one of the outcomes, the latest first."""
    query = select(_log).where(_log.c.outcome.in_(outcomes), _log.c.at > since)
    rows = connection.execute(query.order_by(_log.c.at.desc(), _log.c.id.desc()).limit(most))
    return [
        Line(r.at, r.outcome, r.reference, _short(r.code), _short(r.client), r.by, r.detail) for r in rows
    ]


def forget_before(connection: Connection, day: datetime) -> int:
    """Delete lines older than ``day`` (the database refuses those younger than a year); return how many."""
    return connection.execute(delete(_log).where(_log.c.at < day)).rowcount


def _short(value: bytes | None) -> str | None:
    return value.hex()[:10] if value else None
