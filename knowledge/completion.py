"""Search while somebody types: the last word may not be finished.

What was typed is searched as it stands, and once more with the known words that the last
one may become. Which of them is meant shows in what they stand beside: each candidate is
compared with the question completed by its own word.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import takewhile

from knowledge.lexicon import Lexicon
from knowledge.search import Hit, Likeness, Row, Searcher
from knowledge.store import Store
from knowledge.vocabulary import vocabulary
from vietnamese.folding import words

_CANDIDATES = 120
_MOST_ENDINGS = 40
"""Words that the last one may become, the most frequent first."""
_SURETY = 0.9
"""How surely a word is meant of which only the beginning was typed."""


class Completer:
    """Searches one store for what is being typed.

    Args:
        store: the knowledge base.
        searcher: over the same store.
    """

    def __init__(self, store: Store, searcher: Searcher) -> None:
        self._store = store
        self._searcher = searcher
        self._words: Sequence[str] = ()
        self._counts: object = None

    def search(self, typed: str, limit: int = 20) -> list[Hit]:
        """Return the best (entry, facet) pairs for what was typed so far, best first.

        Args:
            typed: in any spelling; a blank at the end says that the last word is finished.
            limit: number of pairs at most.
        """
        found = {(hit.entry, hit.facet): hit for hit in self._searcher.search(typed, limit=2 * limit)}
        said = words(typed)
        if said and not typed[-1:].isspace():
            for hit in self._completed(said[:-1], said[-1]):
                known = found.get((hit.entry, hit.facet))
                if known is None or hit.score > known.score:
                    found[hit.entry, hit.facet] = hit
        return sorted(found.values(), key=lambda hit: (-hit.score, hit.entry, hit.facet))[:limit]

    def _completed(self, head: list[str], begun: str) -> list[Hit]:
        lexicon = self._searcher.lexicon
        endings = self._endings(begun, lexicon)
        if not endings:
            return []
        telling = [word for word in head if word not in vocabulary().fillers]
        rows = self._store.match([*telling, *endings], _CANDIDATES)
        likenesses = {word: self._likeness(head, word, lexicon) for word in endings}
        best: dict[tuple[str, str], dict[str, float]] = {}
        for row in rows:
            score = _best(row, likenesses, lexicon)
            kinds = best.setdefault((row.entry, row.facet), {})
            kinds[row.sort] = max(kinds.get(row.sort, 0.0), score)
        return [Hit(entry, facet, **kinds) for (entry, facet), kinds in best.items() if max(kinds.values())]

    def _likeness(self, head: list[str], word: str, lexicon: Lexicon) -> Likeness:
        query = dict(self._searcher.read(" ".join(head)))
        return Likeness(lexicon, {**query, word: max(query.get(word, 0.0), _SURETY)})

    def _endings(self, begun: str, lexicon: Lexicon) -> list[str]:
        """Return the known words that ``begun`` is the beginning of, the most frequent ones."""
        if self._counts is not lexicon.counts:  # the content has changed
            self._words, self._counts = list(lexicon.counts), lexicon.counts
        first = bisect_left(self._words, begun)
        following = (self._words[i] for i in range(first, len(self._words)))
        known = [word for word in takewhile(lambda w: w.startswith(begun), following) if word != begun]
        return sorted(known, key=lambda word: -lexicon.counts[word])[:_MOST_ENDINGS]


def _best(row: Row, likenesses: dict[str, Likeness], lexicon: Lexicon) -> float:
    """Return how alike a target is to the question completed by a word of its own."""
    held, _ = lexicon.words_of(row.folded)
    return max((likenesses[word].of(row) for word in held & likenesses.keys()), default=0.0)
