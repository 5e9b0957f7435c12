"""Import and look-up as the dossier store grows, on SQLite and PostgreSQL.

Each size is imported into a new database from a CSV file, as ``python -m dossiers import`` does it. Then
dossiers are looked up at random, each by a client of its own: a third with the right factor, a third
with a wrong one, a third with a code that does not exist. PostgreSQL runs as a private server
for the time of the measurement, without fsync.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from contextlib import closing
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
    new_database,
    unknown_code,
)
from benchmarks.measuring import machine, memory_mb, percentile
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
            for size in arguments.sizes:
                runs.append(measure(database, size, arguments.lookups, arguments.seed))
                _say({key: value for key, value in runs[-1].items() if key not in ("ms", "machine")})
                if arguments.output:
                    arguments.output.write_text(json.dumps({"runs": runs}) + "\n", encoding="utf-8")
    except PostgresqlMissing as missing:
        print(missing, file=sys.stderr)
        return 2
    print(table(runs))
    return 0


def measure(database: Database, size: int, lookups: int, seed: int) -> dict[str, Any]:
    """Import ``size`` dossiers and look some up; return rates and times."""
    with new_database(database) as url, closing(Dossiers(url, KEYS)) as dossiers:
        seconds, cpu_seconds = fill(dossiers, size)
        chooser = random.Random(seed)
        times = [_timed(dossiers, count, chooser.randrange(size)) for count in range(_WARM_UP + lookups)]
    return {
        "database": database,
        "dossiers": size,
        "seed": seed,
        "machine": machine(),
        "import_s": round(seconds, 2),
        "import_cpu_s": round(cpu_seconds, 2),
        "rows_per_s": round(size / seconds),
        "memory_mb": memory_mb(),
        "p50_ms": percentile(times[_WARM_UP:], 50),
        "p95_ms": percentile(times[_WARM_UP:], 95),
        "ms": [round(t, 3) for t in times[_WARM_UP:]],
    }


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
        "| database | dossiers | import s | rows/s | CPU s | look-up p50 ms | p95 ms | ratio | memory MB |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for run in runs:
        least = next(r for r in runs if r["database"] == run["database"])
        cells = [
            *(f"{run['dossiers']:,}", f"{run['import_s']:,.1f}", f"{run['rows_per_s']:,}"),
            *(f"{run['import_cpu_s']:,.1f}", run["p50_ms"], run["p95_ms"]),
            *(f"{run['p95_ms'] / least['p95_ms']:.2f}", f"{run['memory_mb']:,.0f}"),
        ]
        lines.append(f"| {run['database']} | {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def _say(run: dict[str, Any]) -> None:
    print(json.dumps(run), file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
