from __future__ import annotations

import pytest

from knowledge.documents import aliases, document_entry, slug
from knowledge.model import Confidence, Document, Kind
from knowledge.texts import texts
from tests.samples import both, make_document

EN = texts("en")
OLD = make_document(
    "82/2018/NĐ-CP",
    title=both("Nghị định cũ", "Old decree"),
    issuer=both("Chính phủ", "Government"),
    issued_on="2018-05-22",
    effective_from="2018-07-10",
    effective_to="2022-07-14",
    status="expired",
    superseded_by=["35/2022/NĐ-CP"],
)
NEW = make_document(effective_from="2022-07-15", supersedes=["82/2018/NĐ-CP"])
REGISTRY = {d.number: d for d in (OLD, NEW)}


def told(key: str, **values: str) -> str:
    return EN(f"document.{key}", number="1/2022/NĐ-CP", title="Decree", **values)


def said(document: Document, facet: str, lang: str = "en") -> str:
    entry = document_entry(document, {**REGISTRY, document.number: document})
    assert entry is not None
    return entry.facets[facet].rules[0].text.get(lang)


def test_a_law_becomes_an_entry_that_cites_itself() -> None:
    entry = document_entry(NEW, REGISTRY)
    assert entry is not None
    assert (entry.id, entry.kind) == ("document.35-2022-nd-cp", Kind.DOCUMENT)
    assert (entry.name.vi, entry.name.en) == ("Nghị định 35/2022/NĐ-CP", "Decree 35/2022/NĐ-CP")
    assert [s.document for s in entry.sources] == ["35/2022/NĐ-CP"]
    assert set(entry.facets) == {"overview", "effective", "status", "replacement"}
    assert entry.review_by > entry.collected_on == NEW.collected_on


@pytest.mark.parametrize("kind", ["report", "web"])
def test_reports_and_sites_are_no_entries(kind: str) -> None:
    assert document_entry(make_document("heza.gov.vn", kind=kind), {}) is None


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


def test_the_status_names_what_replaced_a_document_and_until_when_it_held() -> None:
    assert said(OLD, "status") == (
        EN("document.status.expired", number="82/2018/NĐ-CP", title="Old decree")
        + EN("document.until", date="14 July 2022")
        + EN("document.superseded_by", documents="35/2022/NĐ-CP (Decree on industrial parks)")
    )


def test_the_status_of_a_document_in_force_says_when_that_was_recorded() -> None:
    number = {"number": "35/2022/NĐ-CP", "title": "Decree on industrial parks"}
    assert said(NEW, "status") == EN("document.status.in_force", collected="10 January 2026", **number)


def test_a_document_not_yet_in_force_says_from_when() -> None:
    coming = make_document("1/2027/NĐ-CP", effective_from="2027-01-01", title=both("x", "Coming decree"))
    assert said(coming, "status") == EN(
        "document.not_yet", number="1/2027/NĐ-CP", title="Coming decree", date="1 January 2027"
    )


def test_the_status_is_that_of_the_day_before_while_and_after_a_document_is_in_force() -> None:
    entry = document_entry(OLD, REGISTRY)
    assert entry
    spans = {(r.effective_from, r.effective_to): r.text.en for r in entry.facets["status"].rules}
    assert spans[None, "2018-07-09"] == EN(
        "document.not_yet", number="82/2018/NĐ-CP", title="Old decree", date="10 July 2018"
    )
    while_in_force = EN("document.status.was_in_force", number="82/2018/NĐ-CP", title="Old decree")
    assert spans["2018-07-10", "2022-07-14"].startswith(while_in_force)
    assert "no longer in force" in spans["2022-07-15", None]


def test_a_date_that_is_not_known_to_the_day_divides_no_status() -> None:
    entry = document_entry(make_document(effective_from="2025", effective_to="2026-06"), {})
    assert entry
    (rule,) = entry.facets["status"].rules
    assert (rule.effective_from, rule.effective_to) == (None, None)


@pytest.mark.parametrize(
    ("issued_on", "vi", "en"),
    [
        ("2025-12-11", " ngày 11/12/2025", " on 11 December 2025"),
        ("2025-12", " tháng 12/2025", " in December 2025"),
    ],
)
def test_the_day_of_issue_is_told_as_far_as_it_is_known(issued_on: str, vi: str, en: str) -> None:
    document = make_document(issued_on=issued_on)
    assert f"{vi}." in said(document, "overview", "vi")
    assert f"{en}." in said(document, "overview")


def test_a_status_that_was_not_checked_is_in_doubt_and_nothing_else_is() -> None:
    entry = document_entry(make_document("1/2020/TT-BTC", status="unverified", confidence="low"), {})
    assert entry is not None
    assert entry.facets["status"].rules[0].unconfirmed is not None
    assert entry.facets["overview"].rules[0].unconfirmed is None
    assert entry.confidence is Confidence.MEDIUM


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"effective_from": "2022-07-15"}, told("effective", date="15 July 2022")),
        ({"effective_from": "2022-07"}, told("effective_partial", date="July 2022")),
        ({}, told("effective_unknown")),
    ],
)
def test_the_effective_date_is_told_as_far_as_it_is_known(fields: dict, text: str) -> None:
    document = make_document("1/2022/NĐ-CP", title=both("Nghị định", "Decree"), **fields)
    assert said(document, "effective") == text


def test_the_replacement_is_told_in_both_directions() -> None:
    assert said(OLD, "replacement") == (
        EN(
            "document.replaced",
            number="82/2018/NĐ-CP",
            title="Old decree",
            documents="35/2022/NĐ-CP (Decree on industrial parks)",
        )
        + EN("document.until", date="14 July 2022")
    )
    assert said(NEW, "replacement") == (
        EN("document.no_successor", number="35/2022/NĐ-CP", title="Decree on industrial parks")
        + EN("document.supersedes", documents="82/2018/NĐ-CP (Old decree)")
    )


def test_the_overview_names_issuer_day_and_state() -> None:
    text = said(OLD, "overview")
    issued = EN("document.overview", number="82/2018/NĐ-CP", title="Old decree", issuer="Government")
    assert text.startswith(issued + EN("document.issued", date="22 May 2018"))
    assert "35/2022/NĐ-CP" in text


def test_the_overview_ends_with_the_note() -> None:
    noted = make_document("1/2022/NĐ-CP", note=both("Trừ Điều 7.", "Except Article 7."))
    assert said(noted, "overview").endswith(" Except Article 7.")
    assert said(noted, "overview", "vi").endswith(" Trừ Điều 7.")


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


def test_a_number_that_could_be_a_date_is_no_alias_by_itself() -> None:
    assert "09/2008" not in aliases(make_document("09/2008/QĐ-TTg")).vi
    assert "12/2019" not in aliases(make_document("12/2019/TT-BTC")).vi
