"""Letter trigrams go: they found nothing that words and their stand-ins do not (ADR 0008).

The index of words on SQLite becomes smaller: no positions, no sizes, since rows are
ranked by our own formula. Its tokenizer splits at spaces and leaves the words, which
we have made, as they are.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_STATEMENTS = {
    "sqlite": (
        "DROP TABLE targets_grams",
        "DROP TABLE targets_words",
        "CREATE VIRTUAL TABLE targets_words USING fts5(folded, content='targets', "
        "tokenize=\"ascii tokenchars '_'\", detail='none', columnsize=0)",
        "INSERT INTO targets_words (targets_words) VALUES ('rebuild')",
    ),
    "postgresql": ("DROP INDEX IF EXISTS targets_full_text_grams",),
}


def upgrade() -> None:
    """Drop the trigrams and make the index of words anew."""
    for statement in _STATEMENTS[op.get_bind().dialect.name]:
        op.execute(statement)
