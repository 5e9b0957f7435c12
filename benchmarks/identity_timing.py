"""Whether the time of a look-up tells an unknown code from a wrong factor.

Both are tried in turn, in random order, each with a code and a client of its own, so that no lock
and no delay comes in. Two-sample tests (Kolmogorov-Smirnov for any difference of the
distributions, Mann-Whitney for a shift) say how likely the differences are by chance alone.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from scipy.stats import ks_2samp, mannwhitneyu

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
from dossiers.lookup import Denied
from dossiers.service import Dossiers

_WARM_UP = 500


def main(argv: list[str] | None = None) -> int:
    """Measure, print the table and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.identity_timing", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=DATABASES)
    parser.add_argument("--tries", type=int, default=10_000, help="of both kinds together")
    parser.add_argument("--dossiers", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, help="write the result with raw times to this JSON file")
    arguments = parser.parse_args(argv)
    runs = []
    try:
        for database in arguments.databases:
            runs.append(measure(database, arguments.tries, arguments.dossiers, arguments.seed))
    except PostgresqlMissing as missing:
        print(missing, file=sys.stderr)
        return 2
    if arguments.output:
        arguments.output.write_text(json.dumps({"hash_us": hash_us(), "runs": runs}) + "\n", encoding="utf-8")
    print(table(runs))
    return 0


def measure(database: Database, tries: int, size: int, seed: int) -> dict[str, Any]:
    """Fill a store, look up unknown codes and wrong factors in random order; return times and tests."""
    chooser = random.Random(seed)
    kinds = ["unknown code", "wrong factor"] * (tries // 2)
    chooser.shuffle(kinds)
    times: dict[str, list[float]] = {"unknown code": [], "wrong factor": []}
    with new_databases(database) as new_database, closing(Dossiers(new_database(), KEYS)) as dossiers:
        fill(dossiers, size)
        for number in range(_WARM_UP):
            _timed(dossiers, "unknown code", number, size - 1 - number)
        numbers = chooser.sample(range(size - _WARM_UP), tries)
        for count, (kind, number) in enumerate(zip(kinds, numbers, strict=True), start=_WARM_UP):
            times[kind].append(_timed(dossiers, kind, count, number))
    unknown, wrong = times["unknown code"], times["wrong factor"]
    return {
        "database": database,
        "dossiers": size,
        "seed": seed,
        "machine": machine(),
        "ks": _test(ks_2samp(unknown, wrong)),
        "mann_whitney": _test(mannwhitneyu(unknown, wrong)),
        "median_difference_us": round(1000 * (statistics.median(wrong) - statistics.median(unknown)), 1),
        "ms": {kind: [round(t, 4) for t in values] for kind, values in times.items()},
    }


def _timed(dossiers: Dossiers, kind: str, count: int, number: int) -> float:
    """Return the milliseconds of one try."""
    code = unknown_code(number) if kind == "unknown code" else code_of(number)
    wrong = f"{(int(factor_of(number)) + 1) % 10_000:04}"
    started = time.perf_counter()
    reply = dossiers.lookup(code, wrong, client_of(count))
    seconds = time.perf_counter() - started
    assert isinstance(reply, Denied)
    return 1000 * seconds


def _test(found: Any) -> dict[str, float]:
    return {"statistic": round(float(found.statistic), 5), "p": round(float(found.pvalue), 4)}


def hash_us(rounds: int = 100_000) -> float:
    """Return the microseconds that one keyed hash takes."""
    key = KEYS.current
    started = time.perf_counter()
    for _ in range(rounds):
        key.hash("phone", "0123", b"s" * 16)
    return round(1e6 * (time.perf_counter() - started) / rounds, 2)


def table(runs: list[dict[str, Any]]) -> str:
    """Return the distributions and tests in Markdown."""
    lines = [
        "| database | reply to | tries | p5 ms | p50 ms | p95 ms | p99 ms | KS: p | Mann-Whitney: p |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for run in runs:
        for kind, times in run["ms"].items():
            parts = [f"{percentile(times, p):.1f}" for p in (5, 50, 95, 99)]
            tests = [f"{run[name]['p']:.2f}" for name in ("ks", "mann_whitney")]
            lines.append(
                f"| {run['database']} | {kind} | {len(times):,} | {' | '.join(parts)} | {' | '.join(tests)} |"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
