"""What a reader sees of the database; the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from knowledge import entries as entries_module
from knowledge import writer
from knowledge.database import writing
from knowledge.loading import load
from knowledge.meta import revision
from knowledge.model import Kind
from knowledge.search import Searcher
from knowledge.store import Store
from knowledge.switches import switch
from tests.samples import make_content, make_document, make_entry, make_zone, rule

IRC = make_entry("procedure.irc-issue", "Cấp GCNĐKĐT", "IRC", facets={"fee": [rule("Không thu phí.")]})
EIA = make_entry("procedure.eia", "Thẩm định ĐTM", "EIA", facets={"fee": [rule("Có thu phí.")]})
IRC_CHANGED = make_entry("procedure.irc-issue", "Cấp GCNĐKĐT", "IRC", facets={"fee": [rule("Miễn phí.")]})
LAW_ENTRY = "document.35-2022-nd-cp"


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    store = Store(database)
    yield store
    store.close()


def shown(store: Store) -> dict[str, Any]:
    """Everything that a reader can see of a store."""
    hits = store.match(["phi"], 10)
    return {
        "entries": dict(store.entries),
        "documents": store.documents,
        "versions": store.versions,
        "release": store.release,
        "words": store.word_counts,
        "hits": sorted((hit.entry, hit.facet, hit.folded) for hit in hits),
    }


def test_what_was_loaded_is_read_back(store: Store) -> None:
    load(store, make_content(IRC, make_document("82/2018/NĐ-CP")))
    assert store.entries["procedure.irc-issue"] == IRC
    assert set(store.documents) == {"35/2022/NĐ-CP", "82/2018/NĐ-CP"}
    assert {LAW_ENTRY, "document.82-2018-nd-cp"} < set(store.entries)


def test_entries_are_a_mapping_that_knows_its_ids(store: Store) -> None:
    load(store, make_content(IRC, EIA))
    assert sorted(store.entries) == [LAW_ENTRY, "procedure.eia", "procedure.irc-issue"]
    assert ("procedure.eia" in store.entries, "procedure.x" in store.entries) == (True, False)
    assert len(store.entries) == 3
    assert store.entries.get("procedure.x") is None
    with pytest.raises(KeyError):
        store.entries["35/2022/NĐ-CP"]
    assert list(store.entries.fetch(["procedure.irc-issue", "x", "procedure.eia"]).values()) == [IRC, EIA]
    assert [e.id for e in store.entries.of_kind(Kind.PROCEDURE)] == ["procedure.eia", "procedure.irc-issue"]


def test_no_more_entries_are_kept_than_fit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries_module, "MOST_KEPT", 2)
    load(store, make_content(IRC, EIA))
    assert [e.id for e in store.entries.all()] == [LAW_ENTRY, "procedure.eia", "procedure.irc-issue"]
    assert len(store.entries._kept) == 2
    assert store.entries["procedure.irc-issue"] is store.entries["procedure.irc-issue"]


def test_an_entry_that_is_gone_cannot_be_found(store: Store) -> None:
    load(store, make_content(IRC, EIA))
    load(store, make_content(IRC))
    assert "procedure.eia" not in store.entries
    assert {hit.entry for hit in store.match(["phi"], 10)} == {"procedure.irc-issue"}
    assert "tham" not in store.word_counts[0]


def test_the_release_names_the_content(store: Store) -> None:
    load(store, make_content(IRC))
    first = store.release
    load(store, make_content(IRC_CHANGED))
    second = store.release
    load(store, make_content(IRC))
    assert (store.release, second != first) == (first, True)


@pytest.mark.parametrize("step", ["index_entries", "count_targets"])
def test_a_load_that_fails_leaves_the_old_content(
    store: Store, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    load(store, make_content(IRC, EIA))
    before = shown(store)

    def fail(*_: Any) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(writer, step, fail)
    with pytest.raises(RuntimeError, match="disk full"):
        load(store, make_content(IRC_CHANGED))
    store.forget_cache()
    assert shown(store) == before


def test_a_reader_sees_the_old_content_until_the_load_is_complete(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(store, make_content(IRC))
    before = shown(store)
    reader = Store(store.engine.url.render_as_string(hide_password=False))
    seen: list[dict[str, Any]] = []
    count = writer.count_targets

    def look(connection: Any) -> int:
        seen.append(shown(reader))
        return count(connection)

    monkeypatch.setattr(writer, "count_targets", look)
    load(store, make_content(IRC_CHANGED))
    reader.forget_cache()
    assert seen == [before]
    assert shown(reader) == shown(store) != before
    reader.close()


def test_a_look_under_way_does_not_hide_a_change(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who looked just before a change keeps nobody from seeing it once the cache was forgotten."""
    load(store, make_content(IRC))
    assert not store.switches.off
    store.forget_cache()
    looked, changed = Event(), Event()

    def look(connection: Any) -> str | None:
        number = revision(connection)
        looked.set()
        changed.wait(timeout=5)
        return number

    monkeypatch.setattr("knowledge.store.revision", look)
    with ThreadPoolExecutor(2) as pool:
        early = pool.submit(lambda: store.view)
        assert looked.wait(timeout=5)
        with writing(store.engine) as connection:
            switch(connection, IRC.id, True, "an.officer", "under review")
        forgotten = pool.submit(store.forget_cache)
        changed.set()
        early.result(timeout=5)
        forgotten.result(timeout=5)
    assert IRC.id in store.switches.off


