"""Officers' remarks on answers, decisions on unanswered questions, proposals for learning."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from knowledge.tables import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    of_account = "staff_accounts.id"
    op.create_table(
        "officer_remarks",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("account", sa.String(), sa.ForeignKey(of_account), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("remark", sa.String()),
        sa.Column("entry", sa.String()),
        sa.Column("version", sa.Integer()),
    )
    op.create_index("officer_remarks_by_time", "officer_remarks", ["at"])
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("account", sa.String(), sa.ForeignKey(of_account), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String()),
        sa.Column("decided_at", UtcDateTime()),
    )
    op.create_index("proposals_by_state", "proposals", ["state", "at"])
    op.create_table(
        "question_decisions",
        sa.Column("question", sa.String(), primary_key=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("proposal", sa.String(), sa.ForeignKey("proposals.id")),
    )
