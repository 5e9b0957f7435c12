from __future__ import annotations

import pytest

from knowledge.documents import document_entry
from knowledge.model import FACETS, Confidence, Document, DocumentStatus, Facet, Kind, Rule
from knowledge.nlu_export import forms_of
from knowledge.succession import Registry
from knowledge.texts import texts
from knowledge.validity import Period, end, start
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


def from_day(document: str, day: str) -> str:
    return EN("document.from", document=document, date=day)


NEW_NAMED = from_day("35/2022/NĐ-CP (Decree on industrial parks)", "15 July 2022")


def facet_of(document: Document, facet: str, registry: Registry = REGISTRY) -> Facet:
    entry = document_entry(document, {**registry, document.number: document})
    assert entry is not None
    return entry.facets[facet]


def said(document: Document, facet: str, lang: str = "en", registry: Registry = REGISTRY) -> str:
    return facet_of(document, facet, registry).rules[0].text.get(lang)


def rule_on(day: str, document: Document, facet: str, registry: Registry = REGISTRY) -> Rule:
    """The one rule that holds on a day."""
    asked = Period.of(day)
    (found,) = [
        rule for rule in facet_of(document, facet, registry).rules if asked.overlaps(start(rule), end(rule))
    ]
    return found


def test_a_law_becomes_an_entry_that_cites_itself() -> None:
    entry = document_entry(NEW, REGISTRY)
    assert entry is not None
    assert (entry.id, entry.kind) == ("document.35-2022-nd-cp", Kind.DOCUMENT)
    assert (entry.name.vi, entry.name.en) == ("Nghị định 35/2022/NĐ-CP", "Decree 35/2022/NĐ-CP")
    assert [s.document for s in entry.sources] == ["35/2022/NĐ-CP"]
    assert set(entry.facets) == {"overview", "effective", "status", "replacement"}
    assert entry.review_by > entry.collected_on == NEW.collected_on


def test_the_questions_of_a_document_lead_to_its_overview() -> None:
    asks = {"vi": ["văn bản nào quản lý KCN"], "en": ["which rules govern parks"]}
    entry = document_entry(make_document(asks=asks), REGISTRY)
    assert entry is not None
    assert (entry.asks.vi, entry.asks.en) == (asks["vi"], asks["en"])
    assert (entry.id, "overview", "which rules govern parks") in forms_of(entry)


@pytest.mark.parametrize("kind", ["report", "web"])
def test_reports_and_sites_are_no_entries(kind: str) -> None:
    assert document_entry(make_document("heza.gov.vn", kind=kind), {}) is None


