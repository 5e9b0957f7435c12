"""Which entries made a turn; recalls; mails that belong to no subscription."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from knowledge.tables import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_AT_ONCE = 500


def upgrade() -> None:
    """Add the tables, and note the entries of the turns that are there."""
    op.create_table(
        "turn_entries",
        sa.Column("turn", sa.String(), sa.ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("entry", sa.String(), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("session", sa.String(), sa.ForeignKey("sessions.id"), nullable=False),
    )
    op.create_index("turn_entries_by_version", "turn_entries", ["entry", "version"])
    op.create_index("turn_entries_session", "turn_entries", ["session"])
    _recalls()
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("subscription", existing_type=sa.String(), nullable=True)
        outbox.add_column(sa.Column("address", sa.LargeBinary()))
        outbox.add_column(sa.Column("lang", sa.String()))
        outbox.add_column(sa.Column("data", sa.JSON()))
    _note_entries(op.get_bind())


def _recalls() -> None:
    of_recall = sa.ForeignKey("recalls.id")
    op.create_table(
        "recalls",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("client_id", sa.String(), nullable=False, unique=True),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("target", sa.Integer()),
        sa.Column("account", sa.String(), sa.ForeignKey("staff_accounts.id"), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("failure", sa.String()),
        sa.Column("version_now", sa.Integer()),
        sa.Column("acted_at", UtcDateTime()),
        sa.Column("done_at", UtcDateTime()),
    )
    op.create_index("recalls_by_state", "recalls", ["state"])
    op.create_table(
        "recall_sessions",
        sa.Column("recall", sa.String(), of_recall, primary_key=True),
        sa.Column("who", sa.String(), primary_key=True),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "recall_tickets",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("recall", sa.String(), sa.ForeignKey("recalls.id"), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("mail", sa.String()),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime()),
        sa.Column("told_by", sa.String()),
        sa.UniqueConstraint("recall", "ticket"),
    )
    op.create_index("recall_tickets_by_state", "recall_tickets", ["state"])


def _note_entries(connection: sa.Connection) -> None:
    into = sa.table("turn_entries", *(sa.column(name) for name in ("turn", "entry", "version", "session")))
    answered = connection.execute(sa.text("SELECT id, session, turn FROM turns WHERE turn IS NOT NULL"))
    rows = [row for one in answered for row in _entries(one)]
    for start in range(0, len(rows), _AT_ONCE):
        connection.execute(into.insert(), rows[start : start + _AT_ONCE])


def _entries(row: Any) -> Iterator[dict[str, Any]]:
    turn = json.loads(row.turn) if isinstance(row.turn, str) else row.turn
    for entry, version in sorted({(e["id"], e["version"]) for e in turn.get("entries", ())}):
        yield {"turn": row.id, "session": row.session, "entry": entry, "version": version}
