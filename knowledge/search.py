"""Search: which entries and facets a question is about.

Two full-text indexes propose candidates (words, and letter trigrams for typos);
each candidate is then compared with the question word by word. Similarity weighs
words by how rare they are and lets a mistyped word count in part.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein

from knowledge.store import Store
from knowledge.targets import NAME, TEXT
from knowledge.vocabulary import vocabulary
from vietnamese.folding import words

_CANDIDATES = 60
_FILLER_WEIGHT = 0.25
"""A filler word ("bao nhiêu", "which") weighs so much of what its rarity says."""


@dataclass(frozen=True)
class Hit:
    """One (entry, facet) that a question may be about; scores lie in 0..1."""

    entry: str
    facet: str
    score: float
    text: str


class Searcher:
    """Searches one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def search(self, question: str, limit: int = 20) -> list[Hit]:
        """Return the best (entry, facet) pairs for ``question``, best first.

        Args:
            question: in any spelling, with or without accents, either language.
            limit: number of pairs at most.
        """
        query = words(question)
        if not query:
            return []
        rows = {(r.entry, r.facet, r.folded): r for r in self._candidates(query)}
        weight = self._weigher()
        best: dict[tuple[str, str], Hit] = {}
        for row in rows.values():
            score = similarity(query, words(row.folded), weight, row.sort)
            key = (row.entry, row.facet)
            if key not in best or best[key].score < score:
                best[key] = Hit(row.entry, row.facet, score, row.folded)
        return sorted(best.values(), key=lambda hit: (-hit.score, hit.entry, hit.facet))[:limit]

    def _candidates(self, query: list[str]) -> list[object]:
        by_words = " OR ".join(f'"{w}"' for w in dict.fromkeys(query))
        text = " ".join(query)
        grams = dict.fromkeys(text[i : i + 3] for i in range(len(text) - 2))
        rows = self._store.match("targets_words", by_words, _CANDIDATES)
        if grams:
            by_grams = " OR ".join(f'"{g}"' for g in grams)
            rows += self._store.match("targets_grams", by_grams, _CANDIDATES)
        return rows

    def _weigher(self) -> Callable[[str], float]:
        counts, total = self._store.word_counts
        fillers = vocabulary().fillers

        def weight(word: str) -> float:
            rarity = math.log((total + 1) / (counts.get(word, 0) + 0.5))
            return rarity * (_FILLER_WEIGHT if word in fillers else 1.0)

        return weight


def similarity(query: list[str], target: list[str], weight: Callable[[str], float], sort: str) -> float:
    """Return how alike a question and a target are (0 to 1).

    Dice's coefficient over weighted words for names and question forms. The text
    of an answer is longer than any question, so there only the share of the
    question that it covers counts, at a discount.
    """
    wanted = dict.fromkeys(query)
    offered = dict.fromkeys(target)
    mass = sum(weight(w) for w in wanted)
    if not mass or not offered:
        return 0.0
    common = sum(weight(w) * closeness(w, offered) for w in wanted)
    coverage = common / mass
    if sort == TEXT:
        return 0.75 * coverage
    size = sum(weight(w) for w in offered)
    dice = 2 * common / (mass + size)
    if sort == NAME:
        named = sum(weight(w) * closeness(w, wanted) for w in offered) / size
        return max(dice, 0.9 * named * coverage)
    return dice


def closeness(word: str, others: Collection[str]) -> float:
    """Return how well the closest of ``others`` matches: 1 exactly, less for a typo, else 0."""
    if word in others:
        return 1.0
    if len(word) < 4 or word.isdigit():
        return 0.0
    best = max((DamerauLevenshtein.normalized_similarity(word, o) for o in others), default=0.0)
    return best if best >= 0.75 else 0.0
