"""Search: which entries and facets a question is about.

A full-text index proposes candidates; each is then compared with the question word
by word, rare words weighing more. A word that occurs nowhere in the knowledge base is a slip of the
keys: the known word closest to it stands in for it, at a discount.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from knowledge.lexicon import Lexicon
from knowledge.store import Store
from knowledge.targets import ASK, TEXT
from knowledge.vocabulary import vocabulary
from vietnamese.folding import words

_CANDIDATES = 80
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
        self._known = Lexicon({}, 0)

    def search(self, question: str, limit: int = 20) -> list[Hit]:
        """Return the best (entry, facet) pairs for ``question``, best first.

        Args:
            question: in any spelling, with or without accents, either language.
            limit: number of pairs at most.
        """
        query = self.read(question)
        likeness = Likeness(self.lexicon, query)
        best: dict[tuple[str, str], dict[str, float]] = {}
        for row in self._candidates(query):
            found = best.setdefault((row.entry, row.facet), {})
            found[row.sort] = max(found.get(row.sort, 0.0), likeness.of(row))
        hits = [
            hit for (entry, facet), found in best.items() if (hit := Hit(entry, facet, **found)).score > 0
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.entry, hit.facet))[:limit]

    @property
    def lexicon(self) -> Lexicon:
        """The words of the content as it is now."""
        counts, total = self._store.word_counts
        if counts is not self._known.counts:  # the content has changed
            self._known = Lexicon(counts, total)
        return self._known

    def read(self, question: str) -> Query:
        """Return the words of a question as the knowledge base knows them."""
        lexicon = self.lexicon
        query: dict[str, float] = {}
        for word in _spelled_out(words(question), lexicon.counts):
            known, surety = (word, 1.0) if word in lexicon.counts else lexicon.stand_in(word)
            query[known] = max(query.get(known, 0.0), surety)
        return query

    def _candidates(self, query: Query) -> Iterable[Row]:
        telling = [w for w in query if w not in vocabulary().fillers] or list(query)
        return self._store.match(telling, _CANDIDATES)

    def weight(self, word: str) -> float:
        """Return how much a word says: the rarer, the more; fillers little."""
        return self.lexicon.weight(word)

    def coverage(self, query: Query, known: Collection[str]) -> float:
        """Return the share of a question's weight that ``known`` words account for."""
        weight = self.lexicon.weight
        mass = sum(weight(w) for w in query)
        return sum(weight(w) * s for w, s in query.items() if w in known) / mass if mass else 0.0


class Row(Protocol):
    """A row of the search index."""

    entry: str
    facet: str
    sort: str
    folded: str


class Likeness:
    """How alike one question and any target are (0 to 1)."""

    def __init__(self, lexicon: Lexicon, query: Query) -> None:
        self._lexicon = lexicon
        self._mass = lexicon.mass(query)
        self._sure = {word: lexicon.weight(word) * surety for word, surety in query.items()}

    def of(self, row: Row) -> float:
        """Compare with the target of a row.

        Dice's coefficient over weighted words for question forms. Of the text of an
        answer, longer than any question, only what it covers of the question counts;
        of a name, how far the question spells it out counts as well.
        """
        target, size = self._lexicon.words_of(row.folded)
        if not self._mass or not size:
            return 0.0
        common = sum(sure for word, sure in self._sure.items() if word in target)
        if row.sort == TEXT:
            return common / self._mass
        dice = 2 * common / (self._mass + size)
        return dice if row.sort == ASK else max(dice, 0.9 * common / size * common / self._mass)


def _spelled_out(typed: list[str], counts: Mapping[str, int]) -> list[str]:
    """Write out abbreviations; one that the content uses as well stands for itself too."""
    short = vocabulary().abbreviations
    written: list[str] = []
    for word in typed:
        written += words(short[word]) if word in short else []
        written += [word] if word not in short or word in counts else []
    return written
