"""Do trainings with different seeds understand the same? ``make bench-seeds``.

The pipeline is trained once for each seed, in Rasa's runtime and with Python's hashes differently salted, and
every model parses the development questions in all variants. Compared with the first model: intent, best
subject, best aspect, and the resolver's decision with entries and facets. Give one seed twice to see that a
training repeats itself exactly.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions.resolver import Resolution, Resolver
from benchmarks.development import rows
from benchmarks.measuring import machine
from evaluation.fit import BOT_PYTHON, message_of
from knowledge.database import database_url
from knowledge.store import Store

TARGET = 98.0
"""Per cent of the questions on which two trainings have to agree."""
_PATIENCE_S = 3600
_SAME = ("everything", "intent", "subject", "aspect", "decision")


@dataclass(frozen=True)
class Understood:
    """What one model makes of a question; ``parsed`` is all of it, numbers included."""

    parsed: dict[str, Any]
    intent: str
    subject: str
    aspect: str
    decision: str


def main(argv: list[str] | None = None) -> int:
    """Train, compare, print; return 0 if all agree on enough questions, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.nlu_seeds", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[42, 7], help="two or more (default: 42 7)")
    parser.add_argument("--sample", type=int, help="so many source questions (default: all)")
    parser.add_argument("--output", type=Path, help="write the report to this file")
    arguments = parser.parse_args(argv)
    if len(arguments.seeds) < 2:
        parser.error("--seeds takes two or more")
    asked = [str(row["text"]) for row in rows(arguments.sample) if row["variant"] != "upper"]
    models = [understood(seed, salt, asked) for salt, seed in enumerate(arguments.seeds)]
    shares = [agreement(models[0], model) for model in models[1:]]
    report = _report(arguments.seeds, shares, len(asked))
    print(report)
    if arguments.output:
        arguments.output.write_text(report + "\n", encoding="utf-8")
    return 0 if all(share[name] >= TARGET for share in shares for name in _SAME[1:]) else 1


def understood(seed: int, salt: int, texts: Sequence[str]) -> list[Understood]:
    """Return what a model trained with ``seed`` makes of each text.

    Args:
        seed: of the training.
        salt: of Python's hashes, so that nothing hangs on the order of a set.
        texts: one line each.
    """
    _say(f"seed {seed}: training and parsing {len(texts)} questions …")
    started = time.monotonic()
    run = subprocess.run(  # noqa: S603 - our own module
        [str(BOT_PYTHON), "-W", "ignore", "-m", "benchmarks.nlu.seeded", "--seed", str(seed)],
        input="\n".join(texts),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=_PATIENCE_S,
        env={**os.environ, "PYTHONHASHSEED": str(salt), "RASA_TELEMETRY_ENABLED": "false"},
    )
    parsed = [json.loads(line) for line in run.stdout.splitlines()]
    _say(f"seed {seed}: {time.monotonic() - started:.0f} s; deciding …")
    resolver = Resolver(Store(database_url()))
    return [_of(one, resolver.resolve(message_of(one))) for one in parsed]


def _of(parsed: dict[str, Any], resolution: Resolution) -> Understood:
    found = [f"{f.entry}#{','.join(f.facets)}" for f in resolution.found]
    offered = [r.entry for r in resolution.readings] if resolution.decision == "clarify" else []
    return Understood(
        parsed,
        intent=parsed["intent"]["name"],
        subject=parsed["subjects"][0]["name"],
        aspect=parsed["aspects"][0]["name"],
        decision=" ".join([resolution.decision, resolution.special or "", *found, *sorted(offered)]),
    )


def agreement(one: Sequence[Understood], other: Sequence[Understood]) -> dict[str, float]:
    """Return on how many questions two models agree, in per cent; ``everything`` includes every number."""
    pairs = list(zip(one, other, strict=True))
    names = {"everything": "parsed", **{name: name for name in _SAME[1:]}}
    return {
        name: round(100 * sum(getattr(a, field) == getattr(b, field) for a, b in pairs) / len(pairs), 2)
        for name, field in names.items()
    }


def _report(seeds: Sequence[int], shares: Sequence[dict[str, float]], count: int) -> str:
    about = machine()
    lines = [
        "# Agreement of trainings",
        "",
        f"{count} development questions (all variants but capitals), understood by models that were trained "
        "with different seeds; per cent of the questions on which both agree. *Everything* means every "
        f"number of the parsed message too. {about['system']}, {about['cores']} cores. Target: {TARGET} in "
        "each of the others.",
        "",
        f"| seeds | {' | '.join(_SAME)} |",
        "|---|" + "--:|" * len(_SAME),
    ]
    lines += [
        f"| {seeds[0]} and {seed} | {' | '.join(str(share[name]) for name in _SAME)} |"
        for seed, share in zip(seeds[1:], shares, strict=True)
    ]
    return "\n".join(lines)


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
