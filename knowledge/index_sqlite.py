"""The index on SQLite: two FTS5 tables over ``targets``, one of words, one of letter trigrams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Row, bindparam, text

from knowledge.index import MOST_ROWS, Sort

_TABLES: dict[Sort, str] = {"words": "targets_words", "grams": "targets_grams"}
_ADD = "INSERT INTO {table} (rowid, folded) SELECT id, folded FROM targets WHERE id >= :first"
_REMOVE = """
    INSERT INTO {table} ({table}, rowid, folded)
    SELECT 'delete', id, folded FROM targets WHERE entry IN :entries
"""
_ORDER = "INSERT INTO {table} ({table}) VALUES (:order)"
_MATCH = """
    SELECT t.entry, t.facet, t.sort, t.folded
    FROM (
        SELECT rowid AS id, bm25({table}) AS score FROM {table} WHERE {table} MATCH :query LIMIT :most
    ) AS found
    JOIN targets t ON t.id = found.id
    ORDER BY found.score, t.id
    LIMIT :limit
"""


class SqliteIndex:
    """FTS5 keeps the index only ("external content"), so it has to be told of each row."""

    def add(self, connection: Connection, first: int) -> None:
        """Take up the targets from the id ``first`` on."""
        for table in _TABLES.values():
            connection.execute(text(_ADD.format(table=table)), {"first": first})

    def remove(self, connection: Connection, entries: Sequence[str]) -> None:
        """Forget the targets of ``entries``."""
        for table in _TABLES.values():
            sql = text(_REMOVE.format(table=table)).bindparams(bindparam("entries", expanding=True))
            connection.execute(sql, {"entries": entries})

    def clear(self, connection: Connection) -> None:
        """Forget all targets."""
        for table in _TABLES.values():
            connection.execute(text(_ORDER.format(table=table)), {"order": "delete-all"})

    def settle(self, connection: Connection) -> None:
        """Merge the parts of each index into one."""
        for table in _TABLES.values():
            connection.execute(text(_ORDER.format(table=table)), {"order": "optimize"})

    def match(
        self, connection: Connection, sort: Sort, terms: Mapping[str, float], limit: int
    ) -> Sequence[Row[str, str, str, str]]:
        """Return the best targets by BM25, which weighs the terms by itself."""
        values = {
            "query": " OR ".join(f'"{term}"' for term in terms),
            "most": 3 * MOST_ROWS,
            "limit": limit,
        }
        return connection.execute(text(_MATCH.format(table=_TABLES[sort])), values).all()
