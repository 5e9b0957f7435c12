"""The turns from which the ranker learns what a topic counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.readings import SPECIALS
from evaluation.fit import Example, learned_entries, questions_after_another
from evaluation.in_context import TurnInContext, turns_in_context
from evaluation.questions import split_of
from knowledge.content import Content
from knowledge.model import Kind


def test_a_turn_goes_on_with_the_topic_or_leaves_it(tmp_path: Path) -> None:
    (tmp_path / "zones.yml").write_text(
        "- about: zone.x\n"
        "  lang: en\n"
        "  stays:\n  - [area, 'how large, then?']\n"
        "  leaves:\n  - [zone.y, 'and the other one?']\n  - [small_talk, 'thanks']\n"
        "- about: zone.y\n  lang: vi\n  leaves:\n  - [repeat, 'nhắc lại']\n",
        encoding="utf-8",
    )
    assert turns_in_context(tmp_path) == [
        TurnInContext("zone.x", "en", "how large, then?", "zone.x", "area"),
        TurnInContext("zone.x", "en", "and the other one?", "zone.y"),
        TurnInContext("zone.x", "en", "thanks", "small_talk"),
        TurnInContext("zone.y", "vi", "nhắc lại", "repeat"),
    ]


def test_every_turn_is_about_something_that_is_known(shipped: Content) -> None:
    turns = turns_in_context()
    assert len(turns) > 3000
    known = {*shipped.entries, *SPECIALS}
    named = {name for turn in turns for name in (turn.about, turn.means)}
    assert {name for name in named - known if not name.startswith("document.")} == set()
    facets = {
        entry.id: set(entry.facets) for entry in shipped.entries.values() if entry.kind is not Kind.ZONE
    }
    assert [t for t in turns if t.facet and t.facet not in facets.get(t.about, {t.facet})] == []


def test_the_development_questions_are_asked_after_something_else() -> None:
    asked = list(questions_after_another(["zone.vsip", "procedure.eia", "authority.address"]))
    assert {split_of(later.item.id) for later in asked} == {"dev"}
    assert not any(later.about in later.entries for later in asked)
    assert {later.about for later in asked} == {"zone.vsip", "procedure.eia", "authority.address"}


@pytest.mark.parametrize("stays", [True, False])
def test_conversations_teach_the_topic_and_nothing_else(stays: bool) -> None:
    none = {"bias": 1.0}
    alone = [Example([{"subject": 1.0}, {"subject": 0.2}], [True, False], none)] * 5
    topic, other = {"subject": 0.5, "is_topic": 1.0}, {"subject": 0.5}
    talk = [Example([topic, other], [stays, not stays], {**none, "none_topic": 1.0})] * 5
    before, after = learned_entries(alone), learned_entries(alone, talk)
    assert after.weights["subject"] == before.weights["subject"] > 0
    assert (after.weights["is_topic"] > 0.5) is stays
    assert (after.none["bias"], before.weights["is_topic"]) == (before.none["bias"], 0.0)
