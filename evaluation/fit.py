"""Learn the weights of the rankers from the development set: ``python -m evaluation.fit``.

Gradient ascent on the likelihood of the conditional logit (`actions.ranker`) with a
little ridge; a dozen weights, some thousand labelled readings, no random numbers.
Only questions of the development set are used, in every variant, and what was written to
teach the ranker what counts in a conversation (`evaluation.in_context`).
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa_sdk import Tracker

from actions.facets import facet_readings
from actions.message import Message
from actions.ranker import (
    ENTRY_SIGNALS,
    FACET_SIGNALS,
    IN_CONTEXT_SIGNALS,
    NONE_IN_CONTEXT,
    NONE_SIGNALS,
    WEIGHTS_FILE,
    Ranker,
    Signals,
)
from actions.readings import Reading, none_signals
from actions.resolver import Resolver
from evaluation.__main__ import fact_map
from evaluation.in_context import TurnInContext, turns_in_context
from evaluation.questions import ANSWERS, Item, read_items, split_of
from evaluation.scoring import CORRECT, score
from evaluation.variants import VARIANTS, vary
from knowledge.database import database_url
from knowledge.plain import plain
from knowledge.rendering import Renderer, When, main_facet
from knowledge.store import Store

BOT_PYTHON = Path("var/venv-bot/bin/python")
_STEPS = 400
_RATE = 0.5
_RIDGE = 0.002
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
    resolver = Resolver(store)
    questions = asked_questions(resolver)
    entries = [example for question in questions if (example := entry_example(question))]
    in_context = context_examples(store, resolver)
    facets = [e for q in questions for e in _facet_examples(store, q)]
    print(
        f"{len(entries)} examples of entries, {len(in_context)} in context, {len(facets)} of facets",
        file=sys.stderr,
    )
    ranker = learned_entries(entries, in_context)
    content = {
        "entries": ranker.weights,
        "none": ranker.none,
        "facets": learn(facets, FACET_SIGNALS, ()),
    }
    arguments.output.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(content), file=sys.stderr)
    return 0


def learned_entries(alone: Sequence[Example], in_context: Sequence[Example] = ()) -> Ranker:
    """Return the ranker of entries that examples teach; those without an answer count more.

    Args:
        alone: messages by themselves.
        in_context: messages in a conversation; they teach how much the topic counts beside what the
            message says by itself, and change nothing of that.
    """
    of_entries, of_none = [*ENTRY_SIGNALS, *IN_CONTEXT_SIGNALS], [*NONE_SIGNALS, *NONE_IN_CONTEXT]
    learned = learn(_cautious(alone), ENTRY_SIGNALS, NONE_SIGNALS)
    if in_context:
        learned |= learn(_cautious(in_context), of_entries, of_none, learned)
    return Ranker({n: learned.get(n, 0.0) for n in of_entries}, {n: learned.get(n, 0.0) for n in of_none})


def _cautious(examples: Sequence[Example]) -> list[Example]:
    return [e for e in examples for _ in range(1 if e.answerable else _CAUTION)]


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


def context_examples(store: Store, resolver: Resolver) -> list[Example]:
    """Return the readings of messages in a conversation, the right ones marked.

    They are the turns that were written to learn from, and the development questions, each asked after
    something else had been told of: who has another question changes the subject, however it is put.
    """
    turns = [turn for turn in turns_in_context() if turn.about in store.entries]
    asked = list(questions_after_another([turn.about for turn in turns]))
    said = [(turn.about, turn.text) for turn in turns] + [(q.about, q.text) for q in asked]
    parsed = parse([f"{about}\t{' '.join(text.split())}" for about, text in said])
    messages = [
        message_of(raw, {"entry": about, "facets": [main_facet(store.entries[about])]})
        for (about, _), raw in zip(said, parsed, strict=True)
    ]
    written = (_of_turn(t, m, resolver) for t, m in zip(turns, messages, strict=False))
    later = zip(asked, messages[len(turns) :], strict=True)
    again = (entry_example(Asked(q.item, m, q.entries, resolver.readings(m))) for q, m in later)
    return [example for example in (*written, *again) if example]


@dataclass(frozen=True)
class AskedLater:
    """A development question, asked after something else had been told of (``about``)."""

    item: Item
    text: str
    entries: frozenset[str]
    about: str


def questions_after_another(topics: Sequence[str]) -> Iterator[AskedLater]:
    """Yield the development questions in both languages, each with a topic that it does not go on with."""
    facts = fact_map()
    items = [i for i in read_items() if split_of(i.id) == "dev"]
    told = itertools.cycle(sorted(set(topics)))
    for item, lang in itertools.product(items, ("vi", "en")):
        entries = frozenset(e for fact in item.fact for e in facts.get(fact, ()))
        yield AskedLater(item, item.text(lang), entries, next(t for t in told if t not in entries))


def _of_turn(turn: TurnInContext, message: Message, resolver: Resolver) -> Example | None:
    found = resolver.readings(message)
    right = [turn.means in {reading.entry, reading.special} for reading in found]
    if not any(right):
        return None
    return Example([r.signals for r in found], right, none_signals(message, found), "." in turn.means)


def parse(texts: list[str]) -> list[dict[str, Any]]:
    """Return what the trained model says about each text; in front of it, with a tab, may stand the topic."""
    command = [str(BOT_PYTHON), "-W", "ignore", "-m", "bot.parse"]
    run = subprocess.run(command, input="\n".join(texts), capture_output=True, text=True, check=True)  # noqa: S603
    return [json.loads(line) for line in run.stdout.split("\n") if line.startswith("{")]


def message_of(parsed: dict[str, Any], topic: dict[str, Any] | None = None) -> Message:
    """Return a parsed text as a message of a conversation, the first one unless it has a topic."""
    return Message.of(Tracker("fit", {"topic": topic}, parsed, [], False, None, {}, "action_listen"))


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


def learn(
    examples: Sequence[Example],
    names: Sequence[str],
    none_names: Sequence[str],
    given: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """Return the weights (of candidates' signals, and of those of "none") of highest likelihood.

    Args:
        examples: what to learn from.
        names: the signals of candidates.
        none_names: the signals of "none".
        given: weights that are known and stay.
    """
    import numpy as np

    columns = [*names, *none_names]
    rows = [_matrix(e, names, none_names) for e in examples]
    sizes = [len(r) for r in rows]
    data = np.array([v for r in rows for v in r], dtype=float)
    right = np.array([x for e in examples for x in _labels(e)], dtype=float)
    starts = np.cumsum([0, *sizes[:-1]])
    owner = np.repeat(np.arange(len(sizes)), sizes)
    known = given or {}
    weights, momentum = np.array([known.get(name, 0.0) for name in columns]), np.zeros(len(columns))
    free = np.array([name not in known for name in columns])
    for _ in range(_STEPS):
        scores = data @ weights
        odds = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        chance = odds / np.add.reduceat(odds, starts)[owner]
        hit = chance * right
        wanted = hit / np.maximum(np.add.reduceat(hit, starts)[owner], 1e-12)
        gradient = data.T @ (wanted - chance) / len(sizes) - _RIDGE * weights
        momentum = 0.9 * momentum + gradient * free
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
