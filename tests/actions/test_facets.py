from __future__ import annotations

import pytest

from actions.facets import FacetReading, facet_probabilities, facets_of
from actions.message import Message, Part
from actions.readings import (
    Reading,
    in_its_time,
    in_questions,
    kind_probability,
    lists,
    none_signals,
    special_readings,
)
from knowledge.model import Facet, Kind
from tests.actions.conftest import entity, said
from tests.actions.test_resolver import EIA, TRANG_DUE, WORK_PERMIT
from tests.conftest import MakeStore
from tests.samples import make_document, make_entry, rule


class TestFacetMapping:
    @pytest.mark.parametrize(
        ("word", "value", "entry", "facet"),
        [
            ("where", "location", WORK_PERMIT, "where"),
            ("where", "where", TRANG_DUE, "location"),
            ("what is", "overview", TRANG_DUE, "overview"),
        ],
    )
    def test_a_word_asks_for_the_facet_that_the_kind_has(
        self, make_store: MakeStore, word, value, entry, facet
    ) -> None:
        store = make_store(WORK_PERMIT, TRANG_DUE)
        text = f"{word} x"
        message = said(text, entity(text, word, "facet", value), intents={"greet": 1.0})
        assert facets_of(message, store.entries[entry.id], []) == [facet]

    def test_the_intent_alone_asks_for_a_facet(self) -> None:
        message = said("how much", intents={"ask_procedure_fee": 0.9, "greet": 0.1})
        assert facets_of(message, WORK_PERMIT, []) == ["fee"]

    def test_a_facet_that_the_entry_does_not_have_is_none(self) -> None:
        message = said("how much", intents={"ask_procedure_fee": 0.95})
        assert facets_of(message, EIA, []) == []

    def test_what_is_recorded_of_no_zone_is_not_answered_by_what_is(self, make_store: MakeStore) -> None:
        zone = make_store(TRANG_DUE).entries[TRANG_DUE.id]
        text = "tax code of the developer of Trang Due"
        words = (
            entity(text, "tax code", "facet", "unrecorded"),
            entity(text, "developer", "facet", "developer"),
        )
        assert facets_of(said(text, *words, intents={"ask_zone_developer": 0.9}), zone, []) == []

    def test_without_a_sign_the_main_facet_is_meant(self) -> None:
        assert facets_of(said("hm", intents={"greet": 1.0}), WORK_PERMIT, []) == ["overview"]

    @pytest.mark.parametrize(
        ("doubtful", "shown"),
        [
            ((), ["fee", "time_limit"]),
            (("time_limit",), ["fee"]),
            (("fee", "time_limit"), ["fee", "time_limit"]),
        ],
    )
    def test_a_faint_second_facet_is_left_out_if_it_alone_is_not_confirmed(
        self, monkeypatch: pytest.MonkeyPatch, doubtful: tuple[str, ...], shown: list[str]
    ) -> None:
        signals = {"intent": 0.1, "aspect": 0.0, "word": 0.0, "ask": 0.0, "text": 0.0}
        ranked = [FacetReading("fee", signals, 0.9), FacetReading("time_limit", signals, 0.08)]
        monkeypatch.setattr("actions.facets.ranked_facets", lambda *_: ranked)
        low = {f: Facet(rules=[rule("vi.", "en.", confidence="low")]) for f in doubtful}
        entry = WORK_PERMIT.model_copy(update={"facets": {**WORK_PERMIT.facets, **low}})
        assert facets_of(said("how much", intents={"ask_procedure_fee": 0.9}), entry, []) == shown

    def test_intents_of_another_kind_say_nothing_about_facets(self) -> None:
        message = Message("x", {"ask_zone_area": 0.6, "ask_procedure_fee": 0.3, "ask_procedure_steps": 0.1})
        assert facet_probabilities(message, Kind.PROCEDURE) == pytest.approx({"fee": 0.75, "steps": 0.25})
        assert facet_probabilities(message, Kind.ZONE) == {"area": 1.0}
        assert facet_probabilities(message, Kind.INCENTIVE) == {}


@pytest.mark.parametrize(
    ("intent", "kind"),
    [
        ("ask_procedure_fee", Kind.PROCEDURE),
        ("ask_zone_area", Kind.ZONE),
        ("ask_incentive", Kind.INCENTIVE),
        ("ask_customs", Kind.CUSTOMS),
        ("ask_statistic", Kind.STATISTIC),
        ("ask_document", Kind.DOCUMENT),
        ("ask_authority", Kind.AUTHORITY),
        ("greet", None),
        ("out_of_scope", None),
    ],
)
def test_an_intent_asks_about_one_kind_of_entry(intent: str, kind: Kind | None) -> None:
    message = said("x", intents={intent: 1.0})
    assert [k for k in Kind if kind_probability(message, k) == 1.0] == ([kind] if kind else [])


def test_the_probability_of_a_kind_is_that_of_its_intents() -> None:
    message = Message("x", {"ask_procedure_fee": 0.5, "ask_procedure_steps": 0.2, "ask_customs": 0.3})
    assert kind_probability(message, Kind.PROCEDURE) == pytest.approx(0.7)
    assert kind_probability(message, Kind.ZONE) == 0


