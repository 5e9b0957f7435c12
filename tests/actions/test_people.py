from __future__ import annotations

import pytest

from actions.base import Desk
from actions.people import DossierStatusAction, RequestHumanAction
from knowledge.answer import Form, Link, Outcome, Para
from knowledge.texts import Texts
from tests.actions.conftest import MakeTools, said

HOTLINE = Desk("1800 0000", "8:00-17:00")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_without_a_hotline_the_official_site_is_named(make_tools: MakeTools, lang: str) -> None:
    action = RequestHumanAction(make_tools())
    answer = action.reply(said("gặp cán bộ", lang=lang, intents={"request_human": 1.0})).answer
    t: Texts = action.texts(lang)
    assert (answer.outcome, answer.lang) == (Outcome.NO_ANSWER, lang)
    assert answer.blocks == [
        Para(text=t("person.site")),
        Link(text=t("person.link"), url="https://heza.gov.vn"),
    ]


def test_the_hotline_of_the_deployment_is_named_with_its_hours(make_tools: MakeTools) -> None:
    action = RequestHumanAction(make_tools(desk=HOTLINE))
    answer = action.reply(said("a person please", intents={"request_human": 1.0})).answer
    t = action.texts("en")
    told = t("person.hotline", hotline="1800 0000") + t("person.hours", hours="8:00-17:00")
    assert answer.blocks[0] == Para(text=told)


def test_a_hotline_without_hours_is_named_alone(make_tools: MakeTools) -> None:
    action = RequestHumanAction(make_tools(desk=Desk("1800 0000")))
    told = action.texts("en")("person.hotline", hotline="1800 0000")
    assert action.reply(said("a person please", intents={"request_human": 1.0})).answer.blocks[0] == Para(
        text=told
    )


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_where_there_is_a_desk_its_form_is_offered(make_tools: MakeTools, lang: str) -> None:
    action = RequestHumanAction(make_tools(desk=Desk(handoff=True)))
    blocks = action.reply(said("gặp cán bộ", lang=lang, intents={"request_human": 1.0})).answer.blocks
    assert blocks[:2] == [Para(text=action.texts(lang)("person.desk")), Form(form="contact")]


def test_the_hotline_stays_beside_the_form(make_tools: MakeTools) -> None:
    action = RequestHumanAction(make_tools(desk=Desk("1800 0000", handoff=True)))
    blocks = action.reply(said("a person please", intents={"request_human": 1.0})).answer.blocks
    told = action.texts("en")("person.hotline", hotline="1800 0000")
    assert blocks[:2] == [Para(text=told), Form(form="contact")]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_nothing_is_said_about_a_dossier_before_identity(make_tools: MakeTools, lang: str) -> None:
    action = DossierStatusAction(make_tools())
    answer = action.reply(
        said("hồ sơ 000.19.H24-241105-0012 đến đâu rồi", lang=lang, intents={"dossier_status": 1.0})
    ).answer
    assert (answer.outcome, answer.entries, answer.citations) == (Outcome.NEEDS_IDENTITY, [], [])
    assert answer.blocks[0] == Para(text=action.texts(lang)("dossier.needs_identity"))
    assert answer.blocks[1] == Form(form="dossier_lookup")
    assert [s.ask.action for s in answer.suggestions] == ["human"]
    assert "000.19" not in answer.model_dump_json()
