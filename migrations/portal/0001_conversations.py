"""Sessions, turns and choices, as release 0.1.0 made them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("lang", sa.String()),
        sa.Column("page", sa.String()),
        sa.Column("created_at", moment, nullable=False),
    )
    op.create_table(
        "turns",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("session", sa.String(), sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String()),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("turn", sa.JSON()),
        sa.UniqueConstraint("session", "seq"),
        sa.UniqueConstraint("session", "client_id"),
    )
    op.create_table(
        "choices",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("session", sa.String(), sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("ask", sa.JSON(), nullable=False),
    )
