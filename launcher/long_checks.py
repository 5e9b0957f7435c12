"""What ``make test-long`` runs: what takes too long for every change. What came of it is kept."""

from __future__ import annotations

import time
from collections.abc import Sequence

from launcher import checks, foreground, records
from launcher.places import Places
from launcher.steps import Step, chosen, conclude, demand, passed, run, without_ours

_RESULTS = "docs/results"


def test(places: Places, only: Sequence[str], arguments: Sequence[str]) -> int:
    """Set up, train, run the long checks, print a summary and keep it in ``docs/results/test-long.md``.

    Args:
        places: the working copy.
        only: words of the names of the steps to run; all if there are none.
        arguments: handed to the evaluation.

    Returns:
        0 if every step passed, else 1.

    Raises:
        Fault: no step has such a name.
    """
    all_steps = steps(places, arguments)
    demand(only, [step.name for step in all_steps])
    origin = records.origin(places)  # first: what the steps write is not a change of what they checked
    started = time.monotonic()
    results = run([checks.setup(places), checks.train(places)])
    if passed(results):
        for step in chosen(all_steps, only):
            done = run([step])
            records.keep(places, origin, done)  # at once: the whole takes hours, and may be broken off
            results += done
    return conclude(results, time.monotonic() - started)


def steps(places: Places, arguments: Sequence[str]) -> list[Step]:
    """Return the long checks: add one line for each."""
    plain = without_ours(places)

    def in_app(name: str, *command: str) -> Step:
        return Step(name, lambda: foreground.app(plain, command))

    return [
        Step(
            "evaluation, whole set",
            lambda: foreground.app_with_service(places, ["evaluation", "--gate", *arguments]),
        ),
        in_app("evaluation, no Rasa", "evaluation.fallback"),
        in_app("seeds agree", "benchmarks.nlu_seeds", "--output", f"{_RESULTS}/seeds.md"),
        in_app("faults of every part", "pytest", "tests/faults", "-m", "long"),
        in_app("other long tests", "pytest", *_LONG_TESTS, "-m", "long"),
        in_app("million dossiers", "benchmarks.dossier_scale", "--gate", *_SCALE),
    ]


_LONG_TESTS = ("tests", "--ignore=tests/bot", "--ignore=tests/faults")
"""What of the suites is a seeded sample in ``make test``, as a whole; 50 drops of the widget's stream."""
_SCALE = ("--output", f"{_RESULTS}/dossier-scale.json", "--report", f"{_RESULTS}/dossier-scale.md")
