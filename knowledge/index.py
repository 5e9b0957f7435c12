"""The full-text index behind the search: one small interface, one module for each database."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection, Row

MOST_ROWS = 3000
"""So many rows are weighed for a look at most, however large the content is."""
_TOGETHER = ((4, 3), (4, 2))
"""Of the so many rarest words of a question, a row has to hold so many; the stricter look comes first."""


@dataclass(frozen=True)
class Look:
    """One look into the index: rows that hold at least ``need`` of ``words``."""

    words: tuple[str, ...]
    need: int = 1

    def expression(self, quoted: str, both: str, either: str) -> str:
        """Write the look out in the language of a database: a quoted word, "and", "or"."""
        return _at_least(self.need, [quoted.format(word) for word in self.words], both, either)


class Index(Protocol):
    """Finds targets by words. The rows themselves stand in the table ``targets``."""

    def add(self, connection: Connection, first: int) -> None:
        """Take up the targets from the id ``first`` on, which were just inserted."""

    def remove(self, connection: Connection, entries: Sequence[str]) -> None:
        """Forget the targets of ``entries``, which are about to be deleted."""

    def clear(self, connection: Connection) -> None:
        """Forget all targets, which are about to be deleted."""

    def settle(self, connection: Connection) -> None:
        """Arrange itself for fast reading, after many rows were added."""

    def match(
        self, connection: Connection, look: Look, weights: Mapping[str, float], limit: int
    ) -> Sequence[Row[str, str, str, str]]:
        """Return the best targets (entry, facet, sort, folded) of a look.

        Args:
            connection: in which to look.
            look: what a target has to hold.
            weights: words by which the targets are ranked, with how much each says.
            limit: number of rows at most.
        """


def index_of(dialect: str) -> Index:
    """Return the index of a database, by the name of SQLAlchemy's dialect."""
    if dialect == "postgresql":
        from knowledge.index_postgresql import PostgresqlIndex

        return PostgresqlIndex()
    from knowledge.index_sqlite import SqliteIndex

    return SqliteIndex()


def looks(words: Iterable[str], counts: Mapping[str, int], most: int = MOST_ROWS) -> Iterator[Look]:
    """Return the looks that a question is worth, in order; each only if those before found too little.

    Common words cost the most and, each by itself, say little. So only words that
    occur in ``most`` rows together are looked for one by one; where the question has
    more, its rarest ones are looked for together, which stays a small number of rows
    however large the content is.
    """
    known = sorted({word for word in words if counts.get(word)}, key=lambda word: (counts[word], word))
    single = _affordable(known, counts, most)
    if single:
        yield Look(single)
    if len(single) < len(known):
        for number, need in _TOGETHER:
            if len(known) >= need:
                yield Look(tuple(known[:number]), need)
    if known and not single:
        yield Look(tuple(known[:1]))


def weighed(words: Iterable[str], counts: Mapping[str, int], total: int) -> dict[str, float]:
    """Return how much each known word says among ``total`` targets."""
    return {word: math.log1p(total / counts[word]) for word in words if counts.get(word)}


def _affordable(known: Sequence[str], counts: Mapping[str, int], most: int) -> tuple[str, ...]:
    """Return the first of ``known``, as many as occur in ``most`` rows together."""
    rows = 0
    for number, word in enumerate(known):
        rows += counts[word]
        if rows > most:
            return tuple(known[:number])
    return tuple(known)


def _at_least(need: int, terms: Sequence[str], both: str, either: str) -> str:
    if need == 1:
        return either.join(terms)
    if need == len(terms):
        return both.join(terms)
    first, *rest = terms
    with_first = _at_least(need - 1, rest, both, either)
    return f"({first}{both}({with_first})){either}({_at_least(need, rest, both, either)})"
