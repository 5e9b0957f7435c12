from __future__ import annotations

import pytest

from actions.message import Part, Topic
from actions.talk import (
    OutOfScopeAction,
    RefuseAction,
    SmallTalkAction,
    SwitchLanguageAction,
    wanted_language,
)
from knowledge.answer import Ask, Outcome, Para
from tests.actions.conftest import MakeTools, entity, said
from tests.samples import make_entry, rule

EIA = make_entry(
    "procedure.eia",
    "Thẩm định báo cáo đánh giá tác động môi trường",
    "EIA appraisal",
    facets={
        "overview": [rule("Thẩm định ĐTM.", "It appraises the EIA.")],
        "fee": [rule("Có phí.", "A fee.")],
    },
)


@pytest.mark.parametrize(
    "intent", ["greet", "goodbye", "thank", "affirm", "deny", "ask_capabilities", "ask_bot"]
)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_small_talk_is_answered_in_kind(make_tools: MakeTools, intent: str, lang: str) -> None:
    action = SmallTalkAction(make_tools(EIA))
    reply = action.reply(said("…", intents={intent: 0.9, "ask_customs": 0.1}, lang=lang))
    assert (reply.answer.outcome, reply.answer.lang, reply.failed) == (Outcome.SMALL_TALK, lang, False)
    assert reply.answer.blocks == [Para(text=action.texts(lang)(f"talk.{intent}"))]
    assert (reply.answer.entries, reply.answer.citations) == ([], [])


def test_a_greeting_offers_questions_to_begin_with(make_tools: MakeTools) -> None:
    irc = make_entry("procedure.irc-issue", "Cấp GCNĐKĐT", "IRC", facets={"overview": [rule("x.")]})
    greeting = SmallTalkAction(make_tools(irc)).reply(said("hello", intents={"greet": 1.0})).answer
    assert [(s.ask.entry, s.ask.facet) for s in greeting.suggestions] == [("procedure.irc-issue", "overview")]
    farewell = SmallTalkAction(make_tools(irc)).reply(said("bye", intents={"goodbye": 1.0})).answer
    assert farewell.suggestions == []


def test_a_question_after_a_greeting_is_answered(make_tools: MakeTools) -> None:
    text = "hello, EIA appraisal fee?"
    message = said(
        text,
        entity(text, "EIA appraisal", "procedure", "procedure.eia"),
        entity(text, "fee", "facet", "fee"),
        intents={"greet": 0.6, "ask_procedure_fee": 0.4},
        subjects={"procedure.eia": 0.4, "intent.greet": -0.3},
    )
    answer = SmallTalkAction(make_tools(EIA)).reply(message).answer
    assert (answer.outcome, answer.blocks[0]) == (Outcome.ANSWERED, Para(text="A fee."))


def test_the_choice_of_a_quick_reply_is_no_small_talk(make_tools: MakeTools) -> None:
    message = said("yes", intents={"affirm": 1.0}, ask=Ask(entry="procedure.eia", facet="fee"))
    answer = SmallTalkAction(make_tools(EIA)).reply(message).answer
    assert answer.blocks[0] == Para(text="A fee.")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_foreign_matter_is_out_of_scope(make_tools: MakeTools, lang: str) -> None:
    action = OutOfScopeAction(make_tools(EIA))
    reply = action.reply(said("weather tomorrow", intents={"out_of_scope": 1.0}, lang=lang))
    assert reply.answer.outcome is Outcome.OUT_OF_SCOPE
    assert reply.answer.blocks == [Para(text=action.texts(lang)("out_of_scope"))]
    assert reply.answer.entries == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_improper_request_is_refused(make_tools: MakeTools, lang: str) -> None:
    action = RefuseAction(make_tools(EIA))
    answer = action.reply(said("bribe whom?", intents={"improper_request": 1.0}, lang=lang)).answer
    assert (answer.outcome, answer.blocks) == (Outcome.REJECTED, [Para(text=action.texts(lang)("rejected"))])


@pytest.mark.parametrize(
    ("text", "lang", "wanted"),
    [
        ("nói tiếng Anh đi", "vi", "en"),
        ("English please", "vi", "en"),
        ("noi tieng anh", "vi", "en"),
        ("trả lời tiếng Việt", "en", "vi"),
        ("in Vietnamese please", "en", "vi"),
        ("switch from English to Vietnamese", "en", "vi"),
        ("the other language", "vi", "en"),
        ("the other language", "en", "vi"),
    ],
)
def test_the_language_that_is_named_is_wanted(text: str, lang: str, wanted: str) -> None:
    assert wanted_language(said(text, lang=lang)) == wanted


def test_a_switch_is_confirmed_in_the_new_language_and_kept(make_tools: MakeTools) -> None:
    action = SwitchLanguageAction(make_tools())
    reply = action.reply(
        said("English please", lang="vi", topic=Topic("procedure.eia"), intents={"switch_language": 1.0})
    )
    assert (reply.answer.outcome, reply.answer.lang, reply.chosen_lang) == (Outcome.SMALL_TALK, "en", "en")
    assert reply.answer.blocks == [Para(text=action.texts("en")("talk.switched"))]


def test_what_else_is_asked_is_answered_in_the_new_language(make_tools: MakeTools) -> None:
    text = "xin trả lời bằng tiếng Anh: lệ phí bao nhiêu"
    start = text.index("lệ phí")
    message = said(
        text,
        entity(text, "lệ phí", "facet", "fee"),
        lang="vi",
        topic=Topic("procedure.eia"),
        intents={"switch_language": 1.0},
        parts=(Part(0, start - 2, {}, {}), Part(start, len(text), {}, {"procedure.fee": 0.4})),
    )
    reply = SwitchLanguageAction(make_tools(EIA)).reply(message)
    assert (reply.answer.outcome, reply.answer.lang, reply.chosen_lang) == (Outcome.ANSWERED, "en", "en")
    assert reply.topic == Topic("procedure.eia", ("fee",))


@pytest.mark.parametrize("text", ["say that in English please", "nói lại bằng tiếng Anh"])
def test_what_was_said_is_said_again_in_the_other_language(make_tools: MakeTools, text: str) -> None:
    message = said(text, lang="vi", topic=Topic(EIA.id, ("fee",)), intents={"switch_language": 1.0})
    reply = SwitchLanguageAction(make_tools(EIA)).reply(message)
    assert (reply.chosen_lang, reply.answer.lang, reply.answer.blocks[0]) == ("en", "en", Para(text="A fee."))


def test_a_button_switches_to_its_own_language(make_tools: MakeTools) -> None:
    ask = Ask(action="language", lang="vi")
    reply = SwitchLanguageAction(make_tools()).reply(said("English", lang="en", ask=ask))
    assert (reply.chosen_lang, reply.answer.lang) == ("vi", "vi")
