"""What one process of each part carries: ``python -m benchmarks.sizing --help``.

A portal (with the actions) and a Rasa worker of their own answer development questions, asked by
some visitors at once, each of whom waits for the turn before the next question. The time of the
processor that each process used per message, and its memory, say how many are needed; unlike
messages per second they hardly depend on what else the machine does.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.measuring import machine
from evaluation.client import Portal
from evaluation.parts import LOOPBACK, Part, free_port, portal_part, rasa_part, running
from evaluation.questions import ANSWERS, read_items, split_of
from knowledge.content import read
from knowledge.loading import load
from knowledge.store import Store

_TICKS = os.sysconf("SC_CLK_TCK")
_TURNS_A_SESSION = 5
_TIME_TO_START = 300.0


@dataclass(frozen=True)
class Use:
    """What a process has used: seconds of the processor, megabytes of memory now and at most."""

    cpu: float
    memory: float
    peak: float


def used(pid: int) -> Use:
    """Return what a process has used (Linux only)."""
    process = Path(f"/proc/{pid}")
    fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
    status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
    memory = [round(int(status[name].split()[0]) / 1024, 1) for name in ("VmRSS", "VmHWM")]
    return Use((int(fields[11]) + int(fields[12])) / _TICKS, *memory)


def main(argv: list[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sizing", description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=1000, help="how many (default: %(default)s)")
    parser.add_argument("--visitors", type=int, default=8, help="at once (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, help="write the result to this JSON file")
    arguments = parser.parse_args(argv)
    result = measure(arguments.messages, arguments.visitors, arguments.seed)
    print(json.dumps(result, indent=2))
    if arguments.output:
        arguments.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


def measure(messages: int, visitors: int, seed: int) -> dict[str, Any]:
    """Start the parts, have them answer, and return what they used for it."""
    with tempfile.TemporaryDirectory(prefix="heza-sizing-") as name:
        folder = Path(name)
        store = Store(f"sqlite:///{folder / 'knowledge.sqlite'}")
        load(store, read())
        store.close()
        actions = str(free_port())
        rasa, address = rasa_part(folder, f"http://{LOOPBACK}:{actions}/webhook")
        portal, url = portal_part(folder, address, HEZA_ACTIONS_PORT=actions)
        with running(rasa, portal, seconds=_TIME_TO_START):
            asyncio.run(_ask(url, 50, visitors, seed + 1))  # caches fill
            figures = _measured({"portal, with actions": portal, "Rasa": rasa}, url, messages, visitors, seed)
        stored = sum(file.stat().st_size for file in folder.glob("*.sqlite") if "knowledge" not in file.name)
    about = {"date": date.today().isoformat(), "machine": machine(), "visitors": visitors}
    return {**about, **figures, "stored_kb_a_message": round(stored / 1024 / (messages + 50), 1)}


def _measured(parts: dict[str, Part], url: str, messages: int, visitors: int, seed: int) -> dict[str, Any]:
    before = {name: used(part.pid) for name, part in parts.items()}
    started = time.perf_counter()
    asyncio.run(_ask(url, messages, visitors, seed))
    seconds = time.perf_counter() - started
    after = {name: used(part.pid) for name, part in parts.items()}
    processes = {
        name: {
            "cpu_ms_a_message": round(1000 * (after[name].cpu - before[name].cpu) / messages, 1),
            "memory_mb": after[name].memory,
            "peak_mb": after[name].peak,
        }
        for name in parts
    }
    return {"messages": messages, "messages_a_second": round(messages / seconds, 1), "processes": processes}


async def _ask(url: str, messages: int, visitors: int, seed: int) -> None:
    """Have some visitors ask so many questions in all, a few in each session."""
    left = iter(range(messages))
    questions = _questions(seed)
    async with Portal(url) as portal:

        async def visit() -> None:
            for number in left:
                if number % _TURNS_A_SESSION == 0 or not token:
                    token.append(await portal.session())
                turn = await portal.ask(token[-1], text=next(questions))
                if turn["outcome"] == "service_down":
                    failed.append(number)

        failed: list[int] = []
        token: list[str] = []
        await asyncio.gather(*(visit() for _ in range(visitors)))
    if failed:
        print(f"{len(failed)} of {messages} messages got no answer in time", file=sys.stderr)


def _questions(seed: int) -> Iterator[str]:
    """Yield development questions for ever, in both languages."""
    items = [item for item in read_items() if split_of(item.id) == "dev" and set(item.out) == set(ANSWERS)]
    texts = [text for item in items for text in (item.vi, item.en)]
    random.Random(seed).shuffle(texts)
    return itertools.cycle(texts)


if __name__ == "__main__":
    sys.exit(main())
