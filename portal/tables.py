"""The tables of the portal; ``migrations/portal`` brings a database to this state.

A table with a column ``session`` holds data of a session and is emptied of it when the
session is erased (`portal.privacy.erasure`).
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData()
sessions = Table(
    "sessions",
    metadata,
    Column("id", String, primary_key=True),
    Column("lang", String),
    Column("page", String),
    Column("created_at", DateTime(timezone=True), nullable=False),
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
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("turn", JSON),
    UniqueConstraint("session", "seq"),
    UniqueConstraint("session", "client_id"),
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
duties = Table(
    "duties",
    metadata,
    Column("name", String, primary_key=True),
    Column("taken_at", DateTime(timezone=True), nullable=False),
)
