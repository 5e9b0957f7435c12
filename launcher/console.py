"""What the user sees while something takes its time."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)


def complain(text: str) -> None:
    """Print a line about something that went wrong."""
    print(text, file=sys.stderr, flush=True)


class Progress:
    """Prints numbered steps: ``[2/5] Packages of the Rasa runtime, 31 s``.

    Args:
        total: how many steps there will be.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._number = 0

    @contextmanager
    def step(self, text: str) -> Iterator[list[str]]:
        """Print the step now and its time at the end.

        What is put into the list meanwhile is printed between the two.
        """
        self._number += 1
        print(f"[{self._number}/{self._total}] {text}", end="", flush=True)
        notes: list[str] = []
        started = time.monotonic()
        try:
            yield notes
        except BaseException:
            say(", failed")
            raise
        found = f": {', '.join(notes)}" if notes else ""
        say(f"{found}, {time.monotonic() - started:.0f} s")
