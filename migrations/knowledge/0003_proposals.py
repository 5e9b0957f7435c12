"""Changes that wait for a second person or for their day, and what officers confirmed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from knowledge.tables import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("starts_at", UtcDateTime()),
        sa.Column("decided_by", sa.String()),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer()),
    )
    op.create_index("ix_proposals_item", "proposals", ["item"])
    op.create_index("proposals_by_state", "proposals", ["state", "starts_at"])
    op.create_table(
        "verifications",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("against", sa.String(), nullable=False),
    )
    op.create_index("ix_verifications_entry", "verifications", ["entry"])
