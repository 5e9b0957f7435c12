"""The small ranker: how the signals for an entry are weighed, learned from labelled questions.

A conditional logit over the candidates and the reading "none of them". Its
probability is the confidence by which the resolver answers, asks back or abstains.
``python -m evaluation.fit`` learns the weights from the development set and writes
``ranker.json``; the model is linear so that `make explain` can show each share.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WEIGHTS_FILE = Path(__file__).with_name("ranker.json")

Signals = Mapping[str, float]
SIGNALS = (
    "ask", "name", "text", "covered", "named", "named_alone",
    "kind", "facet", "facet_ask", "topic", "best_ask",
)  # fmt: skip
NONE_SIGNALS = ("bias", "foreign", "elsewhere")


@dataclass(frozen=True)
class Ranker:
    """Weights of the signals of a candidate, and of the reading "none of them"."""

    weights: Mapping[str, float]
    none: Mapping[str, float]

    def score(self, signals: Signals) -> float:
        """Return the score of a candidate (log-odds)."""
        return sum(self.weights[name] * signals.get(name, 0.0) for name in SIGNALS)

    def probabilities(self, candidates: Sequence[Signals], none: Signals) -> tuple[list[float], float]:
        """Return the probability of each candidate and of "none of them"."""
        scores = [self.score(c) for c in candidates]
        empty = sum(self.none[name] * none.get(name, 0.0) for name in NONE_SIGNALS)
        top = max([*scores, empty])
        odds = [math.exp(s - top) for s in scores]
        rest = math.exp(empty - top)
        total = sum(odds) + rest
        return [o / total for o in odds], rest / total


@cache
def ranker() -> Ranker:
    """Return the learned ranker, read once."""
    raw = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return Ranker(raw["weights"], raw["none"])
