from __future__ import annotations

from typing import Any

import pytest

from actions.base import Reply
from actions.message import Topic
from actions.zones import CompareZonesAction, ListZonesAction
from knowledge.answer import Outcome, Para, TableBlock
from knowledge.model import Entry
from knowledge.texts import texts
from tests.actions.conftest import MakeTools, entity, said
from tests.samples import both, make_entry, make_zone, rule

DOUBT = {**both("diện tích chưa rõ", "the area is not certain"), "confirm_at": "heza"}
DINH_VU = make_zone(
    "dinh-vu", "KKT Đình Vũ", "Dinh Vu EZ", type="economic_zone", area_ha=22540, status="operating"
)
DEEP_C = make_zone(
    "deep-c",
    "KCN DEEP C",
    "DEEP C",
    area_ha=500,
    within="zone.dinh-vu",
    sectors=["petrochemicals", "seaport"],
    status="operating",
    group="DEEP C",
    eco_park=True,
    established="2008",
)
TRANG_DUE = make_zone(
    "trang-due",
    "KCN Tràng Duệ",
    "Trang Due",
    area_ha=400,
    within="zone.dinh-vu",
    sectors=["electronics"],
    status="operating",
    established="2013-05",
)
DAI_AN = make_zone(
    "dai-an",
    "KCN Đại An",
    "Dai An",
    area_ha="174.5",
    within="none",
    sectors=["electronics"],
    status="under_construction",
    established="2026-02-01",
    doubts={"area_ha": DOUBT},
)
UNKNOWN = make_zone("mystery", "KCN Bí Ẩn", "Mystery Park")
ZONES = (DINH_VU, DEEP_C, TRANG_DUE, DAI_AN, UNKNOWN)

PARKS = ("industrial park", "zone_type", "industrial_park")
INTENTS = {"list_zones": 0.95}


def listed(make_tools: MakeTools, text: str, *names: tuple[str, str, str], **fields: Any) -> Reply:
    entities = [entity(text, *name) for name in names]
    return ListZonesAction(make_tools(*ZONES)).reply(said(text, *entities, intents=INTENTS, **fields))


def table_of(reply: Reply) -> TableBlock:
    (table,) = [block for block in reply.answer.blocks if isinstance(block, TableBlock)]
    return table


def names_of(reply: Reply) -> list[str]:
    return [row[0] for row in table_of(reply).rows]


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        ("electronics parks", [("electronics", "sector", "electronics")], ["Trang Due", "Dai An"]),
        ("each industrial park over 300 ha", [PARKS], ["DEEP C", "Trang Due"]),
        ("each industrial park over 400 ha", [PARKS], ["DEEP C"]),
        ("each industrial park below 400 ha", [PARKS], ["Dai An"]),
        ("zones under construction", [("under construction", "status", "under_construction")], ["Dai An"]),
        (
            "any industrial park in the Dinh Vu EZ",
            [PARKS, ("Dinh Vu EZ", "zone", "zone.dinh-vu")],
            ["DEEP C", "Trang Due"],
        ),
        ("any industrial park outside the economic zones", [PARKS], ["Dai An"]),
        ("any industrial park inside an economic zone", [PARKS], ["DEEP C", "Trang Due"]),
        ("any industrial park not inside an economic zone", [PARKS], ["Dai An"]),
        ("mọi industrial park không thuộc khu kinh tế", [PARKS], ["Dai An"]),
        ("mọi industrial park nằm ngoài các khu kinh tế", [PARKS], ["Dai An"]),
        ("foreign: nước ngoài trong khu kinh tế, industrial park", [PARKS], ["DEEP C", "Trang Due"]),
        ("năm ngoái industrial park nào trên 400 ha", [PARKS], ["DEEP C"]),
        ("eco-parks", [("eco-parks", "property", "eco_park")], ["DEEP C"]),
        ("which industrial park is by deep c", [PARKS], ["DEEP C"]),
        ("the smallest industrial park", [PARKS], ["Dai An", "Trang Due", "DEEP C"]),
        ("the largest industrial park", [PARKS], ["DEEP C", "Trang Due", "Dai An"]),
        ("the newest industrial park", [PARKS], ["Dai An", "Trang Due", "DEEP C"]),
        ("every economic zone", [("economic zone", "zone_type", "economic_zone")], ["Dinh Vu EZ"]),
        (
            "electronics parks in operation",
            [("electronics", "sector", "electronics"), ("in operation", "status", "operating")],
            ["Trang Due"],
        ),
    ],
)
def test_zones_are_listed_by_what_is_asked_for(
    make_tools: MakeTools, text: str, names: list[tuple[str, str, str]], found: list[str]
) -> None:
    reply = listed(make_tools, text, *names)
    assert reply.answer.outcome in {Outcome.ANSWERED, Outcome.STALE}
    assert names_of(reply) == found


