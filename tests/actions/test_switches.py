"""What is switched off, as a visitor meets it."""

from __future__ import annotations

import pytest

from actions.answer import AnswerAction
from actions.base import Tools
from actions.zones import CompareZonesAction, ListZonesAction
from knowledge.answer import Ask, Notice, Outcome, TableBlock
from knowledge.database import writing
from knowledge.plain import plain
from knowledge.switches import switch
from knowledge.texts import texts
from tests.actions.conftest import MakeTools, entity, said
from tests.actions.test_zones import DEEP_C, INTENTS, PARKS, TRANG_DUE, ZONES
from tests.samples import make_entry, rule

PERMIT = make_entry(
    "procedure.work-permit",
    "Cấp giấy phép lao động",
    "Work permit",
    facets={"overview": [rule("Cần phép.", "It is needed.")], "fee": [rule("Không thu phí.", "No fee.")]},
)

FEE = {"ask_procedure_fee": 1.0}


@pytest.fixture
def tools(make_tools: MakeTools) -> Tools:
    return make_tools(PERMIT, *ZONES)


def switch_off(tools: Tools, *topics: str) -> None:
    with writing(tools.store.engine) as connection:
        for topic in topics:
            switch(connection, topic, True, "Lan", "new decree")
    tools.store.forget_cache()


def under_review(name: str) -> list[Notice]:
    return [Notice(level="warning", text=texts("en")("under_review.entry", name=name))]


@pytest.mark.parametrize("topic", ["procedure", PERMIT.id, f"{PERMIT.id}#fee"])
@pytest.mark.parametrize("ask", [Ask(entry=PERMIT.id, facet="fee"), None])
def test_a_question_about_it_is_told_that_it_is_under_review(
    tools: Tools, topic: str, ask: Ask | None
) -> None:
    switch_off(tools, topic)
    text = "work permit fee"
    names = (entity(text, "work permit", "procedure", PERMIT.id), entity(text, "fee", "facet", "fee"))
    answer = AnswerAction(tools).reply(said(text, *names, ask=ask, intents=FEE)).answer
    assert (answer.outcome, answer.blocks, answer.citations) == (
        Outcome.NO_ANSWER,
        under_review("Work permit"),
        [],
    )


def test_what_was_never_recorded_of_it_is_under_review_too(tools: Tools) -> None:
    switch_off(tools, PERMIT.id)
    text = "where to file for a work permit"
    names = (entity(text, "work permit", "procedure", PERMIT.id), entity(text, "where", "facet", "where"))
    message = said(text, *names, intents={"ask_procedure_where": 1.0})
    assert AnswerAction(tools).reply(message).answer.blocks == under_review("Work permit")


def test_a_list_leaves_it_out_and_says_so(tools: Tools) -> None:
    switch_off(tools, TRANG_DUE.id, f"{DEEP_C.id}#status")
    text = "each industrial park"
    answer = ListZonesAction(tools).reply(said(text, entity(text, *PARKS), intents=INTENTS)).answer
    (table,) = [block for block in answer.blocks if isinstance(block, TableBlock)]
    assert "Trang Due" not in plain(answer)
    assert next(row for row in table.rows if row[0] == "DEEP C")[-1] == "–"
    assert isinstance(answer.blocks[-1], Notice)
    assert "under review" in answer.blocks[-1].text


def test_a_list_of_nothing_else_says_only_that(tools: Tools) -> None:
    switch_off(tools, "zone")
    text = "each industrial park over 300 ha"
    answer = ListZonesAction(tools).reply(said(text, entity(text, *PARKS), intents=INTENTS)).answer
    assert (answer.outcome, len(answer.blocks)) == (Outcome.NO_ANSWER, 1)
    assert isinstance(answer.blocks[0], Notice)


def test_a_park_is_not_compared_while_it_is_under_review(tools: Tools) -> None:
    switch_off(tools, TRANG_DUE.id)
    text = "DEEP C or Trang Due"
    names = (entity(text, "DEEP C", "zone", DEEP_C.id), entity(text, "Trang Due", "zone", TRANG_DUE.id))
    answer = CompareZonesAction(tools).reply(said(text, *names, intents={"compare_zones": 0.95})).answer
    assert answer.blocks == under_review("Trang Due")


def test_a_comparison_shows_no_fact_that_is_under_review(tools: Tools) -> None:
    switch_off(tools, f"{TRANG_DUE.id}#area")
    text = "DEEP C or Trang Due"
    names = (entity(text, "DEEP C", "zone", DEEP_C.id), entity(text, "Trang Due", "zone", TRANG_DUE.id))
    answer = CompareZonesAction(tools).reply(said(text, *names, intents={"compare_zones": 0.95})).answer
    assert "400" not in plain(answer)
    assert "500" in plain(answer)
    assert isinstance(answer.blocks[-1], Notice)
