from __future__ import annotations

import pytest

from evaluation.report import errors, interval, markdown, share
from evaluation.scoring import ABSTAINED, CORRECT, WRONG
from tests.evaluation.conftest import MakeResult


def test_wrong_and_abstained_are_shared_out_apart(make_result: MakeResult) -> None:
    results = [make_result(v) for v in (CORRECT, CORRECT, WRONG, ABSTAINED)]
    assert [share(results, v) for v in (CORRECT, WRONG, ABSTAINED)] == [50.0, 25.0, 25.0]


def test_variants_of_one_question_say_no_more_than_the_question(make_result: MakeResult) -> None:
    verdicts = [CORRECT, WRONG] * 20
    apart = [make_result(v, source=f"x-{n}") for n, v in enumerate(verdicts)]
    together = [make_result(v, source=f"x-{n // 20}") for n, v in enumerate(sorted(verdicts))]
    narrow, wide = interval(apart, CORRECT), interval(together, CORRECT)
    assert 30 < narrow[0] < 50 < narrow[1] < 70
    assert wide == (0.0, 100.0)


def test_a_surer_interval_is_wider(make_result: MakeResult) -> None:
    results = [make_result(v, source=f"x-{n}") for n, v in enumerate([CORRECT, WRONG] * 20)]
    usual, surer = interval(results, CORRECT), interval(results, CORRECT, 0.999)
    assert surer[0] < usual[0] < usual[1] < surer[1]


@pytest.mark.parametrize(
    ("good", "bad", "measure"),
    [
        ({"first_block": True}, {"first_block": False}, "correct answers that hold the facts in the first"),
        ({}, {"answer_lang": "en"}, "turns in the language of the question"),
        ({"outcome": "stale"}, {"citations": 0}, "answers with at least one citation"),
        ({}, {"outcome": "out_of_scope", "verdict": ABSTAINED}, "questions in scope refused as out of scope"),
    ],
)
def test_what_is_reported_beside_the_verdicts(
    make_result: MakeResult, good: dict[str, str], bad: dict[str, str], measure: str
) -> None:
    (row,) = [
        r for r in markdown([make_result(**good), make_result(**bad)], "x").splitlines() if measure in r
    ]
    assert row.endswith("| 50.0 | 2 |")


def test_recall_counts_foreign_questions_only(make_result: MakeResult) -> None:
    foreign = frozenset({"out_of_scope", "no_answer"})
    either = frozenset({"out_of_scope", "answered"})
    results = [
        make_result(expected=foreign, outcome="no_answer"),
        make_result(WRONG, expected=foreign, outcome="answered"),
        make_result(expected=either, outcome="out_of_scope"),
        make_result(),
    ]
    report = markdown(results, "x")
    assert "(recall) | 50.0 | 2 |" in report
    assert "refused as out of scope | 0.0 | 1 |" in report


def test_what_no_turn_is_measured_by_has_no_share(make_result: MakeResult) -> None:
    assert "(recall) | – | 0 |" in markdown([make_result()], "x")


def test_the_report_says_what_was_measured(make_result: MakeResult) -> None:
    report = markdown([make_result()], "Evaluation", "2026-11-22; 1 question")
    assert report.startswith("# Evaluation\n\n2026-11-22; 1 question\n\n| language, variant |")


def test_only_what_was_not_correct_is_an_error(make_result: MakeResult) -> None:
    (line,) = errors([make_result(), make_result(WRONG, source="x-002")]).splitlines()
    assert line.startswith("wrong     x-002 vi as_written")
