"""The tables of recall, beside the portal's own (`portal.tables`).

`turn_entries` goes with its session. What a recall keeps afterwards names nobody: sessions as
hashes, tickets by their id.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from knowledge.tables import UtcDateTime
from portal.tables import metadata

turn_entries = Table(
    "turn_entries",
    metadata,
    Column("turn", ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
    Column("entry", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("session", ForeignKey("sessions.id"), nullable=False),
)
Index("turn_entries_by_version", turn_entries.c.entry, turn_entries.c.version)
Index("turn_entries_session", turn_entries.c.session)
recalls = Table(
    "recalls",
    metadata,
    Column("id", String, primary_key=True),
    # Of the console, so that an order that is repeated is one order.
    Column("client_id", String, nullable=False, unique=True),
    Column("entry", String, nullable=False),
    # Of the entry, in both languages, as it was called then.
    Column("name", JSON, nullable=False),
    Column("versions", JSON, nullable=False),
    Column("reason", String, nullable=False),
    # What visitors are told, in both languages.
    Column("text", JSON, nullable=False),
    # rollback, switch_off, keep
    Column("act", String, nullable=False),
    Column("target", Integer),
    Column("account", ForeignKey("staff_accounts.id"), nullable=False),
    Column("by", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # When the first of the versions began to hold.
    Column("since", UtcDateTime, nullable=False),
    # begun, acted (the knowledge is changed), done, failed
    Column("state", String, nullable=False),
    Column("failure", String),
    # The version that held once the knowledge was changed.
    Column("version_now", Integer),
    Column("acted_at", UtcDateTime),
    Column("done_at", UtcDateTime),
)
Index("recalls_by_state", recalls.c.state)
recall_sessions = Table(
    "recall_sessions",
    metadata,
    Column("recall", ForeignKey("recalls.id"), primary_key=True),
    # A hash of the session's id: figures outlive the session, its id does not.
    Column("who", String, primary_key=True),
    Column("lang", String, nullable=False),
    Column("turns", Integer, nullable=False),
    # Whether the session was open, and so was told in the conversation.
    Column("told", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
recall_tickets = Table(
    "recall_tickets",
    metadata,
    Column("id", String, primary_key=True),
    Column("recall", ForeignKey("recalls.id"), nullable=False),
    # No foreign key: the ticket goes with its session, the figure stays.
    Column("ticket", String, nullable=False),
    Column("lang", String, nullable=False),
    # mailing, mailed, call (an officer has to), called, unreachable, erased
    Column("state", String, nullable=False),
    # The mail in the outbox, while it waits there.
    Column("mail", String),
    Column("at", UtcDateTime, nullable=False),
    Column("told_at", UtcDateTime),
    Column("told_by", String),
    UniqueConstraint("recall", "ticket"),
)
Index("recall_tickets_by_state", recall_tickets.c.state)