def test_the_status_names_what_replaced_a_document_and_until_when_it_held() -> None:
    assert said(OLD, "status") == (
        EN("document.status.expired", number="82/2018/NĐ-CP", title="Old decree")
        + EN("document.until", date="14 July 2022")
        + EN("document.superseded_by", documents=NEW_NAMED)
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


def test_a_date_that_is_not_known_to_the_day_divides_only_what_is_certain() -> None:
    document = make_document(effective_from="2025", effective_to="2026-06")
    spans = [(r.effective_from, r.effective_to) for r in facet_of(document, "status").rules]
    assert spans == [("2025-01-01", None), (None, "2024-12-31")]
    before = rule_on("2024", document, "status").text.en
    number = {"number": "35/2022/NĐ-CP", "title": "Decree on industrial parks"}
    assert before == EN("document.not_yet_partial", date="2025", **number)


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


OLDEST = make_document(
    "29/2008/NĐ-CP",
    effective_to="2018-07-09",
    status="expired",
    title=both("Nghị định đầu", "First decree"),
    superseded_by=["82/2018/NĐ-CP"],
)
CHAIN = {d.number: d for d in (OLDEST, OLD.model_copy(update={"supersedes": ["29/2008/NĐ-CP"]}), NEW)}
FACETS_OF_DOCUMENTS = FACETS[Kind.DOCUMENT]


@pytest.mark.parametrize("facet", FACETS_OF_DOCUMENTS)
def test_before_a_document_its_predecessor_applied_and_is_cited_first(facet: str) -> None:
    rule = rule_on("2022-07-14", NEW, facet)
    assert rule.scope
    assert rule.scope.en == "from 10 July 2018 to 14 July 2022"
    assert rule.text.en.startswith(
        EN(
            "document.applied",
            documents="Decree 82/2018/NĐ-CP (Old decree)",
            changes=EN("document.replaced_from", date="15 July 2022", document="Decree 35/2022/NĐ-CP"),
        )
    )
    assert [s.document for s in rule.sources] == ["82/2018/NĐ-CP", "35/2022/NĐ-CP"]


@pytest.mark.parametrize("facet", FACETS_OF_DOCUMENTS)
@pytest.mark.parametrize("day", ["2022-07-15", "2022-07-16", "2026-11-22", "2030"])
def test_from_its_first_day_a_document_speaks_for_itself(facet: str, day: str) -> None:
    rule = rule_on(day, NEW, facet)
    assert rule.scope is None
    assert rule.sources[0].document == "35/2022/NĐ-CP"


def test_before_the_predecessor_the_one_before_it_applied_as_far_as_is_known() -> None:
    rule = rule_on("2018-07-09", NEW, "replacement", CHAIN)
    assert rule.scope
    assert rule.scope.en == "until 9 July 2018"
    changes = [
        EN("document.replaced_from", date="10 July 2018", document="Decree 82/2018/NĐ-CP"),
        EN("document.replaced_from", date="15 July 2022", document="Decree 35/2022/NĐ-CP"),
    ]
    unknown = EN("document.start_unknown")
    assert rule.text.en == EN(
        "document.applied",
        documents=f"Decree 29/2008/NĐ-CP (First decree, {unknown})",
        changes=", ".join(changes),
    )
    assert [s.document for s in rule.sources] == ["29/2008/NĐ-CP", "35/2022/NĐ-CP", "82/2018/NĐ-CP"]


def test_no_document_applied_before_the_year_in_its_number() -> None:
    assert "29/2008" not in rule_on("2007-12-31", NEW, "status", CHAIN).text.en
    assert "29/2008" in rule_on("2008-01-01", NEW, "status", CHAIN).text.en


def test_a_document_whose_beginning_is_not_recorded_is_not_said_to_have_been_in_force() -> None:
    text = rule_on("2010-05-01", OLDEST, "status", CHAIN).text.en
    assert text.startswith(EN("document.status.start_unknown", number="29/2008/NĐ-CP", title="First decree"))


@pytest.mark.parametrize(
    ("day", "in_turn"), [("2022-07-14", ""), ("2022-07-15", EN("document.in_turn", documents=NEW_NAMED))]
)
def test_what_replaced_the_successor_is_told_once_it_has(day: str, in_turn: str) -> None:
    assert rule_on(day, OLDEST, "status", CHAIN).text.en == (
        EN("document.status.expired", number="29/2008/NĐ-CP", title="First decree")
        + EN("document.until", date="9 July 2018")
        + EN("document.superseded_by", documents=from_day("82/2018/NĐ-CP (Old decree)", "10 July 2018"))
        + in_turn
    )


AMENDED = make_document(
    "1/2015/TT-BTC",
    effective_from="2015-04-01",
    title=both("Thông tư", "Circular"),
    amended_by=["2/2018/TT-BTC", "3/2025/TT-BTC"],
)
FIRST_CHANGE = make_document("2/2018/TT-BTC", effective_from="2018-06-05")
SECOND_CHANGE = make_document("3/2025/TT-BTC", effective_from="2025-02-01")
CIRCULARS = {d.number: d for d in (AMENDED, FIRST_CHANGE, SECOND_CHANGE)}


def test_before_an_amendment_the_amended_document_applied_as_amended_so_far() -> None:
    rule = rule_on("2025-01-31", SECOND_CHANGE, "replacement", CIRCULARS)
    assert rule.text.en == EN(
        "document.applied",
        documents=EN(
            "document.as_amended", document="Circular 1/2015/TT-BTC (Circular)", amendments="2/2018/TT-BTC"
        ),
        changes=EN("document.amended_from", date="1 February 2025", document="Circular 3/2025/TT-BTC"),
    )
    assert [s.document for s in rule.sources] == ["1/2015/TT-BTC", "2/2018/TT-BTC", "3/2025/TT-BTC"]


def test_amendments_are_those_of_the_day() -> None:
    first, second = from_day("2/2018/TT-BTC", "5 June 2018"), from_day("3/2025/TT-BTC", "1 February 2025")
    then = rule_on("2025-01-31", AMENDED, "overview", CIRCULARS).text.en
    assert EN("document.amended_by", documents=first) in then
    assert EN("document.amended_later", documents=second) in then
    since = rule_on("2025-02-01", AMENDED, "overview", CIRCULARS).text.en
    assert since.endswith(EN("document.amended_by", documents=f"{first}; {second}"))


def test_a_replacement_in_doubt_is_shown_as_unconfirmed() -> None:
    unsure = NEW.model_copy(update={"status": DocumentStatus.UNVERIFIED})
    assert rule_on("2022-07-14", unsure, "overview").unconfirmed
    assert rule_on("2022-07-15", unsure, "overview").unconfirmed is None


@pytest.mark.parametrize("facet", ["overview", "effective", "status"])
def test_an_end_that_is_still_ahead_is_told_in_the_present(facet: str) -> None:
    temporary = make_document(effective_from="2025-07-01", effective_to="2026-12-31")
    assert EN("document.until_ahead", date="31 December 2026") in said(temporary, facet)
    assert EN("document.until", date="31 December 2026") in rule_on("2027", temporary, facet).text.en


def test_a_replacement_that_is_still_ahead_is_told_so() -> None:
    coming = make_document("1/2027/NĐ-CP", effective_from="2027-01-01", supersedes=["35/2022/NĐ-CP"])
    ending = NEW.model_copy(update={"effective_to": "2026-12-31", "superseded_by": ["1/2027/NĐ-CP"]})
    registry = {d.number: d for d in (coming, ending)}
    assert "is to be replaced by 1/2027/NĐ-CP" in said(ending, "replacement", registry=registry)
    assert "It is to be replaced by: 1/2027/NĐ-CP" in said(ending, "status", registry=registry)
    assert said(coming, "status", registry=registry).startswith("in force: Decree 35/2022/NĐ-CP")


def test_a_partly_expired_document_was_in_force_until_its_successor_came() -> None:
    partly = OLD.model_copy(update={"status": DocumentStatus.PARTLY_EXPIRED, "effective_to": None})
    assert "was in force then" in rule_on("2022-07-14", partly, "status").text.en
    assert "has in part ceased" in rule_on("2022-07-15", partly, "status").text.en


def test_an_end_that_is_not_recorded_is_said_not_to_be() -> None:
    assert "the day on which it ended is not recorded" in said(make_document(status="expired"), "status")


@pytest.mark.parametrize(
    ("issued_on", "key", "day"),
    [("2022-05-28", "issue", "28 May 2022"), ("2022", "issue_partial", "2022")],
)
def test_the_effective_date_comes_with_the_day_of_issue(issued_on: str, key: str, day: str) -> None:
    document = make_document(effective_from="2022-07-15", issued_on=issued_on)
    assert said(document, "effective").endswith(f"since 15 July 2022.{EN(f'document.{key}', date=day)}")


def test_the_overview_names_what_implements_a_law_and_on_which_days() -> None:
    decree = make_document("1/2023/NĐ-CP", effective_from="2023-01-01", implements=["35/2022/NĐ-CP"])
    former = make_document(
        "2/2022/NĐ-CP", effective_from="2022-08-01", effective_to="2022-12-31", implements=["35/2022/NĐ-CP"]
    )
    registry = {**REGISTRY, decree.number: decree, former.number: former}
    named = (
        f"2/2022/NĐ-CP, from 1 August 2022 to 31 December 2022; {from_day(decree.number, '1 January 2023')}"
    )
    assert said(NEW, "overview", registry=registry).endswith(EN("document.implemented_by", documents=named))
    rule = facet_of(NEW, "overview", registry).rules[0]
    assert [s.document for s in rule.sources] == ["35/2022/NĐ-CP", "2/2022/NĐ-CP", "1/2023/NĐ-CP"]


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
            documents=NEW_NAMED,
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
