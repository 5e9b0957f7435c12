"""The log of calls: what a caller asked about and whether it was solved; nothing about the caller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select
from ulid import ULID

from knowledge.model import Kind
from portal.problems import Problem
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


def log_call(
    connection: Connection,
    principal: Principal,
    call: Call,
    client_id: str | None = None,
    waited: timedelta = timedelta(0),
) -> str:
    """Record a call and return its id. It is no privileged act: the audit log stays out of it.

    Args:
        connection: in a transaction that writes.
        principal: who answered it.
        call: what it was about.
        client_id: of the console; the same call sent again is recorded once.
        waited: how long the call waited for a connection to be sent.

    Raises:
        Problem: 409, the ``client_id`` belongs to another call.
    """
    known = _known(connection, principal, call, client_id) if client_id else None
    if known:
        return known
    call_id, at = str(ULID()), datetime.now(UTC) - waited
    row = {"id": call_id, "at": at, "account": principal.account, "client_id": client_id, **vars(call)}
    connection.execute(staff_calls.insert(), row)
    return call_id


def _known(connection: Connection, principal: Principal, call: Call, client_id: str) -> str | None:
    """Return the id of the call that was recorded under a ``client_id``."""
    mine = (staff_calls.c.account == principal.account) & (staff_calls.c.client_id == client_id)
    row = connection.execute(select(staff_calls).where(mine)).first()
    if row is None:
        return None
    if Call(row.topic, row.lang, row.entry, row.version, row.solved) != call:
        raise Problem(409, "conflict")
    return str(row.id)
