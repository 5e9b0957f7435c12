"""Clusters of questions that ask the same in other words, by a plain method, always with the same result.

1. A question is reduced to its words without accents, placeholders of personal data and words that name
   nothing (`knowledge.vocabulary`); questions of one language with the same words are one.
2. In the order of their weight, the heaviest first, each joins the cluster whose first question it is most
   like, if it is at least `ALIKE` percent (words in alphabetical order, compared letter by letter);
   else it begins a cluster of its own.

The weight of a question is the sum over the sessions and remarks in which it was put; the same session counts
once for each source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from knowledge.vocabulary import content_words
from portal.unanswered.collecting import Asked, Source
from vietnamese.folding import words

WEIGHTS: Mapping[Source, int] = {"correction": 5, "down": 3, "clarify": 2, "no_answer": 1}
"""An officer's word weighs most: somebody who knows has looked. A visitor who complains was given something
wrong or useless; who is asked back twice has tried twice; no answer is what is meant to be said of what is
not known."""
ALIKE = 80
_PLACEHOLDER = re.compile(r"\[[^\]]*\]")


@dataclass
class Cluster:
    """Questions that ask the same."""

    lang: str
    keys: list[str] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    @property
    def weight(self) -> int:
        """How much it matters, by `WEIGHTS`."""
        return weight(self.asked)

    def counts(self) -> dict[str, int]:
        """Return how many sessions or remarks each source stands for."""
        return {source: len({a.who for a in self.asked if a.source == source}) for source in WEIGHTS}


def weight(asked: Iterable[Asked]) -> int:
    """Return the weight of questions: the same session counts once for each source."""
    return sum(WEIGHTS[source] for source, _ in {(a.source, a.who) for a in asked})


def key_of(text: str) -> str:
    """Return the words by which a question is compared, in alphabetical order."""
    bare = _PLACEHOLDER.sub(" ", text)
    return " ".join(sorted(content_words(bare) or words(bare)))


def cluster(asked: Sequence[Asked]) -> list[Cluster]:
    """Return the clusters, the heaviest first."""
    same: dict[tuple[str, str], list[Asked]] = {}
    for one in asked:
        key = key_of(one.text)
        if key:
            same.setdefault((one.lang, key), []).append(one)
    found: dict[str, dict[str, Cluster]] = {}
    for (lang, key), group in sorted(same.items(), key=lambda item: (-weight(item[1]), item[0])):
        leaders = found.setdefault(lang, {})
        best = process.extractOne(key, leaders.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE)
        joined = leaders[best[0]] if best else leaders.setdefault(key, Cluster(lang))
        joined.keys.append(key)
        joined.asked += group
    clusters = [one for leaders in found.values() for one in leaders.values()]
    return sorted(clusters, key=lambda one: (-one.weight, one.lang, one.keys[0]))
