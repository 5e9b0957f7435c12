"""Events in order, and who answers a session at the moment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the counters and the events; turns answered so far become events."""
    for name in ("last_seq", "last_event", "fence"):
        op.add_column("sessions", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("sessions", sa.Column("held_until", sa.Float()))
    op.add_column("turns", sa.Column("asked", sa.JSON(), nullable=False, server_default="{}"))
    unanswered = sa.text("turn IS NULL")
    op.create_index(
        "turns_unanswered",
        "turns",
        ["created_at"],
        sqlite_where=unanswered,
        postgresql_where=unanswered,
    )
    op.create_table(
        "events",
        sa.Column("session", sa.String(), sa.ForeignKey("sessions.id"), primary_key=True),
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("turn", sa.String(), sa.ForeignKey("turns.id")),
        sa.Column("data", sa.JSON()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute(
        "INSERT INTO events (session, id, kind, turn, created_at) "
        "SELECT session, seq, 'turn', id, created_at FROM turns WHERE turn IS NOT NULL"
    )
    op.execute(
        "UPDATE sessions SET "
        "last_seq = coalesce((SELECT max(seq) FROM turns WHERE turns.session = sessions.id), 0), "
        "last_event = coalesce((SELECT max(id) FROM events WHERE events.session = sessions.id), 0)"
    )
