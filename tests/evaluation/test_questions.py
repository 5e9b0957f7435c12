from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from evaluation.questions import (
    ANSWERS,
    DEVELOPMENT,
    HELD_OUT,
    Dialogue,
    Item,
    lint,
    read_dialogues,
    read_items,
    split_of,
)
from evaluation.variants import VARIANTS
from knowledge.answer import Outcome
from knowledge.content import Content


def item(**fields: Any) -> Item:
    given = {"id": "x-001", "vi": "Lệ phí bao nhiêu?", "en": "What is the fee?", "all": ["không thu"]}
    return Item.model_validate({**given, **fields})


def test_questions_are_read_with_the_name_of_their_file_as_subject(tmp_path: Path) -> None:
    (tmp_path / "fees.yml").write_text(
        "- {id: a-1, vi: phí, en: fee, all: [x], as_of: 2025-10-01}\n", encoding="utf-8"
    )
    (tmp_path / "dialogues.yml").write_text(
        "- {id: d-1, behaviour: happy_path, lang: vi, turns: [{say: chào, out: [small_talk]}]}\n",
        encoding="utf-8",
    )
    (tmp_path / "dialogues_more.yml").write_text(
        "- {id: e-1, behaviour: happy_path, lang: en, turns: [{say: hello, out: [small_talk]}]}\n",
        encoding="utf-8",
    )
    (read,) = read_items(tmp_path)
    assert (read.id, read.subject, read.as_of, read.out) == ("a-1", "fees", "2025-10-01", list(ANSWERS))
    assert (read.text("vi"), read.text("en")) == ("phí", "fee")
    dialogue, more = read_dialogues(tmp_path)
    assert (more.id, more.lang) == ("e-1", "en")
    assert (dialogue.id, dialogue.turns[0].say, dialogue.turns[0].out) == ("d-1", "chào", ["small_talk"])


@pytest.mark.parametrize(
    "fields", [{"colour": "red"}, {"all": ["("]}, {"not": ["[a"]}, {"vi": None}, {"en": 5}]
)
def test_a_question_that_is_none_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises((ValidationError, re.error)):
        item(**fields)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"all": ["lệ phí"]}, "the question itself satisfies every pattern"),
        ({"all": ["FEE", "bao nhiêu"]}, "the question itself satisfies every pattern"),
        ({"all": []}, "an answer is expected, but no pattern says which"),
    ],
)
def test_a_question_that_scores_any_answer_right_is_found(fields: dict[str, Any], problem: str) -> None:
    assert lint([item(**fields)]) == [f"x-001: {problem}"]


def test_a_question_with_one_pattern_of_its_own_is_sound() -> None:
    assert lint([item(all=["lệ phí", "không thu"])]) == []
    assert lint([item(all=[], out=["no_answer"])]) == []


def test_an_id_that_occurs_twice_is_found() -> None:
    assert lint([item(), item()]) == ["x-001: the id occurs twice"]


def test_a_turn_of_a_dialogue_is_held_to_the_same() -> None:
    turns = [
        {"say": "Lệ phí?", "all": ["lệ phí"]},
        {"say": "thế còn hạn?"},
        {"say": "chào", "out": ["small_talk"]},
    ]
    dialogue = Dialogue.model_validate({"id": "d-1", "behaviour": "follow_up", "lang": "vi", "turns": turns})
    assert lint([item(id="d-1")], [dialogue]) == [
        "d-1: the id occurs twice",
        "d-1[1]: the question itself satisfies every pattern",
        "d-1[2]: an answer is expected, but no pattern says which",
    ]


def test_the_shipped_questions_pass_lint() -> None:
    assert lint(read_items(), read_dialogues()) == []


def test_the_shipped_questions_expect_outcomes_of_the_contract() -> None:
    known = {*Outcome}
    moves = [move for dialogue in read_dialogues() for move in dialogue.turns]
    assert [q for q in (*read_items(), *moves) if not q.out or not set(q.out) <= known] == []


def test_there_are_enough_questions_and_dialogues() -> None:
    assert len(read_items()) > 500
    assert len(read_dialogues()) >= 90


def test_half_of_the_dialogues_are_held_in_each_language() -> None:
    languages = Counter(dialogue.lang for dialogue in read_dialogues())
    assert set(languages) == set(VARIANTS)
    assert abs(languages["vi"] - languages["en"]) < 0.1 * languages.total()


def test_the_dialogues_are_sorted_by_behaviour_and_have_two_to_eight_turns() -> None:
    dialogues = read_dialogues()
    for _, file in groupby(dialogues, lambda d: d.id.split("-")[0]):
        behaviours = [d.behaviour for d in file]
        assert len(list(groupby(behaviours))) == len(set(behaviours))
    assert {d.id: len(d.turns) for d in dialogues if not 2 <= len(d.turns) <= 8} == {}


def test_turns_in_both_languages_say_so() -> None:
    switches = [d for d in read_dialogues() if d.behaviour == "language_switch"]
    assert [d.id for d in switches if len({d.lang, *(m.lang or d.lang for m in d.turns)}) < 2] == []
    assert {m.lang for d in switches for m in d.turns} <= {None, *VARIANTS}


def test_a_question_that_must_be_answered_has_an_entry_for_its_facts(shipped: Content) -> None:
    taken = {fact for entry in shipped.entries.values() for fact in entry.facts}
    taken |= {fact for document in shipped.documents.values() for fact in document.facts}
    must = [i for i in read_items() if i.fact and set(i.out) <= set(ANSWERS)]
    assert {i.id: i.fact for i in must if not taken & set(i.fact)} == {}
    assert len(must) > 200


def test_a_question_never_changes_sides() -> None:
    ids = [f"pro-{n:03}" for n in range(1, 9)]
    sides = ["test", "test", "dev", "test", "test", "test", "dev", "dev"]
    assert [split_of(question) for question in ids] == sides


def test_a_set_written_for_development_stays_out_of_the_test_set() -> None:
    third = [i.id for i in read_items() if i.id.startswith("b3-")]
    assert len(third) == 240
    assert {split_of(i) for i in third} == {"dev"}


def test_a_set_that_is_held_out_is_for_the_test_as_a_whole() -> None:
    sixth = [i.id for i in read_items() if i.id.startswith("b6-")]
    assert len(sixth) == 120
    assert {split_of(i) for i in [*sixth, *(d.id for d in read_dialogues() if d.id.startswith("d6-"))]} == {
        "test"
    }


def test_a_set_that_has_been_measured_blind_becomes_one_for_development() -> None:
    fifth = [i.id for i in read_items() if i.id.startswith("b5-")]
    assert len(fifth) == 120
    assert {split_of(i) for i in [*fifth, *(d.id for d in read_dialogues() if d.id.startswith("d5-"))]} == {
        "dev"
    }


def test_both_sides_hold_a_fair_share() -> None:
    sides = [split_of(i.id) for i in read_items() if not i.id.startswith(DEVELOPMENT + HELD_OUT)]
    assert set(sides) == {"dev", "test"}
    assert 0.4 < sides.count("dev") / len(sides) < 0.6
