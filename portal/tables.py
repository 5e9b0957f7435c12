"""The tables of the portal; ``migrations/portal`` brings a database to this state.

A table with a column ``session`` holds data of a session and is emptied of it when the
session is erased (`portal.privacy.erasure`).
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from knowledge.tables import UtcDateTime

metadata = MetaData()
sessions = Table(
    "sessions",
    metadata,
    Column("id", String, primary_key=True),
    Column("lang", String),
    Column("page", String),
    Column("created_at", DateTime(timezone=True), nullable=False),
    # The last number given, to a message or an event, and the last one given to an event.
    Column("last_seq", Integer, nullable=False, server_default="0"),
    Column("last_event", Integer, nullable=False, server_default="0"),
    # Who answers: each hold has a number of its own (fencing token) and lapses by itself.
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("held_until", Float),
    # What a look-up of a dossier waits for, until when, and the handle of the dossier that was verified.
    Column("awaiting", String),
    Column("awaiting_until", Float),
    Column("dossier", String),
    Index("sessions_dossier", "dossier"),
)
turns = Table(
    "turns",
    metadata,
    Column("id", String, primary_key=True),
    Column("session", ForeignKey("sessions.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("client_id", String),
    Column("fingerprint", String),
    Column("question", String, nullable=False),
    Column("asked", JSON, nullable=False, server_default="{}"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("turn", JSON),
    UniqueConstraint("session", "seq"),
    UniqueConstraint("session", "client_id"),
)
Index(
    "turns_unanswered",
    turns.c.created_at,
    sqlite_where=turns.c.turn.is_(None),
    postgresql_where=turns.c.turn.is_(None),
)
events = Table(
    "events",
    metadata,
    Column("session", ForeignKey("sessions.id"), primary_key=True),
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    # Of a turn, which holds the data; other events carry theirs.
    Column("turn", ForeignKey("turns.id")),
    Column("data", JSON),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
choices = Table(
    "choices",
    metadata,
    Column("id", String, primary_key=True),
    Column("session", ForeignKey("sessions.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("text", String, nullable=False),
    Column("ask", JSON, nullable=False),
)
erasures = Table(
    "erasures",
    metadata,
    Column("conversation", String, primary_key=True),
    Column("requested_at", DateTime(timezone=True), nullable=False),
)
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", String, primary_key=True),
    # Who asked; null once the owner of the address has confirmed, so that it outlives the session.
    Column("session", ForeignKey("sessions.id")),
    # Handle of the dossier.
    Column("dossier", String, nullable=False),
    # Keyed hash of the address, and the address under a key that is not in the database.
    Column("address", String, nullable=False),
    Column("email", LargeBinary, nullable=False),
    Column("lang", String, nullable=False),
    Column("confirmed_at", UtcDateTime),
    # When the last mail about news was or is to be sent.
    Column("news_at", UtcDateTime),
    Column("expires_at", UtcDateTime, nullable=False),
    UniqueConstraint("dossier", "address"),
    Index("subscriptions_session", "session"),
    Index("subscriptions_expiry", "expires_at"),
)
outbox = Table(
    "outbox",
    metadata,
    Column("id", String, primary_key=True),
    # Whose address it goes to; a mail without one has an address, language and words of its own.
    Column("subscription", ForeignKey("subscriptions.id", ondelete="CASCADE")),
    Column("address", LargeBinary),
    Column("lang", String),
    Column("data", JSON),
    # Of a confirmation, or of a ticket's mail: it goes with the session.
    Column("session", ForeignKey("sessions.id")),
    Column("kind", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    # Set while a portal is sending it.
    Column("leased_until", UtcDateTime),
    Column("failed_at", UtcDateTime),
    Column("failure", String),
    Index("outbox_due", "due_at"),
    Index("outbox_subscription", "subscription"),
    Index("outbox_session", "session"),
)
asked_addresses = Table(
    "asked_addresses",
    metadata,
    # Keyed hash; kept for a day, so that nobody is asked to confirm more often.
    Column("address", String, primary_key=True),
    Column("asked_at", UtcDateTime, nullable=False),
)
duties = Table(
    "duties",
    metadata,
    Column("name", String, primary_key=True),
    Column("taken_at", DateTime(timezone=True), nullable=False),
)
feedback = Table(
    "feedback",
    metadata,
    Column("turn", ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
    Column("session", ForeignKey("sessions.id"), nullable=False),
    Column("value", String, nullable=False),
    Column("reason", String),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index("feedback_session", "session"),
)
