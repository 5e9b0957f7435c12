"""Ids that the console gives the calls it logs: sent again, a call is the same one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; calls logged before have no such id."""
    op.add_column("staff_calls", sa.Column("client_id", sa.String()))
    op.create_index("staff_calls_by_client", "staff_calls", ["account", "client_id"], unique=True)
