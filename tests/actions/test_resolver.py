from __future__ import annotations

from typing import Any

import pytest

from actions.message import Entity, Part, Topic
from actions.residual import residual_words
from actions.resolver import Found, Resolver, follows_up
from knowledge.model import Entry
from tests.actions.conftest import entity, said
from tests.conftest import MakeStore
from tests.samples import make_document, make_entry, make_zone, rule

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

    @pytest.mark.parametrize("text", ["quay lại Tràng Duệ", "Tro lai Tràng Duệ", "back to Tràng Duệ"])
    def test_words_that_lead_back_to_a_subject_are_no_subject(self, text: str) -> None:
        assert residual_words(said(text, entity(text, "Tràng Duệ", "zone", TRANG_DUE.id))) == []


class TestFollowUp:
    TOPIC = Topic("procedure.work-permit", ("time_limit",))

    def test_a_question_without_subject_asks_about_the_topic(self, resolver: Resolver) -> None:
        text = "and the fee?"
        found = resolver.resolve(said(text, fee(text), topic=self.TOPIC))
        assert (found.decision, found.readings[0].entry, found.found[0].facets) == (
            "answer",
            "procedure.work-permit",
            ["fee"],
        )

    def test_a_name_alone_asks_the_same_of_another_thing(self, resolver: Resolver) -> None:
        text = "and the environmental appraisal?"
        name = entity(text, "environmental appraisal", "procedure", "procedure.eia")
        found = resolver.resolve(said(text, name, topic=self.TOPIC))
        assert (found.decision, found.readings[0].entry) == ("answer", "procedure.eia")
        assert found.found[0].facets == ["time_limit"]

    def test_two_names_are_a_question_of_their_own(self, resolver: Resolver) -> None:
        text = "environmental appraisal and work permit"
        names = (
            entity(text, "environmental appraisal", "procedure", "procedure.eia"),
            entity(text, "work permit", "procedure", "procedure.work-permit"),
        )
        found = resolver.resolve(said(text, *names, topic=self.TOPIC))
        assert found.readings[0].probability < 1

    def test_a_licence_date_alone_asks_the_topic_again(self, resolver: Resolver) -> None:
        text = "licensed in 2019"
        dated = entity(text, "2019", "time", "2019", role="on", group="licensed")
        found = resolver.resolve(
            said(text, dated, topic=self.TOPIC, licensed_on="2019", intents={"ask_statistic": 0.2})
        )
        assert (found.decision, found.readings[0].entry) == ("answer", "procedure.work-permit")
        assert found.found[0].facets == ["time_limit"]

    def test_without_a_topic_there_is_nothing_to_follow(self, resolver: Resolver) -> None:
        text = "and the fee?"
        assert all(not r.signals["topic"] for r in resolver.resolve(said(text, fee(text))).entries)

    def test_a_topic_that_is_gone_is_not_followed(self, resolver: Resolver) -> None:
        text = "and the fee?"
        found = resolver.resolve(said(text, fee(text), topic=Topic("procedure.gone", ("fee",))))
        assert all(not r.signals["topic"] for r in found.entries)

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
        assert (found.decision, found.readings[0].entry, found.found[0].facets) == (
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
        assert sorted(found.found[0].facets) == ["fee", "time_limit"]

    def test_nonsense_is_unknown(self, resolver: Resolver) -> None:
        found = resolver.resolve(said("colourless green ideas sleep", intents={"ask_zone_sectors": 0.2}))
        assert found.decision == "unknown"

    def test_a_message_without_words_is_unknown(self, resolver: Resolver) -> None:
        assert resolver.resolve(said("?", intents={"ask_statistic": 0.1})).decision == "unknown"

    def test_a_known_zone_asked_about_in_foreign_words_is_missing(self, resolver: Resolver) -> None:
        text = "Trang Due colourless green sleeping ideas"
        name = entity(text, "Trang Due", "zone", "zone.trang-due")
        found = resolver.resolve(
            said(text, name, intents={"ask_zone_status": 0.55, "ask_zone_sectors": 0.45})
        )
        assert (found.decision, found.readings[0].entry) == ("missing", "zone.trang-due")
        assert residual_words(said(text, name)) == ["colourless", "green", "sleeping", "ideas"]

    def test_a_facet_that_is_surely_asked_for_but_not_recorded_is_missing(self, resolver: Resolver) -> None:
        text = "environmental appraisal fee"
        name = entity(text, "environmental appraisal", "procedure", "procedure.eia")
        found = resolver.resolve(said(text, fee(text), name, intents={"ask_procedure_fee": 0.97}))
        assert (found.decision, found.readings[0].entry) == ("missing", "procedure.eia")


class TestSeveralThings:
    TEXT = "fee of the work permit and time limit of the environmental appraisal"

    def test_each_of_two_questions_is_answered_for_itself(self, resolver: Resolver) -> None:
        entities = (
            fee(self.TEXT),
            entity(self.TEXT, "work permit", "procedure", "procedure.work-permit"),
            entity(self.TEXT, "time limit", "facet", "time_limit"),
            entity(self.TEXT, "environmental appraisal", "procedure", "procedure.eia"),
        )
        halves = [
            Part(0, 22, {"procedure.work-permit": 0.8}, {"procedure.fee": 0.9}),
            Part(27, len(self.TEXT), {"procedure.eia": 0.8}, {"procedure.time_limit": 0.9}),
        ]
        found = resolver.resolve(said(self.TEXT, *entities, parts=tuple(halves)))
        assert found.found == [
            Found("procedure.work-permit", ["fee"]),
            Found("procedure.eia", ["time_limit"]),
        ]

    def test_parts_without_a_subject_of_their_own_are_one_question(self, resolver: Resolver) -> None:
        entities = (entity(self.TEXT, "work permit", "procedure", "procedure.work-permit"),)
        halves = (
            Part(0, 22, {"procedure.work-permit": 0.8}, {"procedure.fee": 0.9}),
            Part(27, 40, {"procedure.eia": -0.9}, {"procedure.time_limit": 0.9}),
        )
        found = resolver.resolve(
            said(self.TEXT, *entities, parts=halves, subjects={"procedure.work-permit": 0.5})
        )
        assert [f.entry for f in found.found] == ["procedure.work-permit"]


def test_a_special_matter_is_told_from_the_entries(resolver: Resolver) -> None:
    message = said("will it rain", intents={"out_of_scope": 0.95}, subjects={"intent.out_of_scope": 0.7})
    assert resolver.resolve(message).special == "out_of_scope"


def test_a_place_is_mentioned_if_all_its_words_occur(resolver: Resolver) -> None:
    assert resolver.mentions("zone.trang-due", ["An", "Dương"])
    assert not resolver.mentions("zone.trang-due", ["Quảng", "Ninh"])

    def test_what_is_told_first_asks_for_nothing(self, resolver: Resolver) -> None:
        text = "Our fitter lost his work permit. How long?"
        halves = (
            Part(0, 31, {}, {"procedure.overview": 0.9}),
            Part(33, len(text), {}, {"procedure.time_limit": 0.3}),
        )
        permit = entity(text, "work permit", "procedure", WORK_PERMIT.id)
        message = said(text, permit, parts=halves, aspects={"procedure.overview": 0.5})
        (found,) = resolver.resolve(message).found
        assert (found.entry, found.facets[0]) == (WORK_PERMIT.id, "time_limit")

    def test_which_parks_is_answered_by_a_list_where_no_entry_stands_out(self, resolver: Resolver) -> None:
        intents = {"ask_zone_developer": 0.9}
        assert resolver.resolve(said("which parks are Saigontel's", intents=intents)).special == "list_zones"
        assert resolver.resolve(said("what is Saigontel's", intents=intents)).special is None


class TestWhatIsAskedAbout:
    def test_a_price_in_a_zone_is_recorded_nowhere(self, resolver: Resolver) -> None:
        text = "what does Trang Due charge per hectare"
        zone = entity(text, "Trang Due", "zone", TRANG_DUE.id)
        found = resolver.resolve(said(text, zone, intents={"ask_zone_price": 0.5, "ask_zone_area": 0.3}))
        assert (found.decision, found.readings[0].entry) == ("missing", TRANG_DUE.id)

    def test_who_also_asks_what_is_recorded_is_answered_that(self, resolver: Resolver) -> None:
        text = "price and area of Trang Due"
        words = (entity(text, "area", "facet", "area"), entity(text, "Trang Due", "zone", TRANG_DUE.id))
        found = resolver.resolve(said(text, *words, intents={"ask_zone_price": 0.7, "ask_zone_area": 0.3}))
        assert [(f.entry, f.facets[0]) for f in found.found] == [(TRANG_DUE.id, "area")]

    def test_a_law_that_only_dates_the_question_is_not_asked_about(self, make_store: MakeStore) -> None:
        law = make_document("135/2025/QH15")
        resolver = Resolver(make_store(WORK_PERMIT, law))
        text = "While 135/2025 did not apply yet, how long took a work permit?"
        number = entity(text, "135/2025", "document", "document.135-2025-qh15")
        permit = entity(text, "work permit", "procedure", WORK_PERMIT.id)
        parts = (Part(0, 32, {number.value: 0.9}, {}), Part(34, len(text), {WORK_PERMIT.id: 0.6}, {}))
        seen = {WORK_PERMIT.id: 0.3, number.value: -0.1}
        asked = {"intents": {"ask_document": 0.85, "ask_procedure_time_limit": 0.15}, "subjects": seen}
        told = resolver.resolve(said(text, number, permit, parts=parts, **asked))
        alone = resolver.resolve(said(text, number, permit, **asked))
        assert [r.readings[0].entry for r in (told, alone)] == [WORK_PERMIT.id, number.value]

    @pytest.mark.parametrize(("word", "decision"), [("fine", "missing"), ("fee", "answer")])
    def test_what_is_recorded_of_nothing_is_not_answered_by_what_is(
        self, resolver: Resolver, word: str, decision: str
    ) -> None:
        text = f"the {word} for a late work permit"
        asked = entity(text, word, "facet", "unrecorded")
        permit = entity(text, "work permit", "procedure", WORK_PERMIT.id)
        found = resolver.resolve(said(text, asked, permit, intents={"ask_procedure_fee": 0.9}))
        assert found.decision == decision

    @pytest.mark.parametrize(("meant", "other"), [(WORK_PERMIT, EIA), (EIA, WORK_PERMIT)])
    def test_where_the_words_leave_it_open_the_concepts_decide(
        self, resolver: Resolver, meant: Entry, other: Entry
    ) -> None:
        seen = {"subjects": {WORK_PERMIT.id: -0.4, EIA.id: -0.4}, "intents": {"ask_procedure_overview": 0.9}}
        by_concept = {meant.id: 0.4, other.id: -0.6}
        found = resolver.resolve(said("what has to be done there", by_concept=by_concept, **seen))
        assert [r.entry for r in found.readings[:2]] == [meant.id, other.id]

    def test_nobody_is_accused_of_what_was_hardly_asked(self, resolver: Resolver) -> None:
        text = "does the clock stop then"
        sure = resolver.resolve(said(text, intents={"improper_request": 1.0}))
        margins = {"intent.improper_request": -0.9, WORK_PERMIT.id: -0.5}
        unsure = resolver.resolve(said(text, intents={"improper_request": 0.2}, subjects=margins))
        assert unsure.readings[0].special == "improper_request"
        assert (sure.special, unsure.special) == ("improper_request", None)

    @pytest.mark.parametrize("tagged", [True, False])
    def test_who_denies_and_names_another_zone_asks_the_same_of_that(
        self, make_store: MakeStore, tagged: bool
    ) -> None:
        other = make_zone("dai-an", "KCN Đại An", "Dai An", area_ha=174)
        resolver = Resolver(make_store(WORK_PERMIT, TRANG_DUE, other))
        text = "no, I meant Trang Due"
        zones = [entity(text, "Trang Due", "zone", TRANG_DUE.id)] if tagged else []
        denied: dict[str, Any] = {"intents": {"deny": 0.9}, "topic": Topic(other.id, ("area",))}
        found = resolver.resolve(said(text, *zones, **denied)).found
        assert [(f.entry, f.facets) for f in found] == [(TRANG_DUE.id, ["area"])]
        assert resolver.resolve(said("no, not that one", **denied)).special == "small_talk"

    @pytest.mark.parametrize(
        ("text", "private"),
        [
            ("What is the home address of the director?", True),
            ("where does the head of the authority live", True),
            ("cho xin zalo cá nhân của anh thẩm định", True),
            ("địa chỉ nhà ông trưởng ban", True),
            ("số điện thoại của Ban Quản lý", False),
            ("hồ sơ thuế thu nhập cá nhân nộp ở đâu", False),
            ("địa chỉ nhà máy có phải đăng ký không", False),
        ],
    )
    def test_where_somebody_lives_is_nobodys_business(
        self, resolver: Resolver, text: str, private: bool
    ) -> None:
        assert (resolver.resolve(said(text)).special == "improper_request") is private
