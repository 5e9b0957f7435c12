"""Learn the weights of the rankers from the development set: ``python -m evaluation.fit``.

Gradient ascent on the likelihood of the conditional logit (`actions.ranker`) with a
little ridge; a dozen weights, some thousand labelled readings, no random numbers.
Only questions of the development set are used, in every variant.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa_sdk import Tracker

from actions.facets import facet_readings
from actions.message import Message
from actions.ranker import ENTRY_SIGNALS, FACET_SIGNALS, NONE_SIGNALS, WEIGHTS_FILE, Ranker, Signals
from actions.readings import Reading, none_signals
from actions.resolver import Resolver
from evaluation.__main__ import fact_map
from evaluation.questions import ANSWERS, Item, read_items, split_of
from evaluation.scoring import CORRECT, score
from evaluation.variants import VARIANTS, vary
from knowledge.database import database_url
from knowledge.plain import plain
from knowledge.rendering import Renderer, When
from knowledge.store import Store

BOT_PYTHON = Path("var/venv-bot/bin/python")
_STEPS = 400
_RATE = 0.5
_RIDGE = 0.002
_TOPIC = 6.0
"""Weight of the topic of the conversation, which single questions cannot teach: the development
dialogues were read to set it."""
_CAUTION = 3
"""A question without an answer counts so many times: a wrong answer is worse than none."""
_SPECIALS = {
    "out_of_scope": "out_of_scope",
    "rejected": "improper_request",
    "needs_identity": "dossier_status",
    "handed_off": "request_human",
    "small_talk": "small_talk",
}
"""The special matter that is meant where an outcome is expected."""


@dataclass(frozen=True)
class Example:
    """Signals of all candidates of a question, which are right, and those of "none" (if it is one)."""

    candidates: list[Signals]
    right: list[bool]
    none: Signals | None = None
    answerable: bool = True


@dataclass(frozen=True)
class Asked:
    """A development question as Rasa understands it, with the entries that may answer it and all readings."""

    item: Item
    message: Message
    entries: frozenset[str]
    readings: list[Reading]

    @property
    def answerable(self) -> bool:
        """Tell whether an answer is expected."""
        return bool(set(self.item.out) & set(ANSWERS))


def main(argv: list[str] | None = None) -> int:
    """Learn and write the weights; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.fit", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--output", type=Path, default=WEIGHTS_FILE, help="file to write (default: %(default)s)"
    )
    arguments = parser.parse_args(argv)
    store = Store(database_url())
    questions = asked_questions(Resolver(store))
    entries = [example for question in questions if (example := entry_example(question))]
    facets = [e for q in questions for e in _facet_examples(store, q)]
    print(f"{len(entries)} examples of entries, {len(facets)} of facets", file=sys.stderr)
    ranker = learned_entries(entries)
    content = {
        "entries": ranker.weights,
        "none": ranker.none,
        "facets": learn(facets, FACET_SIGNALS, ()),
    }
    arguments.output.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(content), file=sys.stderr)
    return 0


def learned_entries(examples: Sequence[Example]) -> Ranker:
    """Return the ranker of entries that examples teach; those without an answer count more."""
    weighed = [e for e in examples for _ in range(1 if e.answerable else _CAUTION)]
    learned = {**learn(weighed, [n for n in ENTRY_SIGNALS if n != "topic"], NONE_SIGNALS), "topic": _TOPIC}
    return Ranker({n: learned[n] for n in ENTRY_SIGNALS}, {n: learned[n] for n in NONE_SIGNALS})


def asked_questions(resolver: Resolver) -> list[Asked]:
    """Return the questions of the development set in every variant, parsed by the trained model."""
    facts = fact_map()
    items = [i for i in read_items() if split_of(i.id) == "dev"]
    asked = [
        (item, vary(item.text(lang), variant))
        for item in items
        for lang, variants in VARIANTS.items()
        for variant in variants
        if variant != "upper"  # folded, it is the question as written once more
    ]
    parsed = parse([text.replace("\n", " ") for _, text in asked])
    found = []
    for (item, _), raw in zip(asked, parsed, strict=True):
        message = message_of(raw)
        entries = frozenset(e for fact in item.fact for e in facts.get(fact, ()))
        found.append(Asked(item, message, entries, resolver.readings(message)))
    return found


