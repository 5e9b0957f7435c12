"""Time in which a message is understood, without server and dialogue: ``make bench-nlu-latency``.

Runs in Rasa's runtime. One message after the other is parsed by the trained model, in one thread; the
messages are the development questions in all variants. Measured are the whole and each component by the
clock, and for the whole also the time of the processor, which other work on the machine lengthens less.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.measuring import machine, memory_mb, percentile
from benchmarks.nlu.questions import Question, development_questions
from benchmarks.nlu.workbench import (
    Understanding,
    own_examples,
    pipeline_config,
    quiet,
    say,
    temporary_folder,
    train,
)
from bot.parse import parse

TARGET_MS = 40
"""What the 95th percentile has to stay below."""
_WARM_UP = 50
_NODE = re.compile(r"^run_(?:.*\.)?(?P<name>\w+?)(?P<place>\d+)$")
_LIBRARIES = ("rasa", "scikit-learn", "numpy", "scipy", "spacy")


def main(argv: list[str] | None = None) -> int:
    """Measure and print; return 0 if the target is met, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.nlu_latency", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--model", type=Path, default=Path("models/heza.tar.gz"))
    parser.add_argument(
        "--messages", type=int, default=1000, help="messages to measure (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--train", action="store_true", help="time a training as well (in a temporary folder)"
    )
    parser.add_argument("--output", type=Path, help="write OUTPUT.json, with raw rows, and OUTPUT.md")
    arguments = parser.parse_args(argv)
    quiet()
    if not arguments.model.exists():
        print(f"{arguments.model} does not exist: train it with 'make train'.", file=sys.stderr)
        return 2
    questions = development_questions()
    chosen = random.Random(arguments.seed).sample(questions, min(arguments.messages, len(questions)))
    rows = measure(arguments.model, chosen)
    found = summary(rows)
    result = {
        "machine": {**machine(), **{name: version(name) for name in _LIBRARIES}, "load": os.getloadavg()[1]},
        "memory_mb": memory_mb(),
        "training": training() if arguments.train else None,
        "summary": found,
        "rows": [[row["lang"], row["variant"], row["total"], row["processor"]] for row in rows],
    }
    print(report(result))
    if arguments.output:
        arguments.output.with_suffix(".json").write_text(json.dumps(result) + "\n", encoding="utf-8")
        arguments.output.with_suffix(".md").write_text(report(result) + "\n", encoding="utf-8")
    return 0 if found["total"]["p95"] < TARGET_MS else 1


def training() -> dict[str, float]:
    """Return how long the pipeline of ``config.yml`` takes to learn, by the clock and of the processor."""
    say("training …")
    before = time.process_time()
    with temporary_folder() as folder:
        seconds = train(pipeline_config(), own_examples(), folder).seconds
    return {"seconds": round(seconds, 1), "processor": round(time.process_time() - before, 1)}


def measure(model: Path, questions: list[Question]) -> list[dict[str, Any]]:
    """Parse each question; return its milliseconds in total and by component."""
    agent = Understanding(model).agent
    spent = _timed_components(agent)
    return asyncio.run(_rows(agent, questions, spent))


async def _rows(agent: Any, questions: list[Question], spent: dict[str, float]) -> list[dict[str, Any]]:
    await parse(agent, [question.text for question in questions[:_WARM_UP]])
    rows = []
    for number, question in enumerate(questions, 1):
        spent.clear()
        started, worked = time.perf_counter(), time.thread_time()
        await parse(agent, [question.text])
        total, worked = time.perf_counter() - started, time.thread_time() - worked
        rows.append(
            {
                "lang": question.lang,
                "variant": question.variant,
                "total": round(1000 * total, 2),
                "processor": round(1000 * worked, 2),
                "parts": {name: round(ms, 3) for name, ms in spent.items()},
            }
        )
        if number % 200 == 0:
            say(f"{number}/{len(questions)}")
    return rows


def _timed_components(agent: Any) -> dict[str, float]:
    """Make every component of a loaded model note its milliseconds; return where it does.

    Rasa has no hook for this: the functions of its graph's nodes are wrapped.
    """
    spent: dict[str, float] = {}
    for node_name, node in agent.processor.graph_runner._instantiated_nodes.items():
        match = _NODE.match(node_name)
        if match:
            node._fn = _timed(node._fn, f"{match['place']} {match['name']}", spent)
    return spent


def _timed(function: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    def timed(*arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            spent[name] = spent.get(name, 0.0) + 1000 * (time.perf_counter() - started)

    return timed


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return percentiles in milliseconds: in total, by component, by language and variant."""
    parts: defaultdict[str, list[float]] = defaultdict(list)
    groups: defaultdict[str, list[float]] = defaultdict(list)
    for row in rows:
        groups[f"{row['lang']} {row['variant']}"].append(row["total"])
        for name, ms in row["parts"].items():
            parts[name].append(ms)
        parts["rest (Rasa's graph)"].append(row["total"] - sum(row["parts"].values()))
    return {
        "messages": len(rows),
        "total": _percentiles([row["total"] for row in rows]),
        "processor": _percentiles([row["processor"] for row in rows]),
        "parts": {name: _percentiles(times) for name, times in parts.items()},
        "groups": {name: _percentiles(groups[name]) for name in sorted(groups)},
    }


def _percentiles(times: list[float]) -> dict[str, float]:
    return {
        "mean": round(sum(times) / len(times), 2),
        **{f"p{percent}": percentile(times, percent) for percent in (50, 95, 99)},
    }


def report(result: dict[str, Any]) -> str:
    """Return the result in Markdown."""
    found, about = result["summary"], result["machine"]
    libraries = ", ".join(f"{name} {about[name]}" for name in _LIBRARIES)
    lines = [
        "# Time in which a message is understood",
        "",
        f"{found['messages']} development questions in all variants, one after the other in one thread, "
        f"without server and dialogue; milliseconds. {about['cores']} cores, shared with other work: "
        f"on average {about['load']:.1f} processes wanted to run (five minutes). {about['system']}; "
        f"Python {about['python']}; {libraries}. Memory {result['memory_mb']:.0f} MB.",
    ]
    if result["training"]:
        took = result["training"]
        lines += [
            "",
            f"Training of the whole pipeline: {took['seconds']} s, of the processor {took['processor']} s.",
        ]
    whole = {"all": found["total"], "all, time of the processor": found["processor"]}
    lines += ["", f"Target: p95 below {TARGET_MS} ms.", "", *_table("part", {**whole, **found["parts"]})]
    lines += ["", *_table("question", found["groups"])]
    return "\n".join(lines)


def _table(heading: str, rows: dict[str, dict[str, float]]) -> list[str]:
    lines = [f"| {heading} | mean | p50 | p95 | p99 |", "|---|--:|--:|--:|--:|"]
    return lines + [
        f"| {name.lstrip('0123456789 ')} | {row['mean']} | {row['p50']} | {row['p95']} | {row['p99']} |"
        for name, row in rows.items()
    ]


if __name__ == "__main__":
    sys.exit(main())
