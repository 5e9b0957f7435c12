"""The last accepted result, and whether a sample is worse than it.

The accepted result is the whole development set, written once somebody has looked at
it (`--accept`). A change is then tried on a seeded sample (`--gate`), which fails only
if chance does not explain the difference.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from evaluation.report import interval, share
from evaluation.run import Result
from evaluation.scoring import CORRECT, WRONG

FILE = Path(__file__).with_name("accepted.json")
FALSE_ALARMS = 0.05
"""Probability that the gate fails though nothing got worse, over all its comparisons."""
ENOUGH = 10
"""Source questions from which a group is compared: fewer have no interval to speak of."""


class Strict(BaseModel):
    """A field that is not in the model is an error."""

    model_config = ConfigDict(extra="forbid")


class Shares(Strict):
    """Correct and wrong turns of a group in percent; ``n`` is the number of turns."""

    correct: float
    wrong: float
    n: int


class Accepted(Strict):
    """An accepted result by language and variant."""

    questions: str
    release: str
    groups: dict[str, Shares]


def accept(results: list[Result], questions: str, file: Path = FILE) -> None:
    """Make ``results`` the accepted result.

    Args:
        results: judged turns of a whole set.
        questions: name of the set.
        file: where to write.
    """
    groups = {
        name: Shares(correct=round(share(g, CORRECT), 1), wrong=round(share(g, WRONG), 1), n=len(g))
        for name, g in sorted(_groups(results).items())
    }
    accepted = Accepted(questions=questions, release=results[0].release, groups=groups)
    file.write_text(accepted.model_dump_json(indent=2) + "\n", encoding="utf-8")


def read(file: Path = FILE) -> Accepted:
    """Return the accepted result."""
    return Accepted.model_validate_json(file.read_text(encoding="utf-8"))


def worse(results: list[Result], accepted: Accepted) -> list[str]:
    """Return in what ``results`` are worse than accepted, by more than chance explains.

    Each group is compared twice. The intervals are widened with the number of
    comparisons (Bonferroni), so that `FALSE_ALARMS` holds for all of them together.
    """
    groups = {
        name: group
        for name, group in sorted(_groups(results).items())
        if name in accepted.groups and len({r.source for r in group}) >= ENOUGH
    }
    level = 1 - FALSE_ALARMS / max(1, len(groups))  # two comparisons, one tail each
    complaints = []
    for name, group in groups.items():
        was = accepted.groups[name]
        _, best = interval(group, CORRECT, level)
        least, _ = interval(group, WRONG, level)
        if best < was.correct:
            complaints.append(f"{name}: correct {share(group, CORRECT):.1f} %, accepted {was.correct:.1f} %")
        if least > was.wrong:
            complaints.append(f"{name}: wrong {share(group, WRONG):.1f} %, accepted {was.wrong:.1f} %")
    return complaints


def _groups(results: list[Result]) -> dict[str, list[Result]]:
    groups: defaultdict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[f"{result.lang} {result.variant}"].append(result)
    return groups
