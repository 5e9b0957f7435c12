"""Search while somebody types: the last word may not be finished.

What was typed is searched as it stands, and once more with the words that the last one may
become: those that stand beside the others, else the most frequent ones. Each candidate is
compared with the question completed by its own word. What looks like the number of a legal
document, or the beginning of one, finds that document first.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import takewhile

from knowledge.document_names import slug
from knowledge.lexicon import Lexicon
from knowledge.model import FACETS, Kind
from knowledge.search import Hit, Likeness, Row, Searcher
from knowledge.store import Store
from knowledge.vocabulary import vocabulary
from vietnamese.folding import fold, words

_CANDIDATES = 120
_NUMBER = re.compile(r"(?<!\w)\d{1,5}/[\w/-]*")
_MOST_BESIDE, _MOST_ENDINGS = 12, 40
"""Words that the last one may become: beside others, and by itself; the most frequent first."""
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
        said = words(typed)
        hits = self._documents(typed)
        completed = self._completed(said[:-1], said[-1]) if said and not typed[-1:].isspace() else []
        if not completed or said[-1] in self._searcher.lexicon.counts:
            hits += self._searcher.search(typed, limit=2 * limit)
        best: dict[tuple[str, str], Hit] = {}
        for hit in [*hits, *completed]:
            known = best.get((hit.entry, hit.facet))
            if known is None or hit.score > known.score:
                best[hit.entry, hit.facet] = hit
        return sorted(best.values(), key=lambda hit: (-hit.score, hit.entry, hit.facet))[:limit]

    def _documents(self, typed: str) -> list[Hit]:
        """Return the documents whose numbers begin with a number that was typed."""
        number = _NUMBER.search(fold(typed))
        if number is None:
            return []
        found = [n for n in self._store.documents if fold(n).startswith(number[0])]
        ids = [entry for n in found if (entry := f"document.{slug(n)}") in self._store.versions]
        return [Hit(entry, FACETS[Kind.DOCUMENT][0], name=1.0) for entry in ids]

    def _completed(self, head: list[str], begun: str) -> list[Hit]:
        lexicon = self._searcher.lexicon
        query = self._searcher.read(" ".join(head))
        telling = [word for word in query if word not in vocabulary().fillers]
        near = list(self._store.match(telling, _CANDIDATES)) if telling else []
        endings = _beside(near, begun) or self._known(begun, lexicon)
        if not endings:
            return []
        rows = [*near, *self._store.match([*telling, *endings], _CANDIDATES)]
        likenesses = {
            word: Likeness(lexicon, {**query, word: max(query.get(word, 0.0), _SURETY)}) for word in endings
        }
        best: dict[tuple[str, str], dict[str, float]] = {}
        for row in rows:
            score = _best(row, likenesses, lexicon)
            kinds = best.setdefault((row.entry, row.facet), {})
            kinds[row.sort] = max(kinds.get(row.sort, 0.0), score)
        return [Hit(entry, facet, **kinds) for (entry, facet), kinds in best.items() if max(kinds.values())]

    def _known(self, begun: str, lexicon: Lexicon) -> list[str]:
        """Return the known words that ``begun`` is the beginning of, the most frequent ones."""
        if self._counts is not lexicon.counts:  # the content has changed
            self._words, self._counts = list(lexicon.counts), lexicon.counts
        first = bisect_left(self._words, begun)
        following = (self._words[i] for i in range(first, len(self._words)))
        known = [word for word in takewhile(lambda w: w.startswith(begun), following) if word != begun]
        return sorted(known, key=lambda word: -lexicon.counts[word])[:_MOST_ENDINGS]


def _beside(near: Iterable[Row], begun: str) -> list[str]:
    """Return the words that ``begun`` is the beginning of in what the rest of the question found."""
    held = Counter(
        word for row in near for word in set(row.folded.split()) if word.startswith(begun) and word != begun
    )
    return [word for word, _ in held.most_common(_MOST_BESIDE)]


def _best(row: Row, likenesses: dict[str, Likeness], lexicon: Lexicon) -> float:
    """Return how alike a target is to the question completed by a word of its own."""
    held, _ = lexicon.words_of(row.folded)
    return max((likenesses[word].of(row) for word in held & likenesses.keys()), default=0.0)
