from __future__ import annotations

import pytest

from actions.message import Topic
from actions.ordinals import pointed_at, told_of
from actions.resolver import Resolver
from actions.together import Found
from tests.actions.conftest import entity, said
from tests.actions.test_resolver import EIA, WORK_PERMIT
from tests.conftest import MakeStore

BOTH = (WORK_PERMIT.id, EIA.id)
TOPIC = Topic(EIA.id, ("time_limit",), BOTH)
OFFERED = Topic("", ("time_limit",), BOTH)


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("which documents for the first one?", WORK_PERMIT.id),
        ("And the former?", WORK_PERMIT.id),
        ("Cái đầu tiên lệ phí bao nhiêu?", WORK_PERMIT.id),
        ("the latter, please", EIA.id),
        ("thủ tục thứ hai nộp ở đâu", EIA.id),
        ("the second of these", EIA.id),
        ("cai thu ba", None),
        ("the first licence of a company", None),
        ("lần đầu làm thủ tục", None),
        ("làm giấy đầu tư mấy ngày", None),
        ("thủ tục sau khi xây xong", None),
        ("2", None),
    ],
)
def test_the_place_among_what_was_told_of_points_at_it(text: str, entry: str | None) -> None:
    assert pointed_at(said(text, topic=TOPIC)) == entry


@pytest.mark.parametrize(("text", "entry"), [("2", EIA.id), ("số 1", WORK_PERMIT.id), ("3", None)])
def test_a_bare_number_takes_what_was_offered(text: str, entry: str | None) -> None:
    assert pointed_at(said(text, topic=OFFERED)) == entry


def test_what_is_named_is_not_pointed_at() -> None:
    text = "the first one: EIA"
    assert pointed_at(said(text, entity(text, "EIA", "procedure", EIA.id), topic=TOPIC)) is None


def test_with_one_thing_told_of_there_is_nothing_to_choose() -> None:
    assert pointed_at(said("the first one", topic=Topic(EIA.id, (), (EIA.id,)))) is None
    assert pointed_at(said("the first one")) is None


def test_things_of_a_kind_told_of_one_by_one_can_be_pointed_at() -> None:
    first = told_of(None, WORK_PERMIT_TOPIC)
    assert first == (WORK_PERMIT.id,)
    assert told_of(Topic(WORK_PERMIT.id, (), first), Topic(EIA.id)) == BOTH
    assert told_of(Topic(EIA.id, (), BOTH), Topic("zone.x")) == ("zone.x",)
    assert told_of(Topic(EIA.id, (), BOTH), WORK_PERMIT_TOPIC) == (EIA.id, WORK_PERMIT.id)
    assert told_of(None, Topic(EIA.id, (), BOTH)) == BOTH


WORK_PERMIT_TOPIC = Topic(WORK_PERMIT.id, ("fee",))


def test_what_is_asked_is_told_of_what_is_pointed_at(make_store: MakeStore) -> None:
    resolver = Resolver(make_store(WORK_PERMIT, EIA))
    asked = resolver.resolve(
        said("what does the first one cost", topic=TOPIC, intents={"ask_procedure_fee": 1.0})
    )
    assert asked.found == [Found(WORK_PERMIT.id, ["fee"])]
    same = resolver.resolve(said("and the first one?", topic=TOPIC, intents={"greet": 1.0}))
    assert same.found == [Found(WORK_PERMIT.id, ["time_limit"])]
