from __future__ import annotations

import pytest

from actions.message import Part
from actions.readings import Reading
from actions.together import Found, several
from knowledge.store import Store
from tests.actions.conftest import said
from tests.actions.test_resolver import EIA, WORK_PERMIT
from tests.conftest import MakeStore
from tests.samples import make_zone

PERMIT, APPRAISAL = WORK_PERMIT.id, EIA.id
DAYS = {"procedure.time_limit": 0.6}


@pytest.fixture
def store(make_store: MakeStore) -> Store:
    return make_store(WORK_PERMIT, EIA)


def entries(found: list[Found]) -> list[str]:
    return [f.entry for f in found]


def test_two_questions_are_told_by_their_parts_and_the_whole(store: Store) -> None:
    whole = {PERMIT: -0.2, APPRAISAL: -0.5}
    text = "days for work and for the EIA"
    halves = (Part(0, 13, {PERMIT: -0.4}, DAYS), Part(18, len(text), {APPRAISAL: -0.4}, DAYS))
    found = several(store, said(text, parts=halves, subjects=whole), [])
    assert found == [Found(PERMIT, ["time_limit"]), Found(APPRAISAL, ["time_limit"])]


def test_a_comma_alone_joins_no_questions(store: Store) -> None:
    text = "we need a work permit, how long is the EIA"
    halves = (Part(0, 21, {PERMIT: 0.5}, {}), Part(23, len(text), {APPRAISAL: 0.5}, DAYS))
    assert several(store, said(text, parts=halves, subjects={PERMIT: 0.1, APPRAISAL: 0.1}), []) == []


def test_a_comma_joins_two_questions(store: Store) -> None:
    text = "how long is a work permit, how long the EIA"
    halves = (Part(0, 25, {PERMIT: 0.5}, DAYS), Part(27, len(text), {APPRAISAL: 0.3}, DAYS))
    found = several(store, said(text, parts=halves, subjects={PERMIT: 0.1}), [])
    assert entries(found) == [PERMIT, APPRAISAL]


def test_after_a_comma_a_faint_subject_of_one_part_is_none(store: Store) -> None:
    text = "how long is a work permit, how long the EIA"
    halves = (Part(0, 25, {PERMIT: 0.5}, DAYS), Part(27, len(text), {APPRAISAL: -0.1}, DAYS))
    assert several(store, said(text, parts=halves, subjects={PERMIT: 0.1}), []) == []


@pytest.mark.parametrize(("second", "both"), [("how many for EIA", True), ("in the case of EIA", False)])
def test_a_question_that_leaves_its_noun_out_is_of_the_same_kind(
    store: Store, second: str, both: bool
) -> None:
    text = f"how many days for a permit and {second}"
    halves = (Part(0, 26, {PERMIT: 0.1}, DAYS), Part(31, len(text), {APPRAISAL: -0.6}, {}))
    message = said(text, parts=halves, subjects={PERMIT: 0.1, APPRAISAL: -0.7}, aspects=DAYS)
    assert entries(several(store, message, [])) == ([PERMIT, APPRAISAL] if both else [])


def test_a_part_that_the_whole_does_not_confirm_is_left_out(store: Store) -> None:
    text = "for the EIA and the work permit in May"
    halves = (Part(0, 11, {APPRAISAL: -0.3}, {}), Part(16, len(text), {PERMIT: -0.3}, DAYS))
    assert several(store, said(text, parts=halves, subjects={PERMIT: 0.1}), []) == []


@pytest.mark.parametrize(
    ("text", "second", "both"),
    [
        ("days for each of the two", -0.3, True),
        ("mỗi cái mấy ngày", -0.3, True),
        ("days for each of the two", -0.95, False),
        ("how many days", -0.3, False),
    ],
)
def test_the_same_is_answered_of_two_things_if_it_is_asked_of_each(
    store: Store, text: str, second: float, both: bool
) -> None:
    message = said(text, subjects={PERMIT: 0.1, APPRAISAL: second}, aspects=DAYS)
    found = several(store, message, [Reading(PERMIT, probability=0.8)])
    assert entries(found) == ([PERMIT, APPRAISAL] if both else [])


