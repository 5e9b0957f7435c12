"""Search: which entries and facets a question is about.

Two full-text indexes propose candidates (words, and letter trigrams for typos);
each candidate is then compared with the question word by word, rare words
weighing more. A word that occurs nowhere in the knowledge base is a slip of the
keys: the known word closest to it stands in for it, at a discount.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from knowledge.store import Store
from knowledge.targets import ASK, TEXT
from knowledge.vocabulary import vocabulary
from vietnamese.folding import words

_CANDIDATES = 80
_FILLER_WEIGHT = 0.25
"""A filler word ("bao nhiêu", "which") weighs so much of what its rarity says."""
_CLOSE = 0.7
"""Similarity from which a known word can stand in for an unknown one."""
_TEXT_DISCOUNT = 0.75
"""The text of an answer says less about what is asked than a question form does."""


@dataclass(frozen=True)
class Hit:
    """One (entry, facet) that a question may be about; scores lie in 0..1.

    ``ask``, ``name`` and ``text`` are the best similarity with a question form,
    a name and the text of the facet.
    """

    entry: str
    facet: str
    ask: float = 0.0
    name: float = 0.0
    text: float = 0.0

    @property
    def score(self) -> float:
        """The best of the three, texts at a discount."""
        return max(self.ask, self.name, _TEXT_DISCOUNT * self.text)


Query = Mapping[str, float]
"""Known words of a question with how surely each is meant (1, less for a stand-in)."""


class Searcher:
    """Searches one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._weights: dict[str, float] = {}

    def search(self, question: str, limit: int = 20) -> list[Hit]:
        """Return the best (entry, facet) pairs for ``question``, best first.

        Args:
            question: in any spelling, with or without accents, either language.
            limit: number of pairs at most.
        """
        query = self.read(question)
        best: dict[tuple[str, str], Hit] = {}
        for row in self._candidates(query, words(question)):
            key = (row.entry, row.facet)
            found = best.get(key, Hit(*key))
            value = self._similarity(query, _words(row.folded), row.sort)
            best[key] = replace(found, **{row.sort: max(getattr(found, row.sort), value)})
        hits = [hit for hit in best.values() if hit.score > 0]
        return sorted(hits, key=lambda hit: (-hit.score, hit.entry, hit.facet))[:limit]

    def read(self, question: str) -> Query:
        """Return the words of a question as the knowledge base knows them."""
        counts, _ = self._store.word_counts
        query: dict[str, float] = {}
        for word in self._spelled_out(words(question)):
            known, surety = (word, 1.0) if word in counts else self._stand_in(word, counts)
            query[known] = max(query.get(known, 0.0), surety)
        return query

    def _spelled_out(self, typed: list[str]) -> list[str]:
        """Write out abbreviations; one that the content uses as well stands for itself too."""
        counts, _ = self._store.word_counts
        short = vocabulary().abbreviations
        written: list[str] = []
        for word in typed:
            written += words(short[word]) if word in short else []
            written += [word] if word not in short or word in counts else []
        return written

    def _stand_in(self, word: str, counts: Mapping[str, int]) -> tuple[str, float]:
        if len(word) < 3 or word.isdigit():
            return word, 0.0
        similar = process.extractOne(
            word,
            counts.keys(),
            scorer=DamerauLevenshtein.normalized_similarity,
            score_cutoff=_CLOSE,
        )
        return (str(similar[0]), float(similar[1])) if similar else (word, 0.0)

    def _candidates(self, query: Query, typed: list[str]) -> Iterable[Row]:
        if not typed:
            return []
        telling = [w for w in query if w not in vocabulary().fillers] or list(query)
        by_words = " OR ".join(f'"{w}"' for w in telling)
        rows = list(self._store.match("targets_words", by_words, _CANDIDATES))
        if any(surety < 1 for surety in query.values()):
            text = " ".join(typed)
            grams = dict.fromkeys(text[i : i + 3] for i in range(len(text) - 2))
            by_grams = " OR ".join(f'"{g}"' for g in grams)
            rows += self._store.match("targets_grams", by_grams, _CANDIDATES) if grams else []
        return rows

    def weight(self, word: str) -> float:
        """Return how much a word says: the rarer, the more; fillers little."""
        known = self._weights.get(word)
        if known is None:
            counts, total = self._store.word_counts
            known = math.log((total + 1) / (counts.get(word, 0) + 0.5))
            known *= _FILLER_WEIGHT if word in vocabulary().fillers else 1.0
            self._weights[word] = known
        return known

    def coverage(self, query: Query, known: Collection[str]) -> float:
        """Return the share of a question's weight that ``known`` words account for."""
        mass = sum(self.weight(w) for w in query)
        return sum(self.weight(w) * s for w, s in query.items() if w in known) / mass if mass else 0.0

    def _similarity(self, query: Query, target: frozenset[str], sort: str) -> float:
        """Return how alike a question and a target are (0 to 1).

        Dice's coefficient over weighted words for question forms. Of the text of an
        answer, longer than any question, only what it covers of the question counts;
        of a name, how far the question spells it out counts as well.
        """
        mass = sum(self.weight(w) for w in query)
        size = sum(self.weight(w) for w in target)
        if not mass or not size:
            return 0.0
        common = sum(self.weight(w) * s for w, s in query.items() if w in target)
        if sort == TEXT:
            return common / mass
        dice = 2 * common / (mass + size)
        return dice if sort == ASK else max(dice, 0.9 * common / size * common / mass)


class Row(Protocol):
    """A row of the search index."""

    entry: str
    facet: str
    sort: str
    folded: str


@lru_cache(maxsize=20_000)
def _words(folded: str) -> frozenset[str]:
    return frozenset(words(folded))
