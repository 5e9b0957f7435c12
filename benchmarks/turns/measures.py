"""The measurements; each asks both assistants in turn, so that what else the machine does meets both."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from benchmarks.turns.loads import Taken, arrivals, closed_loop, open_loop, shuffled, throughput
from benchmarks.turns.split import mark, shares, since
from benchmarks.turns.systems import TURNS_A_SESSION, System, Visitors

EVERY = 10.0
"""Seconds between two messages of a visitor."""
VISITORS = (1, 10, 50, 200)
AT_ONCE = (1, 2, 4, 8, 16)
WINDOW = 10
"""Turns that are compared at the beginning and at the end of a long conversation, with the same messages."""
_WARM_UP = 40
_GROWTH = 1.03
_PATIENCE = ClientTimeout(total=300)


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    texts: list[str]
    seed: int
    blocks: int = 4
    turns: int = 50
    seconds: float = 60.0
    fewest: int = 30
    long: int = 200
    conversations: int = 4
    messages: int = 10_000
    visitors: Sequence[int] = VISITORS


class Measures:
    """Measures two assistants that run.

    Args:
        systems: ours first.
        plan: how much.
    """

    def __init__(self, systems: tuple[System, System], plan: Plan) -> None:
        self._systems = systems
        self._plan = plan

    def run(self, part: str) -> dict[str, Any]:
        """Return what one part found, by assistant, with raw rows."""
        return asyncio.run(getattr(self, part)())

    async def one(self) -> dict[str, Any]:
        """One visitor, one message after the other, in alternating blocks; where the time goes."""
        plan = self._plan
        taken: dict[str, list[Taken]] = {s.name: [] for s in self._systems}
        parts: dict[str, list[dict[str, float]]] = {s.name: [] for s in self._systems}
        worked = dict.fromkeys(taken, 0.0)
        async with _http() as http:
            await self._warm(http)
            for block in range(plan.blocks):
                texts = shuffled(plan.texts, plan.seed + block)
                some = [next(texts) for _ in range(plan.turns)]
                for system in self._systems:
                    visitors = Visitors(system, http)
                    await visitors.prepare(1 + len(some) // TURNS_A_SESSION)
                    before, cpu = await mark(system, http), system.use().cpu
                    turns = await _in_order(visitors, some)
                    worked[system.name] += system.use().cpu - cpu
                    rows, noted = await since(before, system, http)
                    taken[system.name] += turns
                    parts[system.name].append(shares([t.ms for t in turns], rows, noted))
                _say(f"one visitor: block {block + 1} of {plan.blocks}")
        return {
            name: {
                "turns": _rows(turns),
                "split": _average(parts[name]),
                "processor_ms": round(1000 * worked[name] / len(turns), 1),
            }
            for name, turns in taken.items()
        }

    async def open(self) -> dict[str, Any]:
        """Visitors who come at their own times."""
        plan = self._plan
        found: dict[str, Any] = {s.name: {} for s in self._systems}
        async with _http() as http:
            await self._warm(http)
            for count in plan.visitors:
                seconds = max(plan.seconds, plan.fewest * EVERY / count)
                due = arrivals(count, EVERY, seconds, plan.seed)
                for system in self._systems:
                    _say(f"{count} visitors, {len(due)} messages: {system.name} …")
                    visitors = Visitors(system, http)
                    await visitors.prepare(count + len(due) // TURNS_A_SESSION)
                    turns = await open_loop(due, shuffled(plan.texts, plan.seed), _patient(visitors))
                    found[system.name][str(count)] = {"seconds": seconds, "turns": _rows(turns)}
        return found

    async def saturation(self) -> dict[str, Any]:
        """Visitors who ask on at once, more and more of them, until no more turns come through."""
        plan = self._plan
        found: dict[str, Any] = {s.name: {} for s in self._systems}
        seconds = plan.seconds / 3
        async with _http() as http:
            await self._warm(http)
            for count in AT_ONCE:
                for system in self._systems:
                    reached = list(found[system.name].values())[-2:]
                    if len(reached) == 2 and reached[1] < _GROWTH * reached[0]:
                        continue
                    visitors = Visitors(system, http)
                    await visitors.prepare(int(4 * seconds) + count)
                    texts = shuffled(plan.texts, plan.seed)
                    turns = await closed_loop(count, seconds, texts, _patient(visitors))
                    found[system.name][str(count)] = round(throughput(turns, seconds), 2)
                    _say(f"{count} at once: {system.name} {found[system.name][str(count)]} turns/s")
        return found

    async def long(self) -> dict[str, Any]:
        """Long conversations: milliseconds of each turn, a list for each conversation."""
        plan = self._plan
        found: dict[str, Any] = {s.name: [] for s in self._systems}
        texts = shuffled(plan.texts, plan.seed)
        some = [next(texts) for _ in range(WINDOW)]
        async with _http() as http:
            await self._warm(http)
            for number in range(plan.conversations):
                for system in self._systems:
                    visitors = Visitors(system, http, plan.long)
                    await visitors.prepare(1)
                    turns = await _in_order(visitors, [some[n % WINDOW] for n in range(plan.long)])
                    found[system.name].append([round(t.ms, 1) for t in turns])
                _say(f"long conversations: {number + 1} of {plan.conversations}")
        return found

    async def memory(self) -> dict[str, Any]:
        """Memory of our processes, every twentieth of the messages; the plain ones are not the question."""
        system, plan = self._systems[0], self._plan
        step = max(1, plan.messages // 20)
        texts = shuffled(plan.texts, plan.seed)
        samples = []
        async with _http() as http:
            await self._warm(http)
            visitors = [Visitors(system, http) for _ in range(2)]
            for done in range(0, plan.messages, step):
                halves = [[next(texts) for _ in range(step // 2)] for _ in visitors]
                await asyncio.gather(*(_in_order(v, some) for v, some in zip(visitors, halves, strict=True)))
                use = system.use()
                samples.append([done + step, round(use.memory, 1)])
                _say(f"memory: {samples[-1][0]} messages, {samples[-1][1]} MB")
        return {system.name: samples}

    async def start(self) -> dict[str, Any]:
        """Seconds until everything is ready, over the files of an earlier start."""
        found: dict[str, Any] = {s.name: [] for s in self._systems}
        for _ in range(2):
            for system in self._systems:
                await asyncio.to_thread(system.end)
                found[system.name].append(round(await asyncio.to_thread(system.start), 1))
                _say(f"start: {system.name} {found[system.name][-1]} s")
        return found

    async def _warm(self, http: ClientSession) -> None:
        texts = shuffled(self._plan.texts, self._plan.seed - 1)
        some = [next(texts) for _ in range(_WARM_UP)]
        for system in self._systems:
            await _in_order(Visitors(system, http), some)


def growth(conversations: list[list[float]]) -> tuple[float, float]:
    """Return the median of the first turns after the first one, and of the last turns with the same messages.

    Args:
        conversations: milliseconds of each turn.
    """
    first = [ms for turns in conversations for ms in turns[1 : 1 + WINDOW]]
    last = [ms for turns in conversations for ms in turns[len(turns) - WINDOW :]]
    return median(first), median(last)


def _http() -> ClientSession:
    return ClientSession(timeout=_PATIENCE, connector=TCPConnector(limit=0))


def _patient(visitors: Visitors) -> Any:
    """Have a call that fails count as no answer instead of ending the measurement."""

    async def ask(visitor: int, text: str) -> bool:
        try:
            return await visitors.ask(visitor, text)
        except (ClientError, TimeoutError):
            return False

    return ask


async def _in_order(visitors: Visitors, texts: list[str]) -> list[Taken]:
    """Have one visitor ask one message after the other."""
    begun = time.perf_counter()
    turns = []
    for text in texts:
        sent = time.perf_counter()
        answered = await visitors.ask(0, text)
        turns.append(Taken(sent - begun, 1000 * (time.perf_counter() - sent), answered))
    return turns


def _average(blocks: list[dict[str, float]]) -> dict[str, float]:
    return {part: round(sum(b[part] for b in blocks) / len(blocks), 2) for part in blocks[0]}


def _rows(turns: list[Taken]) -> list[list[float]]:
    """Return raw rows: due (s), took (ms), 1 if answered."""
    return [[round(t.due, 2), round(t.ms, 1), int(t.answered)] for t in turns]


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)