def parse(texts: list[str]) -> list[dict[str, Any]]:
    """Return what the trained Rasa model says about each text."""
    command = [str(BOT_PYTHON), "-W", "ignore", "-m", "bot.parse"]
    run = subprocess.run(command, input="\n".join(texts), capture_output=True, text=True, check=True)  # noqa: S603
    return [json.loads(line) for line in run.stdout.split("\n") if line.startswith("{")]


def message_of(parsed: dict[str, Any]) -> Message:
    """Return a parsed text as the first message of a conversation."""
    return Message.of(Tracker("fit", {}, parsed, [], False, None, {}, "action_listen"))


def entry_example(asked: Asked) -> Example | None:
    """Return the readings of a question, the right ones marked; None if there is nothing to learn."""
    found = asked.readings
    right = [_is_right(asked, reading) for reading in found]
    if asked.answerable and not any(right):
        return None
    return Example([r.signals for r in found], right, none_signals(asked.message, found), asked.answerable)


def _is_right(asked: Asked, reading: Reading) -> bool:
    if asked.item.subject == "lists":
        return reading.special in {"list_zones", "compare_zones"}
    if reading.special:
        return reading.special in {_SPECIALS.get(outcome) for outcome in asked.item.out}
    return asked.answerable and reading.entry in asked.entries


def _facet_examples(store: Store, asked: Asked) -> Iterator[Example]:
    """A facet is right if its answer alone would be judged correct."""
    if not asked.answerable or asked.item.subject == "lists":
        return
    hits = {r.entry: r.hits for r in asked.readings}
    for entry_id in sorted(asked.entries & set(hits)):
        entry = store.entries[entry_id]
        readings = facet_readings(asked.message, entry, hits[entry_id])
        right = [r.facet in entry.facets and _answers(store, asked, entry_id, r.facet) for r in readings]
        if any(right) and sum(r.facet in entry.facets for r in readings) > sum(right):
            yield Example([r.signals for r in readings], right)


_JUDGED: dict[tuple[str, str, str, str], bool] = {}


def _answers(store: Store, asked: Asked, entry: str, facet: str) -> bool:
    """Judge, once for all variants, what a facet answers to a question."""
    key = (asked.item.id, asked.message.lang, entry, facet)
    if key not in _JUDGED:
        when = When(as_of=asked.item.as_of, licensed_on=asked.item.licensed_on)
        answer = Renderer(store, asked.message.lang).answer(entry, [facet], when)
        turn = {**answer.model_dump(mode="json"), "text": plain(answer)}
        judged = score(turn, asked.item)
        _JUDGED[key] = judged.verdict == CORRECT and judged.first_block
    return _JUDGED[key]


def learn(examples: Sequence[Example], names: Sequence[str], none_names: Sequence[str]) -> dict[str, float]:
    """Return the weights (of candidates' signals, and of those of "none") of highest likelihood."""
    import numpy as np

    columns = [*names, *none_names]
    rows = [_matrix(e, names, none_names) for e in examples]
    sizes = [len(r) for r in rows]
    data = np.array([v for r in rows for v in r], dtype=float)
    right = np.array([x for e in examples for x in _labels(e)], dtype=float)
    starts = np.cumsum([0, *sizes[:-1]])
    owner = np.repeat(np.arange(len(sizes)), sizes)
    weights, momentum = np.zeros(len(columns)), np.zeros(len(columns))
    for _ in range(_STEPS):
        scores = data @ weights
        odds = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        chance = odds / np.add.reduceat(odds, starts)[owner]
        hit = chance * right
        wanted = hit / np.maximum(np.add.reduceat(hit, starts)[owner], 1e-12)
        gradient = data.T @ (wanted - chance) / len(sizes) - _RIDGE * weights
        momentum = 0.9 * momentum + gradient
        weights = weights + _RATE * momentum
    return {name: round(float(w), 3) for name, w in zip(columns, weights, strict=True)}


def _labels(example: Example) -> list[bool]:
    return example.right if example.none is None else [*example.right, not any(example.right)]


def _matrix(example: Example, names: Sequence[str], none_names: Sequence[str]) -> list[list[float]]:
    empty = [0.0] * len(none_names)
    rows = [[c.get(name, 0.0) for name in names] + empty for c in example.candidates]
    if example.none is None:
        return rows
    return [*rows, [0.0] * len(names) + [example.none.get(name, 0.0) for name in none_names]]


if __name__ == "__main__":
    sys.exit(main())
