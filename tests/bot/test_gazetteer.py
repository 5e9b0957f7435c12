from __future__ import annotations

import json
from pathlib import Path

import pytest
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.gazetteer import Gazetteer, Name, NameMatcher
from tests.bot.conftest import EXPORT, Training

NAMES = [
    Name("zone", "zone.dinh-vu", "Đình Vũ"),
    Name("zone", "zone.nam-dinh-vu", "Nam Đình Vũ"),
    Name("zone", "zone.trang-due-1", "Tràng Duệ"),
    Name("zone", "zone.trang-due-3", "Tràng Duệ"),
    Name("facet", "fee", "phí"),
    Name("facet", "fee", "lệ phí"),
    Name("procedure", "procedure.work-permit", "GPLĐ"),
    Name("procedure", "procedure.work-permit", "giấy phép lao động"),
    Name("document", "document.35-2022-nd-cp", "35/2022"),
    Name("document", "document.35-2022-nd-cp", "Nghị định 35/2022"),
    Name("document", "document.35-2022-nd-cp", "35/2022/NĐ-CP"),
    Name("zone", "zone.non-tariff", "khu phi thuế quan Xuân Cầu"),
    Name("sector", "electronics", "điện tử"),
    Name("elsewhere", "province", "Hà Nội"),
]
MATCHER = NameMatcher(NAMES)


def found(text: str) -> list[tuple[str, str]]:
    return [(text[m.start : m.end], m.name.value) for m in MATCHER.find(text)]


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("KCN Đình Vũ rộng bao nhiêu", [("Đình Vũ", "zone.dinh-vu")]),
        ("kcn dinh vu rong bao nhieu", [("dinh vu", "zone.dinh-vu")]),
        ("ĐÌNH VŨ", [("ĐÌNH VŨ", "zone.dinh-vu")]),
        ("dinh-vu", [("dinh-vu", "zone.dinh-vu")]),
        ("gplđ bao lâu", [("gplđ", "procedure.work-permit")]),
        ("gpld bao lau", [("gpld", "procedure.work-permit")]),
        ("giay phep lao dong", [("giay phep lao dong", "procedure.work-permit")]),
        ("khu phi thuế quan Xuân Cầu", [("khu phi thuế quan Xuân Cầu", "zone.non-tariff")]),
        (
            "phí ở khu phi thuế quan Xuân Cầu",
            [("phí", "fee"), ("khu phi thuế quan Xuân Cầu", "zone.non-tariff")],
        ),
        ("không có gì", []),
        ("", []),
        ("?!", []),
    ],
)
def test_a_name_is_found_with_and_without_accents(text: str, matches: list[tuple[str, str]]) -> None:
    assert found(text) == matches


PHASES = NameMatcher(
    [Name("zone", f"zone.park-{n}", f"Park {sign}") for n, sign in enumerate(("I", "II", "3"), 1)]
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Park I and II side by side", ["zone.park-1", "zone.park-2"]),
        ("park i, ii và 3 rộng bao nhiêu", ["zone.park-1", "zone.park-2", "zone.park-3"]),
        ("Park 3 và 4", ["zone.park-3"]),
        ("Park I has 3 gates", ["zone.park-1"]),
    ],
)
def test_a_number_alone_names_the_next_of_a_series(text: str, values: list[str]) -> None:
    assert [m.name.value for m in sorted(PHASES.find(text), key=lambda m: m.start)] == values


def test_a_name_is_found_where_slips_are_known() -> None:
    matches = MATCHER.find("gpldd ở Trngà Duệ", {"gpldd": "gpld", "trnga": "trang"})
    assert [(m.name.value, m.start, m.end) for m in matches] == [
        ("procedure.work-permit", 0, 5),
        ("zone.trang-due-1", 8, 17),
        ("zone.trang-due-3", 8, 17),
    ]


def test_the_longest_name_wins() -> None:
    assert found("Nam Đình Vũ ở đâu") == [("Nam Đình Vũ", "zone.nam-dinh-vu")]
    assert found("xin giấy phép lao động") == [("giấy phép lao động", "procedure.work-permit")]
    assert found("lệ phí") == [("lệ phí", "fee")]


