"""Asks every question in every variant and collects the judgements."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass

from evaluation.client import Portal
from evaluation.questions import Dialogue, Item
from evaluation.scoring import Score, score
from evaluation.variants import VARIANTS, vary

FactMap = dict[str, frozenset[str]]
"""Entry ids by fact id."""


@dataclass(frozen=True)
class Result:
    """One judged turn; ``source`` is the id of the question or dialogue that it belongs to."""

    source: str
    subject: str
    lang: str
    variant: str
    question: str
    outcome: str
    expected: str
    answer_lang: str
    took_ms: int
    shown: str
    score: Score


def sample(items: list[Item], size: int | None, seed: int) -> list[Item]:
    """Return ``size`` items, the same ones for the same seed (all if ``size`` is None)."""
    if size is None or size >= len(items):
        return items
    return random.Random(seed).sample(items, size)  # noqa: S311 - a fixed sample, no secret


async def run_items(
    portal: Portal, items: list[Item], variants: Iterable[str] | None, facts: FactMap
) -> list[Result]:
    """Ask all items, each in a session of its own.

    Args:
        portal: the running system.
        items: source questions.
        variants: names of variants; all of each language if None.
        facts: which entries take up a fact.
    """
    wanted = [
        (item, lang, variant)
        for item in items
        for lang, names in VARIANTS.items()
        for variant in names
        if variants is None or variant in variants
    ]
    results = []
    for number, (item, lang, variant) in enumerate(wanted, 1):
        results.append(await _ask(portal, item, lang, variant, facts))
        _progress(number, len(wanted))
    return results


async def _ask(portal: Portal, item: Item, lang: str, variant: str, facts: FactMap) -> Result:
    question = vary(item.text(lang), variant)
    token = await portal.session()
    turn = await portal.ask(token, text=question, as_of=item.as_of, licensed_on=item.licensed_on)
    entries = frozenset(e for fact in item.fact for e in facts.get(fact, ()))
    return Result(
        source=item.id,
        subject=item.subject,
        lang=lang,
        variant=variant,
        question=question,
        outcome=turn["outcome"],
        expected="/".join(item.out),
        answer_lang=turn["lang"],
        took_ms=turn["took_ms"],
        shown=", ".join(e["id"] for e in turn["entries"][:2]) + " | " + turn["text"][:160].replace("\n", " "),
        score=score(turn, item, entries),
    )


async def run_dialogues(portal: Portal, dialogues: list[Dialogue]) -> list[Result]:
    """Hold all dialogues, each in a session of its own."""
    results = []
    for number, dialogue in enumerate(dialogues, 1):
        token = await portal.session()
        for move in dialogue.turns:
            turn = await portal.ask(token, text=move.say)
            results.append(
                Result(
                    source=dialogue.id,
                    subject=dialogue.behaviour,
                    lang=dialogue.lang,
                    variant="dialogue",
                    question=move.say,
                    outcome=turn["outcome"],
                    expected="/".join(move.out),
                    answer_lang=turn["lang"],
                    took_ms=turn["took_ms"],
                    shown=", ".join(e["id"] for e in turn["entries"][:2])
                    + " | "
                    + turn["text"][:160].replace("\n", " "),
                    score=score(turn, move),
                )
            )
        _progress(number, len(dialogues))
    return results


def _progress(done: int, total: int) -> None:
    if done == total or done % 25 == 0:
        print(
            f"\r{done}/{total} {time.strftime('%H:%M:%S')}",
            end="\n" if done == total else "",
            file=sys.stderr,
        )
