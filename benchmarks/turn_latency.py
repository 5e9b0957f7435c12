"""Time of a factual turn for one visitor, through the whole system: ``make bench``.

One request after the other over HTTP; each question in a session of its own, so
that the length of a conversation plays no part. A greeting, for which no knowledge
is looked up, runs in between: the ratio of the two says what the answer itself costs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from aiohttp import ClientError

from benchmarks.measuring import machine, percentile
from evaluation.client import Portal
from evaluation.questions import ANSWERS, Item, read_items, split_of

_GREETING = "Xin chào"


def main(argv: list[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.turn_latency", description=__doc__.splitlines()[0]
    )
    default = f"http://127.0.0.1:{os.environ.get('HEZA_PORT', '8080')}"
    parser.add_argument("--url", default=default, help="address of the portal (default: %(default)s)")
    parser.add_argument("--turns", type=int, default=200, help="factual turns to measure")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, help="write the result with raw rows to this JSON file")
    arguments = parser.parse_args(argv)
    try:
        rows = asyncio.run(measure(arguments.url, arguments.turns, arguments.seed))
    except ClientError as error:
        print(
            f"The portal does not answer at {arguments.url} ({error}): start it with 'make run'.",
            file=sys.stderr,
        )
        return 2
    result = {"machine": machine(), "summary": summary(rows), "rows": rows}
    print(json.dumps({k: result[k] for k in ("machine", "summary")}, indent=2))
    if arguments.output:
        arguments.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


async def measure(url: str, turns: int, seed: int) -> list[dict[str, Any]]:
    """Ask factual questions, each followed by a greeting; return one row per turn (milliseconds)."""
    factual = [i for i in read_items() if split_of(i.id) == "dev" and set(i.out) == set(ANSWERS)]
    chooser = random.Random(seed)
    rows: list[dict[str, Any]] = []
    async with Portal(url) as portal:
        await _turn(portal, _GREETING)  # the first turn of all opens connections and fills caches
        for number in range(turns):
            question = _question(chooser.choice(factual), number)
            rows.append({"sort": "factual", **await _turn(portal, question)})
            rows.append({"sort": "greeting", **await _turn(portal, _GREETING)})
            if (number + 1) % 50 == 0:
                print(f"{number + 1}/{turns}", file=sys.stderr)
    return rows


def _question(item: Item, number: int) -> str:
    return item.vi if number % 2 else item.en


async def _turn(portal: Portal, text: str) -> dict[str, Any]:
    token = await portal.session()
    started = time.perf_counter()
    turn = await portal.ask(token, text=text)
    return {"ms": round(1000 * (time.perf_counter() - started), 2), "outcome": turn["outcome"]}


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return p50 and p95 by sort of turn, and the ratio of the medians."""
    by_sort = {sort: [r["ms"] for r in rows if r["sort"] == sort] for sort in ("factual", "greeting")}
    found: dict[str, Any] = {
        sort: {"turns": len(times), "p50_ms": percentile(times, 50), "p95_ms": percentile(times, 95)}
        for sort, times in by_sort.items()
    }
    ratio = statistics.median(by_sort["factual"]) / statistics.median(by_sort["greeting"])
    return {**found, "factual_to_greeting_p50": round(ratio, 2)}


if __name__ == "__main__":
    sys.exit(main())
