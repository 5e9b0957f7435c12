"""Previews: the answer as it would be, without storing anything."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.database import writing
from knowledge.items import dump
from knowledge.model import Entry
from knowledge.preview import Unanswerable, preview
from knowledge.rendering import Renderer, When
from knowledge.store import Store
from knowledge.switches import switch
from tests.conftest import MakeStore
from tests.samples import make_document, make_entry, make_zone, rule

PERMIT = make_entry(
    "procedure.permit",
    "Cấp giấy phép",
    "Permit",
    facets={"fee": [rule("Không thu phí.", "No fee.")], "where": [rule("Tại Ban.", "At the authority.")]},
)


@pytest.fixture
def store(make_store: MakeStore, today: date) -> Store:
    return make_store(PERMIT, make_zone("south", "KKT Nam", "South zone", type="economic_zone"))


def with_fee(vi: str, en: str) -> Entry:
    return Entry.model_validate({**dump(PERMIT), "facets": {"fee": {"rules": [rule(vi, en)]}}})


def test_a_preview_of_what_is_in_force_is_the_answer(store: Store) -> None:
    shown = preview(store, PERMIT, "en", When())
    assert list(shown) == ["fee", "where"]
    for facet, answer in shown.items():
        said = Renderer(store, "en").answer(PERMIT.id, [facet], When())
        assert answer.model_dump(exclude={"entries"}) == said.model_dump(exclude={"entries"})


def test_a_preview_says_what_would_be_said_and_stores_nothing(store: Store) -> None:
    revision = store.view.revision
    shown = preview(store, with_fee("Thu phí.", "There is a fee."), "en", When())
    assert shown["fee"].blocks[0].text == "There is a fee."  # type: ignore[union-attr]
    assert shown["fee"].entries[0].version == 2
    assert store.entries[PERMIT.id] == PERMIT
    store.forget_cache()
    assert store.view.revision == revision


def test_a_new_zone_is_written_out(store: Store) -> None:
    park = make_zone("new", "KCN Mới", "New park", area_ha=210, within="zone.south")
    shown = preview(store, park, "en", When())
    assert "210" in shown["area"].blocks[0].text  # type: ignore[union-attr]
    assert "South zone" in shown["within"].blocks[0].text  # type: ignore[union-attr]


def test_what_is_switched_off_is_previewed_all_the_same(store: Store) -> None:
    for topic in ("procedure", f"{PERMIT.id}#fee"):
        with writing(store.engine) as connection:
            switch(connection, topic, True, "lan", "test")
    store.forget_cache()
    assert preview(store, PERMIT, "vi", When())["fee"].blocks[0].text == "Không thu phí."  # type: ignore[union-attr]


def test_a_document_is_previewed_as_the_entry_about_it(store: Store) -> None:
    shown = preview(store, make_document(effective_from="2022-07-15"), "en", When())
    assert "15 July 2022" in shown["effective"].blocks[0].text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "model",
    [
        make_document("Report 2025", kind="report"),
        Entry.model_validate({**dump(PERMIT), "sources": [{"document": "1/2000/QH"}]}),
    ],
    ids=["a report", "an unknown source"],
)
def test_what_cannot_be_asked_for_or_cited_has_no_preview(store: Store, model: Entry) -> None:
    with pytest.raises(Unanswerable):
        preview(store, model, "vi", When())
