from __future__ import annotations

from typing import Any

import pytest

from actions.in_context import signals_beside_topic, signals_of_topic
from actions.message import Message, Topic
from actions.resolver import Resolver
from knowledge.model import Entry
from tests.actions.conftest import said
from tests.conftest import MakeStore
from tests.samples import make_entry, make_zone, rule

PERMIT, EXTENSION = (
    make_entry(
        f"procedure.{slug}",
        name,
        name,
        facets={facet: [rule(f"{facet} vi.", f"{facet} of the {name}.")] for facet in ("overview", "fee")},
        **more,
    )
    for slug, name, more in (
        ("permit", "work permit", {"related": ["procedure.extension"]}),
        ("extension", "work permit extension", {}),
    )
)
PARK = make_zone("trang-due", "KCN Tràng Duệ", "Trang Due", area_ha=400)
ALONE = {"kind": 0.6, "subject_gap": 0.2, "special_intent": 0.3, "special_gap": 0.1}
"""What a message says by itself."""


def in_talk(text: str, topic: Entry = PERMIT, **fields: Any) -> Message:
    given = {"in_context": {topic.id: -0.1}, **fields}
    return said(text, topic=Topic(topic.id, ("overview",)), **given)


@pytest.mark.parametrize("message", [said("and?"), in_talk("and?", in_context={})])
def test_without_a_context_nothing_is_said(message: Message) -> None:
    topic = PERMIT if message.topic else None
    assert signals_of_topic(message, PERMIT, topic, ALONE) == {}
    assert signals_beside_topic(message, ["intent.greet"], ALONE) == {}


def test_what_the_message_says_beside_the_topic_is_told_of_every_entry() -> None:
    message = in_talk("and prolonging it?", in_context={EXTENSION.id: 0.4, PERMIT.id: -0.2})
    other = signals_of_topic(message, EXTENSION, PERMIT, ALONE)
    own = signals_of_topic(message, PERMIT, PERMIT, ALONE)
    assert (other["context"], other["context_gap"], other["best_context"]) == (1.4, 0.0, 1.0)
    assert (own["context_gap"], own["best_context"]) == (pytest.approx(0.6), 0.0)
    assert "is_topic" not in other
    assert own["is_topic"] == 1.0


def test_entries_beside_the_topic_are_told_from_strangers() -> None:
    message = in_talk("and?")
    near, far = (signals_of_topic(message, entry, PERMIT, ALONE) for entry in (EXTENSION, PARK))
    assert (near["akin"], near["related"]) == (1.0, 1.0)
    assert (far["akin"], far["related"]) == (0.0, 0.0)
    assert signals_of_topic(message, PERMIT, PERMIT, ALONE)["akin"] == 0.0


@pytest.mark.parametrize(
    ("text", "lang", "signal"),
    [
        ("how long does it take", "en", "topic_refers"),
        ("cái đó mất bao lâu", "vi", "topic_refers"),
        ("and the fee", "en", "topic_goes_on"),
        ("thế còn lệ phí", "vi", "topic_goes_on"),
        ("by the way, who are you", "en", "topic_aside"),
        ("tiện thể cho hỏi", "vi", "topic_aside"),
    ],
)
def test_words_that_point_back_go_on_or_turn_away(text: str, lang: str, signal: str) -> None:
    assert signals_of_topic(in_talk(text, lang=lang), PERMIT, PERMIT, ALONE)[signal] == 1.0
    assert signals_of_topic(in_talk("fee", lang=lang), PERMIT, PERMIT, ALONE)[signal] == 0.0


def test_what_asks_of_no_such_thing_speaks_against_the_topic() -> None:
    fee = in_talk("how much", aspects={"procedure.fee": 0.3, "zone.area": -0.5})
    area = in_talk("how large", aspects={"procedure.fee": -0.6, "zone.area": 0.2})
    gaps = [signals_of_topic(m, PERMIT, PERMIT, ALONE)["topic_aspect_gap"] for m in (fee, area)]
    assert gaps == [0.0, pytest.approx(0.8)]


def test_another_matter_is_weighed_beside_the_topic() -> None:
    message = in_talk("by the way, hello", in_context={PERMIT.id: -0.4, "intent.greet": -0.1})
    found = signals_beside_topic(message, ["intent.greet", "intent.thank"], ALONE)
    assert (found["special_topic"], found["special_aside"]) == (1.0, 1.0)
    assert (found["special_context"], found["special_context_gap"]) == (0.9, 0.0)


def test_a_sentence_of_its_own_words_is_read_with_what_was_told_before(make_store: MakeStore) -> None:
    resolver = Resolver(make_store(PERMIT, EXTENSION, PARK))
    seen = {PERMIT.id: -0.5, EXTENSION.id: -0.5}

    def probability(meant: Entry, **context: float) -> float:
        inside = {f"procedure.{slug}": margin for slug, margin in context.items()}
        message = in_talk("must the boss sign in person", subjects=seen, in_context=inside)
        return next(r.probability for r in resolver.ranked(message, message.text) if r.entry == meant.id)

    goes_on, leaves = {"permit": 0.3, "extension": -0.8}, {"permit": -0.8, "extension": 0.3}
    assert probability(PERMIT, **goes_on) > 0.8 > probability(PERMIT, **leaves)
    assert probability(EXTENSION, **leaves) > 2 * probability(EXTENSION, **goes_on)
    assert resolver.resolve(said("must the boss sign in person", subjects=seen)).decision != "answer"
