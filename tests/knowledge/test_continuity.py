from __future__ import annotations

from typing import Any

import pytest
from ruamel.yaml.comments import CommentedMap

from knowledge.content import Place
from knowledge.continuity import check_succession, check_times
from knowledge.model import Document
from tests.samples import both, make_content, make_document, make_entry, rule

OLD = rule("cũ", effective_from="2014-02-15", effective_to="2025-09-30")
NEW = rule("mới", effective_from="2025-10-01")
PLACE = Place("x.yml", CommentedMap())


def problems(*rules: dict[str, Any], kind: str = "incentive") -> list[str]:
    facet = "answer" if kind == "incentive" else "fee"
    entry = make_entry(f"{kind}.x", "x", facets={facet: list(rules)})
    PLACE.node.lc.line = 0
    return [problem.message for problem in check_times(entry, PLACE)]


@pytest.mark.parametrize(
    "rules",
    [
        [OLD, NEW],
        [NEW, OLD],
        [rule("luôn luôn")],
        [rule("a", scope=both("một")), rule("b", scope=both("hai"))],
        [OLD, {**NEW, "licensed": {"from": "2025-10-01"}}, {**NEW, "licensed": {"to": "2025-09-30"}}],
        [rule("năm trước", effective_to="2024"), rule("năm sau", effective_from="2025")],
    ],
)
def test_rules_that_follow_each_other_are_in_order(rules: list[dict[str, Any]]) -> None:
    assert problems(*rules) == []


def test_a_day_without_a_rule_between_two_rules_is_a_problem() -> None:
    later = rule("về sau", effective_from="2025-10-15")
    assert problems(OLD, later) == ["no rule from 2025-10-01 to 2025-10-14, between two rules"]


@pytest.mark.parametrize(
    "rules",
    [
        [OLD, rule("mới", effective_from="2025-09-30")],
        [rule("luôn luôn"), NEW],
        [{**NEW, "licensed": {"from": "2025-10-01"}}, {**NEW, "licensed": {"to": "2025-10-01"}}],
        [{**NEW, "licensed": {"from": "2025-10-01"}}, NEW],
    ],
)
def test_two_rules_for_the_same_day_and_case_are_a_problem(rules: list[dict[str, Any]]) -> None:
    assert problems(*rules) == ["rules 1 and 2 hold on the same days for the same cases"]


def test_a_procedure_has_no_licence_dates() -> None:
    (problem,) = problems({**NEW, "licensed": {"from": "2025-10-01"}}, kind="procedure")
    assert "law at filing" in problem


def succession(*documents: Document) -> list[str]:
    content = make_content(*documents)
    for document in content.documents:
        content.places[document] = PLACE
    PLACE.node.lc.line = 0
    return [p.message for d in documents for p in check_succession(d, content)]


def test_a_replacement_is_told_by_both_documents_and_their_dates_meet() -> None:
    later = make_document("2/2025/NĐ-CP", supersedes=["1/2018/NĐ-CP"], effective_from="2025-10-01")
    former = make_document("1/2018/NĐ-CP", superseded_by=["2/2025/NĐ-CP"], effective_to="2025-09-30")
    assert succession(former, later) == []
    assert succession(former.model_copy(update={"superseded_by": []}), later) == [
        "1/2018/NĐ-CP does not name it under superseded_by"
    ]
    assert succession(former.model_copy(update={"effective_to": "2025-10-01"}), later) == [
        "1/2018/NĐ-CP is in force until 2025-10-01"
    ]
