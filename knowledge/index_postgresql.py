"""The index on PostgreSQL: GIN over the words of ``targets.folded``, GIN with pg_trgm over its letters.

The words are made by us (`vietnamese.folding`), so PostgreSQL's own parser, which
reads "96/2026" as a path, has no say. Ranking is BM25 for words that occur once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from knowledge.index import MOST_ROWS, Sort

_LENGTH: dict[Sort, int] = {"words": 15, "grams": 80}
"""Words, and letters, of a target of middling length."""

_QUOTED: dict[Sort, str] = {"words": "'{}'", "grams": "{}"}
_PARTS = "string_to_array(folded, ' ')"
_WHERE: dict[Sort, str] = {
    "words": "full_text @@ CAST(:query AS tsquery)",
    "grams": "folded LIKE ANY (CAST(:patterns AS text[]))",
}
_HELD: dict[Sort, str] = {
    "words": "full_text @@ CAST(:term{n} AS tsquery)",
    "grams": "strpos(folded, CAST(:term{n} AS text)) > 0",
}
_SIZE: dict[Sort, str] = {"words": f"cardinality({_PARTS})", "grams": "length(folded)"}

_WEIGHT = "CASE WHEN {held} THEN CAST(:weight{n} AS float8) ELSE 0 END"
"""What a term adds; a sum of these is many times faster than a subquery over the terms."""
_SELECT = """
    SELECT entry, facet, sort, folded
    FROM (SELECT * FROM targets WHERE {where} LIMIT :most) AS found
    ORDER BY ({weights}) / (1.3 + 0.9 * {size} / CAST(:length AS float8)) DESC, id
    LIMIT :limit
"""


class PostgresqlIndex:
    """PostgreSQL keeps its indexes up to date by itself."""

    def add(self, connection: Connection, first: int) -> None:
        """Do nothing: the indexes already hold the new rows."""

    def remove(self, connection: Connection, entries: Sequence[str]) -> None:
        """Do nothing: the rows leave the indexes when they are deleted."""

    def clear(self, connection: Connection) -> None:
        """Do nothing: the rows leave the indexes when they are deleted."""

    def settle(self, connection: Connection) -> None:
        """Let the planner know at once how large the table is now."""
        connection.execute(text("ANALYZE targets"))

    def match(
        self, connection: Connection, sort: Sort, terms: Mapping[str, float], limit: int
    ) -> Sequence[Row[str, str, str, str]]:
        """Return the best targets by the weight of the terms that they hold, long ones at a discount."""
        weights = (_WEIGHT.format(held=_HELD[sort].format(n=n), n=n) for n in range(len(terms)))
        sql = _SELECT.format(where=_WHERE[sort], weights=" + ".join(weights), size=_SIZE[sort])
        values: dict[str, Any] = {
            "query": " | ".join(map(_QUOTED[sort].format, terms)),
            "patterns": [f"%{term}%" for term in terms],
            "most": 3 * MOST_ROWS,
            "length": _LENGTH[sort],
            "limit": limit,
        }
        for n, (term, weight) in enumerate(terms.items()):
            values |= {f"term{n}": _QUOTED[sort].format(term), f"weight{n}": weight}
        return connection.execute(text(sql), values).all()
