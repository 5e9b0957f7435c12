"""The log of calls: what a caller asked about and whether it was solved; nothing about the caller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection
from ulid import ULID

from knowledge.model import Kind
from portal.staff.access import Principal
from portal.staff.tables import staff_calls

TOPICS = (*Kind, "dossier", "other")
"""What calls are about: the kinds of entries, somebody's own dossier, anything else."""


@dataclass(frozen=True)
class Call:
    """A call that was answered.

    Args:
        topic: one of `TOPICS`.
        lang: that was spoken.
        entry: that was read to the caller, if one was.
        version: of the entry.
        solved: whether the question was.
    """

    topic: str
    lang: str
    entry: str | None
    version: int | None
    solved: bool


def log_call(connection: Connection, principal: Principal, call: Call) -> str:
    """Record a call and return its id. It is no privileged act: the audit log stays out of it."""
    call_id = str(ULID())
    row = {"id": call_id, "at": datetime.now(UTC), "account": principal.account, **vars(call)}
    connection.execute(staff_calls.insert(), row)
    return call_id
