"""The questions of the evaluation must not be learned from: neither by Rasa nor by search."""

from __future__ import annotations

import pytest

from evaluation.in_context import turns_in_context
from evaluation.separation import Said, question_forms, questions, training_examples, twins
from knowledge.content import Content
from knowledge.learning import NLU
from tests.samples import make_document


def test_no_question_is_learned_from(shipped: Content) -> None:
    turns = [Said(turn.about, turn.text) for turn in turns_in_context()]
    learned = [*training_examples(NLU), *question_forms(shipped), *turns]
    assert len(learned) > 5000
    offenders = sorted(f"{q.place} {q.text!r} = {s.place} {s.text!r}" for q, s in twins(questions(), learned))
    assert offenders == [], "\n" + "\n".join(offenders)


def test_questions_of_documents_are_held_against_the_evaluation_as_well() -> None:
    document = make_document(aliases={"vi": ["nghị định KCN"]}, asks={"en": ["what governs parks"]})
    forms = question_forms(Content(documents={document.number: document}))
    assert [(s.place, s.text) for s in forms] == [
        (document.number, "nghị định KCN"),
        (document.number, "what governs parks"),
    ]


@pytest.mark.parametrize(
    ("asked", "learned", "found"),
    [
        ("Lệ phí bao nhiêu?", "le phi bao nhieu", True),
        ("giấy phép", "Giấy phép", True),
        ("Hải quan Quảng Ninh ký quy chế khi nào?", "khi nào hải quan Quảng Ninh ký quy chế với ai", True),
        ("KCN Tràng Duệ giai đoạn 2 do ai đầu tư", "KCN Tràng Duệ giai đoạn 2", False),
        ("ai cấp giấy phép xây dựng nhà xưởng", "giấy phép lao động", False),
    ],
)
def test_a_twin_is_found_however_it_is_spelled(asked: str, learned: str, found: bool) -> None:
    assert bool(list(twins([Said("q", asked)], [Said("nlu", learned)]))) is found
