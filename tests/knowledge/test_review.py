"""The review lists: due, resting on ended law, unknown to the trained model."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from knowledge.editing import edit
from knowledge.items import dump
from knowledge.model import Document, Entry
from knowledge.nlu_export import write
from knowledge.review import Resting, Reviewer, Reviews
from knowledge.store import Store
from tests.conftest import TODAY, MakeStore
from tests.samples import make_document, make_entry, rule

NEW, OLD = "96/2026/NĐ-CP", "31/2021/NĐ-CP"
IN_FORCE = make_document(NEW, effective_from="2026-03-31", supersedes=[OLD])
ENDED = make_document(
    OLD, effective_from="2021-03-26", effective_to="2026-03-30", status="expired", superseded_by=[NEW]
)


def permit(*rules: dict[str, Any], **fields: Any) -> Entry:
    given = list(rules) or [rule("Không thu phí.")]
    return make_entry("procedure.permit", "Cấp giấy phép", "Permit", facets={"fee": given}, **fields)


def lists(store: Store, trained: Path = Path("none"), days: int = 30) -> Reviews:
    store.forget_cache()
    return Reviewer(store, trained).reviews(TODAY, timedelta(days=days))


@pytest.mark.parametrize(
    ("review_by", "listed"), [("2026-11-21", True), ("2026-12-22", True), ("2026-12-23", False)]
)
def test_what_is_due_soon_is_listed(make_store: MakeStore, review_by: str, listed: bool) -> None:
    found = lists(make_store(permit(review_by=review_by))).due
    assert [entry.id for entry in found] == (["procedure.permit"] if listed else [])


def test_the_most_urgent_come_first_and_documents_are_nobodys_task(make_store: MakeStore) -> None:
    late = make_entry("procedure.late", "Muộn", review_by="2026-10-01", facets={"fee": [rule("Không.")]})
    found = lists(make_store(permit(review_by="2026-11-01"), late), days=366).due
    assert [entry.id for entry in found] == ["procedure.late", "procedure.permit"]


CITED = {"sources": [{"document": OLD}]}
RESTS = Resting(OLD, "2026-03-30", (NEW,), ("fee",))


@pytest.mark.parametrize(
    ("rules", "sources", "expected"),
    [
        ([rule("Không thu.", **CITED)], [{"document": NEW}], (RESTS,)),
        ([rule("Không thu.")], [{"document": OLD}], (RESTS,)),
        ([rule("Không thu.", **CITED, effective_to="2026-03-30")], [{"document": NEW}], ()),
        ([rule("Không thu.", sources=[{"document": NEW}])], [{"document": OLD}], ()),
        ([rule("Không thu.", **CITED, licensed={"to": "2026-03-30"})], [{"document": NEW}], ()),
    ],
    ids=["by the rule", "by the entry", "the rule has ended too", "the rule cites another", "transition"],
)
def test_what_rests_on_ended_law_is_listed(
    make_store: MakeStore,
    rules: list[dict[str, Any]],
    sources: list[dict[str, str]],
    expected: tuple[Resting, ...],
) -> None:
    found = lists(make_store(IN_FORCE, ENDED, permit(*rules, sources=sources))).resting
    assert found.get("procedure.permit", ()) == expected


def test_a_law_that_was_replaced_counts_although_its_end_is_not_recorded(make_store: MakeStore) -> None:
    former: Document = make_document(OLD, superseded_by=[NEW])
    found = lists(make_store(IN_FORCE, former, permit(**CITED))).resting
    assert found["procedure.permit"] == (Resting(OLD, None, (NEW,), ("fee",)),)
    coming = make_document(NEW, effective_from="2027-01-01", supersedes=[OLD])
    assert lists(make_store(coming, former, permit(**CITED))).resting == {}


def test_new_names_wait_for_training_until_the_model_knows_them(
    make_store: MakeStore, tmp_path: Path
) -> None:
    store, trained = make_store(permit()), tmp_path / "trained.json"
    assert lists(store, trained).untrained is None
    write(store, trained)
    assert lists(store, trained).untrained == {}
    edit(store, "procedure.permit", {**dump(permit()), "aliases": {"vi": ["bìa xanh"]}}, "lan")
    untrained = lists(store, trained).untrained
    assert untrained is not None
    assert "bìa xanh" in untrained["procedure.permit"]
    write(store, trained)
    assert lists(store, trained).untrained == {}


def test_the_lists_are_kept_until_something_changes(make_store: MakeStore, tmp_path: Path) -> None:
    store = make_store(permit())
    reviewer = Reviewer(store, tmp_path / "none.json")
    first = reviewer.reviews(TODAY, timedelta(30))
    assert reviewer.reviews(TODAY, timedelta(30)) is first
    edit(store, "procedure.permit", {**dump(permit()), "review_by": "2026-10-01"}, "lan")
    assert [e.id for e in reviewer.reviews(TODAY, timedelta(30)).due] == ["procedure.permit"]