def test_nothing_known_is_likelier_the_less_any_entry_fits() -> None:
    message = said("x", subjects={"procedure.eia": 0.25, "intent.greet": 0.9})
    assert none_signals(message, [])["no_subject"] == -0.25
    near = Reading("procedure.eia", signals={"covered": 0.75, "ask": 0.5})
    assert none_signals(message, []) | {"uncovered": 0.25, "unlike": 0.5} == none_signals(message, [near])
    assert none_signals(said("x"), [])["no_subject"] == 1.0


def test_a_special_matter_counts_all_its_intents() -> None:
    message = said(
        "hi, thanks",
        intents={"greet": 0.5, "thank": 0.3, "ask_customs": 0.2},
        subjects={"intent.greet": 0.1, "intent.thank": 0.4, "customs.x": -0.2},
    )
    (talk,) = special_readings(message)
    assert talk.special == "small_talk"
    assert talk.signals["special_intent"] == pytest.approx(0.8)
    assert (talk.signals["special_subject"], talk.signals["special_best"]) == (pytest.approx(1.4), 1.0)
    assert talk.signals["special_gap"] == pytest.approx(-0.6)


def test_another_place_speaks_for_a_foreign_matter() -> None:
    text = "parks in Hanoi"
    place = entity(text, "Hanoi", "elsewhere", "province")
    (foreign,) = special_readings(said(text, place, intents={"out_of_scope": 0.4}))
    assert (foreign.special, foreign.signals["special_elsewhere"]) == ("out_of_scope", 1.0)


@pytest.mark.parametrize(
    "text",
    [
        "những KCN nào thành lập năm 2025",
        "khu công nghiệp nào ưu tiên công nghệ cao",
        "liet ke cac khu cua DEEP C",
        "Which parks does DEEP C run",
        "list every industrial park in the zone",
        "how many economic zones are there",
    ],
)
def test_a_question_for_zones_of_some_sort_is_a_list(text: str) -> None:
    assert lists(said(text))


@pytest.mark.parametrize(
    "text", ["KCN Tràng Duệ rộng bao nhiêu", "How large is the park?", "thuế ở khu kinh tế thế nào"]
)
def test_a_question_about_one_zone_is_no_list(text: str) -> None:
    assert not lists(said(text))


@pytest.mark.parametrize(
    ("text", "as_of", "first", "probability"),
    [
        ("which circular has the forms", "2026-05-15", "document.2-2026-tt", 0.9),
        ("which circular has the forms", "2026-05-14", "document.1-2021-tt", 0.7),
        ("which circular had the forms formerly", "2026-05-15", "document.1-2021-tt", 0.7),
    ],
)
def test_of_a_law_and_what_replaced_it_the_one_in_force_is_preferred(
    make_store: MakeStore, text: str, as_of: str, first: str, probability: float
) -> None:
    old = make_document("1/2021/TT", effective_to="2026-05-14", superseded_by=["2/2026/TT"])
    new = make_document("2/2026/TT", effective_from="2026-05-15", supersedes=["1/2021/TT"])
    readings = [
        Reading("document.1-2021-tt", probability=0.7),
        Reading("document.2-2026-tt", probability=0.2),
    ]
    store = make_store(old, new)
    for order in (readings, readings[::-1] if probability == 0.9 else readings):
        found = in_its_time(said(text, as_of=as_of), order, store)
        assert (found[0].entry, found[0].probability) == (first, pytest.approx(probability))
    assert {r.entry for r in found} == {r.entry for r in readings}


def test_a_law_that_is_named_is_the_one_that_is_meant(make_store: MakeStore) -> None:
    old = make_document("1/2021/TT", effective_to="2026-05-14", superseded_by=["2/2026/TT"])
    new = make_document("2/2026/TT", effective_from="2026-05-15", supersedes=["1/2021/TT"])
    readings = [
        Reading("document.1-2021-tt", probability=0.7),
        Reading("document.2-2026-tt", probability=0.2),
    ]
    named = said(
        "what is 1/2021/TT", entity("what is 1/2021/TT", "1/2021/TT", "document", "document.1-2021-tt")
    )
    assert in_its_time(named, readings, make_store(old, new)) == readings


def test_what_is_asked_counts_more_than_what_is_told() -> None:
    text = "Our chairman is coming. Who heads the authority?"
    told, asked = {"authority.city-chairman": 0.4}, {"authority.leadership": -0.2}
    message = said(text, parts=(Part(0, 22, told, {}), Part(24, len(text), asked, {})), subjects=told)
    assert in_questions(message, "authority.leadership") == (-0.2, -0.2)
    assert in_questions(message, "authority.city-chairman") == (-1.0, -0.2)


def test_without_a_question_in_a_part_the_whole_message_counts() -> None:
    message = said("work permit please", subjects={WORK_PERMIT.id: 0.3, EIA.id: -0.1})
    assert in_questions(message, EIA.id) == (-0.1, 0.3)


def test_what_is_to_be_done_belongs_to_a_matter_with_customs(make_store: MakeStore) -> None:
    facets = {name: [rule(f"{name} vi.", f"{name}.")] for name in ("answer", "duration", "investor_action")}
    entry = make_store(make_entry("customs.relocation", "di dời", "relocation", facets=facets))
    message = said("what must customs be told", intents={"ask_customs": 1.0})
    assert facets_of(message, entry.entries["customs.relocation"], []) == ["answer", "investor_action"]
