"""The index on SQLite: an FTS5 table of the words of ``targets.folded``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, text

from knowledge.index import MOST_ROWS, Look

_ADD = "INSERT INTO targets_words (rowid, folded) SELECT id, folded FROM targets WHERE id >= :first"
_REMOVE = """
    INSERT INTO targets_words (targets_words, rowid, folded)
    SELECT 'delete', id, folded FROM targets WHERE entry IN :entries
"""
_ORDER = "INSERT INTO targets_words (targets_words) VALUES (:order)"
_WEIGHT = "(instr(folded_, :term{n}) > 0) * :weight{n}"
_MATCH = """
    SELECT entry, facet, sort, folded
    FROM (
        SELECT t.id, t.entry, t.facet, t.sort, t.folded, ' ' || t.folded || ' ' AS folded_
        FROM (SELECT rowid AS id FROM targets_words WHERE targets_words MATCH :query LIMIT :most) AS found
        JOIN targets t ON t.id = found.id
    )
    ORDER BY ({weights}) / (1.3 + 0.012 * length(folded)) DESC, id
    LIMIT :limit
"""


class SqliteIndex:
    """FTS5 keeps the index only ("external content"), so it has to be told of each row."""

    def add(self, connection: Connection, first: int) -> None:
        """Take up the targets from the id ``first`` on."""
        connection.execute(text(_ADD), {"first": first})

    def remove(self, connection: Connection, entries: Sequence[str]) -> None:
        """Forget the targets of ``entries``."""
        sql = text(_REMOVE).bindparams(bindparam("entries", expanding=True))
        connection.execute(sql, {"entries": entries})

    def clear(self, connection: Connection) -> None:
        """Forget all targets."""
        connection.execute(text(_ORDER), {"order": "delete-all"})

    def settle(self, connection: Connection) -> None:
        """Merge the parts of the index into one."""
        connection.execute(text(_ORDER), {"order": "optimize"})

    def match(
        self, connection: Connection, look: Look, weights: Mapping[str, float], limit: int
    ) -> Sequence[Row[str, str, str, str]]:
        """Return the best targets by the weight of the words that they hold, long ones at a discount."""
        sql = _MATCH.format(weights=" + ".join(_WEIGHT.format(n=n) for n in range(len(weights))))
        values: dict[str, Any] = {
            "query": look.expression('"{}"', both=" AND ", either=" OR "),
            "most": MOST_ROWS,
            "limit": limit,
        }
        for n, (word, weight) in enumerate(weights.items()):
            values |= {f"term{n}": f" {word} ", f"weight{n}": weight}
        return connection.execute(text(sql), values).all()
