"""The commands that bring dossiers in: import, simulate, demo; and migrate."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from dossiers.demo import demo_codes
from dossiers.events import parse_event
from dossiers.importing import Importer, Report
from dossiers.opening import open_dossiers, settle_demo
from dossiers.reading import FileFault
from dossiers.simulator import FACTOR, day_of_events
from knowledge.dates import HANOI, today

Commands = Any
"""What `argparse` calls the action of subparsers; the type has no public name."""

_MOST_SHOWN = 50


def register(commands: Commands) -> None:
    """Add the commands to the parser."""
    importer = commands.add_parser("import", help="take in a CSV or JSON Lines file, all of it or nothing")
    importer.add_argument("file", type=Path, help="UTF-8; columns as docs/dossiers.md lists them")
    importer.add_argument("--dry-run", action="store_true", help="write nothing, tell what would happen")
    importer.add_argument(
        "--skip-bad", action="store_true", help="write the good rows although there are bad ones"
    )
    importer.add_argument(
        "--as-of", type=_time, metavar="TIME", help="time of the export, for rows without version and time"
    )
    importer.set_defaults(run=_import)
    simulator = commands.add_parser("simulate", help="play a day of invented events")
    simulator.add_argument("--day", type=date.fromisoformat, help="default: yesterday")
    simulator.add_argument("--dossiers", type=int, default=20, help="how many (default: %(default)s)")
    simulator.add_argument("--seed", type=int, default=1, help="same seed, same events")
    simulator.add_argument(
        "--apply", action="store_true", help="put them into the store instead of printing JSON Lines"
    )
    simulator.set_defaults(run=_simulate)
    commands.add_parser(
        "demo",
        help="put the invented dossiers in, or take them out where DATABASE_URL or HEZA_DEMO=off is set",
    ).set_defaults(run=_demo)
    commands.add_parser("migrate", help="bring the tables up to date").set_defaults(run=_migrate)


def _time(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=HANOI)


def _import(arguments: argparse.Namespace) -> int:
    try:
        with closing(open_dossiers()) as dossiers:
            importer = Importer(
                dossiers.feed,
                skip_bad=arguments.skip_bad,
                dry_run=arguments.dry_run,
                as_of=arguments.as_of,
                progress=_progress(arguments.file),
            )
            report = importer.run(arguments.file)
    except (FileFault, OSError) as error:
        print(f"Nothing was imported. {error}", file=sys.stderr)
        return 1
    _print(report, arguments.dry_run)
    return 1 if report.bad_rows or report.conflicts else 0


def _progress(path: Path) -> Callable[[int], None]:
    """Return what shows a running count on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        return lambda _rows: None
    with path.open("rb") as file:
        total = max(1, sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")))

    def show(rows: int) -> None:
        share = min(1.0, rows / total)
        bar = "█" * int(30 * share)
        print(f"\r{bar:<30} {share:4.0%} {rows:,} rows", end="", file=sys.stderr, flush=True)

    return show


def _print(report: Report, dry_run: bool) -> None:
    if sys.stderr.isatty():
        print(file=sys.stderr)
    for bad in report.bad[:_MOST_SHOWN]:
        print(bad, file=sys.stderr)
    if report.bad_rows > _MOST_SHOWN:
        print(f"… and {report.bad_rows - _MOST_SHOWN} more bad rows", file=sys.stderr)
    for line in report.conflicts[:_MOST_SHOWN]:
        print(f"line {line}: other content under a version or event id known already", file=sys.stderr)
    for word, count in report.unknown_states.most_common():
        print(f"unknown state, shown as it is: {word!r} ({count} rows)", file=sys.stderr)
    counts = ", ".join(f"{count} {taken}" for taken, count in sorted(report.taken.items()))
    print(f"{report.rows} rows: {counts or 'none good'}; {report.bad_rows} bad")
    if not report.written:
        print("Dry run: nothing was written." if dry_run else "Nothing was written: see --skip-bad.")


def _simulate(arguments: argparse.Namespace) -> int:
    day = arguments.day or today() - timedelta(days=1)
    events = day_of_events(day, arguments.dossiers, arguments.seed)
    if not arguments.apply:
        for event in events:
            print(json.dumps(event, ensure_ascii=False))
        return 0
    with closing(open_dossiers()) as dossiers:
        taken = [dossiers.apply_events([parse_event(event)], "simulator")[0] for event in events]
    counts = {result: taken.count(result) for result in sorted(set(taken))}
    print(f"{len(events)} events: {', '.join(f'{n} {result}' for result, n in counts.items())}")
    return 0


def _demo(_arguments: argparse.Namespace) -> int:
    with closing(open_dossiers()) as dossiers:
        there = settle_demo(dossiers)
    if there:
        print(f"Invented dossiers, second factor {FACTOR}:", *demo_codes(), sep="\n")
    else:
        print("No invented dossiers here.")
    return 0


def _migrate(_arguments: argparse.Namespace) -> int:
    open_dossiers().close()
    print("The tables are up to date.")
    return 0
