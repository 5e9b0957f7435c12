"""Time and memory of search as the knowledge base grows, on SQLite and PostgreSQL.

Each size gets a new database, filled by `knowledge.loading.load` as the real one is,
with entries of `benchmarks.generated`. A process of its own then opens it and
searches, so that its memory is that of searching alone. PostgreSQL runs as a private
server for the time of the measurement (without fsync, which does not affect reading).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import text

from benchmarks.generated import Generator, bare, mistyped, question_of
from benchmarks.measuring import machine, memory_mb, percentile
from benchmarks.postgresql import PostgresqlMissing, postgresql
from knowledge.content import Content, read
from knowledge.loading import load
from knowledge.model import Entry
from knowledge.search import Searcher
from knowledge.store import Store

Database = Literal["sqlite", "postgresql"]
DATABASES: tuple[Database, ...] = ("sqlite", "postgresql")
SIZES = (1_000, 10_000, 100_000)
_WARM_UP = 50
"""Questions that are asked before any is measured."""
_MISTYPED = 0.2
"""Share of the questions with a slip of the keys; half of all are typed without accents."""


def main(argv: list[str] | None = None) -> int:
    """Measure, print the growth table and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.knowledge_scale", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of entries")
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=DATABASES)
    parser.add_argument("--questions", type=int, default=500, help="questions to measure for each size")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--output", type=Path, help="write the result with raw rows to this JSON file; other runs in it stay"
    )
    arguments = parser.parse_args(argv)
    result = _earlier(arguments.output)
    try:
        for database in arguments.databases:
            for size in arguments.sizes:
                run = measure(database, size, arguments.questions, arguments.seed)
                result = merged(result, run)
                if arguments.output:
                    arguments.output.write_text(json.dumps(result) + "\n", encoding="utf-8")
    except PostgresqlMissing as missing:
        print(missing, file=sys.stderr)
        return 2
    print(table(result["runs"]))
    return 0


def measure(database: Database, size: int, questions: int, seed: int) -> dict[str, Any]:
    """Fill a new database with ``size`` entries and search it; return the run with its raw rows."""
    with _new_database(database) as url:
        _say(f"{database}, {size} entries: generating and loading")
        loaded = _apart(_load, url, size, seed)
        _say(f"{database}, {size} entries: loaded in {loaded['load_s']} s, searching")
        searched = _apart(_search, url, size, questions, seed)
    run = {"database": database, "entries": size, "seed": seed, "machine": machine(), **loaded, **searched}
    shown = {key: value for key, value in run.items() if key not in ("rows", "machine")}
    _say(json.dumps(shown))
    return run


