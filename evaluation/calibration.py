"""Can the confidence be believed, and what does each threshold cost: ``python -m evaluation.calibration``.

The development questions are divided into folds by source question. The ranker is learned from
all folds but one and judges the questions of that one, so no question is judged by weights
that it taught. The report holds the reliability (of the readings of which the ranker is 80 to
90 % sure, how many are right?) and the abstention curve (accuracy against coverage).
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from actions.ranker import Ranker
from actions.resolver import Resolver
from evaluation.fit import Example, asked_questions, entry_example, learned_entries
from knowledge.database import database_url
from knowledge.store import Store

REPORT = Path(__file__).resolve().parents[1] / "docs" / "results" / "calibration.md"
FOLDS = 5
_THRESHOLDS = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_BINS = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


@dataclass(frozen=True)
class Judged:
    """The best reading of a question: its probability, and whether it is right."""

    confidence: float
    right: bool


def main(argv: list[str] | None = None) -> int:
    """Learn and judge in folds, write the report; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.calibration", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--report", type=Path, default=REPORT, help="file to write (default: %(default)s)")
    arguments = parser.parse_args(argv)
    resolver = Resolver(Store(database_url()))
    by_source: defaultdict[str, list[Example]] = defaultdict(list)
    for asked in asked_questions(resolver):
        example = entry_example(asked)
        if example:
            by_source[asked.item.id].append(example)
    text = markdown(in_folds(by_source, learned_entries), len(by_source))
    arguments.report.write_text(text, encoding="utf-8")
    print(text)
    return 0


def in_folds(
    by_source: dict[str, list[Example]], learn: Callable[[Sequence[Example]], Ranker]
) -> list[Judged]:
    """Judge every question by a ranker that was learned without it."""
    judged = []
    for fold in range(FOLDS):
        kept = [e for source, found in by_source.items() if fold_of(source) != fold for e in found]
        ranker = learn(kept)
        judged += [
            best_of(ranker, e)
            for source, found in by_source.items()
            if fold_of(source) == fold
            for e in found
        ]
    return judged


def fold_of(source: str) -> int:
    """Return the fold of a source question: fixed by its id."""
    return hashlib.sha256(source.encode()).digest()[1] % FOLDS


def best_of(ranker: Ranker, example: Example) -> Judged:
    """Return the reading that a ranker puts first."""
    shares, none = ranker.probabilities(example.candidates, example.none or {})
    best = max(range(len(shares)), key=lambda n: shares[n], default=None)
    if best is None or none > shares[best]:
        return Judged(none, not any(example.right))
    return Judged(shares[best], example.right[best])


def markdown(judged: Sequence[Judged], sources: int) -> str:
    """Return the report as Markdown."""
    lines = [
        "# Calibration, development set in folds",
        "",
        f"{date.today().isoformat()}; {len(judged)} variants of {sources} questions; {FOLDS} folds. "
        "Judged is which entry or matter is meant, not the whole answer.",
        "",
        "| sure of | readings | mean confidence % | right % |",
        "|---|---|---|---|",
    ]
    for low, high in pairwise(_BINS):
        inside = [j for j in judged if low <= j.confidence < high or j.confidence == high == 1.0]
        if inside:
            mean = 100 * sum(j.confidence for j in inside) / len(inside)
            lines.append(f"| {low:.2f}–{high:.2f} | {len(inside)} | {mean:.1f} | {_right(inside):.1f} |")
    lines += ["", f"Expected calibration error: {calibration_error(judged):.1f} points.", ""]
    lines += ["| threshold | decided % (coverage) | right of these % | wrong of all % |", "|---|---|---|---|"]
    for threshold in _THRESHOLDS:
        kept = [j for j in judged if j.confidence >= threshold]
        wrong = 100 * sum(not j.right for j in kept) / len(judged)
        lines.append(
            f"| {threshold:.1f} | {100 * len(kept) / len(judged):.1f} | {_right(kept):.1f} | {wrong:.1f} |"
        )
    return "\n".join(lines) + "\n"


def calibration_error(judged: Sequence[Judged]) -> float:
    """Return the mean distance of confidence and truth over the bins, in points."""
    total = 0.0
    for low, high in pairwise(_BINS):
        inside = [j for j in judged if low <= j.confidence < high or j.confidence == high == 1.0]
        total += abs(sum(j.confidence - j.right for j in inside))
    return 100 * total / len(judged)


def _right(judged: Sequence[Judged]) -> float:
    return 100 * sum(j.right for j in judged) / len(judged) if judged else 0.0


if __name__ == "__main__":
    sys.exit(main())
