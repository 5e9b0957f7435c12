"""Steps of a long command, each timed, with a summary at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from launcher import processes
from launcher.console import complain, say
from launcher.places import Fault, Places

_NO_TEST_SELECTED = 5  # pytest's exit status


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


def chosen(steps: Sequence[Step], only: Sequence[str]) -> list[Step]:
    """Return the steps with one of the words of ``only`` in their names; all if there are none.

    Raises:
        Fault: a word is in no name.
    """
    for word in only:
        if not any(word in step.name for step in steps):
            raise Fault(f"No step is named like '{word}'. There are: {', '.join(s.name for s in steps)}.")
    return [step for step in steps if not only or any(word in step.name for word in only)]


def run(steps: Sequence[Step]) -> list[Result]:
    """Run steps one after the other, whatever becomes of them."""
    return [_timed(step) for step in steps]


def passed(results: Sequence[Result]) -> bool:
    """Tell whether every step passed."""
    return all(result.passed for result in results)


def conclude(results: Sequence[Result]) -> int:
    """Print the summary; return 0 if every step passed, else 1."""
    count = sum(result.passed for result in results)
    say(f"\n{_table(results)}\n")
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


def in_runtime(
    name: str, places: Places, command: Sequence[str], environment: Mapping[str, str]
) -> Callable[[], int]:
    """Return what runs a command of one of the runtimes and gives its exit status."""
    return lambda: processes.execute(name, command, places.root, environment)[0]


def lenient(step: Step, arguments: Sequence[str]) -> Step:
    """Let a suite pass in which the user's own selection (``-k``) leaves no test."""

    def run() -> int:
        status = step.run()
        return 0 if arguments and status == _NO_TEST_SELECTED else status

    return Step(step.name, run)


def without_ours(places: Places) -> Places:
    """Return the places without our settings: how a developer runs the assistant is not for tests."""
    ours = ("HEZA_", "DATABASE_URL", "REDIS_URL")
    kept = {name: value for name, value in places.settings.items() if not name.startswith(ours)}
    return replace(places, settings=kept)


def _timed(step: Step) -> Result:
    say(f"\n── {step.name} {'─' * (60 - len(step.name))}")
    started = time.monotonic()
    status = step.run()
    return Result(step.name, status == 0, time.monotonic() - started)


def _table(results: Sequence[Result]) -> str:
    width = max(len(result.name) for result in results)
    return "\n".join(
        f"{result.name:<{width}}  {result.verdict}  {result.seconds:6.1f} s" for result in results
    )