@pytest.mark.parametrize(
    ("more", "names", "told"),
    [
        ("", (), True),
        (" not built yet", (("not built yet", "status", "planned"),), True),
        (" in operation", (("in operation", "status", "operating"),), False),
        (" over 300 ha", (), False),
        (" for electronics", (("electronics", "sector", "electronics"),), False),
    ],
)
def test_parks_that_only_a_plan_names_are_told_of_as_parts_of_their_zone(
    make_tools: MakeTools, more: str, names: tuple[tuple[str, str, str], ...], told: bool
) -> None:
    parts = {"parts": [rule("gồm 5 khu", "The plan names five parks.")]}
    planned = make_zone("tan-trao", "KKT Tân Trào", "Tan Trao EZ", type="economic_zone", facets=parts)
    text = "each industrial park in the Tan Trao EZ" + more
    found = [entity(text, *name) for name in (PARKS, ("Tan Trao EZ", "zone", planned.id), *names)]
    answer = ListZonesAction(make_tools(planned, *ZONES)).reply(said(text, *found, intents=INTENTS)).answer
    said_parts = any(isinstance(b, Para) and "five parks" in b.text for b in answer.blocks)
    assert (answer.outcome is not Outcome.NO_ANSWER, said_parts) == (told, told)


def test_a_zone_whose_property_is_not_recorded_meets_no_criterion(make_tools: MakeTools) -> None:
    assert "Mystery Park" not in names_of(listed(make_tools, "industrial park over 1 ha", PARKS))
    assert "Mystery Park" in names_of(listed(make_tools, "every industrial park", PARKS))


def test_the_table_shows_the_properties_of_each_zone(make_tools: MakeTools) -> None:
    table = table_of(listed(make_tools, "every industrial park", PARKS))
    t = texts("en")
    assert table.columns == [
        t(f"columns.{c}") for c in ("name", "area", "developer", "within", "sectors", "status")
    ]
    assert table.rows[0] == [
        "DEEP C",
        "500",
        "–",
        "Dinh Vu EZ",
        "petrochemicals, chemicals, oil and gas, seaport",
        t("zone.status_label.operating"),
    ]
    assert table.rows[-1] == ["Mystery Park", "–", "–", t("zone.unknown"), "–", "–"]
    assert [row[3] for row in table.rows if row[0] == "Dai An"] == [t("zone.outside")]


def test_the_first_block_counts_and_names_what_was_found(make_tools: MakeTools) -> None:
    answer = listed(make_tools, "industrial park over 300 ha", PARKS).answer
    first = answer.blocks[0]
    assert isinstance(first, Para)
    assert first.text.startswith("2 ")
    assert "300" in first.text
    assert first.text.endswith("DEEP C, Trang Due.")


def test_a_list_cites_the_sources_of_its_rows_and_names_them_as_entries(make_tools: MakeTools) -> None:
    answer = listed(make_tools, "industrial park over 300 ha", PARKS).answer
    assert [c.document for c in answer.citations] == ["35/2022/NĐ-CP"]
    assert [e.id for e in answer.entries] == ["zone.deep-c", "zone.trang-due"]
    assert (answer.outcome, answer.caveats) == (Outcome.ANSWERED, [])
    assert [s.ask.entry for s in answer.suggestions] == ["zone.deep-c", "zone.trang-due"]


def test_a_doubt_about_a_row_makes_the_list_stale(make_tools: MakeTools) -> None:
    answer = listed(make_tools, "electronics parks", ("electronics", "sector", "electronics")).answer
    assert answer.outcome is Outcome.STALE
    assert [c.reason for c in answer.caveats] == ["unconfirmed"]


def test_a_list_that_is_empty_is_no_answer(make_tools: MakeTools) -> None:
    reply = listed(make_tools, "plastics parks", ("plastics", "sector", "plastics"))
    assert (reply.answer.outcome, reply.answer.citations) == (Outcome.NO_ANSWER, [])
    assert [s.ask.action for s in reply.answer.suggestions] == ["human"]


def test_a_list_of_another_place_is_out_of_scope(make_tools: MakeTools) -> None:
    reply = listed(make_tools, "industrial park in Hanoi", PARKS, ("Hanoi", "elsewhere", "province"))
    assert (reply.answer.outcome, reply.answer.entries) == (Outcome.OUT_OF_SCOPE, [])


def compared(make_tools: MakeTools, text: str, *names: tuple[str, str, str], **fields: Any) -> Reply:
    entities = [entity(text, *name) for name in names]
    tools = make_tools(*ZONES, *fields.pop("others", ()))
    return CompareZonesAction(tools).reply(said(text, *entities, intents={"compare_zones": 0.9}, **fields))


DEEP_C_NAME = ("DEEP C", "zone", "zone.deep-c")
TRANG_DUE_NAME = ("Trang Due", "zone", "zone.trang-due")


