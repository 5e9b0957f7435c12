"""Steps of a long command, each timed, with a summary at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from launcher.console import complain, say
from launcher.places import Fault, Places


@dataclass(frozen=True)
class Step:
    """One check.

    Args:
        name: how the summary names it.
        run: does it; returns the exit status.
    """

    name: str
    run: Callable[[], int]


@dataclass(frozen=True)
class Result:
    """How a step went."""

    name: str
    passed: bool
    seconds: float

    @property
    def verdict(self) -> str:
        """Return how the summary puts it."""
        return "passed" if self.passed else "FAILED"


class Named(Protocol):
    """Whatever has a name in the summary."""

    @property
    def name(self) -> str:
        """Return the name."""


N = TypeVar("N", bound=Named)


def demand(only: Sequence[str], names: Sequence[str]) -> None:
    """Make sure that each word of ``only`` is in the name of a step.

    Raises:
        Fault: a word is in none.
    """
    for word in only:
        if not any(word in name for name in names):
            raise Fault(f"No step is named like '{word}'. There are: {', '.join(names)}.")


def chosen(steps: Sequence[N], only: Sequence[str]) -> list[N]:
    """Return the steps with one of the words of ``only`` in their names; all if there are no words."""
    return [step for step in steps if not only or any(word in step.name for word in only)]


def run(steps: Sequence[Step]) -> list[Result]:
    """Run steps one after the other, whatever becomes of them."""
    return [_timed(step) for step in steps]


def passed(results: Sequence[Result]) -> bool:
    """Tell whether every step passed."""
    return all(result.passed for result in results)


def conclude(results: Sequence[Result], seconds: float) -> int:
    """Print the summary; return 0 if every step passed, else 1.

    Args:
        results: of all steps.
        seconds: that they took together; steps that ran side by side count once.
    """
    count = sum(result.passed for result in results)
    say(f"\n{_table(results)}\n\n{seconds / 60:.1f} minutes in all")
    say(f"{count} passed, {len(results) - count} failed")
    return 0 if passed(results) else 1


def fallible(action: Callable[[], None]) -> int:
    """Return the exit status of something that raises `Fault` where it fails."""
    try:
        action()
    except Fault as fault:
        complain(str(fault))
        return 1
    return 0


def without_ours(places: Places) -> Places:
    """Return the places without our settings: how a developer runs the assistant is not for tests."""
    ours = ("HEZA_", "DATABASE_URL", "REDIS_URL")
    kept = {name: value for name, value in places.settings.items() if not name.startswith(ours)}
    return replace(places, settings=kept)


def heading(name: str) -> str:
    """Return the line under which the output of a step stands."""
    return f"\n── {name} {'─' * (60 - len(name))}"


def _timed(step: Step) -> Result:
    say(heading(step.name))
    started = time.monotonic()
    status = step.run()
    return Result(step.name, status == 0, time.monotonic() - started)


def _table(results: Sequence[Result]) -> str:
    width = max(len(result.name) for result in results)
    return "\n".join(
        f"{result.name:<{width}}  {result.verdict}  {result.seconds:6.1f} s" for result in results
    )
