from __future__ import annotations

from typing import Any

import pytest

from actions.criteria import (
    Criteria,
    beyond_records,
    by_bare_name,
    developers_of,
    named_park,
    places_of,
    read_criteria,
)
from actions.message import Message
from knowledge.model import Entry
from tests.actions.conftest import entity, said
from tests.samples import both, make_zone

AREA = make_zone("dinh-vu", "KKT Đình Vũ", "Dinh Vu EZ", type="economic_zone")
NOMURA = make_zone(
    "nomura",
    "KCN Nomura - Hải Phòng",
    "Nomura Industrial Park",
    established="1994",
    developer=both("Công ty Phát triển KCN Nomura (Tập đoàn PC1 nắm 70%)", "Nomura (PC1 holds 70%)"),
    location=both("địa bàn An Dương cũ", "former An Duong"),
)
AN_DUONG = make_zone(
    "an-duong",
    "KCN An Dương",
    "An Duong Industrial Park",
    established="2008",
    group="Shenzhen Holdings",
    location=both("địa bàn An Dương cũ, thành phố Hải Phòng", "former An Duong"),
)
LAI_CACH = make_zone("lai-cach", "KCN Lai Cách", "Lai Cach Industrial Park")
ZONES: dict[str, Entry] = {z.id: z for z in (AREA, NOMURA, AN_DUONG, LAI_CACH)}
PARK = ("park", "zone_type", "industrial_park")


def asked(text: str, *names: tuple[str, str, str], **fields: Any) -> Message:
    return said(text, *(entity(text, *name) for name in names), **fields)


def read(text: str, *names: tuple[str, str, str]) -> Criteria:
    return read_criteria(asked(text, *names), ZONES)


def fitting(criteria: Criteria) -> list[str]:
    return [z.id for z in ZONES.values() if z.zone and criteria.fits(z.zone)]


def test_places_and_developers_are_the_names_in_their_properties() -> None:
    assert AN_DUONG.zone
    assert NOMURA.zone
    assert LAI_CACH.zone
    assert places_of(AN_DUONG.zone) == ["An Dương"]
    assert developers_of(AN_DUONG.zone) == ["Shenzhen Holdings"]
    assert developers_of(NOMURA.zone) == ["KCN Nomura", "PC1"]
    assert places_of(LAI_CACH.zone) == developers_of(LAI_CACH.zone) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("every park in An Duong", ["zone.nomura", "zone.an-duong"]),
        ("every park of Shenzhen Holdings", ["zone.an-duong"]),
        ("which park does PC1 run", ["zone.nomura"]),
    ],
)
def test_a_list_can_be_asked_by_place_and_by_developer(text: str, found: list[str]) -> None:
    assert fitting(read(text, PARK)) == found


@pytest.mark.parametrize(
    ("role", "found"),
    [("before", ["zone.nomura"]), ("on", ["zone.an-duong"]), ("after", ["zone.an-duong"])],
)
def test_a_time_asks_when_the_zones_were_established(role: str, found: list[str]) -> None:
    text = "every park set up 2008"
    times = (entity(text, "2008", "time", "2008", role=role),)
    assert fitting(read_criteria(said(text, entity(text, *PARK), *times), ZONES)) == found


@pytest.mark.parametrize(
    ("text", "unmet"),
    [
        ("every park near the airport", ("near", "airport")),
        ("park with Japanese tenants", ("japanese", "tenants")),
        ("liệt kê tất cả các park", ()),
        ("park có nhiều công ty Nhật", ("nhieu", "nhat")),
        ("park lớn nhất", ()),
        ("every park in An Duong", ()),
    ],
)
def test_what_no_property_records_is_kept_as_unmet(text: str, unmet: tuple[str, ...]) -> None:
    assert set(read(text, PARK).unmet) <= set(unmet)
    assert bool(read(text, PARK).unmet) is bool(unmet)


def test_a_place_that_is_also_a_park_is_meant_as_a_place_after_in() -> None:
    name = ("An Duong", "zone", "zone.an-duong")
    place, park = asked("every park in An Duong", PARK, name), asked("the An Duong park", PARK, name)
    assert read_criteria(place, ZONES).places == ("An Dương",)
    assert not named_park(place, ZONES, read_criteria(place, ZONES))
    assert read_criteria(park, ZONES).places == ()
    assert named_park(park, ZONES, read_criteria(park, ZONES))


def test_zones_are_known_by_their_bare_names_in_the_order_of_the_text() -> None:
    message = asked("which is larger, Lai Cách or an duong?")
    assert [zone for _, zone in by_bare_name(message, ZONES)] == ["zone.lai-cach", "zone.an-duong"]


@pytest.mark.parametrize("text", ["khu Cửa Ngõ rộng bao nhiêu", "how large is Gateway"])
def test_the_bare_name_may_be_that_of_either_language(text: str) -> None:
    zone = make_zone("gateway", "KCN Cửa Ngõ", "Gateway Industrial Park")
    assert [found for _, found in by_bare_name(said(text), {zone.id: zone})] == [zone.id]


@pytest.mark.parametrize(
    ("text", "beyond"),
    [
        ("khu nào gần sân bay", True),
        ("which parks lie close to the sea, in electronics", True),
        ("khu nào mới lập gần đây", False),
    ],
)
def test_a_phrase_for_what_is_not_recorded_counts_whatever_its_words_are(text: str, beyond: bool) -> None:
    assert beyond_records(read_criteria(said(text), ZONES)) is beyond


@pytest.mark.parametrize("text", ["khu nào chưa hoạt động", "parks that are not operating yet"])
def test_what_does_not_operate_is_in_another_state(text: str) -> None:
    assert set(read_criteria(said(text), ZONES).statuses) == {"planned", "established", "under_construction"}


BELGIAN = make_zone(
    "deep-c",
    "KCN DEEP C",
    "DEEP C",
    developer=both("DEEP C (thuộc Rent-A-Port, Bỉ)", "DEEP C (Rent-A-Port, Belgium)"),
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("parks in the hands of a Belgian developer", ["zone.deep-c"]),
        ("chủ hạ tầng người Bỉ có mấy park", ["zone.deep-c"]),
        ("chủ đầu tư park nào bị chậm", []),
        ("a park for our Belgian boss", []),
    ],
)
def test_parks_are_found_by_the_country_of_their_developer(text: str, found: list[str]) -> None:
    criteria = read_criteria(asked(text, PARK), {**ZONES, BELGIAN.id: BELGIAN})
    assert [z.id for z in (NOMURA, BELGIAN) if criteria.origins and z.zone and criteria.fits(z.zone)] == found


@pytest.mark.parametrize(
    "text",
    [
        "my client is Taiwanese, which park",
        "we are a Japanese maker, which park",
        "khách Đài Loan hỏi park nào",
        "bên em là công ty em Nhật, park nào",
    ],
)
def test_who_asks_sets_no_condition(text: str) -> None:
    assert not set(read(text, PARK).unmet) & {"taiwanese", "japanese", "dai", "loan", "nhat"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("parks in the former An Duong area", True),
        ("leaving aside the former An Duong side, which park", False),
        ("park nào, không kể An Dương", False),
    ],
)
def test_parks_of_a_place_can_be_left_out(text: str, wanted: bool) -> None:
    criteria = read(text, PARK)
    assert (criteria.places, criteria.left_out) == ((("An Dương",), ()) if wanted else ((), ("An Dương",)))
    assert (NOMURA.id in fitting(criteria), LAI_CACH.id in fitting(criteria)) == (wanted, not wanted)
