"""Import and look-up as the dossier store grows, on SQLite and PostgreSQL.

Each size is imported into a new database from a CSV file, as ``python -m dossiers import`` does it. Then
dossiers are looked up at random, in the stores of all sizes in turn, so that whatever else the machine does
meets all of them alike. Each look-up has a client of its own; a third has the right factor, a third
a wrong one, a third a code that does not exist. PostgreSQL runs as a private server for the
time of the measurement, without fsync.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from benchmarks.dossiers import (
    DATABASES,
    KEYS,
    Database,
    client_of,
    code_of,
    factor_of,
    fill,
    new_databases,
    unknown_code,
)
from benchmarks.measuring import machine, percentile
from benchmarks.postgresql import PostgresqlMissing
from dossiers.lookup import Denied, Found
from dossiers.service import Dossiers

SIZES = (1_000, 10_000, 100_000, 1_000_000)
_WARM_UP = 200


def main(argv: list[str] | None = None) -> int:
    """Measure, print the growth table and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.dossier_scale", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of dossiers")
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=DATABASES)
    parser.add_argument("--lookups", type=int, default=3000, help="look-ups to measure for each size")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, help="write the result with raw times to this JSON file")
    arguments = parser.parse_args(argv)
    runs = []
    try:
        for database in arguments.databases:
            runs += measure(database, arguments.sizes, arguments.lookups, arguments.seed)
            if arguments.output:
                arguments.output.write_text(json.dumps({"runs": runs}) + "\n", encoding="utf-8")
    except PostgresqlMissing as missing:
        print(missing, file=sys.stderr)
        return 2
    print(table(runs))
    return 0


def measure(database: Database, sizes: Sequence[int], lookups: int, seed: int) -> list[dict[str, Any]]:
    """Import stores of all sizes and look dossiers up; return rates and times of each size."""
    chooser = random.Random(seed)
    with ExitStack() as stack:
        new_database = stack.enter_context(new_databases(database))
        stores = {size: stack.enter_context(closing(Dossiers(new_database(), KEYS))) for size in sizes}
        runs = [_imported(database, size, stores[size]) for size in sizes]
        times: dict[int, list[float]] = {size: [] for size in sizes}
        for count in range(_WARM_UP + lookups):
            for size in chooser.sample(sizes, len(sizes)):
                times[size].append(_timed(stores[size], count, chooser.randrange(size)))
    for run in runs:
        measured = times[run["dossiers"]][_WARM_UP:]
        run |= {"p50_ms": percentile(measured, 50), "p95_ms": percentile(measured, 95), "seed": seed}
        run["ms"] = [round(t, 3) for t in measured]
    return runs


def _imported(database: Database, size: int, dossiers: Dossiers) -> dict[str, Any]:
    """Fill a store; return how long that took."""
    seconds, cpu_seconds = fill(dossiers, size)
    run = {
        "database": database,
        "dossiers": size,
        "machine": machine(),
        "load": round(os.getloadavg()[0], 1),
        "import_s": round(seconds, 2),
        "import_cpu_s": round(cpu_seconds, 2),
        "rows_per_s": round(size / seconds),
        "rows_per_cpu_s": round(size / cpu_seconds),
    }
    print(json.dumps(run), file=sys.stderr, flush=True)
    return run


def _timed(dossiers: Dossiers, count: int, number: int) -> float:
    """Return the milliseconds of one look-up: right factor, wrong factor, unknown code in turn."""
    kind = count % 3
    code = unknown_code(number) if kind == 2 else code_of(number)
    factor = factor_of(number) if kind == 0 else f"{(int(factor_of(number)) + 1) % 10_000:04}"
    started = time.perf_counter()
    reply = dossiers.lookup(code, factor, client_of(count))
    seconds = time.perf_counter() - started
    assert isinstance(reply, Denied if kind else Found)
    return 1000 * seconds


def table(runs: list[dict[str, Any]]) -> str:
    """Return the growth table in Markdown; the ratio is that of the p95 to the smallest size's."""
    lines = [
        "| database | dossiers | import s | rows/s | per CPU s | load | look-up p50 ms | p95 ms | ratio |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for run in runs:
        least = next(r for r in runs if r["database"] == run["database"])
        cells = [
            *(f"{run['dossiers']:,}", f"{run['import_s']:,.1f}", f"{run['rows_per_s']:,}"),
            *(f"{run['rows_per_cpu_s']:,}", run["load"], run["p50_ms"], run["p95_ms"]),
            f"{run['p95_ms'] / least['p95_ms']:.2f}",
        ]
        lines.append(f"| {run['database']} | {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
