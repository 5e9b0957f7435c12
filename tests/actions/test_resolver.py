from __future__ import annotations

import pytest

from actions.message import Entity, Message, Topic
from actions.resolver import (
    Resolver,
    facet_probabilities,
    follows_up,
    kind_of_intent,
    kind_probability,
    none_signals,
    residual_words,
)
from knowledge.model import Kind
from tests.actions.conftest import entity, said
from tests.conftest import MakeStore
from tests.samples import make_entry, make_zone, rule

FACETS = ("overview", "time_limit", "fee", "where")
WORK_PERMIT = make_entry(
    "procedure.work-permit",
    "cấp giấy phép lao động",
    "work permit",
    facets={name: [rule(f"{name} vi.", f"{name} of the work permit.")] for name in FACETS},
)
EIA = make_entry(
    "procedure.eia",
    "thẩm định báo cáo môi trường",
    "environmental appraisal",
    facets={name: [rule(f"{name} vi.", f"{name} of the appraisal.")] for name in ("overview", "time_limit")},
)
TRANG_DUE = make_zone(
    "trang-due", "KCN Tràng Duệ", "Trang Due", area_ha=400, location={"vi": "An Dương", "en": "An Duong"}
)


@pytest.fixture
def resolver(make_store: MakeStore) -> Resolver:
    return Resolver(make_store(WORK_PERMIT, EIA, TRANG_DUE))


def fee(text: str) -> Entity:
    return entity(text, "fee", "facet", "fee")


class TestResidualWords:
    def test_names_and_fillers_leave_nothing(self) -> None:
        text = "what is the fee of a work permit please"
        message = said(text, fee(text), entity(text, "work permit", "procedure", "procedure.work-permit"))
        assert residual_words(message) == []

    def test_a_word_that_no_name_accounts_for_is_left(self) -> None:
        text = "work permit for astronauts"
        message = said(text, entity(text, "work permit", "procedure", "procedure.work-permit"))
        assert residual_words(message) == ["astronauts"]

    def test_words_are_left_folded(self) -> None:
        assert residual_words(said("cho em hỏi Kho Lạnh ạ")) == ["kho", "lanh"]

    def test_words_about_the_licence_are_no_subject_once_its_date_is_known(self) -> None:
        text = "dự án được cấp phép năm 2019"
        dated = said(text, entity(text, "2019", "time", "2019", role="on", group="licensed"))
        assert "2019" not in residual_words(dated)
        assert {"cap", "phep"}.isdisjoint(residual_words(dated))
        assert {"cap", "phep"} <= set(residual_words(said(text)))


class TestFollowUp:
    TOPIC = Topic("procedure.work-permit", ("time_limit",))

    def test_a_question_without_subject_asks_about_the_topic(self, resolver: Resolver) -> None:
        text = "and the fee?"
        found = resolver.resolve(said(text, fee(text), topic=self.TOPIC))
        assert (found.decision, found.candidates[0].entry, found.facets) == (
            "answer",
            "procedure.work-permit",
            ["fee"],
        )

    def test_a_name_alone_asks_the_same_of_another_thing(self, resolver: Resolver) -> None:
        text = "and the environmental appraisal?"
        name = entity(text, "environmental appraisal", "procedure", "procedure.eia")
        found = resolver.resolve(said(text, name, topic=self.TOPIC))
        assert (found.decision, found.candidates[0].entry) == ("answer", "procedure.eia")
        assert found.facets == ["time_limit"]

    def test_two_names_are_a_question_of_their_own(self, resolver: Resolver) -> None:
        text = "environmental appraisal and work permit"
        names = (
            entity(text, "environmental appraisal", "procedure", "procedure.eia"),
            entity(text, "work permit", "procedure", "procedure.work-permit"),
        )
        found = resolver.resolve(said(text, *names, topic=self.TOPIC))
        assert found.candidates[0].probability < 1

    def test_a_licence_date_alone_asks_the_topic_again(self, resolver: Resolver) -> None:
        text = "licensed in 2019"
        dated = entity(text, "2019", "time", "2019", role="on", group="licensed")
        found = resolver.resolve(
            said(text, dated, topic=self.TOPIC, licensed_on="2019", intents={"affirm": 1.0})
        )
        assert (found.decision, found.candidates[0].entry) == ("answer", "procedure.work-permit")
        assert found.facets == ["time_limit"]

    def test_without_a_topic_there_is_nothing_to_follow(self, resolver: Resolver) -> None:
        text = "and the fee?"
        assert all(not c.signals["topic"] for c in resolver.resolve(said(text, fee(text))).candidates)

    def test_a_topic_that_is_gone_is_not_followed(self, resolver: Resolver) -> None:
        text = "and the fee?"
        found = resolver.resolve(said(text, fee(text), topic=Topic("procedure.gone", ("fee",))))
        assert all(not c.signals["topic"] for c in found.candidates)

    @pytest.mark.parametrize(
        ("text", "follows"),
        [
            ("thế còn lệ phí", True),
            ("what about the fee", True),
            ("Còn hồ sơ?", True),
            ("the fee is what", False),
        ],
    )
    def test_the_words_that_go_on_with_a_topic_are_known(self, text: str, follows: bool) -> None:
        assert follows_up(said(text, topic=self.TOPIC)) is follows
        assert follows_up(said(text)) is False


