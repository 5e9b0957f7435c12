"""The index on PostgreSQL: GIN over the words of ``targets.folded``, GIN with pg_trgm over its letters.

The words are made by us (`vietnamese.folding`), so PostgreSQL's own parser, which
reads "96/2026" as a path, has no say. Ranking is BM25 for words that occur once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Row, text

from knowledge.index import MOST_ROWS, Sort

_LENGTH: dict[Sort, int] = {"words": 15, "grams": 80}
"""Words, and letters, of a target of middling length."""

_PARTS = "string_to_array(folded, ' ')"
_WHERE: dict[Sort, str] = {
    "words": "full_text @@ CAST(:query AS tsquery)",
    "grams": "folded LIKE ANY (CAST(:patterns AS text[]))",
}
_HELD: dict[Sort, str] = {
    "words": f"term = ANY ({_PARTS})",
    "grams": "strpos(folded, term) > 0",
}
_SIZE: dict[Sort, str] = {"words": f"cardinality({_PARTS})", "grams": "length(folded)"}

_SELECT = """
    SELECT entry, facet, sort, folded
    FROM (SELECT * FROM targets WHERE {where} LIMIT :most) AS found
    ORDER BY
        (SELECT sum(weight)
         FROM unnest(CAST(:terms AS text[]), CAST(:weights AS float8[])) AS terms (term, weight)
         WHERE {held}) / (1.3 + 0.9 * {size} / :length) DESC,
        id
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
        sql = _SELECT.format(where=_WHERE[sort], held=_HELD[sort], size=_SIZE[sort])
        values = {
            "terms": list(terms),
            "weights": list(terms.values()),
            "query": " | ".join(f"'{term}'" for term in terms),
            "patterns": [f"%{term}%" for term in terms],
            "most": 3 * MOST_ROWS,
            "length": _LENGTH[sort],
            "limit": limit,
        }
        return connection.execute(text(sql), values).all()
