"""Loading beside edits: what changed is told, and nobody's change is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from knowledge.content import ContentError
from knowledge.editing import edit, history
from knowledge.items import dump
from knowledge.loading import Changes, Conflict, ConflictError, Take, load
from knowledge.model import Entry
from knowledge.store import Store
from tests.samples import make_content, make_document, make_entry, rule

ID = "procedure.permit"


def permit(fee: str = "Không thu phí.", **fields: object) -> Entry:
    return make_entry(ID, "Cấp giấy phép", "Permit", facets={"fee": [rule(fee)]}, **fields)


EIA = make_entry("procedure.eia", "Thẩm định ĐTM", "EIA", facets={"fee": [rule("Có thu phí.")]})
FILES = make_content(permit(), EIA)
FILES_CHANGED = make_content(permit("Miễn phí."), EIA)
EDITED = dump(permit("Thu phí theo quy định."))
LAW = "35/2022/NĐ-CP"


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    store = Store(database)
    load(store, FILES)
    yield store
    store.close()


def fee(store: Store) -> str:
    return store.entries[ID].facets["fee"].rules[0].text.vi


def test_the_first_load_tells_what_it_added(database: str) -> None:
    store = Store(database)
    changes = load(store, FILES)
    assert changes == Changes(added=(LAW, ID, "procedure.eia"))
    assert str(changes) == "3 added, 0 changed, 0 removed, 0 edited in the database, 0 unchanged"
    store.close()


def test_loading_the_same_files_again_changes_nothing(store: Store) -> None:
    before = store.view.facts
    assert load(store, FILES) == Changes(unchanged=3)
    assert store.view.facts == before


def test_changes_of_the_files_are_taken_over(store: Store) -> None:
    assert load(store, FILES_CHANGED) == Changes(changed=(ID,), unchanged=2)
    assert fee(store) == "Miễn phí."
    assert load(store, make_content(permit("Miễn phí."))) == Changes(removed=("procedure.eia",), unchanged=2)
    assert (store.versions[ID], "procedure.eia" in store.entries) == (2, False)


def test_an_entry_that_comes_back_goes_on_counting(store: Store) -> None:
    load(store, make_content(permit()))
    load(store, FILES)
    assert store.versions["procedure.eia"] == 3
    assert [v.what for v in history(store, "procedure.eia")] == ["load", "removed", "load"]


def test_an_edit_outlives_loads_of_files_that_did_not_change(store: Store) -> None:
    edit(store, ID, EDITED, "Lan")
    assert load(store, FILES) == Changes(edited=(ID,), unchanged=2)
    assert fee(store) == "Thu phí theo quy định."


def test_changes_on_both_sides_are_a_conflict_and_nothing_is_loaded(store: Store) -> None:
    edit(store, ID, EDITED, "Lan")
    with pytest.raises(ConflictError) as error:
        load(store, make_content(permit("Miễn phí.")))
    assert error.value.conflicts == (
        Conflict(ID, ("facets.fee.rules[0].text.vi", "facets.fee.rules[0].text.en")),
    )
    assert "procedure.eia" in store.entries
    assert fee(store) == "Thu phí theo quy định."


def test_the_same_change_on_both_sides_is_none(store: Store) -> None:
    edit(store, ID, EDITED, "Lan")
    same = make_content(permit("Thu phí theo quy định."), EIA)
    assert load(store, same) == Changes(unchanged=3)
    assert load(store, FILES_CHANGED) == Changes(changed=(ID,), unchanged=2)


def test_a_conflict_is_decided_for_the_files(store: Store) -> None:
    edit(store, ID, EDITED, "Lan")
    changes = load(store, FILES_CHANGED, Take.YAML)
    assert (changes.changed, [c.id for c in changes.conflicts]) == ((ID,), [ID])
    assert fee(store) == "Miễn phí."
    assert load(store, FILES_CHANGED) == Changes(unchanged=3)
    assert history(store, ID)[1].changed_by == "Lan"


def test_a_conflict_is_decided_for_the_database(store: Store) -> None:
    edit(store, ID, EDITED, "Lan")
    load(store, FILES_CHANGED, Take.DB)
    assert fee(store) == "Thu phí theo quy định."
    assert load(store, FILES_CHANGED) == Changes(edited=(ID,), unchanged=2)


def test_a_start_keeps_edits_takes_the_rest_and_leaves_the_conflict_open(store: Store) -> None:
    edit(store, ID, EDITED, "Lan")
    for _ in range(2):
        changes = load(store, make_content(permit("Miễn phí.")), Take.EDITS, files="state 2")
        assert [c.id for c in changes.conflicts] == [ID]
        assert fee(store) == "Thu phí theo quy định."
        assert "procedure.eia" not in store.entries
        assert store.view.facts["files"] == ""
    with pytest.raises(ConflictError):
        load(store, make_content(permit("Miễn phí.")))


@pytest.mark.parametrize(("take", "stays"), [(Take.YAML, False), (Take.DB, True), (Take.EDITS, True)])
def test_an_edited_entry_that_left_the_files_is_a_conflict(store: Store, take: Take, stays: bool) -> None:
    edit(store, ID, EDITED, "Lan")
    with pytest.raises(ConflictError, match="no longer in the files"):
        load(store, make_content(EIA))
    load(store, make_content(EIA), take)
    assert (ID in store.entries) == stays
    if take is Take.DB:
        assert load(store, make_content(EIA)) == Changes(edited=(ID,), unchanged=2)


def test_an_entry_made_in_the_database_stays(store: Store) -> None:
    made = make_entry("procedure.new", "Thủ tục mới", "New", facets={"fee": [rule("Không.", "No.")]})
    edit(store, made.id, dump(made), "Lan")
    assert load(store, FILES) == Changes(edited=(made.id,), unchanged=3)
    with pytest.raises(ConflictError):
        load(store, make_content(permit(), EIA, made.model_copy(update={"owner": "labour"})))


def test_an_edit_that_no_longer_fits_the_files_stops_the_load(store: Store) -> None:
    edit(store, ID, dump(permit(related=["procedure.eia"])), "Lan")
    with pytest.raises(
        ContentError, match=r"database: procedure.permit:\d+: related: unknown entry procedure.eia"
    ):
        load(store, make_content(permit()))
    assert "procedure.eia" in store.entries


def test_documents_are_edited_and_loaded_like_entries(store: Store) -> None:
    edit(store, LAW, dump(make_document(effective_from="2022-07-15")), "Lan")
    changed = make_content(make_document(effective_from="2022-07-16"), permit(), EIA)
    with pytest.raises(ConflictError, match="35/2022/NĐ-CP: effective_from"):
        load(store, changed)
    load(store, changed, Take.YAML)
    assert store.documents[LAW].effective_from == "2022-07-16"
    assert "16/07/2022" in store.entries["document.35-2022-nd-cp"].facets["effective"].rules[0].text.vi


KILLED = """
import sys, time
from knowledge import writer
from knowledge.loading import load
from knowledge.store import Store
from tests.knowledge.test_loading import FILES_CHANGED

def stop(*_):
    print("in the middle", flush=True)
    time.sleep(60)

writer.count_targets = stop
load(Store(sys.argv[1]), FILES_CHANGED)
"""


def test_a_load_that_is_killed_leaves_the_old_content_whole(store: Store, database: str) -> None:
    before = (store.release, dict(store.entries), store.match(["phi"], 10))
    command = [sys.executable, "-c", KILLED, database]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "."}
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == "in the middle\n"
        child.send_signal(signal.SIGKILL)
    store.forget_cache()
    assert (store.release, dict(store.entries), store.match(["phi"], 10)) == before
    assert load(store, FILES_CHANGED) == Changes(changed=(ID,), unchanged=2)
    assert fee(store) == "Miễn phí."
