"""Law in time against a table written by hand, and the table against the content."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from knowledge.answer import Answer, Outcome, Para, TableBlock
from knowledge.document_names import slug
from knowledge.model import FACETS, Entry, Facet, Kind
from knowledge.plain import plain
from knowledge.rendering import Renderer, When
from knowledge.store import Store
from knowledge.texts import LANGUAGES
from knowledge.validation import MAX_WORDS
from knowledge.validity import bounds, end, start

TABLE = Path(__file__).with_name("law_in_time.yml")
Row = dict[str, Any]
ROWS: list[Row] = YAML(typ="safe").load(TABLE.read_text(encoding="utf-8"))
FIELDS = {"ask", "lang", "entry", "facet", "as_of", "licensed_on", "period", "outcome"}
FIELDS |= {"first", "never", "says", "cites"}
SUPPORTED = {Outcome.ANSWERED, Outcome.STALE}

pytestmark = pytest.mark.usefixtures("today")


def answer_to(row: Row, store: Store) -> Answer:
    dates = {name: str(row[name]) for name in ("as_of", "licensed_on", "period") if name in row}
    return Renderer(store, row.get("lang", "vi")).answer(row["entry"], [row["facet"]], When(**dates))


def first_of(answer: Answer) -> str:
    """The first block; where it only introduces a table, with the table."""
    text = answer.blocks[0]
    assert isinstance(text, Para)
    cells: list[str] = []
    if len(answer.blocks) > 1 and isinstance(answer.blocks[1], TableBlock):
        cells = [cell for line in answer.blocks[1].rows for cell in line]
    return " ".join([text.text, *cells])


def name_of(row: Row) -> str:
    dates = [f"{name}={row[name]}" for name in ("as_of", "licensed_on", "period") if name in row]
    return "-".join([row["entry"], row["facet"], row.get("lang", "vi"), *dates])


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_the_law_of_the_day_answers(row: Row, shipped_store: Store) -> None:
    assert set(row) <= FIELDS
    answer = answer_to(row, shipped_store)
    first, whole = first_of(answer), plain(answer)
    wanted = {Outcome(row["outcome"])} if "outcome" in row else SUPPORTED
    assert answer.outcome in wanted
    assert [p for p in row["first"] if not re.search(p, first)] == [], first
    assert [p for p in row.get("never", []) if re.search(p, first)] == [], first
    assert [p for p in row.get("says", []) if not re.search(p, whole)] == [], whole
    cited = {c.document: c.status for c in answer.citations}
    for number in row.get("cites", []):
        assert number.removeprefix("!") in cited
        assert (cited[number.removeprefix("!")] == "expired") == number.startswith("!")


def test_the_table_is_large_and_no_row_stands_twice() -> None:
    assert len(ROWS) >= 80
    assert len({name_of(row) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_on_the_day_before_a_document_its_predecessors_are_named_and_cited_first(
    shipped_store: Store, lang: str
) -> None:
    documents = shipped_store.documents
    asked = 0
    for document in documents.values():
        begin = document.effective_from
        if not (begin and document.supersedes):
            continue
        when = When(as_of=(date.fromisoformat(begin) - timedelta(days=1)).isoformat())
        for facet in FACETS[Kind.DOCUMENT]:
            answer = Renderer(shipped_store, lang).answer(f"document.{slug(document.number)}", [facet], when)
            assert answer.citations[0].document in document.supersedes
            assert document.number in [c.document for c in answer.citations]
            assert all(number in first_of(answer) for number in document.supersedes)
            asked += 1
    assert asked >= 40


def test_a_document_is_told_in_few_words_on_every_day(shipped_store: Store) -> None:
    for entry in shipped_store.entries.values():
        if entry.kind is not Kind.DOCUMENT:
            continue
        for lang in LANGUAGES:
            for rule in (rule for facet in entry.facets.values() for rule in facet.rules):
                scope = rule.scope.get(lang) if rule.scope else ""
                assert len(f"{scope} {rule.text.get(lang)}".split()) <= MAX_WORDS, (entry.id, scope)


def facets(entries: Iterable[Entry]) -> Iterator[tuple[str, Facet]]:
    for entry in entries:
        if entry.kind not in {Kind.STATISTIC, Kind.DOCUMENT}:
            yield from ((f"{entry.id}.{name}", facet) for name, facet in entry.facets.items())


def changes(store: Store) -> dict[date, set[str]]:
    """Each day on which the law changed, with the facets in which the change shows."""
    found: dict[date, set[str]] = {}
    one = timedelta(days=1)
    for name, facet in facets(store.entries.values()):
        days = [last + one for rule in facet.rules if (last := end(rule))]
        spans = [bounds(rule.licensed) for rule in facet.rules if rule.licensed]
        for day in [*days, *(first for first, _ in spans if first)]:
            found.setdefault(day, set()).add(name)
    for document in store.documents.values():
        citing = {name for name, facet in facets(store.entries.values()) if _cites(facet, document.number)}
        if citing and document.effective_to:
            day = date.fromisoformat(document.effective_to) + one
            found.setdefault(day, set()).update(citing, {f"document.{slug(document.number)}.status"})
    return found


def _cites(facet: Facet, number: str) -> bool:
    return any(source.document == number for rule in facet.rules for source in rule.sources)


def test_every_change_has_rows_for_the_day_before_the_day_and_the_day_after(shipped_store: Store) -> None:
    asked: dict[str, set[str]] = {}
    for row in ROWS:
        asked.setdefault(str(row.get("as_of")), set()).add(f"{row['entry']}.{row['facet']}")
    missing = [
        day.isoformat()
        for change, names in changes(shipped_store).items()
        for day in (change - timedelta(days=1), change, change + timedelta(days=1))
        if not names & asked.get(day.isoformat(), set())
    ]
    assert sorted(missing) == []


def test_every_licence_date_that_selects_has_rows_for_the_day_before_the_day_and_the_day_after(
    shipped_store: Store,
) -> None:
    asked = {str(row.get("licensed_on")) for row in ROWS}
    firsts = {
        first
        for _, facet in facets(shipped_store.entries.values())
        for rule in facet.rules
        if rule.licensed and (first := bounds(rule.licensed)[0])
    }
    days = {(first + timedelta(days=n)).isoformat() for first in firsts for n in (-1, 0, 1)}
    assert days - asked == set()


def test_the_licence_date_never_changes_a_procedure(shipped_store: Store) -> None:
    for name, facet in facets(shipped_store.entries.values()):
        if name.startswith("procedure."):
            assert [rule for rule in facet.rules if rule.licensed] == []


def test_the_law_of_a_rule_is_cited_as_expired_once_it_has_ended(shipped_store: Store) -> None:
    """What replaced it is in the registry; a citation never hides that a law has ended."""
    day = date(2026, 11, 22)
    documents = shipped_store.documents.values()
    ended = {d.number for d in documents if d.effective_to and d.effective_to < day.isoformat()}
    for name, facet in facets(shipped_store.entries.values()):
        entry, _, facet_name = name.rpartition(".")
        for rule in facet.rules:
            when = When(as_of=(start(rule) or end(rule) or day).isoformat())
            for citation in Renderer(shipped_store, "vi").answer(entry, [facet_name], when).citations:
                assert citation.document not in ended or citation.status == "expired"
