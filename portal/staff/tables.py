"""The tables of the staff, beside the portal's own (`portal.tables`)."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from knowledge.tables import UtcDateTime
from portal.tables import metadata

staff_accounts = Table(
    "staff_accounts",
    metadata,
    Column("id", String, primary_key=True),
    # As `portal.staff.accounts.login_name` writes it.
    Column("name", String, nullable=False, unique=True),
    Column("roles", JSON, nullable=False),
    # Null: invited and not enrolled yet, or signed in by the identity provider.
    Column("password", String),
    # Encrypted with a key that is not in the database.
    Column("totp_secret", LargeBinary),
    # The last time step whose code was used: a code counts once.
    Column("totp_step", Integer, nullable=False, server_default="0"),
    Column("invitation", String),
    Column("invited_until", UtcDateTime),
    Column("issuer", String),
    Column("subject", String),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
    UniqueConstraint("issuer", "subject"),
)
staff_recovery_codes = Table(
    "staff_recovery_codes",
    metadata,
    Column("account", ForeignKey("staff_accounts.id"), primary_key=True),
    Column("hash", String, primary_key=True),
    Column("used_at", UtcDateTime),
)
staff_sessions = Table(
    "staff_sessions",
    metadata,
    # Of the random id that only the browser has.
    Column("hash", String, primary_key=True),
    Column("account", ForeignKey("staff_accounts.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)
Index("staff_sessions_by_account", staff_sessions.c.account)
staff_attempts = Table(
    "staff_attempts",
    metadata,
    # Of an account's name or a network address: neither is kept in the clear.
    Column("key", String, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("blocked_until", Float, nullable=False),
    Column("last_at", Float, nullable=False),
)
staff_audit = Table(
    "staff_audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    # Text, as it was hashed: no database may write it in another way.
    Column("at", String, nullable=False),
    Column("who", String, nullable=False),
    Column("act", String, nullable=False),
    Column("target", String, nullable=False),
    Column("detail", String, nullable=False),
    Column("hash", String, nullable=False),
)
staff_calls = Table(
    "staff_calls",
    metadata,
    Column("id", String, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("account", ForeignKey("staff_accounts.id"), nullable=False),
    Column("topic", String, nullable=False),
    Column("lang", String, nullable=False),
    Column("entry", String),
    Column("version", Integer),
    Column("solved", Boolean, nullable=False),
    # As the console numbered it: what is sent again after a lost connection is the same call.
    Column("client_id", String),
)
Index("staff_calls_by_entry", staff_calls.c.entry, staff_calls.c.version)
Index("staff_calls_by_time", staff_calls.c.at)
Index("staff_calls_by_client", staff_calls.c.account, staff_calls.c.client_id, unique=True)
