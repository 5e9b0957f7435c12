"""The index on PostgreSQL: GIN over the words of ``targets.folded``.

The words are made by us (`vietnamese.folding`), so PostgreSQL's own parser, which
reads "96/2026" as a path, has no say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from knowledge.index import MOST_ROWS, Look

_SETTLE = "SELECT gin_clean_pending_list('targets_full_text')"
_WEIGHT = "CASE WHEN strpos(folded_, CAST(:term{n} AS text)) > 0 THEN CAST(:weight{n} AS float8) ELSE 0 END"
"""What a word adds; a sum of these is many times faster than a subquery over the words."""
_MATCH = """
    SELECT entry, facet, sort, folded
    FROM (
        SELECT id, entry, facet, sort, folded, ' ' || folded || ' ' AS folded_
        FROM targets
        WHERE full_text @@ CAST(:query AS tsquery)
        LIMIT :most
    ) AS found
    ORDER BY ({weights}) / (1.3 + 0.012 * length(folded)) DESC, id
    LIMIT :limit
"""


class PostgresqlIndex:
    """PostgreSQL keeps its index up to date by itself."""

    def add(self, connection: Connection, first: int) -> None:
        """Move the new rows from the index's waiting list, which every search reads whole, into the index."""
        connection.execute(text(_SETTLE))

    def remove(self, connection: Connection, entries: Sequence[str]) -> None:
        """Do nothing: the rows leave the index when they are deleted."""

    def clear(self, connection: Connection) -> None:
        """Do nothing: the rows leave the index when they are deleted."""

    def settle(self, connection: Connection) -> None:
        """Let the planner know at once how large the table is now."""
        connection.execute(text("ANALYZE targets"))

    def match(
        self, connection: Connection, look: Look, weights: Mapping[str, float], limit: int
    ) -> Sequence[Row[str, str, str, str]]:
        """Return the best targets by the weight of the words that they hold, long ones at a discount."""
        sql = _MATCH.format(weights=" + ".join(_WEIGHT.format(n=n) for n in range(len(weights))))
        values: dict[str, Any] = {
            "query": look.expression("'{}'", both=" & ", either=" | "),
            "most": MOST_ROWS,
            "limit": limit,
        }
        for n, (word, weight) in enumerate(weights.items()):
            values |= {f"term{n}": f" {word} ", f"weight{n}": weight}
        return connection.execute(text(sql), values).all()
