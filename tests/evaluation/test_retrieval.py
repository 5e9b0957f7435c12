from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from actions.message import Message
from evaluation.questions import Item
from evaluation.retrieval import Asked, Place, measure, questions, rankings, table
from tests.conftest import MakeStore
from tests.samples import make_entry, rule

FACTS = {"f-1": frozenset({"procedure.permit"}), "f-2": frozenset({"procedure.permit", "zone.one"})}


def item(**fields: Any) -> Item:
    given = {
        "id": "x-001",
        "subject": "s",
        "vi": "Mấy ngày?",
        "en": "How long?",
        "all": ["15"],
        "fact": ["f-1"],
    }
    return Item.model_validate({**given, **fields})


def said(text: str, **fields: Any) -> Message:
    return Message(text, {"ask_procedure_time_limit": 1.0}, **fields)


def test_a_question_is_asked_in_every_variant() -> None:
    asked = list(questions([item(fact=["f-1", "f-2"])], FACTS, None))
    assert len(asked) == 9
    assert {q.right for q in asked} == {FACTS["f-2"]}
    assert asked[0] == Asked("Mấy ngày?", "vi as_written", FACTS["f-2"])


def test_only_the_variants_wanted_are_asked() -> None:
    assert [q.text for q in questions([item()], FACTS, ["upper"])] == ["MẤY NGÀY?", "HOW LONG?"]


@pytest.mark.parametrize(
    "fields", [{"fact": []}, {"fact": ["unknown"]}, {"subject": "lists"}, {"out": ["no_answer"]}]
)
def test_a_question_for_which_no_entry_is_right_is_left_out(fields: dict[str, Any]) -> None:
    assert list(questions([item(**fields)], FACTS, None)) == []


@pytest.mark.parametrize(
    ("found", "rank"),
    [(["procedure.permit", "b"], 1), (["a", "b", "procedure.permit"], 3), (["a"], 0), ([], 0)],
)
def test_the_place_of_the_first_right_entry_counts(found: list[str], rank: int) -> None:
    def ranking(_message: Message) -> Sequence[str]:
        return found

    (place,) = measure([Asked("?", "vi upper", FACTS["f-1"])], [said("?")], {"fixed": ranking})
    assert (place.ranking, place.group, place.rank) == ("fixed", "vi upper", rank)
    assert place.seconds >= 0


def test_the_table_gives_recall_reciprocal_rank_and_time() -> None:
    places = [
        Place("search", "vi upper", 1, 0.001),
        Place("search", "vi upper", 4, 0.003),
        Place("search", "en upper", 2, 0.002),
        Place("other", "en upper", 0, 0.0),
    ]
    assert table(places).splitlines()[2:] == [
        "| search | en upper | 1 | 0.0 | 100.0 | 0.500 | 2.0 |",
        "| search | vi upper | 2 | 50.0 | 50.0 | 0.625 | 2.0 |",
        "| search | all | 3 | 33.3 | 66.7 | 0.583 | 2.0 |",
        "| other | en upper | 1 | 0.0 | 0.0 | 0.000 | 0.0 |",
        "| other | all | 1 | 0.0 | 0.0 | 0.000 | 0.0 |",
    ]


def test_every_ranking_names_each_entry_once_and_the_right_one_first(make_store: MakeStore) -> None:
    store = make_store(
        make_entry("procedure.permit", "cấp giấy phép lao động", facets={"overview": [rule("Giấy phép.")]}),
        make_entry("procedure.eia", "thẩm định môi trường", facets={"overview": [rule("Thẩm định.")]}),
    )
    for name, ranking in rankings(store).items():
        message = said("giấy phép lao động", subjects={"intent.greet": 0.2, "procedure.permit": 0.1})
        found = list(ranking(message))
        assert found[0] == "procedure.permit", name
        assert len(found) == len(set(found)), name
