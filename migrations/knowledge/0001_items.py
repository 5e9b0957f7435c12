"""Items with their versions, the search index, switches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and the full-text indexes of the database in use."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "items",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("sort", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("yaml_hash", sa.String()),
        sa.Column("data", sa.JSON(), nullable=False),
    )
    op.create_index("items_by_kind", "items", ["sort", "kind"])
    op.create_table(
        "item_versions",
        sa.Column("item", sa.String(), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("data", sa.JSON()),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
    )
    op.create_table(
        "targets",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("facet", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("sort", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
    )
    op.create_index("ix_targets_entry", "targets", ["entry"])
    op.create_table(
        "words",
        sa.Column("word", sa.String(), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
    )
    op.create_table(
        "switches",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("off", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
    )
    op.create_index("ix_switches_topic", "switches", ["topic"])
    op.create_table(
        "meta",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("value", sa.String(), nullable=False),
    )
    for statement in _FULL_TEXT[op.get_bind().dialect.name]:
        op.execute(statement)


_FULL_TEXT = {
    "sqlite": (
        "CREATE VIRTUAL TABLE targets_words USING fts5(folded, content='targets', tokenize='unicode61')",
        "CREATE VIRTUAL TABLE targets_grams USING fts5(folded, content='targets', tokenize='trigram')",
    ),
    "postgresql": (
        "ALTER TABLE targets ADD COLUMN full_text tsvector "
        "GENERATED ALWAYS AS (array_to_tsvector(string_to_array(folded, ' '))) STORED",
        "CREATE INDEX targets_full_text ON targets USING gin (full_text)",
    ),
}