class TestDecision:
    def test_a_named_entry_with_its_facet_is_the_answer(self, resolver: Resolver) -> None:
        text = "fee of the work permit"
        name = entity(text, "work permit", "procedure", "procedure.work-permit")
        found = resolver.resolve(said(text, fee(text), name, intents={"ask_procedure_fee": 0.95}))
        assert (found.decision, found.candidates[0].entry, found.facets) == (
            "answer",
            "procedure.work-permit",
            ["fee"],
        )

    def test_two_facets_are_answered_if_the_words_ask_for_both(self, resolver: Resolver) -> None:
        text = "fee and time limit of the work permit"
        entities = (
            fee(text),
            entity(text, "time limit", "facet", "time_limit"),
            entity(text, "work permit", "procedure", "procedure.work-permit"),
        )
        found = resolver.resolve(
            said(text, *entities, intents={"ask_procedure_fee": 0.5, "ask_procedure_time_limit": 0.5})
        )
        assert found.decision == "answer"
        assert sorted(found.facets) == ["fee", "time_limit"]

    def test_nonsense_is_unknown(self, resolver: Resolver) -> None:
        found = resolver.resolve(said("colourless green ideas sleep", intents={"out_of_scope": 1.0}))
        assert found.decision == "unknown"

    def test_a_message_without_words_is_unknown(self, resolver: Resolver) -> None:
        assert resolver.resolve(said("?", intents={"affirm": 0.3})).decision == "unknown"

    def test_a_known_zone_asked_about_in_foreign_words_is_missing(self, resolver: Resolver) -> None:
        text = "Trang Due colourless green sleeping ideas"
        name = entity(text, "Trang Due", "zone", "zone.trang-due")
        found = resolver.resolve(said(text, name, intents={"list_zones": 0.9}))
        assert (found.decision, found.candidates[0].entry) == ("missing", "zone.trang-due")
        assert found.residual == ["colourless", "green", "sleeping", "ideas"]

    def test_a_facet_that_is_surely_asked_for_but_not_recorded_is_missing(self, resolver: Resolver) -> None:
        text = "environmental appraisal fee"
        name = entity(text, "environmental appraisal", "procedure", "procedure.eia")
        found = resolver.resolve(said(text, fee(text), name, intents={"ask_procedure_fee": 0.97}))
        assert (found.decision, found.candidates[0].entry) == ("missing", "procedure.eia")


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
        assert Resolver(store).facets_of(message, store.entries[entry.id], []) == [facet]

    def test_the_intent_alone_asks_for_a_facet(self, resolver: Resolver, make_store: MakeStore) -> None:
        message = said("how much", intents={"ask_procedure_fee": 0.9, "greet": 0.1})
        assert resolver.facets_of(message, WORK_PERMIT, []) == ["fee"]

    def test_a_facet_that_the_entry_does_not_have_is_none(self, resolver: Resolver) -> None:
        message = said("how much", intents={"ask_procedure_fee": 0.95})
        assert resolver.facets_of(message, EIA, []) == []

    def test_without_a_sign_the_main_facet_is_meant(self, resolver: Resolver) -> None:
        assert resolver.facets_of(said("hm", intents={"greet": 1.0}), WORK_PERMIT, []) == ["overview"]

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
        ("list_zones", Kind.ZONE),
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
    assert kind_of_intent(intent) is kind


def test_the_probability_of_a_kind_is_that_of_its_intents() -> None:
    message = Message("x", {"ask_procedure_fee": 0.5, "ask_procedure_steps": 0.2, "ask_customs": 0.3})
    assert kind_probability(message, Kind.PROCEDURE) == pytest.approx(0.7)
    assert kind_probability(message, Kind.ZONE) == 0


def test_foreign_intents_and_places_speak_for_no_entry() -> None:
    abroad = said("parks in Hanoi", Entity("elsewhere", "province", 9, 14), intents={"out_of_scope": 0.4})
    assert none_signals(abroad) == {"bias": 1.0, "foreign": 0.4, "elsewhere": 1.0}
    assert none_signals(said("parks")) == {"bias": 1.0, "foreign": 0.0, "elsewhere": 0.0}


def test_a_place_is_mentioned_if_all_its_words_occur(resolver: Resolver) -> None:
    assert resolver.mentions("zone.trang-due", ["An", "Dương"])
    assert not resolver.mentions("zone.trang-due", ["Quảng", "Ninh"])
