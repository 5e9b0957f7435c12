"""The dossier store: identities, dossiers, events, audit log, keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_HASH = sa.LargeBinary(32)
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEPT_DAYS = 365
"""Lines of the audit log younger than this cannot be deleted."""


def upgrade() -> None:
    """Create the tables, the dummy record and the guard of the audit log."""
    _identities()
    _dossiers()
    _attempts()
    op.create_table(
        "dossier_keys",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
    )
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def _identities() -> None:
    table = op.create_table(
        "dossier_identities",
        sa.Column("code", _HASH, primary_key=True),
        sa.Column("dossier", _ID, nullable=False, unique=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(16), nullable=False),
        sa.Column("phone", sa.String()),
        sa.Column("secret", sa.String()),
        sa.Column("tax_code", sa.String()),
    )
    # The dummy record: the last of all hashes, so that looking for "this one or the next" finds a row.
    dummy = {"code": b"\xff" * 32, "dossier": 0, "key": "", "salt": b"\0" * 16, "phone": ":" + "0" * 64}
    op.bulk_insert(table, [dummy])


def _dossiers() -> None:
    op.create_table(
        "dossiers",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("masked", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("digest", _HASH, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_text", sa.String(), nullable=False),
        sa.Column("procedure", sa.String()),
        sa.Column("procedure_text", sa.String()),
        sa.Column("unit", sa.String()),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("step", sa.Integer()),
        sa.Column("steps", sa.Integer()),
        sa.Column("step_name", sa.String()),
        sa.Column("supplement", sa.JSON()),
        sa.Column("result", sa.String()),
        sa.Column("history", sa.JSON(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "dossier_events",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("dossier", _ID, sa.ForeignKey("dossiers.id"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("digest", _HASH, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_index("ix_dossier_events_dossier", "dossier_events", ["dossier"])


def _attempts() -> None:
    op.create_table(
        "dossier_attempts",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), unique=True),
        sa.Column("code", _HASH),
        sa.Column("client", _HASH),
        sa.Column("network", _HASH),
        sa.Column("session", _HASH),
        sa.Column("by", sa.String()),
        sa.Column("detail", sa.String()),
    )
    for scope in ("code", "client", "network"):
        op.create_index(f"dossier_attempts_of_{scope}", "dossier_attempts", [scope, "outcome", "at"])
    op.create_index("dossier_attempts_by_outcome", "dossier_attempts", ["outcome", "at"])


_APPEND_ONLY = {
    "sqlite": [
        "CREATE TRIGGER dossier_attempts_unchanged BEFORE UPDATE ON dossier_attempts "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END",
        "CREATE TRIGGER dossier_attempts_kept BEFORE DELETE ON dossier_attempts "
        f"WHEN OLD.at > datetime('now', '-{_KEPT_DAYS} days') "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is kept for a year'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION dossier_attempts_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'UPDATE' THEN RAISE EXCEPTION 'the audit log is only ever added to'; END IF; "
        f"IF OLD.at > now() - interval '{_KEPT_DAYS} days' THEN "
        "RAISE EXCEPTION 'the audit log is kept for a year'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER dossier_attempts_guard BEFORE UPDATE OR DELETE ON dossier_attempts "
        "FOR EACH ROW EXECUTE FUNCTION dossier_attempts_guard()",
    ],
}
