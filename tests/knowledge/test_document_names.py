from __future__ import annotations

import pytest

from knowledge.document_names import aliases, in_its_time, name, slug
from knowledge.model import Document
from tests.samples import both, make_document

NEW = make_document()


def test_a_document_is_named_by_type_and_number() -> None:
    assert (name(NEW).vi, name(NEW).en) == ("Nghị định 35/2022/NĐ-CP", "Decree 35/2022/NĐ-CP")


def test_in_its_time_no_document_was_called_former() -> None:
    old = make_document("82/2018/NĐ-CP", title=both("Nghị định về KCN (cũ)", "Decree on parks (former)"))
    assert in_its_time(old, "vi") == "Nghị định 82/2018/NĐ-CP (Nghị định về KCN)"
    assert in_its_time(old, "en", "until 2022") == "Decree 82/2018/NĐ-CP (Decree on parks, until 2022)"


def test_a_document_without_a_number_is_named_by_its_title_once() -> None:
    rules = make_document("Quy chế phối hợp (2021)", title=both("Quy chế", "Regulation"))
    assert in_its_time(rules, "en") == "Regulation"


@pytest.mark.parametrize(
    ("number", "made"),
    [
        ("35/2022/NĐ-CP", "35-2022-nd-cp"),
        ("1438/QĐ-TTg (2012)", "1438-qd-ttg-2012"),
        ("143/2025/QH15", "143-2025-qh15"),
    ],
)
def test_a_number_makes_a_part_of_an_id(number: str, made: str) -> None:
    assert slug(number) == made


@pytest.mark.parametrize(
    ("document", "vi", "en"),
    [
        (NEW, {"35/2022/NĐ-CP", "35/2022", "NĐ 35/2022", "Nghị định số 35/2022"}, {"Decree 35/2022"}),
        (
            make_document("5427/BTC-DNTN (2026)", title=both("Công văn về đầu tư", "Letter on investment")),
            {"5427/BTC-DNTN", "CV 5427/BTC-DNTN"},
            {"Official Letter 5427/BTC-DNTN"},
        ),
        (
            make_document("143/2025/QH15", title=both("Luật Đầu tư 2025", "Law on Investment 2025")),
            {"Luật Đầu tư 2025", "Luật 143/2025"},
            {"Law on Investment 2025", "Law No. 143/2025"},
        ),
        (
            make_document("226/2025/QH15", title=both("Cơ chế đặc thù", "Special mechanisms")),
            {"Nghị quyết 226/2025", "NQ 226/2025"},
            {"Resolution 226/2025"},
        ),
        (make_document("1438/QĐ-TTg (2012)"), {"Quyết định 1438/QĐ-TTg"}, {"Decision 1438/QĐ-TTg"}),
        (
            make_document("38/2018/TT-BTC", aliases={"vi": ["thông tư xuất xứ"]}),
            {"TT 38/2018", "thông tư xuất xứ"},
            set(),
        ),
    ],
)
def test_a_document_is_found_under_the_spellings_in_use(
    document: Document, vi: set[str], en: set[str]
) -> None:
    found = aliases(document)
    assert vi <= set(found.vi)
    assert en <= set(found.en)
    assert len(found.vi) == len(set(found.vi))


def test_names_in_words_come_before_those_by_number() -> None:
    document = make_document(aliases={"vi": ["nghị định KCN"], "en": ["parks decree"]})
    found = aliases(document)
    assert found.vi[:3] == [document.title.vi, "nghị định KCN", "35/2022/NĐ-CP"]
    assert found.en[:3] == [document.title.en, "parks decree", "Decree 35/2022"]


def test_a_number_that_could_be_a_date_is_no_alias_by_itself() -> None:
    assert "09/2008" not in aliases(make_document("09/2008/QĐ-TTg")).vi
    assert "12/2019" not in aliases(make_document("12/2019/TT-BTC")).vi
