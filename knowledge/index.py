"""The full-text index behind the search: one small interface, one module for each database."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, Protocol

from sqlalchemy import Connection, Row

Sort = Literal["words", "grams"]
"""Whole folded words, or three letters in a row within a word."""

MOST_ROWS = 3000
"""About so many rows are weighed for a query at most, however large the content is."""


class Index(Protocol):
    """Finds targets by words or by letter trigrams. The rows themselves stand in the table ``targets``."""

    def add(self, connection: Connection, first: int) -> None:
        """Take up the targets from the id ``first`` on, which were just inserted."""

    def remove(self, connection: Connection, entries: Sequence[str]) -> None:
        """Forget the targets of ``entries``, which are about to be deleted."""

    def clear(self, connection: Connection) -> None:
        """Forget all targets, which are about to be deleted."""

    def settle(self, connection: Connection) -> None:
        """Arrange itself for fast reading, after many rows were added."""

    def match(
        self, connection: Connection, sort: Sort, terms: Mapping[str, float], limit: int
    ) -> Sequence[Row[str, str, str, str]]:
        """Return the best targets (entry, facet, sort, folded) that hold any of ``terms``.

        Args:
            connection: in which to look.
            sort: what the terms are.
            terms: with how much each says.
            limit: number of rows at most.
        """


def index_of(dialect: str) -> Index:
    """Return the index of a database, by the name of SQLAlchemy's dialect."""
    if dialect == "postgresql":
        from knowledge.index_postgresql import PostgresqlIndex

        return PostgresqlIndex()
    from knowledge.index_sqlite import SqliteIndex

    return SqliteIndex()


def rarest(terms: Iterable[str], counts: Mapping[str, int], most: int = MOST_ROWS) -> list[str]:
    """Return the rarest of ``terms``, as many as occur in ``most`` rows together.

    Common words say little about what is meant and cost the most: without them the
    time of a query does not grow with the content. One term is always kept.
    """
    known = sorted((counts[term], term) for term in set(terms) if counts.get(term))
    chosen: list[str] = []
    rows = 0
    for count, term in known:
        rows += count
        if chosen and rows > most:
            break
        chosen.append(term)
    return chosen


def grams(words: Iterable[str]) -> list[str]:
    """Return the letter trigrams within ``words``, each once, in order."""
    return list(dict.fromkeys(word[i : i + 3] for word in words for i in range(len(word) - 2)))


def gram_counts(words: Mapping[str, int]) -> dict[str, int]:
    """Return in how many targets each trigram occurs at most, from the counts of the words."""
    counts: Counter[str] = Counter()
    for word, count in words.items():
        for gram in set(grams([word])):
            counts[gram] += count
    return dict(counts)


def weighed(terms: Iterable[str], counts: Mapping[str, int], total: int) -> dict[str, float]:
    """Return the terms that are worth looking for, with how much each says among ``total`` targets."""
    return {term: math.log1p(total / counts[term]) for term in rarest(terms, counts)}