def test_zones_are_compared_side_by_side_in_the_order_named(make_tools: MakeTools) -> None:
    reply = compared(make_tools, "compare Trang Due and DEEP C", TRANG_DUE_NAME, DEEP_C_NAME)
    assert reply.answer.outcome is Outcome.ANSWERED
    assert names_of(reply) == ["Trang Due", "DEEP C"]
    first = reply.answer.blocks[0]
    assert isinstance(first, Para)
    assert "Trang Due: 400 ha" in first.text
    assert "DEEP C: 500 ha" in first.text
    assert [e.id for e in reply.answer.entries] == ["zone.trang-due", "zone.deep-c"]


def test_one_zone_is_compared_with_the_topic_of_the_conversation(make_tools: MakeTools) -> None:
    reply = compared(make_tools, "compare it with DEEP C", DEEP_C_NAME, topic=Topic("zone.trang-due"))
    assert names_of(reply) == ["Trang Due", "DEEP C"]
    assert reply.topic == Topic("zone.deep-c", ("overview",), ("zone.trang-due", "zone.deep-c"))


@pytest.mark.parametrize("topic", [None, Topic("zone.deep-c"), Topic("procedure.gone")])
def test_one_zone_alone_cannot_be_compared(make_tools: MakeTools, topic: Topic | None) -> None:
    reply = compared(make_tools, "compare DEEP C", DEEP_C_NAME, topic=topic)
    assert (reply.answer.outcome, reply.failed) == (Outcome.CLARIFY, True)
    assert reply.answer.entries == []


def test_a_topic_that_is_no_zone_is_not_compared(make_tools: MakeTools) -> None:
    permit: Entry = make_entry("procedure.permit", "cấp phép", facets={"fee": [rule("x.")]})
    reply = compared(
        make_tools, "compare with DEEP C", DEEP_C_NAME, topic=Topic("procedure.permit"), others=[permit]
    )
    assert reply.answer.outcome is Outcome.CLARIFY


def test_a_name_that_two_zones_share_counts_as_one(make_tools: MakeTools) -> None:
    reply = compared(
        make_tools,
        "compare Trang Due and DEEP C",
        TRANG_DUE_NAME,
        ("Trang Due", "zone", "zone.dai-an"),
        DEEP_C_NAME,
    )
    assert names_of(reply) == ["Trang Due", "DEEP C"]


def test_parks_are_listed_by_the_year_in_which_they_were_established(make_tools: MakeTools) -> None:
    text = "each industrial park established in 2013"
    entities = (
        entity(text, *PARKS),
        entity(text, "established", "facet", "established"),
        entity(text, "2013", "time", "2013", role="on"),
    )
    reply = ListZonesAction(make_tools(*ZONES)).reply(said(text, *entities, intents=INTENTS))
    assert [e.id for e in reply.answer.entries] == ["zone.trang-due"]
    assert "established in 2013" in str(reply.answer.blocks[0])


def test_what_a_list_is_selected_by_is_joined_by_single_commas(make_tools: MakeTools) -> None:
    text = "the newest industrial park established in 2013"
    entities = (entity(text, *PARKS), entity(text, "2013", "time", "2013", role="on"))
    reply = ListZonesAction(make_tools(*ZONES)).reply(said(text, *entities, intents=INTENTS))
    first = reply.answer.blocks[0]
    assert isinstance(first, Para)
    assert first.text.startswith("1 matching, established in 2013, most recently established:")


def test_a_question_about_one_park_is_not_answered_by_a_list_of_all(make_tools: MakeTools) -> None:
    text = "who is behind Dai An"
    message = said(
        text,
        entity(text, "Dai An", "zone", "zone.dai-an"),
        intents={"list_zones": 0.6, "ask_zone_overview": 0.4},
        subjects={"intent.list_zones": 0.3, "zone.dai-an": 0.1},
        aspects={"zone.overview": 0.5},
    )
    answer = ListZonesAction(make_tools(*ZONES)).reply(message).answer
    assert [e.id for e in answer.entries] == ["zone.dai-an"]
    assert not any(isinstance(block, TableBlock) for block in answer.blocks)


def test_a_condition_that_nothing_records_is_not_passed_over(make_tools: MakeTools) -> None:
    reply = listed(make_tools, "each industrial park near the airport", PARKS)
    assert (reply.answer.outcome, reply.failed) == (Outcome.CLARIFY, True)
    assert reply.answer.entries == []


def test_as_many_zones_are_shown_as_are_asked_for(make_tools: MakeTools) -> None:
    assert names_of(listed(make_tools, "the two largest industrial park", PARKS)) == ["DEEP C", "Trang Due"]
    assert names_of(listed(make_tools, "the oldest industrial park, top 1", PARKS)) == ["DEEP C"]


def test_zones_are_compared_by_their_bare_names(make_tools: MakeTools) -> None:
    assert names_of(compared(make_tools, "which is larger, Dai An or Trang Due")) == ["Dai An", "Trang Due"]
