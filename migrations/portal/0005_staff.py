"""Accounts and sessions of the staff, the audit log that is only added to, the log of calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from knowledge.tables import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SQLITE = (
    "CREATE TRIGGER staff_audit_no_update BEFORE UPDATE ON staff_audit "
    "BEGIN SELECT RAISE(ABORT, 'staff_audit is append-only'); END",
    "CREATE TRIGGER staff_audit_no_delete BEFORE DELETE ON staff_audit "
    "BEGIN SELECT RAISE(ABORT, 'staff_audit is append-only'); END",
    # INSERT OR REPLACE deletes without asking the trigger above.
    "CREATE TRIGGER staff_audit_no_replace BEFORE INSERT ON staff_audit "
    "WHEN EXISTS (SELECT 1 FROM staff_audit WHERE seq >= NEW.seq) "
    "BEGIN SELECT RAISE(ABORT, 'staff_audit is append-only'); END",
)
_POSTGRESQL = (
    "CREATE FUNCTION staff_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'staff_audit is append-only'; END $$",
    "CREATE TRIGGER staff_audit_no_change BEFORE UPDATE OR DELETE ON staff_audit "
    "FOR EACH ROW EXECUTE FUNCTION staff_audit_refuse()",
    "CREATE TRIGGER staff_audit_no_truncate BEFORE TRUNCATE ON staff_audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION staff_audit_refuse()",
)


def upgrade() -> None:
    """Make the tables, and the triggers that keep the audit log."""
    _accounts()
    _sessions()
    op.create_table(
        "staff_audit",
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("at", "who", "act", "target", "detail", "hash")
        ),
    )
    statements = _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE
    for statement in statements:
        op.execute(statement)
    op.create_table(
        "staff_calls",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("account", sa.String(), sa.ForeignKey("staff_accounts.id"), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("entry", sa.String()),
        sa.Column("version", sa.Integer()),
        sa.Column("solved", sa.Boolean(), nullable=False),
    )
    op.create_index("staff_calls_by_entry", "staff_calls", ["entry", "version"])
    op.create_index("staff_calls_by_time", "staff_calls", ["at"])


def _accounts() -> None:
    op.create_table(
        "staff_accounts",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False, unique=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("password", sa.String()),
        sa.Column("totp_secret", sa.LargeBinary()),
        sa.Column("totp_step", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("invitation", sa.String()),
        sa.Column("invited_until", UtcDateTime()),
        sa.Column("issuer", sa.String()),
        sa.Column("subject", sa.String()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("disabled_at", UtcDateTime()),
        sa.UniqueConstraint("issuer", "subject"),
    )
    op.create_table(
        "staff_recovery_codes",
        sa.Column("account", sa.String(), sa.ForeignKey("staff_accounts.id"), primary_key=True),
        sa.Column("hash", sa.String(), primary_key=True),
        sa.Column("used_at", UtcDateTime()),
    )


def _sessions() -> None:
    op.create_table(
        "staff_sessions",
        sa.Column("hash", sa.String(), primary_key=True),
        sa.Column("account", sa.String(), sa.ForeignKey("staff_accounts.id"), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
    )
    op.create_index("staff_sessions_by_account", "staff_sessions", ["account"])
    op.create_table(
        "staff_attempts",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", sa.Float(), nullable=False),
        sa.Column("last_at", sa.Float(), nullable=False),
    )
