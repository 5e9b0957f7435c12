"""The small rankers: how the signals for an entry, and for a facet, are weighed.

Conditional logits over the candidates (for entries also the reading "none of
them"). The probability is the confidence by which the resolver answers, asks back or
abstains. ``python -m evaluation.fit`` learns the weights from the development set and
writes ``ranker.json``; the models are linear so that `make explain` can show each share.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

WEIGHTS_FILE = Path(__file__).with_name("ranker.json")

Signals = Mapping[str, float]
ENTRY_SIGNALS = (
    "subject", "subject_gap", "best_subject", "concept", "concept_gap", "best_concept",
    "part_subject", "part_gap", "best_part",
    "ask", "name", "text", "covered", "named", "named_alone",
    "kind", "facet", "facet_ask", "best_ask",
    "special", "special_intent", "special_subject", "special_gap", "special_best", "special_elsewhere",
    "special_concept", "special_concept_gap",
)  # fmt: skip
IN_CONTEXT_SIGNALS = (
    "topic", "is_topic", "topic_aspect", "topic_aspect_gap", "topic_rival",
    "topic_refers", "topic_goes_on", "topic_aside", "akin", "related",
    "context", "context_gap", "best_context", "context_kind", "context_alone",
    "special_topic", "special_aside", "special_context", "special_context_gap",
    "special_context_intent", "special_context_alone",
)  # fmt: skip
"""What is known of a message only where the conversation has a topic."""
NONE_SIGNALS = ("bias", "no_subject", "uncovered", "unlike")
NONE_IN_CONTEXT = ("none_topic",)
FACET_SIGNALS = (
    "intent", "aspect", "best_aspect", "word", "ask", "best_ask", "text", "main", "main_name",
)  # fmt: skip


@dataclass(frozen=True)
class Ranker:
    """Weights of the signals of a candidate, and of the reading "none of them" (if there is one)."""

    weights: Mapping[str, float]
    none: Mapping[str, float] = field(default_factory=dict)

    def score(self, signals: Signals) -> float:
        """Return the score of a candidate (log-odds)."""
        return sum(weight * signals.get(name, 0.0) for name, weight in self.weights.items())

    def probabilities(self, candidates: Sequence[Signals], none: Signals) -> tuple[list[float], float]:
        """Return the probability of each candidate and of "none of them"."""
        scores = [self.score(c) for c in candidates]
        empty = sum(weight * none.get(name, 0.0) for name, weight in self.none.items())
        top = max([*scores, empty])
        odds = [math.exp(s - top) for s in scores]
        rest = math.exp(empty - top) if self.none else 0.0
        total = sum(odds) + rest
        return [o / total for o in odds], rest / total


@dataclass(frozen=True)
class Rankers:
    """The ranker of entries and the ranker of facets."""

    entries: Ranker
    facets: Ranker


@cache
def rankers() -> Rankers:
    """Return the learned rankers, read once."""
    raw = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return Rankers(Ranker(raw["entries"], raw["none"]), Ranker(raw["facets"]))
