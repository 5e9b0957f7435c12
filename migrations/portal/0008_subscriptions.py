"""Subscriptions to changes of a dossier, the outbox of their mails, addresses that were asked to confirm."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from knowledge.tables import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("session", sa.String(), sa.ForeignKey("sessions.id")),
        sa.Column("dossier", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime()),
        sa.Column("news_at", UtcDateTime()),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.UniqueConstraint("dossier", "address"),
    )
    op.create_index("subscriptions_session", "subscriptions", ["session"])
    op.create_index("subscriptions_expiry", "subscriptions", ["expires_at"])
    of_subscription = sa.ForeignKey("subscriptions.id", ondelete="CASCADE")
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("subscription", sa.String(), of_subscription, nullable=False),
        sa.Column("session", sa.String(), sa.ForeignKey("sessions.id")),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("leased_until", UtcDateTime()),
        sa.Column("failed_at", UtcDateTime()),
        sa.Column("failure", sa.String()),
    )
    op.create_index("outbox_due", "outbox", ["due_at"])
    op.create_index("outbox_subscription", "outbox", ["subscription"])
    op.create_index("outbox_session", "outbox", ["session"])
    op.create_table(
        "asked_addresses",
        sa.Column("address", sa.String(), primary_key=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
    )
