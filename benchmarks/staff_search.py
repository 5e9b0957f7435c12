"""Time of the hotline desk's search while typing, over the HTTP API, as the knowledge base grows.

A new SQLite knowledge base is filled with generated entries, the portal runs over it with one
officer signed in, and question forms are typed letter by letter as far as a random place: every
request is one keystroke. Passwords are hashed once, before anything is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer

from benchmarks.generated import Generator, bare, question_of
from benchmarks.measuring import machine, percentile
from knowledge.content import Content, read
from knowledge.loading import load
from knowledge.store import Store
from portal.app import make_apps
from portal.settings import Settings
from portal.staff import accounts
from portal.staff.access import STAFF
from portal.staff.permissions import Role
from portal.staff.sessions import COOKIE, open_session

_WARM_UP = 50
_SHORTEST = 3
"""Letters from which a keystroke is counted."""


def main(argv: list[str] | None = None) -> int:
    """Measure, print the table and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.staff_search", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=(500, 5_000), help="numbers of entries")
    parser.add_argument("--keystrokes", type=int, default=500, help="requests to measure for each size")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, help="write the result with raw rows to this JSON file")
    arguments = parser.parse_args(argv)
    runs = [asyncio.run(measure(size, arguments.keystrokes, arguments.seed)) for size in arguments.sizes]
    if arguments.output:
        result = {"machine": machine(), "seed": arguments.seed, "runs": runs}
        arguments.output.write_text(json.dumps(result) + "\n", encoding="utf-8")
    print(table(runs))
    return 0


async def measure(size: int, keystrokes: int, seed: int) -> dict[str, Any]:
    """Return the times of keystrokes over ``size`` entries."""
    shipped = read()
    generator = Generator(shipped, seed)
    chooser = random.Random(f"keystrokes {seed}")
    with tempfile.TemporaryDirectory(prefix="heza-staff-") as folder:
        settings = Settings("no Rasa", "http://127.0.0.1:1", var=Path(folder), actions_port=1)
        with closing(Store(settings.knowledge_url)) as store:
            entries = {e.id: e for e in generator.entries(size)}
            load(store, Content(entries=entries, documents=shipped.documents))
        async with _signed_in(settings) as client:
            typed = [_typed(generator, size, chooser) for _ in range(keystrokes + _WARM_UP)]
            rows = [await _row(client, *one) for one in typed]
    return {"entries": size, **summary(rows[_WARM_UP:]), "rows": rows[_WARM_UP:]}


@asynccontextmanager
async def _signed_in(settings: Settings) -> AsyncIterator[TestClient[Any, Any]]:
    """Run the portal and open a session of an officer."""
    public = make_apps(settings).public
    with public[STAFF].writing() as connection:
        account = accounts.add(connection, "officer", {Role.OFFICER})
        session = open_session(connection, account)
    async with TestServer(public) as server:
        jar = CookieJar(unsafe=True, treat_as_secure_origin=server.make_url("/"))
        jar.update_cookies({COOKIE: session}, server.make_url("/"))
        client: TestClient[Any, Any] = TestClient(server, cookie_jar=jar)
        async with client:
            yield client


def _typed(generator: Generator, size: int, chooser: random.Random) -> tuple[str, str]:
    """Return an entry and how far one of its question forms has been typed, half of them without accents."""
    entry = generator.entry(chooser.randrange(size))
    question = question_of(entry, chooser)
    question = bare(question) if chooser.random() < 0.5 else question
    return entry.id, question[: chooser.randint(_SHORTEST, max(_SHORTEST, len(question)))]


async def _row(client: TestClient[Any, Any], entry: str, typed: str) -> dict[str, Any]:
    started = time.perf_counter()
    async with client.get("/staff/api/search", params={"q": typed, "lang": "vi"}) as reply:
        reply.raise_for_status()
        found = (await reply.json())["results"]
    ms = 1000 * (time.perf_counter() - started)
    return {
        "ms": round(ms, 2),
        "letters": len(typed),
        "found": any(result["entry"] == entry for result in found),
    }


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return percentiles in milliseconds, and how often the entry meant is among the results."""
    times = [row["ms"] for row in rows]
    return {
        "keystrokes": len(rows),
        "p50_ms": percentile(times, 50),
        "p95_ms": percentile(times, 95),
        "p99_ms": percentile(times, 99),
        "max_ms": round(max(times), 1),
        "found": round(statistics.mean(row["found"] for row in rows), 3),
    }


def table(runs: list[dict[str, Any]]) -> str:
    """Return the result in Markdown."""
    lines = [
        "| entries | keystrokes | p50 ms | p95 ms | p99 ms | slowest ms | entry among the results |",
        "|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for run in runs:
        cells = [
            *(f"{run[key]:,}" for key in ("entries", "keystrokes")),
            *(str(run[key]) for key in ("p50_ms", "p95_ms", "p99_ms", "max_ms")),
            f"{run['found']:.1%}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
