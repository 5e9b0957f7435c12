"""Asks every question in every variant and collects the judgements."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from evaluation.client import Portal
from evaluation.questions import Dialogue, Expectation, Item
from evaluation.scoring import Score, score
from evaluation.variants import VARIANTS, vary

T = TypeVar("T")

FactMap = dict[str, frozenset[str]]
"""Entry ids by fact id."""

DIALOGUE = "dialogue"
"""The variant of a turn of a dialogue."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked; ``source`` is the id of the question or dialogue that it belongs to."""

    source: str
    subject: str
    lang: str
    variant: str
    question: str
    wanted_lang: str
    wanted_entries: frozenset[str] = frozenset()
    """The entries of which one should have made the answer (none: any)."""


@dataclass(frozen=True, kw_only=True)
class Result(Asked):
    """One judged turn."""

    outcome: str
    expected: frozenset[str]
    answer_lang: str
    citations: int
    release: str
    took_ms: int
    shown: str
    score: Score
    entries: tuple[str, ...] = ()
    """The entries that made the answer."""


def sample(items: list[T], size: int | None, seed: int) -> list[T]:
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
    asked = Asked(
        source=item.id,
        subject=item.subject,
        lang=lang,
        variant=variant,
        question=question,
        wanted_lang=lang,
        wanted_entries=entries,
    )
    return judge(asked, turn, item)


async def run_dialogues(portal: Portal, dialogues: list[Dialogue]) -> list[Result]:
    """Hold all dialogues, each in a session of its own."""
    results = []
    for number, dialogue in enumerate(dialogues, 1):
        token = await portal.session()
        for move in dialogue.turns:
            turn = await portal.ask(token, text=move.say)
            asked = Asked(
                source=dialogue.id,
                subject=dialogue.behaviour,
                lang=dialogue.lang,
                variant=DIALOGUE,
                question=move.say,
                wanted_lang=move.lang or dialogue.lang,
            )
            results.append(judge(asked, turn, move))
        _progress(number, len(dialogues))
    return results


def judge(asked: Asked, turn: Mapping[str, Any], expected: Expectation) -> Result:
    """Return the judgement on a turn (see `score`)."""
    entries = tuple(entry["id"] for entry in turn["entries"])
    shown = ", ".join(entries[:2]) + " | " + turn["text"][:160].replace("\n", " ")
    return Result(
        **vars(asked),
        outcome=turn["outcome"],
        expected=frozenset(expected.out),
        answer_lang=turn["lang"],
        citations=len(turn["citations"]),
        release=turn["release"],
        took_ms=turn["took_ms"],
        shown=shown,
        score=score(turn, expected, asked.wanted_entries),
        entries=entries,
    )


def _progress(done: int, total: int) -> None:
    if done == total or done % 25 == 0:
        print(
            f"\r{done}/{total} {time.strftime('%H:%M:%S')}",
            end="\n" if done == total else "",
            file=sys.stderr,
        )