def _apart(function: Any, *arguments: Any) -> dict[str, Any]:
    """Call a function in a new process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        found: dict[str, Any] = pool.submit(function, *arguments).result()
        return found


def _load(url: str, size: int, seed: int) -> dict[str, Any]:
    content = read()
    generator = Generator(content, seed)
    entries: dict[str, Entry] = {}
    for entry in generator.entries(size):
        entries[entry.id] = entry
        if len(entries) % 20_000 == 0:
            _say(f"{len(entries)}/{size} generated")
    with closing(Store(url)) as store:
        started = time.perf_counter()
        load(store, Content(entries=entries))
        seconds = time.perf_counter() - started
        counts, targets = store.word_counts
        return {
            "load_s": round(seconds, 1),
            "load_memory_mb": memory_mb(),
            "targets": targets,
            "words": len(counts),
            "disk_mb": round(_bytes_on_disk(store) / 1024**2, 1),
            "server": _server(store),
        }


def _search(url: str, size: int, questions: int, seed: int) -> dict[str, Any]:
    """Ask question forms of entries drawn at random, one after the other."""
    generator = Generator(read(), seed)
    chooser = random.Random(f"questions {seed}")
    asked = [
        _question(generator.entry(chooser.randrange(size)), chooser) for _ in range(questions + _WARM_UP)
    ]
    with closing(Store(url)) as store:
        before = memory_mb()
        searcher = Searcher(store)
        started = time.perf_counter()
        store.warm()
        warm_s = time.perf_counter() - started
        for _, _, question in asked[:_WARM_UP]:
            searcher.search(question)
        clock = _Clock(store)
        rows = [_row(searcher, clock, *item) for item in asked[_WARM_UP:]]
    return {
        "warm_s": round(warm_s, 1),
        "memory_mb": memory_mb(),
        "memory_before_mb": before,
        **summary(rows),
        "rows": rows,
    }


def _question(entry: Entry, chooser: random.Random) -> tuple[str, str, str]:
    """Return the id of an entry, how its question is typed, and the question."""
    question, typed = question_of(entry, chooser), ["plain"]
    if chooser.random() < _MISTYPED:
        question, typed = mistyped(question, chooser), ["typo"]
    if chooser.random() < 0.5:
        question, typed = bare(question), [*typed, "bare"]
    return entry.id, " ".join(typed), question


class _Clock:
    """Reads how long this process has computed, and the server's process behind its connection, in ms.

    Unlike the time that passes it does not count waiting for a core that others use.
    """

    def __init__(self, store: Store) -> None:
        self._server: Path | None = None
        if store.engine.dialect.name == "postgresql":
            with store.engine.connect() as connection:
                pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            self._server = Path(f"/proc/{pid}/schedstat")

    def read(self) -> float:
        """Return the milliseconds until now."""
        server = int(self._server.read_text().split()[0]) / 1e6 if self._server else 0.0
        return 1000 * time.process_time() + server


def _row(searcher: Searcher, clock: _Clock, entry: str, typed: str, question: str) -> dict[str, Any]:
    computed, started = clock.read(), time.perf_counter()
    hits = searcher.search(question)
    passed, computed = time.perf_counter() - started, clock.read() - computed
    found = bool(hits) and hits[0].entry == entry
    return {"ms": round(1000 * passed, 2), "cpu_ms": round(computed, 2), "typed": typed, "top1": found}


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return percentiles in milliseconds, also of the mistyped questions, and the share found first."""
    times = [row["ms"] for row in rows]
    computed = [row["cpu_ms"] for row in rows]
    slips = [row["cpu_ms"] for row in rows if "typo" in row["typed"]]
    return {
        "questions": len(rows),
        "p50_ms": percentile(times, 50),
        "p95_ms": percentile(times, 95),
        "cpu_p50_ms": percentile(computed, 50),
        "cpu_p95_ms": percentile(computed, 95),
        "typo_cpu_p95_ms": percentile(slips, 95),
        "top1": round(sum(row["top1"] for row in rows) / len(rows), 3),
    }


def merged(result: dict[str, Any], run: dict[str, Any]) -> dict[str, Any]:
    """Return the result with ``run`` in the place of an earlier one of its database and size."""
    runs = {(r["database"], r["entries"]): r for r in [*result["runs"], run]}
    return {"runs": [runs[key] for key in sorted(runs, key=lambda k: (DATABASES.index(k[0]), k[1]))]}


def table(runs: list[dict[str, Any]]) -> str:
    """Return the growth table in Markdown; a ratio is that of a p95 to the smallest size's."""
    lines = [
        "| database | entries | searchable texts | words | p50 ms | p95 ms | ratio | computing p50 ms "
        "| computing p95 ms | ratio | with a slip p95 ms | found first | memory MB | load s | on disk MB |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for run in runs:
        least = next(r for r in runs if r["database"] == run["database"])
        cells = [
            *(f"{run[key]:,}" for key in ("entries", "targets", "words")),
            *(run["p50_ms"], run["p95_ms"], f"{run['p95_ms'] / least['p95_ms']:.1f}", run["cpu_p50_ms"]),
            *(run["cpu_p95_ms"], f"{run['cpu_p95_ms'] / least['cpu_p95_ms']:.1f}", run["typo_cpu_p95_ms"]),
            *(f"{run['top1']:.1%}", *(f"{run[key]:,.0f}" for key in ("memory_mb", "load_s", "disk_mb"))),
        ]
        lines.append(f"| {run['database']} | {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


@contextmanager
def _new_database(database: Database) -> Iterator[str]:
    if database == "postgresql":
        with postgresql() as server:
            yield server.new_database()
        return
    with tempfile.TemporaryDirectory(prefix="heza-scale-") as folder:
        yield f"sqlite:///{Path(folder) / 'knowledge.sqlite'}"


def _bytes_on_disk(store: Store) -> int:
    path = store.engine.url.database
    if store.engine.dialect.name == "sqlite" and path:
        return Path(path).stat().st_size
    with store.engine.connect() as connection:
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def _server(store: Store) -> dict[str, str]:
    """Return the versions of what answers."""
    names = ("SQLAlchemy", "rapidfuzz", "psycopg")
    found = {name: version(name) for name in names}
    if store.engine.dialect.name == "sqlite":
        return {**found, "SQLite": sqlite3.sqlite_version}
    with store.engine.connect() as connection:
        found["PostgreSQL"] = str(connection.execute(text("SHOW server_version")).scalar_one())
    return found


def _earlier(path: Path | None) -> dict[str, Any]:
    if path and path.exists():
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found
    return {"runs": []}


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
