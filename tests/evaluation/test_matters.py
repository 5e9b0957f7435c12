from __future__ import annotations

import pytest

from evaluation.matters import (
    LIST,
    confusions,
    entry_share,
    found_matter,
    matter_share,
    understood,
    wanted_matters,
)
from evaluation.run import Result
from evaluation.scoring import ABSTAINED, WRONG
from tests.evaluation.conftest import MakeResult

PERMIT, OTHER = "procedure.permit", "procedure.other"
FOREIGN = frozenset({"out_of_scope"})


def permit(make_result: MakeResult, *entries: str, **fields: object) -> Result:
    return make_result(**{"wanted_entries": frozenset({PERMIT}), "entries": entries, **fields})


def test_the_matter_is_the_kind_of_entry_or_the_outcome(make_result: MakeResult) -> None:
    right = permit(make_result, PERMIT)
    assert (wanted_matters(right), found_matter(right)) == ({"procedure"}, "procedure")
    foreign = make_result(expected=FOREIGN, outcome="out_of_scope")
    assert (wanted_matters(foreign), found_matter(foreign)) == ({"out_of_scope"}, "out_of_scope")
    assert found_matter(make_result(outcome="clarify")) == "none"
    listed = make_result(subject="lists", entries=("zone.a", "zone.b"))
    assert (wanted_matters(listed), found_matter(listed)) == ({LIST}, LIST)


def test_precision_counts_what_was_found_and_recall_what_was_wanted(make_result: MakeResult) -> None:
    results = [
        permit(make_result, PERMIT),
        permit(make_result, "zone.a", verdict=WRONG),
        make_result(expected=FOREIGN, outcome="answered", entries=(PERMIT,), verdict=WRONG),
    ]
    share = matter_share([(r, wanted_matters(r)) for r in results], "procedure")
    assert (share.precision, share.recall, share.f1) == (50.0, 50.0, 50.0)


def test_the_entry_counts_against_answers_and_questions(make_result: MakeResult) -> None:
    results = [
        permit(make_result, PERMIT),
        permit(make_result, OTHER),
        permit(make_result, outcome="clarify"),
    ]
    share = entry_share(results)
    assert (share.precision, share.recall) == (50.0, pytest.approx(100 / 3))


def test_what_was_taken_for_what(make_result: MakeResult) -> None:
    results = [
        permit(make_result, OTHER, verdict=WRONG),
        permit(make_result, OTHER, verdict=WRONG),
        permit(make_result, PERMIT, verdict=WRONG),
        make_result(ABSTAINED, expected=FOREIGN, outcome="clarify"),
        permit(make_result, PERMIT),
    ]
    assert confusions(results) == {
        (PERMIT, OTHER): 2,
        (PERMIT, "the same, another part of it"): 1,
        ("out_of_scope", "clarify"): 1,
    }


def test_the_tables_name_matters_the_entry_and_confusions(make_result: MakeResult) -> None:
    lines = list(understood([permit(make_result, PERMIT), permit(make_result, OTHER, verdict=WRONG)]))
    assert "| procedure | 100.0 | 100.0 | 100.0 | 2 |" in lines
    assert "| the entry itself (entity) | 50.0 | 50.0 | 50.0 | 2 |" in lines
    assert lines[-1] == f"| {PERMIT} | {OTHER} | 1 |"
