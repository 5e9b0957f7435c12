"""Edits by an editor, their history, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from knowledge.content import ContentError
from knowledge.editing import UnknownVersion, edit, history, rollback
from knowledge.items import dump
from knowledge.loading import load
from knowledge.search import Searcher
from knowledge.store import Store
from tests.samples import make_content, make_document, make_entry, make_zone, rule

PERMIT = make_entry("procedure.permit", "Cấp giấy phép", "Permit", facets={"fee": [rule("Không thu phí.")]})
PARK = make_zone("trang-due", "KCN Tràng Duệ", "Trang Due", area_ha=400)
LAW = "35/2022/NĐ-CP"


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    store = Store(database)
    load(store, make_content(PERMIT, PARK))
    yield store
    store.close()


def with_alias(alias: str) -> dict[str, object]:
    return {**dump(PERMIT), "aliases": {"vi": [alias]}}


def test_a_new_alias_works_in_search_at_once(store: Store) -> None:
    assert Searcher(store).search("bìa xanh") == []
    searcher = Searcher(store)
    assert edit(store, PERMIT.id, with_alias("bìa xanh"), "Lan") == 2
    assert searcher.search("bia xanh")[0].entry == PERMIT.id
    assert store.versions[PERMIT.id] == 2


def test_another_store_sees_an_edit_without_a_restart(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.store.LOOK_EVERY", 0)
    other = Store(store.engine.url.render_as_string(hide_password=False))
    searcher, release = Searcher(other), other.release
    assert searcher.search("bìa xanh") == []
    edit(store, PERMIT.id, with_alias("bìa xanh"), "Lan")
    assert searcher.search("bìa xanh")[0].entry == PERMIT.id
    assert other.release != release
    other.close()


def test_an_edit_that_says_the_same_makes_no_version(store: Store) -> None:
    assert edit(store, PERMIT.id, dump(PERMIT), "Lan") == 1
    assert len(history(store, PERMIT.id)) == 1


def test_the_history_tells_who_changed_what_and_when(store: Store) -> None:
    edit(store, PERMIT.id, {**dump(PERMIT), "owner": "labour", "related": [PARK.id]}, "Lan")
    first, second = history(store, PERMIT.id)
    assert (first.number, first.what, first.changed_by, first.fields) == (1, "load", "content files", ())
    assert (second.number, second.what, second.changed_by) == (2, "edit", "Lan")
    assert second.fields == ("owner", "related")
    assert first.data == dump(PERMIT)
    assert abs(datetime.now(UTC) - second.changed_at) < timedelta(minutes=5)


def test_a_former_version_is_brought_back_as_a_new_one(store: Store) -> None:
    edit(store, PERMIT.id, with_alias("bìa xanh"), "Lan")
    assert rollback(store, PERMIT.id, 1, "Minh") == 3
    assert store.entries[PERMIT.id] == PERMIT
    assert Searcher(store).search("bìa xanh") == []
    last = history(store, PERMIT.id)[-1]
    assert (last.what, last.changed_by, last.fields) == ("roll-back", "Minh", ("aliases",))


def test_what_was_removed_is_brought_back(store: Store) -> None:
    load(store, make_content(PARK))
    with pytest.raises(UnknownVersion):
        rollback(store, PERMIT.id, 2, "Minh")
    assert rollback(store, PERMIT.id, 1, "Minh") == 3
    assert store.entries[PERMIT.id] == PERMIT


def test_a_version_that_never_was_cannot_be_brought_back(store: Store) -> None:
    with pytest.raises(UnknownVersion, match="has no version 9"):
        rollback(store, PERMIT.id, 9, "Minh")


def test_a_version_that_no_longer_fits_is_not_brought_back(store: Store) -> None:
    edit(store, PERMIT.id, {**dump(PERMIT), "related": [PARK.id]}, "Lan")
    edit(store, PERMIT.id, dump(PERMIT), "Lan")
    load(store, make_content(PERMIT))
    with pytest.raises(ContentError, match="unknown entry zone"):
        rollback(store, PERMIT.id, 2, "Minh")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"owner": None}, "owner"),
        ({"colour": "red"}, "colour: Extra inputs"),
        ({"sources": [{"document": "1/2000/QH"}]}, "unknown document 1/2000/QH"),
        ({"related": ["zone.nowhere"]}, "unknown entry zone.nowhere"),
        ({"collected_on": "2025-02-30"}, "collected_on"),
        (
            {"facets": {"fee": {"rules": [rule("Thu 5 triệu đồng.", "VND 5 million.")]}}},
            "'figures' does not hold",
        ),
        ({"id": "procedure.other"}, "this is procedure.other, not procedure.permit"),
    ],
)
def test_an_edit_is_checked_like_the_files(store: Store, change: dict[str, object], message: str) -> None:
    with pytest.raises(ContentError, match=message):
        edit(store, PERMIT.id, {**dump(PERMIT), **change}, "Lan")
    assert store.entries[PERMIT.id] == PERMIT
    assert len(history(store, PERMIT.id)) == 1


def test_all_problems_of_an_edit_are_told_together(store: Store) -> None:
    data = {**dump(PERMIT), "related": ["zone.nowhere"], "sources": [{"document": "1/2000/QH"}]}
    with pytest.raises(ContentError) as error:
        edit(store, PERMIT.id, data, "Lan", "permit.yml")
    assert [(p.file, p.message) for p in error.value.problems] == [
        ("permit.yml", "unknown document 1/2000/QH"),
        ("permit.yml", "related: unknown entry zone.nowhere"),
    ]


def test_a_document_is_edited_by_its_number(store: Store) -> None:
    edit(store, LAW, dump(make_document(effective_from="2022-07-15")), "Lan")
    assert "15 July 2022" in store.entries["document.35-2022-nd-cp"].facets["effective"].rules[0].text.en
    with pytest.raises(ContentError, match="in a circle"):
        edit(store, LAW, dump(make_document(superseded_by=[LAW])), "Lan")


def test_the_entry_of_a_document_is_edited_through_the_document(store: Store) -> None:
    entry = store.entries["document.35-2022-nd-cp"]
    with pytest.raises(ContentError, match="edit the document"):
        edit(store, entry.id, dump(entry), "Lan")
