"""What ``make test`` runs: every check of the project."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from launcher import frontend, lanes, runtimes, training
from launcher.lanes import Job
from launcher.places import Fault, Places
from launcher.steps import Step, chosen, conclude, demand, fallible, passed, run, without_ours

_NO_TEST_SELECTED = 5  # pytest's exit status
_BESIDE_TRAINING = ("tests/bot", "tests/e2e", "tests/browser", "tests/faults")
"""Suites of the first lane: they need the model or a browser, and take about as long as all others."""


@dataclass(frozen=True)
class Plan:
    """The checks, without the set-up.

    Args:
        first: one after the other.
        lanes: side by side afterwards; the first has what needs the trained model.
    """

    first: list[Step]
    lanes: tuple[list[Job], list[Job]]

    @property
    def names(self) -> list[str]:
        """Return the names of all checks in the order of the summary."""
        return [step.name for step in self.first] + [job.name for lane in self.lanes for job in lane]


def test(places: Places, fast: bool, only: Sequence[str], arguments: Sequence[str]) -> int:
    """Set up, train, run every check, print a summary.

    Args:
        places: the working copy.
        fast: leave out the end-to-end tests.
        only: words of the names of the steps to run; all if there are none.
        arguments: handed to every pytest.

    Returns:
        0 if every step passed, else 1.

    Raises:
        Fault: no step has such a name.
    """
    wanted = plan(places, fast, arguments)
    demand(only, wanted.names)
    started = time.monotonic()
    results = run([setup(places)])
    if passed(results):
        results += run(chosen(wanted.first, only))
        results += lanes.run(without_ours(places), [chosen(lane, only) for lane in wanted.lanes])
    return conclude(results, time.monotonic() - started)


def setup(places: Places) -> Step:
    """Return the step that builds the runtimes."""
    return Step("setup", lambda: fallible(lambda: runtimes.setup(places, dev=True)))


def train(places: Places) -> Step:
    """Return the step that loads the knowledge and trains the model."""
    return Step("training", lambda: fallible(lambda: training.train(places)))


def plan(places: Places, fast: bool, arguments: Sequence[str]) -> Plan:
    """Return the checks, each with what it runs."""
    plain = without_ours(places)
    passing = (
        (0, _NO_TEST_SELECTED) if arguments else (0,)
    )  # the user's own selection (``-k``) may leave none

    def in_app(name: str, *command: str) -> Job:
        return Job(name, plain.app(*command), plain.app_environment())

    def in_bot(name: str, *command: str) -> Job:
        return Job(name, plain.bot(*command), plain.bot_environment())

    def suite(name: str, *selection: str) -> Job:
        return Job(name, plain.app("pytest", *selection, *arguments), plain.app_environment(), passing)

    def in_node(name: str, script: str) -> Step:
        return Step(name, lambda: fallible(_npm(plain, name, script)))

    bot_tests = plain.bot("pytest", "tests/bot", "-c", "tests/bot/pytest.ini", *arguments)
    with_model = [
        Job("training", [sys.executable, "-m", "launcher", "train"], places.settings),
        in_bot("rasa data validate", "rasa", "data", "validate", "--fail-on-warnings"),
        Job("tests of bot", bot_tests, plain.bot_environment(), passing),
        suite("tests of browser, faults", "tests/browser", "tests/faults"),
    ]
    if not fast:
        with_model.append(suite("tests end to end", "tests/e2e"))
    without_model = [
        in_app("ruff check", "ruff", "check"),
        in_app("ruff format", "ruff", "format", "--check"),
        in_app("mypy", "mypy"),
        in_app("knowledge check", "knowledge", "check"),
        suite("tests of app", "tests", *(f"--ignore={folder}" for folder in _BESIDE_TRAINING)),
    ]
    first = [
        Step("front end", lambda: fallible(lambda: frontend.build(places))),
        in_node("front-end check", "check"),
        in_node("tests of front end", "test"),
    ]
    return Plan(first, (with_model, without_model))


def _npm(places: Places, name: str, script: str) -> Callable[[], None]:
    def run_script() -> None:
        status = frontend.run(places, name, script)
        if status:
            raise Fault(f"'npm run {script}' failed with status {status}.")

    return run_script
