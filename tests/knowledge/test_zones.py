from __future__ import annotations

from decimal import Decimal

import pytest

from knowledge.model import Confidence, Text
from knowledge.texts import texts
from knowledge.zones import area_of, focus_of, zone_facets
from tests.samples import both, make_entry, make_zone, rule

EN = texts("en")
NAMES = {"zone.dinh-vu": Text(vi="KKT Đình Vũ", en="Dinh Vu EZ")}
DOUBT = {**both("chưa chắc", "not certain"), "confirm_at": "developer"}


def told(key: str, **values: str) -> str:
    return EN(f"zone.{key}", name="Trang Due", **values)


def said(lang: str = "en", facet: str = "overview", **properties) -> str | None:
    facets = zone_facets(make_zone("trang-due", "KCN Tràng Duệ", "Trang Due", **properties), NAMES)
    return facets[facet].rules[0].text.get(lang) if facet in facets else None


@pytest.mark.parametrize(
    ("facet", "properties", "text"),
    [
        ("area", {"area_ha": "400.5"}, told("area", area="400.5")),
        (
            "area",
            {"area_ha": 22540, "area_note": both("gồm", "with the sea")},
            told("area_with_note", area="22,540", note="with the sea"),
        ),
        ("area", {"area_note": both("chưa rõ", "not known")}, told("area_note_only", note="not known")),
        ("developer", {"developer": both("SHP")}, told("developer", developer="SHP")),
        ("location", {"location": both("An Dương", "An Duong")}, told("location", location="An Duong")),
        ("within", {"within": "zone.dinh-vu"}, told("within", zone="Dinh Vu EZ")),
        ("within", {"within": "none"}, told("within_none")),
        ("sectors", {"sectors": ["electronics", "seaport"]}, told("sectors", focus="electronics, seaport")),
        ("sectors", {"focus": both("chip"), "sectors": ["seaport"]}, told("sectors", focus="chip")),
        ("status", {"status": "operating"}, told("status.operating")),
        ("established", {"established": "2008-01-10"}, told("established", date="10 January 2008")),
        ("investment", {"investment": both("9 tỷ", "USD 9bn")}, told("investment", investment="USD 9bn")),
        ("website", {"website": "https://shp.vn"}, told("website", website="https://shp.vn")),
    ],
)
def test_a_property_is_told_in_a_sentence(facet: str, properties: dict, text: str) -> None:
    assert said(facet=facet, **properties) == text


def test_a_sentence_is_written_in_both_languages() -> None:
    assert said(lang="vi", facet="area", area_ha="1103.445") == texts("vi")(
        "zone.area", name="KCN Tràng Duệ", area="1.103,445"
    )


def test_properties_that_are_not_known_give_no_facet() -> None:
    assert set(zone_facets(make_zone("trang-due", "KCN Tràng Duệ"))) == {"overview", "within"}


def test_an_unknown_position_is_itself_the_answer_at_low_confidence() -> None:
    (unknown,) = zone_facets(make_zone("trang-due", "KCN", "Trang Due"))["within"].rules
    assert unknown.text.en == told("within_unknown")
    assert (unknown.confidence, unknown.unconfirmed) == (Confidence.LOW, None)
    (known,) = zone_facets(make_zone("trang-due", "KCN", within="none"))["within"].rules
    assert known.confidence is None


def test_an_economic_zone_lies_in_no_other() -> None:
    assert said(facet="within", type="economic_zone") is None


def test_a_doubt_about_a_property_goes_with_its_facet_and_with_the_overview_that_states_it() -> None:
    zone = make_zone("trang-due", "KCN", area_ha=400, status="operating", doubts={"area_ha": DOUBT})
    facets = zone_facets(zone)
    assert facets["area"].rules[0].unconfirmed == zone.zone.doubts["area_ha"]
    assert facets["status"].rules[0].unconfirmed is None
    assert facets["overview"].rules[0].unconfirmed == zone.zone.doubts["area_ha"]


def test_an_overview_without_doubtful_properties_is_certain() -> None:
    facets = zone_facets(make_zone("trang-due", "KCN", area_ha=400))
    assert facets["overview"].rules[0].unconfirmed is None


def test_a_doubt_about_the_position_takes_the_place_of_low_confidence() -> None:
    (position,) = zone_facets(make_zone("trang-due", "KCN", doubts={"within": DOUBT}))["within"].rules
    assert position.confidence is None
    assert position.unconfirmed.en == "not certain"


def test_the_overview_says_everything_that_is_known() -> None:
    kind = told("overview", type=EN("zone.type.industrial_park"))
    assert said() == f"{kind}."
    assert said(within="none") == f"{kind}{EN('zone.overview_outside')}."
    whole = said(
        area_ha=400,
        within="zone.dinh-vu",
        developer=both("SHP"),
        sectors=["electronics"],
        status="operating",
    )
    parts = [
        EN("zone.overview_area", area="400"),
        EN("zone.overview_within", zone="Dinh Vu EZ"),
        EN("zone.overview_developer", developer="SHP"),
        EN("zone.overview_focus", focus="electronics"),
        EN("zone.overview_status", status=EN("zone.status_label.operating")),
    ]
    assert whole == f"{kind}{''.join(parts)}."


def test_a_zone_without_a_known_name_is_called_by_its_id() -> None:
    facets = zone_facets(make_zone("trang-due", "KCN", "Trang Due", within="zone.dinh-vu"))
    assert facets["within"].rules[0].text.en == told("within", zone="zone.dinh-vu")


def test_the_status_is_told_with_its_note() -> None:
    said_of_it = said(facet="status", status="planned", status_note=both("đang lập", "studies began"))
    assert said_of_it == told("status_note", sentence=told("status.planned"), note="studies began")


def test_what_is_no_zone_has_no_such_facets() -> None:
    assert zone_facets(make_entry("procedure.x", "x", facets={"fee": [rule("y")]})) == {}


def test_focus_and_area_are_written_for_tables() -> None:
    zone = make_zone("trang-due", "KCN", sectors=["electronics"])
    assert focus_of(zone, EN) == "electronics"
    assert focus_of(make_zone("x", "KCN"), EN) is None
    assert (area_of(Decimal("1103.445"), "vi"), area_of(Decimal(22540), "en")) == ("1.103,445", "22,540")