def test_the_facets_of_a_zone_are_written_out_with_the_names_of_others(store: Store) -> None:
    zones = (
        make_zone("dinh-vu", "KKT Đình Vũ", "Dinh Vu EZ", type="economic_zone"),
        make_zone("trang-due", "KCN Tràng Duệ", "Trang Due", within="zone.dinh-vu"),
    )
    load(store, make_content(*zones))
    facets = store.entries["zone.trang-due"].facets
    assert facets["within"].rules[0].text.en == "Trang Due lies inside the Dinh Vu EZ."


def test_the_words_of_an_entry_are_folded(store: Store) -> None:
    load(store, make_content(IRC))
    assert store.words_of("procedure.irc-issue", "name") == {"cap", "gcndkdt", "irc"}
    assert store.words_of("procedure.irc-issue") == {"cap", "gcndkdt", "irc", "khong", "thu", "phi"}
    assert store.words_of("procedure.nothing") == frozenset()


def test_words_are_counted_by_the_targets_that_hold_them(store: Store) -> None:
    load(store, make_content(IRC, EIA))
    counts, total = store.word_counts
    assert (counts["gcndkdt"], counts["dtm"]) == (2, 2)
    assert total > 8
    load(store, make_content(IRC))
    assert store.word_counts[0]["gcndkdt"] == 2
    assert "dtm" not in store.word_counts[0]


def test_targets_are_found_by_any_of_the_words(store: Store) -> None:
    load(store, make_content(IRC, EIA))
    found = store.match(["gcndkdt", "zzz"], 10)
    assert {hit.entry for hit in found} == {"procedure.irc-issue"}
    assert {hit.sort for hit in found} == {"name", "text"}
    assert len(store.match(["gcndkdt", "zzz"], 1)) == 1
    assert store.match(["zzz"], 10) == []


def test_the_target_that_says_the_most_of_a_query_comes_first(store: Store) -> None:
    load(store, make_content(IRC, EIA))
    assert store.match(["co", "thu", "phi"], 10)[0].entry == "procedure.eia"


def test_numbers_of_documents_are_words_like_any_other(store: Store) -> None:
    load(store, make_content(make_document("96/2026/NĐ-CP")))
    assert Searcher(store).search("nghị định 96/2026/NĐ-CP")[0].entry == "document.96-2026-nd-cp"


def test_the_entry_of_a_document_follows_the_titles_of_others(store: Store) -> None:
    old = make_document("82/2018/NĐ-CP", superseded_by=["35/2022/NĐ-CP"])
    load(store, make_content(old))
    before = store.versions
    title = {"vi": "Nghị định mới", "en": "The new decree"}
    load(store, make_content(old, make_document(title=title)))
    text = store.entries["document.82-2018-nd-cp"].facets["replacement"].rules[0].text.en
    assert "The new decree" in text
    assert store.versions == {entry: version + 1 for entry, version in before.items()}


def test_the_database_is_made_anew_from_changed_code(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    load(store, make_content(IRC), code="1")
    before = store.word_counts
    monkeypatch.setattr("knowledge.indexing.targets", lambda _entry: [])
    load(store, make_content(IRC), code="1")
    assert store.word_counts == before
    load(store, make_content(IRC), code="2")
    assert store.word_counts == ({}, 0)
