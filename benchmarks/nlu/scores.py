"""Intent accuracy and span F1, as published results state them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Span = tuple[int, int, str]
"""First word, word after, type."""


@dataclass(frozen=True)
class F1:
    """Precision, recall and their harmonic mean, in per cent, over the spans of all utterances together."""

    precision: float
    recall: float
    f1: float


def accuracy(right: Iterable[str], said: Iterable[str]) -> float:
    """Return how many labels agree, in per cent (0 for none at all)."""
    agree = [a == b for a, b in zip(right, said, strict=True)]
    return round(100 * sum(agree) / len(agree), 2) if agree else 0.0


def span_f1(right: Sequence[Sequence[Span]], said: Sequence[Sequence[Span]]) -> F1:
    """Return what conlleval prints: a span counts if both its ends and its type are right.

    Args:
        right: the spans of each utterance.
        said: those found, in the same order.
    """
    hits = sum(len(set(a) & set(b)) for a, b in zip(right, said, strict=True))
    expected, found = (sum(len(set(spans)) for spans in one) for one in (right, said))
    precision = hits / found if found else 0.0
    recall = hits / expected if expected else 0.0
    mean = 2 * precision * recall / (precision + recall) if hits else 0.0
    return F1(*(round(100 * value, 2) for value in (precision, recall, mean)))


def untyped(spans: Sequence[Sequence[Span]]) -> list[list[Span]]:
    """Return the spans without their types: was the place of a name found, whatever its part?"""
    return [[(first, after, "") for first, after, _ in one] for one in spans]


def over_words(words: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """Return which words (first, after) the characters from ``start`` to ``end`` touch.

    Tokens of a data set hold signs that our tokeniser leaves out ("st."), so ends are compared by words.
    """
    places, at = [], 0
    for word in words:
        places.append((at, at + len(word)))
        at += len(word) + 1
    touched = [n for n, (a, b) in enumerate(places) if a < end and start < b]
    return touched[0], touched[-1] + 1
