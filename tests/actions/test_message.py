from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker

from actions.message import Entity, Message, Topic
from knowledge.answer import Ask


def message(slots: dict[str, Any] | None = None, **latest: Any) -> Message:
    given = {"text": "phí bao nhiêu", "intent": {"name": "ask_procedure_fee", "confidence": 0.9}, **latest}
    return Message.of(Tracker("s", slots or {}, given, [], False, None, {}, "action_listen"))


def time(value: str, role: str = "on", group: str = "stated") -> dict[str, Any]:
    return {"entity": "time", "value": value, "role": role, "group": group, "start": 0, "end": 4}


def test_the_text_the_intents_and_the_entities_are_read() -> None:
    read = message(
        intent_ranking=[
            {"name": "ask_procedure_fee", "confidence": 0.7},
            {"name": "ask_zone_area", "confidence": 0.2},
        ],
        entities=[{"entity": "procedure", "value": "procedure.eia", "start": 3, "end": 6}],
    )
    assert read.text == "phí bao nhiêu"
    assert read.intents == {"ask_procedure_fee": 0.7, "ask_zone_area": 0.2}
    assert read.intent == "ask_procedure_fee"
    assert read.entities == (Entity("procedure", "procedure.eia", 3, 6),)


def test_what_the_words_and_what_the_concepts_tell_is_read_apart() -> None:
    read = message(
        subjects=[{"name": "procedure.eia", "margin": 0.2}],
        by_concept=[{"name": "procedure.work-permit", "margin": 0.4}],
    )
    assert read.subjects == {"procedure.eia": 0.2}
    assert read.by_concept == {"procedure.work-permit": 0.4}


def test_a_bare_message_stands_in_no_context() -> None:
    read = message()
    assert read.intents == {"ask_procedure_fee": 0.9}
    assert (read.lang, read.as_of, read.licensed_on, read.ask) == ("vi", None, None, None)
    assert (read.topic, read.failures, read.first) == (None, 0, False)


def test_the_context_is_read_out_of_the_slots() -> None:
    read = message(
        {"topic": {"entry": "procedure.eia", "facets": ["fee"]}, "failures": 2, "licensed_on": "2019"}
    )
    assert (read.topic, read.failures) == (Topic("procedure.eia", ("fee",)), 2)
    assert read.licensed_on == "2019"


def test_the_choice_of_a_quick_reply_is_read() -> None:
    ask = {"action": "answer", "entry": "procedure.eia", "facet": "fee"}
    assert message(metadata={"ask": ask, "first": True}).ask == Ask(entry="procedure.eia", facet="fee")
    assert message(metadata={"first": True}).first is True


def test_names_are_listed_once_in_their_order() -> None:
    named = [
        {"entity": kind, "value": value}
        for kind, value in (
            ("zone", "zone.b"),
            ("facet", "fee"),
            ("procedure", "procedure.a"),
            ("zone", "zone.b"),
        )
    ]
    read = message(entities=named)
    assert read.named == ["zone.b", "procedure.a"]
    assert (read.values("zone"), read.values("facet"), read.values("sector")) == (["zone.b"], ["fee"], [])


@pytest.mark.parametrize(
    ("mention", "day"),
    [
        (time("2025"), "2025"),
        (time("2025-10-01"), "2025-10-01"),
        (time("2025-10-01", "before"), "2025-09-30"),
        (time("2025", "before"), "2024-12-31"),
        (time("2025-10", "after"), "2025-10-01"),
        (time("2024-01/2024-11", "after"), "2024-01/2024-11"),
    ],
)
def test_a_time_is_read_as_the_day_that_is_meant(mention: dict[str, Any], day: str) -> None:
    assert message(entities=[mention]).stated_time == day


def test_a_licence_date_is_a_fact_about_the_project_and_dates_no_law() -> None:
    read = message(entities=[time("2025-10-01", "before", "licensed")])
    assert (read.licensed_on, read.stated_time, read.as_of) == ("2025-09-30", None, None)


def test_the_last_time_that_is_stated_counts() -> None:
    assert message(entities=[time("2020"), time("2024")]).stated_time == "2024"


def test_the_licence_date_of_the_request_goes_before_the_text_and_that_before_the_slot() -> None:
    text, slot = [time("2024", "on", "licensed")], {"licensed_on": "2019"}
    assert message(slot, entities=text, metadata={"licensed_on": "2026-01-01"}).licensed_on == "2026-01-01"
    assert message(slot, entities=text).licensed_on == "2024"


ENGLISH = {"name": "en", "confidence": 0.95}
PERHAPS_ENGLISH = {"name": "en", "confidence": 0.6}


@pytest.mark.parametrize(
    ("metadata", "slots", "detected", "lang"),
    [
        ({"lang": "vi", "session_lang": "en"}, {"chosen_lang": "en"}, ENGLISH, "vi"),
        ({"session_lang": "en"}, {"chosen_lang": "vi"}, ENGLISH, "vi"),
        ({"session_lang": "vi"}, {}, ENGLISH, "en"),
        ({"session_lang": "vi"}, {}, PERHAPS_ENGLISH, "vi"),
        ({}, {}, PERHAPS_ENGLISH, "en"),
        ({}, {}, None, "vi"),
        (None, {}, None, "vi"),
    ],
)
def test_the_language_is_settled_in_the_order_of_the_contract(metadata, slots, detected, lang: str) -> None:
    assert message(slots, metadata=metadata, language=detected).lang == lang


def test_a_year_that_belongs_to_a_name_dates_nothing() -> None:
    text = "the Investment Law 2020 in 2026"
    named = {"entity": "document", "value": "document.61-2020-qh14", "start": 4, "end": 23}
    inside, after = ({**time("2020"), "start": 19, "end": 23}, {**time("2026"), "start": 27, "end": 31})
    assert message(text=text, entities=[named, inside]).stated_time is None
    assert message(text=text, entities=[named, inside, after]).stated_time == "2026"


def test_a_year_beside_the_number_of_a_law_belongs_to_the_law() -> None:
    text = "the 2020 Investment Law, 61/2020/QH14, in 2026"
    named = {"entity": "document", "value": "document.61-2020-qh14", "start": 25, "end": 37}
    beside, after = ({**time("2020"), "start": 4, "end": 8}, {**time("2026"), "start": 42, "end": 46})
    assert message(text=text, entities=[named, beside]).stated_time is None
    assert message(text=text, entities=[named, beside, after]).stated_time == "2026"
