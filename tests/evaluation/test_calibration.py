from __future__ import annotations

import pytest

from actions.ranker import Ranker
from evaluation.calibration import FOLDS, Judged, best_of, calibration_error, fold_of, in_folds, markdown
from evaluation.fit import Example

RANKER = Ranker({"x": 1.0}, {"bias": 1.0})
SURE, UNSURE = (
    Example([{"x": 5.0}, {}], [True, False], {}),
    Example([{"x": 0.1}, {}], [True, False], {"bias": 4.0}),
)


def test_the_best_reading_is_judged_with_its_probability() -> None:
    judged = best_of(RANKER, SURE)
    assert judged.right
    assert judged.confidence == pytest.approx(0.987, abs=0.001)


def test_where_nothing_known_is_likelier_that_is_the_reading() -> None:
    assert not best_of(RANKER, UNSURE).right
    assert best_of(RANKER, Example([{"x": 0.1}], [False], {"bias": 4.0})).right
    assert best_of(RANKER, Example([], [], {"bias": 1.0})).right


def test_no_question_is_judged_by_what_it_taught() -> None:
    by_source = {f"q-{n}": [Example([{"x": float(n)}], [True], {})] for n in range(40)}
    taught: list[set[float]] = []

    def learn(examples: object) -> Ranker:
        assert isinstance(examples, list)
        taught.append({e.candidates[0]["x"] for e in examples})
        return RANKER

    assert len(in_folds(by_source, learn)) == 40
    assert len(taught) == FOLDS
    for fold, kept in enumerate(taught):
        assert kept == {float(n) for n in range(40) if fold_of(f"q-{n}") != fold}


def test_a_confidence_that_is_right_has_no_error() -> None:
    honest = [Judged(0.75, n < 3) for n in range(4)]
    assert calibration_error(honest) == 0
    assert calibration_error([Judged(0.75, False)]) == 75


def test_the_report_shows_reliability_and_the_price_of_a_threshold() -> None:
    report = markdown([Judged(0.95, True), Judged(0.95, True), Judged(0.45, False), Judged(0.65, True)], 4)
    assert "| 0.40–0.50 | 1 | 45.0 | 0.0 |" in report
    assert "| 0.0 | 100.0 | 75.0 | 25.0 |" in report
    assert "| 0.5 | 75.0 | 100.0 | 0.0 |" in report
