"""What a session knows of a dossier: which value is awaited, and the handle of the one that was verified."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("sessions", sa.Column("awaiting", sa.String()))
    op.add_column("sessions", sa.Column("awaiting_until", sa.Float()))
    op.add_column("sessions", sa.Column("dossier", sa.String()))
    op.create_index("sessions_dossier", "sessions", ["dossier"])
