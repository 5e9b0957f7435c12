"""The checks of the whole project, one after the other, each timed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from launcher import foreground, frontend, processes, runtimes, training
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


def test(places: Places, fast: bool, arguments: Sequence[str]) -> int:
    """Set up, train, run every check, print a summary.

    Args:
        places: the working copy.
        fast: leave out the end-to-end tests.
        arguments: handed to every pytest.

    Returns:
        0 if every step passed, else 1.
    """
    ready = [Step("setup", lambda: _fallible(lambda: runtimes.setup(places, dev=True)))]
    return _all(ready, lambda: steps(places, fast, arguments))


def _all(ready: Sequence[Step], checks: Callable[[], Sequence[Step]]) -> int:
    """Run the checks if all of ``ready`` passed, and print a summary; return 0 if every step passed."""
    results = [_timed(step) for step in ready]
    if all(result.passed for result in results):
        results += [_timed(step) for step in checks()]
    passed = sum(result.passed for result in results)
    say(f"\n{_table(results)}\n")
    say(f"{passed} passed, {len(results) - passed} failed")
    return 0 if passed == len(results) else 1


def steps(places: Places, fast: bool, arguments: Sequence[str]) -> list[Step]:
    """Return the checks in their order, without the set-up."""
    plain = replace(places, settings=_without_ours(places.settings))

    def in_app(name: str, *command: str) -> Step:
        return Step(name, lambda: _run(name, plain, plain.app(*command), plain.app_environment()))

    def in_bot(name: str, *command: str) -> Step:
        return Step(name, lambda: _run(name, plain, plain.bot(*command), plain.bot_environment()))

    def in_node(name: str, script: str) -> Step:
        return Step(name, lambda: _fallible(lambda: _passed(frontend.run(plain, name, script), script)))

    found = [
        Step("front end", lambda: _fallible(lambda: frontend.build(places))),
        in_node("front-end check", "check"),
        in_node("tests of front end", "test"),
        Step("training", lambda: _fallible(lambda: training.train(places))),
        in_app("ruff check", "ruff", "check"),
        in_app("ruff format", "ruff", "format", "--check"),
        in_app("mypy", "mypy"),
        in_app("knowledge check", "knowledge", "check"),
        in_bot("rasa data validate", "rasa", "data", "validate", "--fail-on-warnings"),
        _lenient(
            in_bot("tests of bot", "pytest", "tests/bot", "-c", "tests/bot/pytest.ini", *arguments), arguments
        ),
        _lenient(in_app("tests of app", "pytest", *_APP_TESTS, *arguments), arguments),
    ]
    if not fast:
        found.append(_lenient(in_app("tests end to end", "pytest", "tests/e2e", *arguments), arguments))
    return found


def long_test(places: Places, arguments: Sequence[str]) -> int:
    """Set up, train, run what takes too long for every change, print a summary; return as `test` does."""
    ready = [Step("setup", lambda: _fallible(lambda: runtimes.setup(places, dev=True)))]
    ready.append(Step("training", lambda: _fallible(lambda: training.train(places))))
    return _all(ready, lambda: long_steps(places, arguments))


def long_steps(places: Places, arguments: Sequence[str]) -> list[Step]:
    """Return the long checks: add one line for each."""
    return [
        Step(
            "evaluation, whole set",
            lambda: foreground.app_with_service(places, ["evaluation", "--gate", *arguments]),
        ),
        Step("evaluation, no Rasa", lambda: foreground.app(places, ["evaluation.fallback"])),
        Step(
            "faults of every part", lambda: foreground.app(places, ["pytest", "tests/faults", "-m", "long"])
        ),
    ]


_APP_TESTS = ("tests", "--ignore=tests/bot", "--ignore=tests/e2e")


def _lenient(step: Step, arguments: Sequence[str]) -> Step:
    """Let a suite pass in which the user's own selection (``-k``) leaves no test."""

    def run() -> int:
        status = step.run()
        return 0 if arguments and status == _NO_TEST_SELECTED else status

    return Step(step.name, run)


def _without_ours(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without our settings: how a developer runs the assistant is not for tests."""
    ours = ("HEZA_", "DATABASE_URL", "REDIS_URL")
    return {name: value for name, value in settings.items() if not name.startswith(ours)}


def _run(name: str, places: Places, command: Sequence[str], environment: Mapping[str, str]) -> int:
    return processes.execute(name, command, places.root, environment)[0]


def _fallible(action: Callable[[], None]) -> int:
    try:
        action()
    except Fault as fault:
        complain(str(fault))
        return 1
    return 0


def _passed(status: int, script: str) -> None:
    if status:
        raise Fault(f"'npm run {script}' failed with status {status}.")


def _timed(step: Step) -> Result:
    say(f"\n── {step.name} {'─' * (60 - len(step.name))}")
    started = time.monotonic()
    status = step.run()
    return Result(step.name, status == 0, time.monotonic() - started)


def _table(results: Sequence[Result]) -> str:
    width = max(len(result.name) for result in results)
    return "\n".join(
        f"{result.name:<{width}}  {'passed' if result.passed else 'FAILED'}  {result.seconds:6.1f} s"
        for result in results
    )
