"""The desk: conversations handed over, presence of officers, tickets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from knowledge.tables import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('queued', 'claimed')")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "handoffs",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("session", sa.String(), sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("note", sa.String()),
        sa.Column("unit", sa.String()),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("position", sa.Integer()),
        sa.Column("claimed_by", sa.String(), sa.ForeignKey("staff_accounts.id")),
        sa.Column("claimed_at", UtcDateTime()),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("closed_at", UtcDateTime()),
        sa.Column("topic", sa.String()),
        sa.Column("solved", sa.Boolean()),
    )
    op.create_index("handoffs_session", "handoffs", ["session"])
    op.create_index("handoffs_by_state", "handoffs", ["state", "requested_at"])
    op.create_index(
        "handoffs_one_open",
        "handoffs",
        ["session"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "desk_presence",
        sa.Column("account", sa.String(), sa.ForeignKey("staff_accounts.id"), primary_key=True),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
    )
    _tickets()


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("session", sa.String(), sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("code", sa.String(), nullable=False, unique=True),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("contact", sa.LargeBinary()),
        sa.Column("consented_at", UtcDateTime(), nullable=False),
        sa.Column("note", sa.String()),
        sa.Column("unit", sa.String()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime()),
        sa.Column("answered_by", sa.String(), sa.ForeignKey("staff_accounts.id")),
        sa.Column("reply", sa.String()),
        sa.Column("closed_at", UtcDateTime()),
        sa.Column("topic", sa.String()),
        sa.Column("solved", sa.Boolean()),
    )
    op.create_index("tickets_session", "tickets", ["session"])
    op.create_index("tickets_by_state", "tickets", ["state", "due_at"])
