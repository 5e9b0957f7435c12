from __future__ import annotations

from actions.answer import AnswerAction
from actions.message import Entity, Topic
from actions.readings import Reading
from actions.resolver import Resolution
from knowledge.answer import Ask, Outcome, Para
from tests.actions.conftest import MakeTools, entity, said
from tests.samples import make_entry, rule

CHANGING = make_entry(
    "procedure.work-permit",
    "cấp giấy phép lao động",
    "work permit",
    facets={
        "overview": [rule("Cần phép.", "It is needed.")],
        "time_limit": [
            rule("15 ngày.", "15 days.", effective_to="2025-09-30"),
            rule("10 ngày.", "10 days.", effective_from="2025-10-01"),
        ],
    },
)
TIMELESS = make_entry(
    "procedure.eia", "thẩm định ĐTM", "EIA appraisal", facets={"time_limit": [rule("30 ngày.", "30 days.")]}
)
TIME_LIMIT = Ask(entry="procedure.work-permit", facet="time_limit")


def action(make_tools: MakeTools) -> AnswerAction:
    return AnswerAction(make_tools(CHANGING, TIMELESS))


def test_a_quick_reply_is_answered_whatever_the_words_are(make_tools: MakeTools) -> None:
    reply = action(make_tools).reply(said("hm", ask=TIME_LIMIT, intents={"out_of_scope": 1.0}))
    assert (reply.answer.outcome, reply.answer.blocks[0]) == (Outcome.ANSWERED, Para(text="10 days."))
    assert reply.topic == Topic("procedure.work-permit", ("time_limit",))


def test_a_quick_reply_for_a_facet_that_is_gone_shows_the_main_one(make_tools: MakeTools) -> None:
    ask = Ask(entry="procedure.work-permit", facet="fee")
    assert action(make_tools).reply(said("hm", ask=ask)).answer.blocks[0] == Para(text="It is needed.")


def test_the_law_is_read_on_the_day_of_the_request(make_tools: MakeTools) -> None:
    answer = action(make_tools).reply(said("hm", ask=TIME_LIMIT, as_of="2025-01-01")).answer
    assert (answer.as_of, answer.blocks[0]) == ("2025-01-01", Para(text="15 days."))


def test_a_day_in_the_text_goes_before_that_of_the_request(make_tools: MakeTools) -> None:
    text = "on 2025-09-30"
    day = entity(text, "2025-09-30", "time", "2025-09-30", role="on", group="stated")
    answer = action(make_tools).reply(said(text, day, ask=TIME_LIMIT, as_of="2026-11-22")).answer
    assert (answer.as_of, answer.blocks[0]) == ("2025-09-30", Para(text="15 days."))


def test_a_day_in_the_text_dates_no_rule_that_holds_always(make_tools: MakeTools) -> None:
    text = "in 2019"
    day = entity(text, "2019", "time", "2019", role="on", group="stated")
    answer = (
        action(make_tools).reply(said(text, day, ask=Ask(entry="procedure.eia", facet="time_limit"))).answer
    )
    assert (answer.as_of, answer.blocks[0]) == ("2026-11-22", Para(text="30 days."))


def test_months_in_the_text_show_the_rules_of_those_months(make_tools: MakeTools) -> None:
    text = "first 11 months of 2025"
    months = entity(text, text, "time", "2025-01/2025-11", role="on", group="stated")
    answer = action(make_tools).reply(said(text, months, ask=TIME_LIMIT)).answer
    assert answer.as_of == "2025-01/2025-11"
    assert answer.blocks[0] == Para(text="Until 30 September 2025: 15 days. Since 1 October 2025: 10 days.")


def test_a_time_in_the_text_selects_a_figure_and_the_day_of_the_request_what_was_known(
    make_tools: MakeTools,
) -> None:
    rules = [rule("Năm 2020: 7.", "2020: 7.", period="2020"), rule("Năm 2023: 8.", "2023: 8.", period="2023")]
    exports = make_entry("statistic.exports", "xuất khẩu", "exports", facets={"value": rules})
    asked = AnswerAction(make_tools(exports))
    ask = Ask(entry="statistic.exports", facet="value")
    year = entity("in 2020", "2020", "time", "2020", role="on", group="stated")
    assert asked.reply(said("in 2020", year, ask=ask)).answer.blocks == [Para(text="2020: 7.")]
    for day, text in (("2022-01-01", "2020: 7."), ("2026-11-22", "2023: 8.")):
        assert asked.reply(said("hm", ask=ask, as_of=day)).answer.blocks[0] == Para(text=text)


def test_what_nobody_recorded_has_no_answer_and_offers_a_person(make_tools: MakeTools) -> None:
    reply = action(make_tools).reply(said("colourless green ideas", intents={"ask_customs": 0.4}))
    assert (reply.answer.outcome, reply.failed, reply.topic) == (Outcome.NO_ANSWER, True, None)
    assert reply.answer.blocks == [Para(text=action(make_tools).texts("en")("no_answer"))]
    assert [s.ask.action for s in reply.answer.suggestions] == ["human"]
    assert (reply.answer.citations, reply.answer.entries) == ([], [])


def test_a_foreign_matter_is_out_of_scope(make_tools: MakeTools) -> None:
    reply = action(make_tools).reply(said("colourless green ideas", intents={"out_of_scope": 0.9}))
    assert reply.answer.outcome is Outcome.OUT_OF_SCOPE


def test_a_question_about_another_place_is_out_of_scope(make_tools: MakeTools) -> None:
    text = "work permit in Hanoi"
    message = said(
        text,
        entity(text, "work permit", "procedure", "procedure.work-permit"),
        Entity("elsewhere", "province", 15, 20),
    )
    assert action(make_tools).reply(message).answer.outcome is Outcome.OUT_OF_SCOPE


def test_a_number_takes_the_choice_that_stands_there(make_tools: MakeTools) -> None:
    asking = action(make_tools)
    unsure = [Reading(CHANGING.id, probability=0.3), Reading(TIMELESS.id, probability=0.25)]
    asked = asking.perform(said("how long"), Resolution("clarify", unsure))
    offered = [s.ask.entry for s in asked.answer.suggestions if s.ask.entry]
    assert asked.answer.outcome is Outcome.CLARIFY
    assert offered == [CHANGING.id, TIMELESS.id]
    taken = asking.reply(said("2", topic=asked.topic, intents={"greet": 1.0}))
    assert [e.id for e in taken.answer.entries] == offered[1:]


def test_who_asks_for_before_and_now_reads_both_rules(make_tools: MakeTools) -> None:
    ask = action(make_tools)
    both = ask.reply(said("How many days, before and under the new decree?", ask=TIME_LIMIT)).answer
    now = ask.reply(said("How many days before it is issued?", ask=TIME_LIMIT)).answer
    read = [{days for days in ("15 days", "10 days") if days in str(a.blocks)} for a in (both, now)]
    assert read == [{"15 days", "10 days"}, {"10 days"}]


def test_before_and_now_of_what_never_changed_keeps_the_day_that_is_stated(make_tools: MakeTools) -> None:
    text = "Before 2024-05-01 and now, how many days?"
    day = entity(text, "2024-05-01", "time", "2024-05-01", role="on", group="stated")
    ask = Ask(entry="procedure.work-permit", facet="overview")
    answer = action(make_tools).reply(said(text, day, ask=ask)).answer
    assert (answer.as_of, answer.blocks[0]) == ("2024-05-01", Para(text="It is needed."))
