"""Do trainings with different seeds understand the same? ``make bench-seeds``.

The trained model of the assistant (with the seed of ``config.yml``) is compared with trainings of the same
inputs with other seeds, made in Rasa's runtime with Python's hashes differently salted. All parse the
development questions in all variants. Compared are intent, best subject, best aspect, and the resolver's
decision with entries and facets. With the seed of ``config.yml`` a training has to repeat itself exactly.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from actions.resolver import Resolver
from benchmarks.development import rows
from benchmarks.measuring import machine
from evaluation.fit import BOT_PYTHON, message_of, parse
from knowledge.database import database_url
from knowledge.store import Store

TARGET = 98.0
"""Per cent of the questions on which two trainings have to agree."""
_PATIENCE_S = 3600
_PARTS = ("intent", "subject", "aspect", "decision")
_COMPARED = ("intent", "intent_ranking", "entities", "language", "subjects", "by_concept", "aspects", "parts")
"""What the actions read of a parsed message."""
_WHY = """The logistic regression of the intents draws no random numbers, so a seed cannot change an intent.
The classifiers of subjects and concepts do (order in which liblinear visits the examples), which moves every
margin a little and may turn a best subject. That the *same* seed gives the same numbers is tested on the
sample data set with every `make test` (`tests/bot/test_benchmark_nlu.py`).

Repeat: `make test-long args="--only seeds"`"""


@dataclass(frozen=True)
class Understood:
    """What one model makes of a question; ``everything`` is all that the actions read, numbers included."""

    everything: dict[str, Any]
    intent: str
    subject: str
    aspect: str
    decision: str


def main(argv: list[str] | None = None) -> int:
    """Train, compare, print; return 0 if all agree on enough questions, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.nlu_seeds", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[7], help="one or more (default: 7)")
    parser.add_argument("--sample", type=int, help="so many source questions (default: all)")
    parser.add_argument("--output", type=Path, help="write the report to this file")
    arguments = parser.parse_args(argv)
    asked = [str(row["text"]) for row in rows(arguments.sample) if row["variant"] != "upper"]
    resolver = Resolver(Store(database_url()))
    _say(f"the assistant's model: parsing {len(asked)} questions …")
    ours = [_of(parsed, resolver) for parsed in parse(asked)]
    shares = {}
    for seed in arguments.seeds:
        _say(f"seed {seed}: training and parsing …")
        theirs = [_of(parsed, resolver) for parsed in parsed_with(seed, asked)]
        shares[seed] = agreement(ours, theirs)
        _say(f"seed {seed}: {shares[seed]}")
    report = _report(shares, len(asked))
    print(report)
    if arguments.output:
        arguments.output.write_text(report + "\n", encoding="utf-8")
    return 0 if all(share[name] >= TARGET for share in shares.values() for name in _PARTS) else 1


def parsed_with(seed: int, texts: Sequence[str]) -> list[dict[str, Any]]:
    """Return what a model trained with ``seed`` makes of each text (one line each)."""
    run = subprocess.run(  # noqa: S603 - our own module
        [str(BOT_PYTHON), "-W", "ignore", "-m", "benchmarks.nlu.seeded", "--seed", str(seed)],
        input="\n".join(texts),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=_PATIENCE_S,
        env={**os.environ, "PYTHONHASHSEED": str(seed), "RASA_TELEMETRY_ENABLED": "false"},
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


def _of(parsed: dict[str, Any], resolver: Resolver) -> Understood:
    resolution = resolver.resolve(message_of(parsed))
    found = [f"{f.entry}#{','.join(f.facets)}" for f in resolution.found]
    offered = [r.entry for r in resolution.readings] if resolution.decision == "clarify" else []
    return Understood(
        {key: parsed.get(key) for key in _COMPARED},
        intent=parsed["intent"]["name"],
        subject=parsed["subjects"][0]["name"],
        aspect=parsed["aspects"][0]["name"],
        decision=" ".join([resolution.decision, resolution.special or "", *found, *sorted(offered)]),
    )


def agreement(one: Sequence[Understood], other: Sequence[Understood]) -> dict[str, float]:
    """Return on how many questions two models agree, in per cent; ``everything`` includes every number."""
    pairs = list(zip(one, other, strict=True))
    return {
        name: round(100 * sum(getattr(a, name) == getattr(b, name) for a, b in pairs) / len(pairs), 2)
        for name in ("everything", *_PARTS)
    }


def _report(shares: Mapping[int, dict[str, float]], count: int) -> str:
    about = machine()
    heads = ("everything", *_PARTS)
    lines = [
        "# Agreement of trainings",
        "",
        f"{count} development questions (all variants but capitals), understood by the assistant's model "
        "and by trainings of the same inputs with the seeds given; per cent of the questions on which both "
        "agree. *Everything* means every number that the actions read; only the seed of `config.yml` can "
        "reach 100 there. "
        f"Measured on {datetime.now(UTC):%-d %B %Y}, {about['system']}, {about['cores']} cores. "
        f"Target: {TARGET} in each of the others.",
        "",
        f"| seed | {' | '.join(heads)} |",
        "|---|" + "--:|" * len(heads),
    ]
    lines += [
        f"| {seed} | {' | '.join(str(share[name]) for name in heads)} |" for seed, share in shares.items()
    ]
    lines += ["", _WHY]
    return "\n".join(lines)


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
