"""Search while somebody types: accents or none, the last word unfinished, numbers of documents."""

from __future__ import annotations

import pytest

from knowledge.completion import Completer
from knowledge.search import Searcher
from knowledge.store import Store
from tests.conftest import MakeStore
from tests.samples import make_document, make_entry, make_zone, rule


@pytest.fixture
def store(make_store: MakeStore) -> Store:
    return make_store(
        make_document("219/2025/NĐ-CP"),
        make_document("35/2022/NĐ-CP"),
        make_entry(
            "procedure.permit",
            "Cấp giấy phép lao động",
            "Work permit",
            facets={"time_limit": [rule("Trong 15 ngày.", "Within 15 days.")]},
        ),
        make_entry(
            "procedure.environment",
            "Cấp giấy phép môi trường",
            "Environmental permit",
            facets={"time_limit": [rule("Trong 45 ngày.", "Within 45 days.")]},
        ),
        make_zone("trang-due", "KCN Tràng Duệ", "Trang Due park", area_ha=400),
    )


def first(store: Store, typed: str) -> str:
    return Completer(store, Searcher(store)).search(typed)[0].entry


@pytest.mark.parametrize(
    ("typed", "entry"),
    [
        ("giay phep lao", "procedure.permit"),
        ("giấy phép m", "procedure.environment"),
        ("giay phep mo", "procedure.environment"),
        ("work per", "procedure.permit"),
        ("tra", "zone.trang-due"),
        ("Tràng D", "zone.trang-due"),
        ("giay phep lao dong", "procedure.permit"),
        ("giai phep lao d", "procedure.permit"),
        ("219", "document.219-2025-nd-cp"),
        ("219/20", "document.219-2025-nd-cp"),
        ("nghị định 219/2025/nđ", "document.219-2025-nd-cp"),
        ("35/2022/ND-CP", "document.35-2022-nd-cp"),
    ],
)
def test_the_thing_meant_comes_first(store: Store, typed: str, entry: str) -> None:
    assert first(store, typed) == entry


@pytest.mark.parametrize("typed", ["", " ", "zzz", "?!"])
def test_nothing_is_found_for_nothing(store: Store, typed: str) -> None:
    assert Completer(store, Searcher(store)).search(typed) == []


def test_a_blank_says_that_the_word_is_finished(store: Store) -> None:
    completer = Completer(store, Searcher(store))
    assert completer.search("tra")
    assert "zone.trang-due" not in {hit.entry for hit in completer.search("tran ") if hit.score > 0.8}


def test_each_entry_and_facet_comes_once_and_no_more_than_asked_for(store: Store) -> None:
    hits = Completer(store, Searcher(store)).search("cap giay p", limit=3)
    assert len(hits) == len({(hit.entry, hit.facet) for hit in hits}) <= 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
