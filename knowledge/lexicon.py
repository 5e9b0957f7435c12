"""The words of the knowledge base: how much each says, and which one a slip of the keys may stand for."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from knowledge.vocabulary import vocabulary

_FILLER_WEIGHT = 0.25
"""A filler word ("bao nhiêu", "which") weighs so much of what its rarity says."""
_CLOSE = 0.7
"""Similarity from which a known word can stand in for an unknown one."""
_MOST_KEPT = 20_000
"""Targets whose words are kept in memory."""


class Lexicon:
    """The words of one state of the content.

    Args:
        counts: in how many targets each word occurs, in alphabetical order.
        total: number of targets.
    """

    def __init__(self, counts: Mapping[str, int], total: int) -> None:
        self.counts = counts
        self._total = total
        self._weights: dict[str, float] = {}
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in counts:
            self._by_length[len(word)].append(word)
        self.words_of = lru_cache(maxsize=_MOST_KEPT)(self._words_of)

    def weight(self, word: str) -> float:
        """Return how much a word says: the rarer, the more; fillers little."""
        known = self._weights.get(word)
        if known is None:
            known = math.log((self._total + 1) / (self.counts.get(word, 0) + 0.5))
            known *= _FILLER_WEIGHT if word in vocabulary().fillers else 1.0
            if word in self.counts:  # what visitors type beyond that has no end
                self._weights[word] = known
        return known

    def mass(self, words: Iterable[str]) -> float:
        """Return how much ``words`` say together."""
        return sum(map(self.weight, words))

    def stand_in(self, word: str) -> tuple[str, float]:
        """Return the known word closest to an unknown one and its similarity (0: nothing is close).

        Only words of a length that can be similar enough are compared.
        """
        if len(word) < 3 or word.isdigit():
            return word, 0.0
        lengths = range(math.ceil(_CLOSE * len(word)), math.floor(len(word) / _CLOSE) + 1)
        found = [similar for n in lengths if (similar := self._closest(word, n))]
        return min(found, key=lambda f: (-f[1], f[0]), default=(word, 0.0))

    def _closest(self, word: str, length: int) -> tuple[str, float] | None:
        similar = process.extractOne(
            word,
            self._by_length.get(length, ()),
            scorer=DamerauLevenshtein.normalized_similarity,
            score_cutoff=_CLOSE,
        )
        return (str(similar[0]), float(similar[1])) if similar else None

    def _words_of(self, folded: str) -> tuple[frozenset[str], float]:
        """Return the words of a target and their mass."""
        words = frozenset(folded.split())
        return words, self.mass(words)
