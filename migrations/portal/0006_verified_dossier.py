"""The handle of the dossier verified in a session; the branch ``identity`` brings the same column."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("sessions", sa.Column("dossier", sa.String()))
    op.create_index("sessions_dossier", "sessions", ["dossier"])
