"""Confirming entries: who, when, against what; and what it changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from knowledge.content import ContentError
from knowledge.database import writing
from knowledge.editing import Outdated, UnknownVersion, edit, history
from knowledge.items import dump
from knowledge.loading import load
from knowledge.rendering import Renderer, When
from knowledge.store import Store
from knowledge.verification import verifications, verify
from tests.samples import LAW, make_content, make_entry, rule

PERMIT = make_entry("procedure.permit", "Cấp giấy phép", "Permit", facets={"fee": [rule("Không thu phí.")]})
DAY = date(2026, 11, 22)


@pytest.fixture
def store(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr("knowledge.verification.today", lambda: DAY)
    store = Store(database)
    load(store, make_content(PERMIT))
    yield store
    store.close()


def confirm(store: Store, entry: str = PERMIT.id, base: int = 1, review_by: date | None = None) -> int:
    with writing(store.engine) as connection:
        version = verify(connection, entry, base, "lan", "Nghị định 35/2022/NĐ-CP, Điều 26", review_by)
    store.forget_cache()
    return version


def test_a_confirmed_entry_is_cited_as_in_force(store: Store, today: date) -> None:
    def status() -> str:
        return Renderer(store, "vi").answer(PERMIT.id, ["fee"], When()).citations[0].status

    assert status() == "unverified"
    assert confirm(store) == 2
    assert status() == "in_force"
    assert store.entries[PERMIT.id].verified_on == DAY


def test_it_is_kept_who_confirmed_which_version_against_what(store: Store) -> None:
    confirm(store, review_by=date(2027, 5, 1))
    last = history(store, PERMIT.id)[-1]
    assert (last.what, last.changed_by, last.fields) == ("verification", "lan", ("review_by", "verified_on"))
    with store.engine.connect() as connection:
        (kept,) = verifications(connection, PERMIT.id)
    assert (kept.version, kept.day, kept.by) == (2, DAY, "lan")
    assert kept.against == "Nghị định 35/2022/NĐ-CP, Điều 26"


def test_who_confirms_again_on_the_same_day_is_noted_as_well(store: Store) -> None:
    confirm(store)
    assert confirm(store, base=2) == 2
    with store.engine.connect() as connection:
        assert [v.version for v in verifications(connection, PERMIT.id)] == [2, 2]


def test_what_was_changed_since_is_not_confirmed(store: Store) -> None:
    edit(store, PERMIT.id, {**dump(PERMIT), "owner": "labour"}, "hoa")
    with pytest.raises(Outdated):
        confirm(store, base=1)
    assert store.entries[PERMIT.id].verified_on is None


@pytest.mark.parametrize(
    ("entry", "base", "error"),
    [
        ("procedure.none", 0, UnknownVersion),
        (LAW, 1, ContentError),
        ("document.35-2022-nd-cp", 1, ContentError),
    ],
)
def test_what_is_no_entry_of_its_own_is_not_confirmed(
    store: Store, entry: str, base: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        confirm(store, entry, base)


def test_a_review_day_before_the_collection_is_refused(store: Store) -> None:
    with pytest.raises(ContentError, match="review_by"):
        confirm(store, review_by=date(2020, 1, 1))