def test_a_name_that_is_shared_gives_all_its_bearers() -> None:
    assert found("Tràng Duệ") == [("Tràng Duệ", "zone.trang-due-1"), ("Tràng Duệ", "zone.trang-due-3")]


def test_names_at_several_places_come_in_order() -> None:
    assert found("so sánh Tràng Duệ với Nam Đình Vũ")[-1] == ("Nam Đình Vũ", "zone.nam-dinh-vu")
    assert [text for text, _ in found("Đình Vũ và Đình Vũ")] == ["Đình Vũ", "Đình Vũ"]


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("phí bao nhiêu", [("phí", "fee")]),
        ("phi bao nhieu", [("phi", "fee")]),
        ("phì nhiêu", []),
        ("phi bao", [("phi", "fee")]),
        ("Hà Nội", [("Hà Nội", "province")]),
        ("hạ nồi", [("hạ nồi", "province")]),
    ],
)
def test_the_accents_of_a_single_word_must_not_contradict(text: str, matches: list[tuple[str, str]]) -> None:
    """Several words in a row identify a name even with slips in the accents."""
    assert found(text) == matches


@pytest.mark.parametrize(
    ("text", "matched"),
    [
        ("35/2022/NĐ-CP còn hiệu lực không", "35/2022/NĐ-CP"),
        ("35/2022/nd-cp", "35/2022/nd-cp"),
        ("nghi dinh 35/2022 noi gi", "nghi dinh 35/2022"),
        ("theo 35/2022 thì sao", "35/2022"),
    ],
)
def test_a_document_is_found_by_its_number(text: str, matched: str) -> None:
    assert found(text) == [(matched, "document.35-2022-nd-cp")]


@pytest.mark.parametrize("text", ["135/2022", "35/20223", "2022/35", "35 dự án năm 2021"])
def test_another_number_is_another_document(text: str) -> None:
    assert found(text) == []


def test_facets_and_sectors_may_stand_inside_names() -> None:
    matcher = NameMatcher([*NAMES, Name("procedure", "procedure.fee-refund", "hoàn lệ phí")])
    matches = matcher.find("hoàn lệ phí điện tử")
    assert [(m.name.type, m.start, m.end) for m in matches] == [
        ("procedure", 0, 11),
        ("facet", 5, 11),
        ("sector", 12, 19),
    ]


def test_a_name_without_words_is_left_out() -> None:
    assert NameMatcher([Name("zone", "zone.x", "–")]).find("–") == []


def test_the_names_are_packed_into_the_model(training: Training, export_file: Path) -> None:
    gazetteer = training.train_and_load(Gazetteer, {"file": str(export_file)})
    export_file.unlink()
    message = Message({TEXT: "Trang Due rộng bao nhiêu, nếu cấp phép trước 01/10/2025"})
    gazetteer.process([message])
    assert [(e["entity"], e["value"], e["start"], e["end"]) for e in message.get(ENTITIES)] == [
        ("zone", "zone.trang-due", 0, 9),
        ("facet", "area", 10, 14),
        ("time", "2025-10-01", 45, 55),
    ]
    assert {e["extractor"] for e in message.get(ENTITIES)} == {"Gazetteer"}
    (time,) = (e for e in message.get(ENTITIES) if e["entity"] == "time")
    assert (time["role"], time["group"]) == ("before", "licensed")


def test_training_without_an_export_says_how_to_make_one(training: Training, tmp_path: Path) -> None:
    with pytest.raises(RasaException, match="make train"):
        training.train_and_load(Gazetteer, {"file": str(tmp_path / "missing.json")})


def test_new_names_change_the_fingerprint(export_file: Path) -> None:
    config = {"file": str(export_file)}
    before = Gazetteer.fingerprint_addon(config)
    assert Gazetteer.fingerprint_addon(config) == before
    export_file.write_text(json.dumps({**EXPORT, "names": []}), encoding="utf-8")
    assert Gazetteer.fingerprint_addon(config) != before
