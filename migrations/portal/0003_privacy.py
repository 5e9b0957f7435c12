"""Requests give way to their keyed hashes; erasures that wait, tasks that one portal does for all.

What was typed stood in ``turns.request`` in full, so the column goes with all it holds. A
message of before that is sent once more under its ``client_id`` counts as another one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    moment = sa.DateTime(timezone=True)
    op.add_column("turns", sa.Column("fingerprint", sa.String()))
    op.drop_column("turns", "request")
    op.create_table(
        "erasures",
        sa.Column("conversation", sa.String(), primary_key=True),
        sa.Column("requested_at", moment, nullable=False),
    )
    op.create_table(
        "duties",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("taken_at", moment, nullable=False),
    )
