"""What ``make test`` runs: every check of the project."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from launcher import frontend, runtimes, training
from launcher.places import Fault, Places
from launcher.steps import Step, chosen, conclude, fallible, in_runtime, lenient, passed, run, without_ours

_APP_TESTS = ("tests", "--ignore=tests/bot", "--ignore=tests/e2e")


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
    checks = chosen(steps(places, fast, arguments), only)
    results = run([setup(places)])
    return conclude(results + run(checks) if passed(results) else results)


def setup(places: Places) -> Step:
    """Return the step that builds the runtimes."""
    return Step("setup", lambda: fallible(lambda: runtimes.setup(places, dev=True)))


def train(places: Places) -> Step:
    """Return the step that loads the knowledge and trains the model."""
    return Step("training", lambda: fallible(lambda: training.train(places)))


def steps(places: Places, fast: bool, arguments: Sequence[str]) -> list[Step]:
    """Return the checks in their order, without the set-up."""
    plain = without_ours(places)

    def in_app(name: str, *command: str) -> Step:
        return Step(name, in_runtime(name, plain, plain.app(*command), plain.app_environment()))

    def in_bot(name: str, *command: str) -> Step:
        return Step(name, in_runtime(name, plain, plain.bot(*command), plain.bot_environment()))

    def in_node(name: str, script: str) -> Step:
        return Step(name, lambda: fallible(_npm(plain, name, script)))

    found = [
        Step("front end", lambda: fallible(lambda: frontend.build(places))),
        in_node("front-end check", "check"),
        in_node("tests of front end", "test"),
        train(places),
        in_app("ruff check", "ruff", "check"),
        in_app("ruff format", "ruff", "format", "--check"),
        in_app("mypy", "mypy"),
        in_app("knowledge check", "knowledge", "check"),
        in_bot("rasa data validate", "rasa", "data", "validate", "--fail-on-warnings"),
        lenient(
            in_bot("tests of bot", "pytest", "tests/bot", "-c", "tests/bot/pytest.ini", *arguments), arguments
        ),
        lenient(in_app("tests of app", "pytest", *_APP_TESTS, *arguments), arguments),
    ]
    if not fast:
        found.append(lenient(in_app("tests end to end", "pytest", "tests/e2e", *arguments), arguments))
    return found


def _npm(places: Places, name: str, script: str) -> Callable[[], None]:
    def run_script() -> None:
        status = frontend.run(places, name, script)
        if status:
            raise Fault(f"'npm run {script}' failed with status {status}.")

    return run_script
