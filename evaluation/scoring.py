"""How a turn is judged against what was expected.

An answer (``answered`` or ``stale``) that misses a fact is *wrong*; any other
outcome that is not accepted is *abstained*; where no answer may be given, an
answer is wrong. The first block is judged apart: what was asked has to stand there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evaluation.questions import ANSWERS, Expectation

CORRECT, WRONG, ABSTAINED = "correct", "wrong", "abstained"


@dataclass(frozen=True)
class Score:
    """The judgement on one turn; ``why`` says what was missed."""

    verdict: str
    why: str = ""
    first_block: bool = False
    entry: bool = True


def score(turn: Mapping[str, Any], expected: Expectation, entries: frozenset[str] = frozenset()) -> Score:
    """Judge a turn.

    Args:
        turn: a turn of the contract.
        expected: what a right turn looks like.
        entries: entry ids of which one should have made the answer (none: any).
    """
    outcome = turn["outcome"]
    answered = outcome in ANSWERS
    if outcome not in expected.out:
        verdict = WRONG if answered else ABSTAINED
        return Score(verdict, f"outcome {outcome}, expected {'/'.join(expected.out)}")
    if not answered:
        return Score(CORRECT)
    missed = _missed(turn, expected)
    shown = {entry["id"] for entry in turn["entries"]}
    from_right_entry = not entries or bool(shown & entries)
    if missed:
        return Score(WRONG, missed, entry=from_right_entry)
    return Score(CORRECT, first_block=_in_first_block(turn, expected), entry=from_right_entry)


def _missed(turn: Mapping[str, Any], expected: Expectation) -> str:
    text = (
        turn["text"]
        + "\n"
        + "\n".join(f"{c['document']} {c['title']} {c['article']}" for c in turn["citations"])
    )
    for pattern in expected.all:
        if not re.search(pattern, text, re.IGNORECASE):
            return f"lacks {pattern}"
    for pattern in expected.not_:
        if re.search(pattern, text, re.IGNORECASE):
            return f"must not say {pattern}"
    cited = {c["document"] for c in turn["citations"]}
    if expected.cites and not any(number in document for number in expected.cites for document in cited):
        return f"cites {', '.join(sorted(cited)) or 'nothing'}, expected {' or '.join(expected.cites)}"
    return ""


def _in_first_block(turn: Mapping[str, Any], expected: Expectation) -> bool:
    first = _block_text(turn["blocks"][0]) if turn["blocks"] else ""
    return all(re.search(pattern, first, re.IGNORECASE) for pattern in expected.all)


def _block_text(block: Mapping[str, Any]) -> str:
    parts = [str(block.get("text", ""))]
    for row in block.get("rows", []):
        parts += row
    for item in block.get("items", []):
        parts += [str(v) for v in item.values()] if isinstance(item, dict) else [item]
    return "\n".join(parts)
