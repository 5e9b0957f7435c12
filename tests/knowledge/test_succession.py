from __future__ import annotations

from datetime import date

import pytest

from knowledge.model import Document
from knowledge.succession import (
    Phase,
    applied_before,
    implementing,
    leads_to,
    predecessors,
    stages,
    successors,
)
from knowledge.validity import Period
from tests.samples import make_document

FIRST = make_document("1/2008/NĐ-CP", effective_to="2018-07-09", superseded_by=["2/2018/NĐ-CP"])
SECOND = make_document(
    "2/2018/NĐ-CP",
    effective_from="2018-07-10",
    effective_to="2022-07-14",
    supersedes=["1/2008/NĐ-CP"],
    superseded_by=["3/2022/NĐ-CP"],
    amended_by=["4/2020/NĐ-CP"],
)
THIRD = make_document("3/2022/NĐ-CP", effective_from="2022-07-15", supersedes=["2/2018/NĐ-CP"])
AMENDING = make_document("4/2020/NĐ-CP", effective_from="2020-01-01")
DETAILING = make_document("5/2023/TT-BTC", effective_from="2023-01-01", implements=["3/2022/NĐ-CP"])
REGISTRY = {d.number: d for d in (FIRST, SECOND, THIRD, AMENDING, DETAILING)}


def numbers(documents: list[Document]) -> list[str]:
    return [document.number for document in documents]


def test_generations_are_told_from_the_nearest_on() -> None:
    assert numbers(predecessors(THIRD, REGISTRY)) == ["2/2018/NĐ-CP", "1/2008/NĐ-CP"]
    assert numbers(successors(FIRST, REGISTRY)) == ["2/2018/NĐ-CP", "3/2022/NĐ-CP"]


def test_what_led_from_one_document_to_another_is_told_in_the_order_of_time() -> None:
    assert numbers(leads_to(FIRST, THIRD, REGISTRY)) == ["2/2018/NĐ-CP", "3/2022/NĐ-CP"]
    assert numbers(leads_to(SECOND, THIRD, REGISTRY)) == ["3/2022/NĐ-CP"]


def test_a_document_that_the_registry_does_not_hold_is_passed_over() -> None:
    assert predecessors(THIRD, {}) == successors(FIRST, {}) == []


@pytest.mark.parametrize(
    ("when", "applied"),
    [
        ("2007", []),
        ("2008", ["1/2008/NĐ-CP"]),
        ("2018-07-09", ["1/2008/NĐ-CP"]),
        ("2018-07-10", ["2/2018/NĐ-CP"]),
        ("2018", ["1/2008/NĐ-CP", "2/2018/NĐ-CP"]),
        ("2022-07-14", ["2/2018/NĐ-CP"]),
        ("2022-07-15", []),
    ],
)
def test_what_applied_before_a_document_is_what_was_in_force_then(when: str, applied: list[str]) -> None:
    assert numbers(applied_before(THIRD, REGISTRY, Period.of(when))) == applied


@pytest.mark.parametrize(("day", "applied"), [("2019-12-31", ["2/2018/NĐ-CP"]), ("2018-07-09", [])])
def test_before_an_amendment_it_is_what_it_amends(day: str, applied: list[str]) -> None:
    assert numbers(applied_before(AMENDING, REGISTRY, Period.of(day))) == applied


def test_a_predecessor_without_an_end_ends_with_its_successor() -> None:
    endless = SECOND.model_copy(update={"effective_to": None})
    registry = {**REGISTRY, endless.number: endless}
    assert numbers(applied_before(THIRD, registry, Period.of("2022-07-14"))) == ["2/2018/NĐ-CP"]
    assert applied_before(THIRD, registry, Period.of("2022-07-15")) == []


def test_what_implements_a_document_names_it() -> None:
    assert numbers(implementing(THIRD, REGISTRY)) == ["5/2023/TT-BTC"]


def test_stages_follow_each_other_without_a_gap() -> None:
    found = stages(SECOND, REGISTRY)
    assert [stage.first for stage in found] == [
        None,
        date(2008, 1, 1),
        date(2018, 7, 10),
        date(2020, 1, 1),
        date(2022, 7, 15),
    ]
    assert [stage.last for stage in found] == [
        date(2007, 12, 31),
        date(2018, 7, 9),
        date(2019, 12, 31),
        date(2022, 7, 14),
        None,
    ]
    phases = [Phase.BEFORE, Phase.BEFORE, Phase.IN_FORCE, Phase.IN_FORCE, Phase.ENDED]
    assert [stage.phase for stage in found] == phases
    assert [numbers(list(stage.applied)) for stage in found] == [[], ["1/2008/NĐ-CP"], [], [], []]


def test_a_document_without_dates_has_one_stage() -> None:
    (stage,) = stages(make_document("Quy chế"), {})
    assert (stage.first, stage.last, stage.phase) == (None, None, Phase.IN_FORCE)
