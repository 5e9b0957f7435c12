"""Measure whole turns beside those of a plain Rasa assistant: ``make bench-turns``.

Both run side by side: ours as in operation, and the assistant of ``benchmarks/plain_rasa``, which is
trained at the first time (some minutes). Parts can be measured apart; a part replaces what the
output says of it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from benchmarks.measuring import machine
from benchmarks.plain_rasa.building import NotTrained
from benchmarks.turns.measures import VISITORS, Measures, Plan
from benchmarks.turns.report import report
from benchmarks.turns.systems import TURNS_A_SESSION, both
from benchmarks.turns.texts import examples
from evaluation.parts import NotStarted
from launcher.places import Places

PARTS = ("one", "open", "saturation", "long", "memory", "start")
_LIBRARIES = {
    "bot": ("rasa", "tensorflow", "SQLAlchemy", "aiohttp", "sanic"),
    "app": ("rasa-sdk", "SQLAlchemy", "aiohttp"),
}


def main(argv: list[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    arguments = _parser().parse_args(argv)
    places = Places()
    if not places.model.exists():
        print(f"{places.shown(places.model)} does not exist: train it with 'make train'.", file=sys.stderr)
        return 2
    plan = Plan(
        examples(places.root / "data" / "nlu"),
        arguments.seed,
        turns=arguments.turns,
        seconds=arguments.seconds,
        fewest=arguments.fewest,
        conversations=arguments.conversations,
        messages=arguments.messages,
        visitors=arguments.visitors,
    )
    result: dict[str, Any] = {"about": _about(places, plan), "parts": _measured_before(arguments.output)}
    try:
        _measure(arguments.parts, plan, result, arguments.output)
    except (NotTrained, NotStarted) as error:
        print(error, file=sys.stderr)
        return 2
    print(report(result))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.turns", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--parts", nargs="+", choices=PARTS, default=PARTS, help="what to measure (default: all)"
    )
    parser.add_argument("--turns", type=int, default=50, help="of one visitor in each of four blocks")
    parser.add_argument(
        "--seconds", type=float, default=60.0, help="of each open loop; a third of it for saturation"
    )
    parser.add_argument(
        "--fewest", type=int, default=30, help="messages of an open loop, however long it takes"
    )
    parser.add_argument(
        "--visitors", type=int, nargs="+", default=VISITORS, help="of the open loops (default: 1 10 50 200)"
    )
    parser.add_argument("--conversations", type=int, default=4, help="long ones, of 200 turns")
    parser.add_argument("--messages", type=int, default=10_000, help="over which memory is watched")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, help="write OUTPUT.json, with raw rows, and OUTPUT.md")
    return parser


def _measure(parts: Sequence[str], plan: Plan, result: dict[str, Any], output: Path | None) -> None:
    """Start both assistants, measure part by part, and write after each what is known."""
    with tempfile.TemporaryDirectory(prefix="heza-turns-") as name:
        systems = both(Path(name))
        try:
            for system in systems:
                print(f"Starting {system.name} …", file=sys.stderr)
                system.start()
            measures = Measures(systems, plan)
            for part in parts:
                about = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "load": os.getloadavg()[0]}
                result["parts"][part] = {**about, "found": measures.run(part)}
                if output:
                    _write(result, output)
        finally:
            for system in systems:
                system.end()


def _write(result: dict[str, Any], output: Path) -> None:
    output.with_suffix(".json").write_text(json.dumps(result) + "\n", encoding="utf-8")
    output.with_suffix(".md").write_text(report(result) + "\n", encoding="utf-8")


def _measured_before(output: Path | None) -> dict[str, Any]:
    if output is None or not output.with_suffix(".json").exists():
        return {}
    parts: dict[str, Any] = json.loads(output.with_suffix(".json").read_text(encoding="utf-8"))["parts"]
    return parts


def _about(places: Places, plan: Plan) -> dict[str, Any]:
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _commit(places.root),
        "machine": machine(),
        "processor": _processor(),
        "versions": _versions(places),
        "texts": len(plan.texts),
        "seed": plan.seed,
        "turns_a_session": TURNS_A_SESSION,
    }


def _commit(root: Path) -> str:
    command = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(  # noqa: S603 - the command is our own
        command, cwd=root, capture_output=True, text=True, timeout=10, check=False
    )
    return done.stdout.strip() or "unknown"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")


def _versions(places: Places) -> dict[str, str]:
    """Return versions of what matters in both runtimes."""
    found = {}
    for runtime, python in (("bot", places.bot_python), ("app", places.app_python)):
        (packages,) = python.parent.parent.glob("lib/python*/site-packages")
        installed = {d.metadata["Name"].lower(): d.version for d in distributions(path=[str(packages)])}
        for name in _LIBRARIES[runtime]:
            found[f"{name} ({runtime})"] = installed.get(name.lower(), "?")
    return found


if __name__ == "__main__":
    sys.exit(main())