@pytest.mark.parametrize(
    ("text", "both"),
    [
        ("The work permit is there. How long is the EIA?", False),
        ("the work permit and how long the EIA", True),
    ],
)
def test_a_sentence_that_only_tells_asks_for_nothing(store: Store, text: str, both: bool) -> None:
    cut = text.index(". ") if ". " in text else text.index(" and ")
    rest = cut + (2 if ". " in text else 5)
    halves = (Part(0, cut, {PERMIT: 0.3}, {}), Part(rest, len(text), {APPRAISAL: 0.3}, DAYS))
    message = said(text, parts=halves, subjects={PERMIT: 0.1, APPRAISAL: 0.1})
    assert entries(several(store, message, [])) == ([PERMIT, APPRAISAL] if both else [])


@pytest.mark.parametrize(("margin", "both"), [(-0.2, False), (0.2, True)])
def test_a_thing_of_another_kind_has_to_be_asked_about_plainly(
    make_store: MakeStore, margin: float, both: bool
) -> None:
    park = make_zone("vsip", "KCN VSIP", "VSIP Industrial Park", area_ha="507.6")
    store = make_store(WORK_PERMIT, park)
    text = "how large is VSIP and whose venture is it"
    halves = (Part(0, 17, {park.id: 0.4}, {}), Part(22, len(text), {PERMIT: margin}, {}))
    message = said(text, parts=halves, subjects={park.id: 0.1, PERMIT: -0.3})
    found = several(store, message, [Reading(park.id, probability=0.95)])
    assert entries(found) == ([park.id, PERMIT] if both else [])


@pytest.mark.parametrize(
    ("second", "sure", "both"),
    [
        ("for how long at most", 0.95, False),
        ("for how long at most", 0.5, True),
        ("what about an appraisal", 0.95, True),
    ],
)
def test_what_is_surely_one_question_takes_no_second_thing_that_it_hardly_speaks_of(
    store: Store, second: str, sure: float, both: bool
) -> None:
    text = f"who gets a work permit and {second}"
    halves = (Part(0, 22, {PERMIT: 0.4}, {}), Part(27, len(text), {APPRAISAL: -0.6}, DAYS))
    message = said(text, parts=halves, subjects={PERMIT: 0.2, APPRAISAL: -0.7})
    found = several(store, message, [Reading(PERMIT, probability=sure)])
    assert entries(found) == ([PERMIT, APPRAISAL] if both else [])


def test_zones_are_named_by_their_bare_names_where_zones_are_meant(make_store: MakeStore) -> None:
    parks = [make_zone("a", "KCN Hoàng Diệu", "Hoang Dieu Industrial Park", area_ha="245")]
    parks += [make_zone("b", "KCN Vinh Quang", "Vinh Quang Industrial Park", area_ha="226")]
    store = make_store(*parks)
    text = "Hoang Dieu and Vinh Quang, who builds them and how large are they?"
    seen = {park.id: -0.3 for park in parks}
    asked = {"intents": {"ask_zone_area": 0.9}, "subjects": seen}
    assert entries(several(store, said(text, **asked), [])) == [park.id for park in parks]
    assert several(store, said(text, intents={"ask_authority": 0.9}, subjects=seen), []) == []


def test_an_entry_that_only_the_model_still_knows_is_left_out(store: Store) -> None:
    text = "how long is a work permit and how long the old licence"
    halves = (Part(0, 25, {PERMIT: 0.4}, DAYS), Part(30, len(text), {"procedure.gone": 0.4}, DAYS))
    message = said(text, parts=halves, subjects={PERMIT: 0.2, "procedure.gone": 0.1})
    assert several(store, message, [Reading(PERMIT, probability=0.6)]) == []
