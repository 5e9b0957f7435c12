"""Learn the weights of the ranker from the development set: ``python -m evaluation.fit``.

Gradient ascent on the likelihood of the conditional logit (`actions.ranker`) with a
little ridge; a dozen weights, some thousand labelled readings, no random numbers.
Only questions of the development set are used, in every variant.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa_sdk import Tracker

from actions.message import Message
from actions.ranker import NONE_SIGNALS, SIGNALS, WEIGHTS_FILE, Signals
from actions.resolver import Resolver, none_signals
from evaluation.__main__ import fact_map
from evaluation.questions import ANSWERS, Item, read_items, split_of
from evaluation.variants import VARIANTS, vary
from knowledge.database import database_url
from knowledge.store import Store

BOT_PYTHON = Path("var/venv-bot/bin/python")
_STEPS = 400
_RATE = 0.5
_RIDGE = 0.002
_CLEARLY_ELSEWHERE = {"lists", "dialogues"}


@dataclass(frozen=True)
class Example:
    """Signals of all candidates of a question, which of them are right, and those of "none"."""

    candidates: list[Signals]
    right: list[bool]
    none: Signals


def main(argv: list[str] | None = None) -> int:
    """Learn and write the weights; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.fit", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--output", type=Path, default=WEIGHTS_FILE, help="file to write (default: %(default)s)"
    )
    arguments = parser.parse_args(argv)
    examples = _examples()
    print(f"{len(examples)} examples", file=sys.stderr)
    weights = learn(examples)
    names = [*SIGNALS, *NONE_SIGNALS]
    rounded = {name: round(value, 3) for name, value in zip(names, weights, strict=True)}
    content = {
        "weights": {name: rounded[name] for name in SIGNALS},
        "none": {name: rounded[name] for name in NONE_SIGNALS},
    }
    arguments.output.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(content), file=sys.stderr)
    return 0


def _examples() -> list[Example]:
    facts = fact_map()
    items = [i for i in read_items() if split_of(i.id) == "dev" and i.subject not in _CLEARLY_ELSEWHERE]
    asked = [(i, vary(i.text(lang), v)) for i in items for lang, vs in VARIANTS.items() for v in vs]
    resolver = Resolver(Store(database_url()))
    parsed = parse([text.replace("\n", " ") for _, text in asked])
    made = [
        _example(resolver, item, raw, frozenset(e for f in item.fact for e in facts.get(f, ())))
        for (item, _), raw in zip(asked, parsed, strict=True)
    ]
    return [example for example in made if example]


def parse(texts: list[str]) -> list[dict[str, Any]]:
    """Return what the trained Rasa model says about each text."""
    command = [str(BOT_PYTHON), "-W", "ignore", "-m", "bot.parse"]
    run = subprocess.run(command, input="\n".join(texts), capture_output=True, text=True, check=True)  # noqa: S603
    return [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]


def message_of(parsed: dict[str, Any]) -> Message:
    """Return a parsed text as the first message of a conversation."""
    return Message.of(Tracker("fit", {}, parsed, [], False, None, {}, "action_listen"))


def _example(resolver: Resolver, item: Item, raw: dict[str, Any], right: frozenset[str]) -> Example | None:
    message = message_of(raw)
    found = resolver.readings(message, message.text)
    answerable = bool(set(item.out) & set(ANSWERS))
    if answerable and not right & {c.entry for c in found}:
        return None
    labels = [answerable and c.entry in right for c in found]
    return Example([c.signals for c in found], labels, none_signals(message))


def learn(examples: list[Example]) -> list[float]:
    """Return the weights (candidate signals, then those of "none") of highest likelihood."""
    import numpy as np

    width = len(SIGNALS) + len(NONE_SIGNALS)
    rows = [_matrix(e) for e in examples]
    sizes = [len(r) for r in rows]
    data = np.array([v for r in rows for v in r], dtype=float)
    right = np.array([x for e in examples for x in (*e.right, not any(e.right))], dtype=float)
    starts = np.cumsum([0, *sizes[:-1]])
    owner = np.repeat(np.arange(len(sizes)), sizes)
    weights, momentum = np.zeros(width), np.zeros(width)
    for _ in range(_STEPS):
        scores = data @ weights
        odds = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        chance = odds / np.add.reduceat(odds, starts)[owner]
        hit = chance * right
        wanted = hit / np.maximum(np.add.reduceat(hit, starts)[owner], 1e-12)
        gradient = data.T @ (wanted - chance) / len(sizes) - _RIDGE * weights
        momentum = 0.9 * momentum + gradient
        weights = weights + _RATE * momentum
    return [float(w) for w in weights]


def _matrix(example: Example) -> list[list[float]]:
    empty = [0.0] * len(NONE_SIGNALS)
    rows = [[c.get(name, 0.0) for name in SIGNALS] + empty for c in example.candidates]
    return [*rows, [0.0] * len(SIGNALS) + [example.none.get(name, 0.0) for name in NONE_SIGNALS]]


if __name__ == "__main__":
    sys.exit(main())
