"""The audit log: what was done by whom, only ever added to, each row bound to the one before.

The database refuses to change or remove rows (triggers of the migration). Who can take
the triggers away still cannot change a row unseen: each holds a hash over itself and the
hash before it. That rows were cut off at the end shows by comparing with a number and hash
noted earlier (``python -m portal.staff audit --anchor``).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Connection, select, text

from portal.staff.tables import staff_audit

FIRST = "0" * 64
"""What stands in the place of the hash before the first row."""

_LOCK = 0x48455A42
"""Key of PostgreSQL's advisory lock under which rows are added."""
_PERSONAL = re.compile(r"\S+@\S+|\+?\d(?:[ .-]?\d){8,}")
_MOST_LETTERS = 200

Scalar = str | int | bool | None
Detail = Scalar | list[str]


class Actor(Protocol):
    """Who does something: an account, or the command line."""

    @property
    def name(self) -> str:
        """The name that the log shows."""


@dataclass(frozen=True)
class System:
    """An actor that is no account: the command line, a timer."""

    name: str


@dataclass(frozen=True)
class Row:
    """A row of the log."""

    seq: int
    at: str
    who: str
    act: str
    target: str
    detail: str
    hash: str

    def computed(self, before: str) -> str:
        """Return the hash that the row has to have after the one with hash ``before``."""
        content = [before, self.seq, self.at, self.who, self.act, self.target, self.detail]
        return hashlib.sha256(_json(content).encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """Return the row for clients."""
        return {
            "seq": self.seq,
            "at": self.at,
            "who": self.who,
            "act": self.act,
            "target": self.target,
            "detail": json.loads(self.detail),
            "hash": self.hash,
        }


@dataclass(frozen=True)
class Verdict:
    """What a check of the chain found: how many rows are right, and the number of the first wrong one."""

    rows: int
    head: str
    broken_at: int | None = None


def audit(connection: Connection, principal: Actor, act: str, target: str, **detail: Detail) -> int:
    """Record a privileged act, in the transaction that performs it.

    Args:
        connection: in a transaction that writes (``Staff.writing()``): act and record stand or fall together.
        principal: who does it.
        act: what, in dotted words (``account.disable``, ``dossier.view``).
        target: to what, by its id. No personal data of visitors.
        detail: further facts; whatever looks like an address or a telephone or identity number is taken out.

    Returns:
        The number of the row.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = connection.execute(
        select(staff_audit.c.seq, staff_audit.c.hash).order_by(staff_audit.c.seq.desc()).limit(1)
    ).first()
    seq, before = (last.seq + 1, last.hash) if last else (1, FIRST)
    cleaned = _json({name: _clean(value) for name, value in sorted(detail.items())})
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    row = Row(seq, at, principal.name, act, target, cleaned, "")
    connection.execute(staff_audit.insert(), {**vars(row), "hash": row.computed(before)})
    return seq


def rows(connection: Connection, after: int = 0, limit: int | None = None) -> Iterator[Row]:
    """Return the rows after number ``after``, in order."""
    query = select(staff_audit).where(staff_audit.c.seq > after).order_by(staff_audit.c.seq).limit(limit)
    return (Row(**row._asdict()) for row in connection.execute(query))


def latest(connection: Connection, before: int | None, limit: int) -> list[Row]:
    """Return the youngest rows, youngest first; those older than number ``before`` if it is given."""
    query = select(staff_audit).order_by(staff_audit.c.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(staff_audit.c.seq < before)
    return [Row(**row._asdict()) for row in connection.execute(query)]


def verify(connection: Connection) -> Verdict:
    """Check the whole chain: numbers without gaps, every hash as it has to be."""
    before, count = FIRST, 0
    for row in rows(connection):
        if row.seq != count + 1 or row.hash != row.computed(before):
            return Verdict(count, before, row.seq)
        before, count = row.hash, row.seq
    return Verdict(count, before)


def _clean(value: Detail) -> Detail:
    if isinstance(value, list):
        return [_without_personal_data(item) for item in value]
    return _without_personal_data(value) if isinstance(value, str) else value


def _without_personal_data(value: str) -> str:
    return _PERSONAL.sub("…", value)[:_MOST_LETTERS]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
