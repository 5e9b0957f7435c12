"""What is counted of a session when it is erased: no id, no word, no moment finer than the hour."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from portal.tables import metadata

turn_counts = Table(
    "turn_counts",
    metadata,
    # ``YYYY-MM-DD HH`` in Viet Nam.
    Column("hour", String, primary_key=True),
    Column("lang", String, primary_key=True),
    Column("topic", String, primary_key=True),
    Column("outcome", String, primary_key=True),
    Column("turns", Integer, nullable=False),
    # Sessions whose first message is one of these turns.
    Column("conversations", Integer, nullable=False),
    Column("up", Integer, nullable=False),
    Column("down", Integer, nullable=False),
)
