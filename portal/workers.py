"""Which of several Rasa workers is asked: the least busy one of those that are there.

Any worker can answer any conversation, because tracker and locks are shared. One that cannot be
reached, or does not answer in time, is away: the others are asked instead of it until
its readiness is seen again. Beyond that each worker has a breaker of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from portal.breaker import Breaker


class Worker:
    """One Rasa.

    Args:
        url: its address.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.breaker = Breaker()
        self.away = False
        self._busy = 0
        self._asked = 0

    @contextmanager
    def working(self) -> Iterator[None]:
        """Count a turn for as long as it is under way."""
        self._busy += 1
        self._asked += 1
        try:
            yield
        finally:
            self._busy -= 1

    @property
    def load(self) -> tuple[bool, int, int]:
        """What workers are chosen by, the least first: there, turns under way, turns so far."""
        return self.away, self._busy, self._asked


class Workers:
    """The workers behind one portal.

    Args:
        urls: their addresses, divided by commas.
    """

    def __init__(self, urls: str) -> None:
        self.all = [Worker(url.strip().rstrip("/")) for url in urls.split(",")]

    def in_turn(self) -> Iterator[Worker]:
        """Yield the workers that may be asked, best first; which one is best is looked at each time."""
        left = list(self.all)
        while left:
            worker = min(left, key=lambda one: one.load)
            left.remove(worker)
            if worker.breaker.allows():
                yield worker

    @property
    def are_left_alone(self) -> bool:
        """Whether no worker is asked, because all of them kept failing."""
        return all(worker.breaker.is_open for worker in self.all)

    @property
    def away(self) -> int:
        """How many could not be reached when they were last asked."""
        return sum(worker.away for worker in self.all)
