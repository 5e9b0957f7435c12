from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.accepted import ENOUGH, Accepted, Shares, accept, read, worse
from evaluation.run import Result
from evaluation.scoring import ABSTAINED, CORRECT, WRONG
from tests.evaluation.conftest import MakeResult


@pytest.fixture
def results(make_result: MakeResult) -> list[Result]:
    """Eighty correct, ten wrong and ten unanswered questions."""
    verdicts = [CORRECT] * 80 + [WRONG] * 10 + [ABSTAINED] * 10
    return [make_result(v, source=f"x-{n:03}") for n, v in enumerate(verdicts)]


def accepted(correct: float, wrong: float, group: str = "vi as_written") -> Accepted:
    return Accepted(questions="dev", release="r", groups={group: Shares(correct=correct, wrong=wrong, n=100)})


def test_a_result_is_accepted_by_language_and_variant(
    tmp_path: Path, results: list[Result], make_result: MakeResult
) -> None:
    file = tmp_path / "accepted.json"
    accept([*results, make_result(lang="en", variant="dialogue")], "dev", file)
    assert json.loads(file.read_text(encoding="utf-8")) == {
        "questions": "dev",
        "release": "content 1; model 1",
        "groups": {
            "en dialogue": {"correct": 100.0, "wrong": 0.0, "n": 1},
            "vi as_written": {"correct": 80.0, "wrong": 10.0, "n": 100},
        },
    }
    assert worse(results, read(file)) == []


@pytest.mark.parametrize(("correct", "wrong"), [(80, 10), (84, 8), (60, 30)])
def test_what_chance_explains_and_what_is_better_passes(
    results: list[Result], correct: float, wrong: float
) -> None:
    assert worse(results, accepted(correct, wrong)) == []


def test_fewer_correct_answers_than_chance_explains_fail(results: list[Result]) -> None:
    assert worse(results, accepted(95, 5)) == ["vi as_written: correct 80.0 %, accepted 95.0 %"]


def test_more_wrong_answers_than_chance_explains_fail(results: list[Result]) -> None:
    assert worse(results, accepted(80, 1)) == ["vi as_written: wrong 10.0 %, accepted 1.0 %"]


def test_a_group_that_was_not_accepted_is_not_compared(results: list[Result]) -> None:
    assert worse(results, accepted(100, 0, "en upper")) == []


def test_a_few_questions_are_not_compared(make_result: MakeResult) -> None:
    few = [make_result(WRONG, source=f"x-{n}") for n in range(ENOUGH - 1)]
    enough = [*few, make_result(WRONG, source="x-last")]
    assert worse(few, accepted(90, 5)) == []
    assert len(worse(enough, accepted(90, 5))) == 2
