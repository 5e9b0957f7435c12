from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from knowledge import store as store_module
from knowledge.store import Changes, Store
from tests.samples import make_content, make_document, make_entry, make_zone, rule

IRC = make_entry("procedure.irc-issue", "Cấp GCNĐKĐT", "IRC", facets={"fee": [rule("Không thu phí.")]})
EIA = make_entry("procedure.eia", "Thẩm định ĐTM", "EIA", facets={"fee": [rule("Có thu phí.")]})
IRC_CHANGED = make_entry("procedure.irc-issue", "Cấp GCNĐKĐT", "IRC", facets={"fee": [rule("Miễn phí.")]})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'new' / 'knowledge.sqlite'}")
    yield store
    store.close()


def shown(store: Store) -> dict[str, Any]:
    """Everything that a reader can see of a store."""
    hits = store.match("targets_words", '"phi"', 10)
    return {
        "entries": store.entries,
        "documents": store.documents,
        "versions": store.versions,
        "release": store.release,
        "hits": [(hit.entry, hit.facet, hit.folded) for hit in hits],
    }


def test_what_was_loaded_is_read_back(store: Store) -> None:
    assert store.load(make_content(IRC, make_document("82/2018/NĐ-CP"))) == Changes(3, 0, 0, 0)
    assert store.entries["procedure.irc-issue"] == IRC
    assert set(store.documents) == {"35/2022/NĐ-CP", "82/2018/NĐ-CP"}
    assert {"document.35-2022-nd-cp", "document.82-2018-nd-cp"} < set(store.entries)


def test_loading_the_same_content_again_changes_nothing(store: Store) -> None:
    store.load(make_content(IRC, EIA))
    before = shown(store)
    assert store.load(make_content(IRC, EIA)) == Changes(0, 0, 0, 3)
    assert shown(store) == before


def test_the_version_goes_up_for_changed_entries_only(store: Store) -> None:
    store.load(make_content(IRC, EIA))
    assert store.versions["procedure.irc-issue"] == 1
    assert store.load(make_content(IRC_CHANGED, EIA)) == Changes(0, 1, 0, 2)
    assert store.versions["procedure.irc-issue"] == 2
    assert store.versions["procedure.eia"] == 1
    assert store.entries["procedure.irc-issue"].facets["fee"].rules[0].text.vi == "Miễn phí."


def test_an_entry_that_is_gone_cannot_be_found(store: Store) -> None:
    store.load(make_content(IRC, EIA))
    assert store.load(make_content(IRC)) == Changes(0, 0, 1, 2)
    assert "procedure.eia" not in store.entries
    assert {hit.entry for hit in store.match("targets_words", '"phi"', 10)} == {"procedure.irc-issue"}


def test_the_release_names_the_content(store: Store) -> None:
    store.load(make_content(IRC))
    first = store.release
    store.load(make_content(IRC_CHANGED))
    second = store.release
    store.load(make_content(IRC))
    assert (store.release, second != first) == (first, True)


@pytest.mark.parametrize("step", ["targets", "_release"])
def test_a_load_that_fails_leaves_the_old_content(
    store: Store, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    store.load(make_content(IRC, EIA))
    before = shown(store)

    def fail(_: Any) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(store_module, step, fail)
    with pytest.raises(RuntimeError, match="disk full"):
        store.load(make_content(IRC_CHANGED))
    store.forget_cache()
    assert shown(store) == before


def test_a_reader_sees_the_old_content_until_the_load_is_complete(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.load(make_content(IRC))
    before = shown(store)
    reader = Store(str(store.engine.url))
    seen: list[dict[str, Any]] = []
    release = store_module._release

    def look(content: Any) -> str:
        seen.append(shown(reader))
        return release(content)

    monkeypatch.setattr(store_module, "_release", look)
    store.load(make_content(IRC_CHANGED))
    reader.forget_cache()
    assert seen == [before]
    assert shown(reader) == shown(store) != before
    reader.close()


def test_the_facets_of_a_zone_are_written_out_with_the_names_of_others(store: Store) -> None:
    store.load(
        make_content(
            make_zone("dinh-vu", "KKT Đình Vũ", "Dinh Vu EZ", type="economic_zone"),
            make_zone("trang-due", "KCN Tràng Duệ", "Trang Due", within="zone.dinh-vu"),
        )
    )
    facets = store.entries["zone.trang-due"].facets
    assert facets["within"].rules[0].text.en == "Trang Due lies inside the Dinh Vu EZ."


def test_the_words_of_an_entry_are_folded(store: Store) -> None:
    store.load(make_content(IRC))
    assert store.words_of("procedure.irc-issue", "name") == {"cap", "gcndkdt", "irc"}
    assert store.words_of("procedure.irc-issue") == {"cap", "gcndkdt", "irc", "khong", "thu", "phi"}
    assert store.words_of("procedure.nothing") == frozenset()


def test_words_are_counted_by_the_targets_that_hold_them(store: Store) -> None:
    store.load(make_content(IRC, EIA))
    counts, total = store.word_counts
    assert (counts["gcndkdt"], counts["dtm"]) == (2, 2)
    assert total > 8
