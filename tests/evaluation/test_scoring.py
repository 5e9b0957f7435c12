from __future__ import annotations

from typing import Any

import pytest

from evaluation.questions import Expectation
from evaluation.scoring import ABSTAINED, CORRECT, WRONG, score


def turn(outcome: str = "answered", text: str = "Trong 15 ngày làm việc.", **fields: Any) -> dict[str, Any]:
    given = {
        "outcome": outcome,
        "text": text,
        "blocks": [{"type": "para", "text": "Trong 15 ngày làm việc."}],
        "citations": [{"document": "35/2022/NĐ-CP", "title": "Nghị định về KCN", "article": "Điều 26"}],
        "entries": [{"id": "procedure.permit", "version": 1}],
    }
    return {**given, **fields}


def expected(**fields: Any) -> Expectation:
    return Expectation.model_validate({"all": [r"\b15\b"], **fields})


@pytest.mark.parametrize("outcome", ["answered", "stale"])
def test_an_answer_with_all_facts_is_correct(outcome: str) -> None:
    judged = score(turn(outcome), expected(all=["15 NGÀY", "làm việc"], cites=["35/2022"]))
    assert (judged.verdict, judged.why, judged.first_block, judged.entry) == (CORRECT, "", True, True)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"all": [r"\b15\b", r"\b20\b"]}, r"lacks \b20\b"),
        ({"not": ["làm việc"]}, "must not say làm việc"),
        ({"cites": ["82/2018"]}, "cites 35/2022/NĐ-CP, expected 82/2018"),
    ],
)
def test_an_answer_that_misses_a_fact_is_wrong(fields: dict[str, Any], why: str) -> None:
    judged = score(turn(), expected(**fields))
    assert (judged.verdict, judged.why) == (WRONG, why)


def test_an_answer_without_the_source_expected_is_wrong() -> None:
    judged = score(turn(citations=[]), expected(cites=["82/2018", "35/2022"]))
    assert (judged.verdict, judged.why) == (WRONG, "cites nothing, expected 82/2018 or 35/2022")


def test_one_of_the_sources_expected_is_enough() -> None:
    assert score(turn(), expected(cites=["82/2018", "35/2022"])).verdict == CORRECT


@pytest.mark.parametrize("outcome", ["no_answer", "clarify", "out_of_scope", "service_down"])
def test_to_say_nothing_where_an_answer_is_known_is_to_abstain(outcome: str) -> None:
    judged = score(turn(outcome), expected())
    assert (judged.verdict, judged.why) == (ABSTAINED, f"outcome {outcome}, expected answered/stale")


def test_an_answer_where_none_may_be_given_is_wrong() -> None:
    judged = score(turn(), expected(out=["out_of_scope", "no_answer"]))
    assert (judged.verdict, judged.why) == (WRONG, "outcome answered, expected out_of_scope/no_answer")


def test_an_outcome_that_is_accepted_is_correct_whatever_is_said() -> None:
    assert score(turn("no_answer", text=""), expected(out=["answered", "no_answer"])).verdict == CORRECT


def test_the_titles_and_articles_of_the_sources_count_as_said() -> None:
    assert score(turn(text="x"), expected(all=["Điều 26", "Nghị định về KCN"])).verdict == CORRECT


@pytest.mark.parametrize(
    "first",
    [
        {"type": "para", "text": "15"},
        {"type": "list", "items": ["15"]},
        {"type": "steps", "items": [{"title": "15"}]},
        {"type": "table", "columns": ["a"], "rows": [["x", "15"]]},
        {"type": "facts", "items": [{"label": "a", "value": "15"}]},
    ],
)
def test_the_first_block_is_judged_apart_whatever_it_is(first: dict[str, Any]) -> None:
    later = {"type": "para", "text": "khác"}
    assert score(turn(blocks=[first, later]), expected()).first_block is True
    assert score(turn(blocks=[later, first]), expected()).first_block is False
    assert score(turn(blocks=[]), expected()).first_block is False


@pytest.mark.parametrize(
    ("entries", "right"), [({"procedure.permit", "x"}, True), ({"procedure.other"}, False), (set(), True)]
)
def test_whether_the_right_entry_spoke_is_told_but_does_not_decide(entries: set[str], right: bool) -> None:
    judged = score(turn(), expected(), frozenset(entries))
    assert (judged.verdict, judged.entry) == (CORRECT, right)
