from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.content import Content
from knowledge.coverage import Coverage, Outcome, cover, main
from knowledge.facts import Mark, marks_in, read_facts
from tests.samples import LAW, make_content, make_document, make_entry, make_zone, rule

FACTS = """\
economic_zones:
- id: ez-1
  text_vi: 'Khu thành lập ngày 05/3/2022, rộng 1.234,5 ha.'
  text_en: 'Set up on 5 Mar 2022, 1,234.5 ha.'
  legal_basis: Decree 35/2022 Art. 26(1)
  as_of: '2022-12-31'
  provenance: a note of 1999
- id: park-1
  area_ha: 153
  website: https://park.vn
  detail:
  - id: park-1-detail
    note: 70 ha let
"""
AREA = "Khu thành lập ngày 05/03/2022, rộng 1.234,5 ha.", "Set up on 5 March 2022, 1,234.5 ha."
SOURCE = {"document": LAW, "article": "Điều 26 khoản 1"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    facts = tmp_path / "facts"
    facts.mkdir()
    (facts / "zones.yml").write_text(FACTS, encoding="utf-8")
    return facts


def zone_content(vi: str = AREA[0], en: str = AREA[1], **fields: object) -> Content:
    zone = make_entry("authority.zone", "Khu", "Zone", facts=["ez-1"], facets={
        "contact": [rule("Xem cổng thông tin.", "See the portal.")],
        "answer": [rule(vi, en, sources=[SOURCE], **fields)],
    })  # fmt: skip
    park = make_zone("park", "KCN", "Park", area_ha=153, website="https://park.vn")
    park = park.model_copy(update={"facts": ["park-1"]})
    detail = make_entry(
        "authority.detail",
        "Chi tiết",
        facts=["park-1-detail"],
        facets={"answer": [rule("Đã cho thuê 70 ha.", "70 ha let.")]},
    )
    return make_content(zone, park, detail)


def covered(folder: Path, content: Content, **reasons: str) -> Coverage:
    return cover(read_facts(folder), content, {key.replace("_", "-"): r for key, r in reasons.items()})


def test_a_fact_is_covered_by_the_facets_that_state_it(folder: Path) -> None:
    coverage = covered(folder, zone_content())
    assert coverage.problems == []
    assert {row.fact.id: row.places for row in coverage.rows} == {
        "ez-1": {"authority.zone": ["answer"]},
        "park-1": {"zone.park": ["overview", "website"]},
        "park-1-detail": {"authority.detail": ["answer"]},
    }


@pytest.mark.parametrize(
    ("vi", "en", "problem"),
    [
        (AREA[0].replace("1.234,5", "1.234"), AREA[1].replace(".5", ""), "1234.5"),
        (AREA[0].replace("05", "06"), AREA[1].replace("5 M", "6 M"), "2022-03-05"),
        ("Khu rộng 1.234,5 ha.", "1,234.5 ha.", "2022-03-05"),
    ],
)
def test_what_a_fact_states_must_stand_in_its_entries(folder: Path, vi: str, en: str, problem: str) -> None:
    coverage = covered(folder, zone_content(vi, en))
    assert coverage.problems[:2] == [f"ez-1: text_vi: {problem}", f"ez-1: text_en: {problem}"]


def test_a_field_can_be_excused(folder: Path) -> None:
    content = zone_content(AREA[0].replace("05/03/2022", "năm 2022"), AREA[1].replace("5 March ", ""))
    reasons = {"ez-1#text_vi": "only the year matters", "ez-1#text_en": "only the year matters"}
    coverage = cover(read_facts(folder), content, reasons)
    assert coverage.problems == []
    assert coverage.rows[0].outcome is Outcome.PARTLY


def test_a_doubtful_fact_needs_a_marked_rule(folder: Path) -> None:
    facts = FACTS.replace("  as_of: '2022-12-31'", "  unconfirmed: the area")
    (folder / "zones.yml").write_text(facts, encoding="utf-8")
    problem = "ez-1: doubtful, but no rule of its entries says so"
    assert covered(folder, zone_content()).problems == [problem]
    doubt = {"vi": "Diện tích chưa rõ.", "en": "The area is not sure.", "confirm_at": "heza"}
    assert covered(folder, zone_content(unconfirmed=doubt)).problems == []


def test_the_article_must_be_cited(folder: Path) -> None:
    content = zone_content()
    zone = content.entries["authority.zone"]
    answer = zone.facets["answer"]
    uncited = answer.model_copy(update={"rules": [answer.rules[0].model_copy(update={"sources": []})]})
    content.entries["authority.zone"] = zone.model_copy(update={"facets": {**zone.facets, "answer": uncited}})
    assert covered(folder, content).problems == ["ez-1: legal_basis: dieu 26"]


def test_a_fact_that_no_entry_names_needs_a_reason(folder: Path) -> None:
    content = zone_content()
    del content.entries["authority.detail"]
    assert covered(folder, content).problems == ["park-1-detail: no entry names it"]
    excused = covered(folder, content, park_1_detail="told by word of mouth only")
    assert excused.problems == []
    assert excused.rows[-1].outcome is Outcome.LEFT_OUT


def test_a_reason_that_excuses_nothing_is_a_problem(folder: Path) -> None:
    coverage = covered(folder, zone_content(), park_1="no longer true")
    assert coverage.problems == ["park-1: a reason, but nothing is left out"]


def test_an_entry_may_not_name_an_unknown_fact(folder: Path) -> None:
    content = zone_content()
    content.entries["authority.more"] = make_entry(
        "authority.more", "Khác", facts=["ez-9"], facets={"answer": [rule("Khác.")]}
    )
    assert covered(folder, content).problems == ["ez-9: named by authority.more, but there is no such fact"]


def test_a_document_covers_its_fact(tmp_path: Path) -> None:
    (tmp_path / "documents.yml").write_text(
        "- {id: doc-1, number: 35/2022/NĐ-CP, issue_date: '2022-05-28', supersedes: 82/2018}\n",
        encoding="utf-8",
    )
    fields = {"issued_on": "2022-05-28", "facts": ["doc-1"]}
    assert covered(tmp_path, make_content(make_document(**fields))).problems == ["doc-1: supersedes: 82/2018"]
    content = make_content(make_document(**fields, supersedes=["82/2018/NĐ-CP"]))
    coverage = covered(tmp_path, content)
    assert coverage.problems == []
    assert "overview" in coverage.rows[0].places["document.35-2022-nd-cp"]


def test_an_id_stands_for_one_fact_only(folder: Path) -> None:
    (folder / "more.yml").write_text("- {id: ez-1, text_en: again}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"ez-1 stands in more\.yml and again in zones\.yml"):
        read_facts(folder)


@pytest.mark.parametrize(
    ("text", "lang", "marks"),
    [
        ("tháng 8/2022", "vi", {"2022-08"}),
        ("NĐ 08/2022", "vi", {"08/2022"}),
        ("Decree 31/2021 Art. 14(3)", "en", {"31/2021", "dieu 14"}),
        ("Law 67/2025/QH15 Art. 12(2), 13", "en", {"67/2025/qh15", "dieu 12", "dieu 13"}),
        ("Art. 28a, added in 2021; (1) with 20 ha (2022)", "en", {"dieu 28a", "20", "2021", "2022"}),
        ("báo chí nêu 38/54 thủ tục", "vi", {"38", "54"}),
        ("từ 09/8 đến 27/9", "vi", {"--08-09", "--09-27"}),
        ("1 file; 2 check within 5 days; 3 refuse", "en", {"5"}),
        ("mẫu I.1.5, mã 1.014199, xem heza.gov.vn", "vi", {"i.1.5", "1.014199", "heza.gov.vn"}),
        ("QĐ 1511/QĐ-TTg ngày 04/12/2024", "vi", {"1511/qd-ttg", "2024-12-04"}),
    ],
)
def test_marks_are_what_can_be_found_in_other_words(text: str, lang: str, marks: set[str]) -> None:
    assert {mark.value for mark in marks_in(text, lang)} == marks


def test_a_bare_number_is_a_document_only_where_documents_are_named() -> None:
    assert marks_in("05/2025", "en", names_documents=True) == {Mark("literal", "05/2025")}
    assert marks_in("05/2025", "en") == {Mark("date", "2025-05")}


def test_the_command_writes_a_report_without_what_may_not_be_published(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = "- {id: secret-1, text_en: 'House 4711', do_not_publish: true}\n"
    (folder / "secret.yml").write_text(secret, encoding="utf-8")
    (tmp_path / "content").mkdir()
    (tmp_path / "reasons.yml").write_text("ez-1: tested elsewhere\npark-1: a secret\n", encoding="utf-8")
    output = tmp_path / "coverage.md"
    command = [
        str(folder),
        "--folder",
        str(tmp_path / "content"),
        "--left-out",
        str(tmp_path / "reasons.yml"),
    ]
    assert main([*command, "--output", str(output)]) == 1
    report = output.read_text(encoding="utf-8")
    assert "| zones.yml | 3 | 0 | 0 | 2 | 0 | 1 |" in report
    assert "| ez-1 |  | left out: tested elsewhere |" in report
    assert "| secret-1 |  | not to be published |" in report
    assert "4711" not in report
    printed = capsys.readouterr().out
    assert "park-1-detail: no entry names it" in printed
    assert "4 facts: 0 taken up, 0 but for a detail, 2 left out, 1 not to be published, 1 open" in printed
    (tmp_path / "reasons.yml").write_text(
        "ez-1: tested elsewhere\npark-1: a secret\npark-1-detail: a secret\n", encoding="utf-8"
    )
    assert main(command) == 0
