"""Sessions of the staff: a random id in a cookie, its hash in the database, and two kinds of end."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from portal.staff.accounts import Account, by_id
from portal.staff.tables import staff_accounts, staff_sessions

COOKIE = "__Host-heza-staff"
SEEN_EVERY = timedelta(seconds=30)
"""That somebody is at work is written down so often at most."""
_s = staff_sessions.c


@dataclass(frozen=True)
class StaffSession:
    """A session that holds.

    Args:
        hash: of its id.
        account: whose.
        ends_at: in any case (UTC).
        idle_ends_at: if nothing is done until then.
        seen_at: when it was last used, as written down.
    """

    hash: str
    account: Account
    ends_at: datetime
    idle_ends_at: datetime
    seen_at: datetime


def open_session(connection: Connection, account: Account) -> str:
    """Start a session and return its id (256 random bits), which only the browser keeps."""
    session_id = secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    row = {"hash": session_hash(session_id), "account": account.id, "created_at": now, "seen_at": now}
    connection.execute(staff_sessions.insert(), row)
    return session_id


def find_session(
    connection: Connection, session_id: str, idle: timedelta, absolute: timedelta
) -> StaffSession | None:
    """Return the session of an id; none if it is over or its account is out of use."""
    now = datetime.now(UTC)
    holds = (
        (_s.hash == session_hash(session_id)) & (_s.seen_at > now - idle) & (_s.created_at > now - absolute)
    )
    in_use = (staff_accounts.c.id == _s.account) & staff_accounts.c.disabled_at.is_(None)
    row = connection.execute(select(staff_sessions).join(staff_accounts, in_use).where(holds)).first()
    if row is None:
        return None
    ends = row.created_at + absolute
    return StaffSession(row.hash, by_id(connection, row.account), ends, min(now + idle, ends), row.seen_at)


def touch(connection: Connection, session: StaffSession) -> None:
    """Note that a session is in use."""
    change = update(staff_sessions).where(_s.hash == session.hash).values(seen_at=datetime.now(UTC))
    connection.execute(change)


def close_session(connection: Connection, hashed: str) -> None:
    """End a session."""
    connection.execute(delete(staff_sessions).where(_s.hash == hashed))


def close_others(connection: Connection, account: str, keep: str | None = None) -> None:
    """End the sessions of an account but the one with hash ``keep``."""
    connection.execute(delete(staff_sessions).where(_s.account == account, _s.hash != (keep or "")))


def sweep(connection: Connection, absolute: timedelta) -> None:
    """Remove sessions that are over in any case."""
    connection.execute(delete(staff_sessions).where(_s.created_at < datetime.now(UTC) - absolute))


def session_hash(session_id: str) -> str:
    """Return what is stored of a session's id."""
    return hashlib.sha256(session_id.encode()).hexdigest()


def csrf_token(session_id: str) -> str:
    """Return the token that pages of this session send with every change.

    It is derived from the id, which scripts cannot read, and does not tell it.
    """
    digest = hmac.digest(session_id.encode(), b"csrf", "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
