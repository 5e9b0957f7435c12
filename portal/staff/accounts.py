"""Accounts of the staff: who there is, with which roles, and how they prove who they are.

A person is invited by an administrator and enrols alone: nobody else ever knows the password
or the secret of the authenticator. Only the first administrator is made at the command line.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update
from ulid import ULID

from portal.problems import Problem
from portal.staff.permissions import Role
from portal.staff.tables import staff_accounts, staff_recovery_codes, staff_sessions

INVITED_FOR = timedelta(hours=72)
_NAME = re.compile(r"[\w](?:[\w.@ -]{0,62}[\w])?")
_a = staff_accounts.c


@dataclass(frozen=True)
class Account:
    """An account.

    Args:
        id: of its own, never used again.
        name: by which its owner signs in, and which the audit log shows.
        roles: what it is for.
        password: hash, if there is one.
        totp_secret: encrypted, if an authenticator is enrolled.
        totp_step: time step of the last code used.
        issuer: the identity provider that signs its owner in, if one does.
        created_at: when (UTC).
        disabled_at: since when it is out of use.
        invited_until: until when its owner may enrol.
    """

    id: str
    name: str
    roles: frozenset[Role]
    created_at: datetime
    password: str | None = field(default=None, repr=False)
    totp_secret: bytes | None = field(default=None, repr=False)
    totp_step: int = 0
    issuer: str | None = None
    disabled_at: datetime | None = None
    invited_until: datetime | None = None

    @property
    def state(self) -> str:
        """``active``, ``invited`` or ``disabled``."""
        if self.disabled_at:
            return "disabled"
        return "active" if self.password or self.issuer else "invited"

    def as_json(self) -> dict[str, Any]:
        """Return what administrators see."""
        return {
            "id": self.id,
            "name": self.name,
            "roles": sorted(self.roles),
            "state": self.state,
            "sign_in": "oidc" if self.issuer else "password",
            "created_at": self.created_at.isoformat(),
        }


def login_name(name: str) -> str:
    """Return a name as accounts are looked up by it: composed, lower case, single blanks.

    Raises:
        Problem: 400, no name that an account may have.
    """
    normal = " ".join(unicodedata.normalize("NFKC", name).lower().split())
    if not _NAME.fullmatch(normal):
        raise Problem(400, "invalid", field="name")
    return normal


def find(connection: Connection, name: str) -> Account | None:
    """Return the account of a name."""
    return _one(connection, _a.name == name)


def by_id(connection: Connection, account: str) -> Account:
    """Return an account by its id.

    Raises:
        Problem: 404, there is none.
    """
    found = _one(connection, _a.id == account)
    if found is None:
        raise Problem(404, "unknown_account")
    return found


def by_subject(connection: Connection, issuer: str, subject: str) -> Account | None:
    """Return the account of somebody whom the identity provider knows."""
    return _one(connection, (_a.issuer == issuer) & (_a.subject == subject))


def everyone(connection: Connection) -> list[Account]:
    """Return all accounts by name."""
    return [_account(row) for row in connection.execute(select(staff_accounts).order_by(_a.name))]


def add(connection: Connection, name: str, roles: Collection[Role], **fields: Any) -> Account:
    """Add an account.

    Raises:
        Problem: 400 no such name is possible, 409 it is taken.
    """
    name = login_name(name)
    if find(connection, name):
        raise Problem(409, "name_taken")
    row = {
        "id": str(ULID()),
        "name": name,
        "roles": sorted(roles),
        "created_at": datetime.now(UTC),
        **fields,
    }
    connection.execute(staff_accounts.insert(), row)
    return by_id(connection, row["id"])


def invite(connection: Connection, account: Account) -> str:
    """Let the owner of an account enrol (again); what they signed in with ends here.

    Returns:
        The invitation, to be handed over; it is stored hashed and counts once.
    """
    invitation = secrets.token_urlsafe(16)
    _forget_credentials(connection, account)
    _change(
        connection,
        account,
        password=None,
        totp_secret=None,
        totp_step=0,
        invitation=_hash(invitation),
        invited_until=datetime.now(UTC) + INVITED_FOR,
    )
    return invitation


def invited(connection: Connection, name: str, invitation: str) -> Account | None:
    """Return the account whose owner shows an invitation that still holds."""
    query = (_a.name == name) & (_a.invitation == _hash(invitation)) & (_a.disabled_at.is_(None))
    account = _one(connection, query)
    if account is None or account.invited_until is None or account.invited_until < datetime.now(UTC):
        return None
    return account


def enrol(
    connection: Connection, account: Account, password: str, totp_secret: bytes, codes: Collection[str]
) -> None:
    """Store what the owner of an account signs in with.

    Args:
        connection: in a transaction that writes.
        account: whose.
        password: hash.
        totp_secret: encrypted.
        codes: hashes of recovery codes.
    """
    _forget_credentials(connection, account)
    _change(
        connection,
        account,
        password=password,
        totp_secret=totp_secret,
        totp_step=0,
        invitation=None,
        invited_until=None,
    )
    set_recovery_codes(connection, account, codes)


def set_password(connection: Connection, account: Account, password: str) -> None:
    """Store another hash of a password."""
    _change(connection, account, password=password)


def set_roles(connection: Connection, account: Account, roles: Collection[Role]) -> None:
    """Give an account other roles; they hold from the next call on."""
    _change(connection, account, roles=sorted(roles))


def disable(connection: Connection, account: Account) -> None:
    """Take an account out of use; its sessions end."""
    _change(connection, account, disabled_at=datetime.now(UTC), invitation=None)
    connection.execute(delete(staff_sessions).where(staff_sessions.c.account == account.id))


def enable(connection: Connection, account: Account) -> None:
    """Take an account back into use."""
    _change(connection, account, disabled_at=None)


def use_step(connection: Connection, account: str, step: int) -> bool:
    """Note that the code of a time step was used; tell whether it had not been, nor a later one."""
    unused = (_a.id == account) & (_a.totp_step < step)
    return bool(connection.execute(update(staff_accounts).where(unused).values(totp_step=step)).rowcount)


def use_recovery_code(connection: Connection, account: str, hashed: str) -> bool:
    """Note that a recovery code was used; tell whether it exists and had not been."""
    codes = staff_recovery_codes.c
    unused = (codes.account == account) & (codes.hash == hashed) & codes.used_at.is_(None)
    change = update(staff_recovery_codes).where(unused).values(used_at=datetime.now(UTC))
    return bool(connection.execute(change).rowcount)


def set_recovery_codes(connection: Connection, account: Account, codes: Collection[str]) -> None:
    """Replace the recovery codes of an account."""
    of_account = staff_recovery_codes.c.account == account.id
    connection.execute(delete(staff_recovery_codes).where(of_account))
    if codes:
        connection.execute(
            staff_recovery_codes.insert(), [{"account": account.id, "hash": code} for code in codes]
        )


def administrators(connection: Connection) -> list[Account]:
    """Return the administrators who can sign in."""
    return [a for a in everyone(connection) if Role.ADMINISTRATOR in a.roles and a.state == "active"]


def _forget_credentials(connection: Connection, account: Account) -> None:
    for table in (staff_recovery_codes, staff_sessions):
        connection.execute(delete(table).where(table.c.account == account.id))


def _change(connection: Connection, account: Account, **values: Any) -> None:
    connection.execute(update(staff_accounts).where(_a.id == account.id).values(**values))


def _one(connection: Connection, condition: Any) -> Account | None:
    row = connection.execute(select(staff_accounts).where(condition)).first()
    return _account(row) if row else None


def _account(row: Row[Any]) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        roles=frozenset(Role(role) for role in row.roles),
        created_at=row.created_at,
        password=row.password,
        totp_secret=row.totp_secret,
        totp_step=row.totp_step,
        issuer=row.issuer,
        disabled_at=row.disabled_at,
        invited_until=row.invited_until,
    )


def _hash(invitation: str) -> str:
    return hashlib.sha256(invitation.encode()).hexdigest()
