"""The tables of the desk, beside the portal's own (`portal.tables`); a session's rows go with the session."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from knowledge.tables import UtcDateTime
from portal.tables import metadata

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", String, primary_key=True),
    Column("session", ForeignKey("sessions.id"), nullable=False),
    # queued, claimed, returned (to the assistant), closed, unanswered
    Column("state", String, nullable=False),
    Column("lang", String, nullable=False),
    # Masked.
    Column("note", String),
    Column("unit", String),
    Column("requested_at", UtcDateTime, nullable=False),
    # The place in the queue that the visitor was last told.
    Column("position", Integer),
    Column("claimed_by", ForeignKey("staff_accounts.id")),
    Column("claimed_at", UtcDateTime),
    # Whether the visitor was told at length that an officer reads what they write.
    Column("told", Boolean, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("topic", String),
    Column("solved", Boolean),
)
OPEN = handoffs.c.state.in_(("queued", "claimed"))
Index("handoffs_session", handoffs.c.session)
Index("handoffs_by_state", handoffs.c.state, handoffs.c.requested_at)
Index("handoffs_one_open", handoffs.c.session, unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
desk_presence = Table(
    "desk_presence",
    metadata,
    Column("account", ForeignKey("staff_accounts.id"), primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False),
)
tickets = Table(
    "tickets",
    metadata,
    Column("id", String, primary_key=True),
    Column("session", ForeignKey("sessions.id"), nullable=False),
    Column("code", String, nullable=False, unique=True),
    # Keyed hash: the secret itself was shown once.
    Column("secret", String, nullable=False),
    # open, answered, closed
    Column("state", String, nullable=False),
    Column("lang", String, nullable=False),
    # Encrypted with a key that is not in the database; null once its time is over.
    Column("contact", LargeBinary),
    Column("consented_at", UtcDateTime, nullable=False),
    # Masked.
    Column("note", String),
    Column("unit", String),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    Column("answered_by", ForeignKey("staff_accounts.id")),
    Column("reply", String),
    Column("closed_at", UtcDateTime),
    Column("topic", String),
    Column("solved", Boolean),
)
Index("tickets_session", tickets.c.session)
Index("tickets_by_state", tickets.c.state, tickets.c.due_at)
