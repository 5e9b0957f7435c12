"""Visitors who come at their own times, and visitors who wait for their turn.

Open loop: a message is sent when it is due, however long earlier ones take, and its time counts from
when it was *due*. A visitor who waits for an answer before asking on would hide just the
messages that a slow moment delays ("coordinated omission", G. Tene).
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass

Ask = Callable[[int, str], Awaitable[bool]]
"""Sends a visitor's message, waits for the turn and tells whether it is an answer."""


@dataclass(frozen=True)
class Taken:
    """A turn: when its message was due (seconds since the beginning), how long it took, whether it is one."""

    due: float
    ms: float
    answered: bool


@dataclass(frozen=True)
class Due:
    """A message that a visitor sends at a time (seconds since the beginning)."""

    at: float
    visitor: int


def arrivals(visitors: int, every: float, seconds: float, seed: int) -> list[Due]:
    """Return when the messages of independent visitors are due, in order.

    Args:
        visitors: how many; each is a Poisson process of its own.
        every: seconds between two messages of a visitor, on average.
        seconds: how long messages come.
        seed: of the random numbers.
    """
    chance = random.Random(seed)
    found = []
    for visitor in range(visitors):
        at = chance.expovariate(1 / every)
        while at < seconds:
            found.append(Due(at, visitor))
            at += chance.expovariate(1 / every)
    return sorted(found, key=lambda due: due.at)


async def open_loop(plan: Sequence[Due], texts: Iterator[str], ask: Ask) -> list[Taken]:
    """Send each message when it is due; return all turns when the last one has ended."""
    started = time.perf_counter()

    async def send(due: Due, text: str) -> Taken:
        answered = await ask(due.visitor, text)
        return Taken(due.at, 1000 * (time.perf_counter() - started - due.at), answered)

    turns = []
    for due in plan:
        await asyncio.sleep(max(0.0, due.at - (time.perf_counter() - started)))
        turns.append(asyncio.create_task(send(due, next(texts))))
    return list(await asyncio.gather(*turns))


async def closed_loop(visitors: int, seconds: float, texts: Iterator[str], ask: Ask) -> list[Taken]:
    """Have visitors ask one message after the other; what is under way at the end is waited for."""
    started = time.perf_counter()
    turns: list[Taken] = []

    async def visit(visitor: int) -> None:
        while (due := time.perf_counter() - started) < seconds:
            answered = await ask(visitor, next(texts))
            turns.append(Taken(due, 1000 * (time.perf_counter() - started - due), answered))

    await asyncio.gather(*(visit(visitor) for visitor in range(visitors)))
    return turns


def throughput(turns: Sequence[Taken], seconds: float) -> float:
    """Return how many answers a second were complete within ``seconds``."""
    return sum(turn.answered and turn.due + turn.ms / 1000 <= seconds for turn in turns) / seconds


def shuffled(texts: Sequence[str], seed: int) -> Iterator[str]:
    """Yield texts for ever, always in the same order."""
    order = list(texts)
    random.Random(seed).shuffle(order)
    return itertools.cycle(order)
