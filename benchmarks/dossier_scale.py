"""Import and look-up as the dossier store grows, on SQLite and PostgreSQL.

Each size is imported into a new database from a CSV file, as ``python -m dossiers import`` does it. Then
dossiers are looked up at random, in the stores of all sizes in turn, so that whatever else the machine does
meets all of them alike. Each look-up has a client of its own; a third has the right factor, a third
a wrong one, a third a code that does not exist. PostgreSQL runs as a private server for the
time of the measurement, without fsync. ``make test-long`` runs all sizes as a gate and writes
``docs/results/dossier-scale.md``.
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
from datetime import UTC, datetime
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
RATIO = 1.5
"""How much longer a look-up may take (p95) than at the smallest size: it must not grow with the store."""
ROWS_PER_S = 5_000
"""What an import has to take in; it depends on the machine, so it is told and is no part of the gate."""
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
    parser.add_argument("--report", type=Path, help="write the growth table and what became of the targets")
    parser.add_argument("--gate", action="store_true", help=f"fail if a look-up grows beyond {RATIO} times")
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
    print(f"{table(runs)}\n\n{targets(runs)}")
    if arguments.report:
        arguments.report.write_text(report(runs, arguments.lookups), encoding="utf-8")
    return int(arguments.gate and any(ratio(run, runs) > RATIO for run in runs))


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


def ratio(run: dict[str, Any], runs: Sequence[dict[str, Any]]) -> float:
    """Return how many times the p95 of the smallest store on the same database a look-up takes."""
    least = min((r for r in runs if r["database"] == run["database"]), key=lambda r: int(r["dossiers"]))
    return float(run["p95_ms"]) / float(least["p95_ms"])


def targets(runs: Sequence[dict[str, Any]]) -> str:
    """Return for each database what became of the two targets at its largest store, a line each."""
    lines = []
    for name in dict.fromkeys(run["database"] for run in runs):
        largest = max((r for r in runs if r["database"] == name), key=lambda r: int(r["dossiers"]))
        growth, speed = ratio(largest, runs), largest["rows_per_s"]
        at = f"- {name}, {largest['dossiers']:,} dossiers"
        lines += [
            f"{at}: p95 of a look-up is {growth:.2f} times that of the smallest store, "
            f"at most {RATIO} wanted: **{_verdict(growth <= RATIO)}**.",
            f"{at}: {speed:,} rows imported in a second on the clock, {ROWS_PER_S:,} wanted: "
            f"**{_verdict(speed >= ROWS_PER_S)}** ({largest['rows_per_cpu_s']:,} in a second of its own "
            f"processor time; {largest['load']} processes wanted to run when it ended).",
        ]
    return "\n".join(lines)


def _verdict(met: bool) -> str:
    return "met" if met else "missed"


def report(runs: list[dict[str, Any]], lookups: int) -> str:
    """Return the page of the results: how it was measured, the growth table, the targets."""
    about = runs[0]["machine"]
    return f"""# Import and look-up as the dossier store grows

Invented dossiers, imported from CSV as `python -m dossiers import` does it, in one transaction; then
{lookups:,} look-ups for each size, in the stores of all sizes in turn, so that whatever else the machine
does meets all of them alike (right factor, wrong factor, unknown code). Measured on
{datetime.now(UTC):%-d %B %Y}, {about["system"]}, {about["cores"]} cores, Python {about["python"]}; `load` is
the number of processes that wanted to run when the import ended. Raw times:
[dossier-scale.json](dossier-scale.json).

{table(runs)}

{targets(runs)}

Repeat: `make test-long args="--only dossiers"`
"""


def table(runs: list[dict[str, Any]]) -> str:
    """Return the growth table in Markdown; the ratio is that of the p95 to the smallest size's."""
    lines = [
        "| database | dossiers | import s | rows/s | per CPU s | load | look-up p50 ms | p95 ms | ratio |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for run in runs:
        cells = [
            *(f"{run['dossiers']:,}", f"{run['import_s']:,.1f}", f"{run['rows_per_s']:,}"),
            *(f"{run['rows_per_cpu_s']:,}", run["load"], run["p50_ms"], run["p95_ms"]),
            f"{ratio(run, runs):.2f}",
        ]
        lines.append(f"| {run['database']} | {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
