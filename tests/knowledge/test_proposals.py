"""Changes that a second person approves: states, rights, conflicts, schedules, two portals at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from knowledge import proposals
from knowledge.content import ContentError
from knowledge.database import writing
from knowledge.editing import Outdated, edit, history
from knowledge.items import dump
from knowledge.loading import load
from knowledge.proposals import NotPossible, Proposal, State
from knowledge.search import Searcher
from knowledge.store import Store
from tests.samples import make_content, make_entry, rule

PERMIT = make_entry("procedure.permit", "Cấp giấy phép", "Permit", facets={"fee": [rule("Không thu phí.")]})
TOMORROW = timedelta(days=1)


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    store = Store(database)
    load(store, make_content(PERMIT))
    yield store
    store.close()


def changed(**fields: Any) -> dict[str, Any]:
    return {**dump(PERMIT), "aliases": {"vi": ["bìa xanh"]}, **fields}


def act(store: Store, name: str, *arguments: Any) -> Proposal:
    with writing(store.engine) as connection:
        done: Proposal = getattr(proposals, name)(connection, *arguments)
    store.forget_cache()
    return done


def drafted(store: Store, base: int = 1, by: str = "lan", **fields: Any) -> Proposal:
    return act(store, "draft", changed(**fields), base, by, "new alias")


def proposed(store: Store, starts_at: datetime | None = None, **fields: Any) -> Proposal:
    return act(store, "propose", drafted(store, **fields).id, "lan", starts_at)


def refused_as(key: str) -> Any:
    return pytest.raises(NotPossible, match=f"^{key}$")


def found(store: Store, proposal: Proposal) -> Proposal:
    with store.engine.connect() as connection:
        return proposals.find(connection, proposal.id)


def test_what_another_person_approves_is_in_force_at_once(store: Store) -> None:
    proposal = proposed(store)
    assert proposal.state is State.PROPOSED
    assert Searcher(store).search("bìa xanh") == []
    done = act(store, "approve", proposal.id, "minh", proposal.digest)
    assert (done.state, done.version, done.decided_by) == (State.PUBLISHED, 2, "minh")
    assert Searcher(store).search("bìa xanh")[0].entry == PERMIT.id
    last = history(store, PERMIT.id)[-1]
    assert (last.number, last.what, last.changed_by, last.fields) == (2, "edit", "lan", ("aliases",))


def test_nobody_decides_about_their_own_change(store: Store) -> None:
    proposal = proposed(store)
    with refused_as("own"):
        act(store, "approve", proposal.id, "lan", proposal.digest)
    with refused_as("own"):
        act(store, "refuse", proposal.id, "lan", "no")
    assert store.versions[PERMIT.id] == 1


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("redraft", (changed(), 1, "minh", "")), ("propose", ("minh",)), ("discard", ("minh",))],
)
def test_only_the_author_touches_a_draft(store: Store, name: str, arguments: tuple[Any, ...]) -> None:
    proposal = drafted(store)
    with refused_as("not_author"):
        act(store, name, proposal.id, *arguments)


def test_a_draft_is_kept_before_it_is_complete_but_not_proposed(store: Store) -> None:
    proposal = drafted(store, owner=None, related=["zone.nowhere"])
    with pytest.raises(ContentError, match="owner"):
        act(store, "propose", proposal.id, "lan")
    act(store, "redraft", proposal.id, changed(owner="labour"), 1, "lan", "")
    assert act(store, "propose", proposal.id, "lan").data["owner"] == "labour"


def test_what_was_read_is_what_is_approved(store: Store) -> None:
    proposal = proposed(store)
    act(store, "take_back", proposal.id, "lan")
    act(store, "redraft", proposal.id, changed(owner="labour"), 1, "lan", "")
    act(store, "propose", proposal.id, "lan")
    with refused_as("changed_since"):
        act(store, "approve", proposal.id, "minh", proposal.digest)


def test_a_change_in_between_is_told_with_the_difference(store: Store) -> None:
    late, proposal = drafted(store), proposed(store)
    edit(store, PERMIT.id, {**dump(PERMIT), "owner": "labour"}, "hoa")
    for name, arguments in (
        ("propose", (late.id, "lan")),
        ("approve", (proposal.id, "minh", proposal.digest)),
    ):
        with pytest.raises(Outdated) as error:
            act(store, name, *arguments)
        (change,) = error.value.changes
        assert (error.value.version, change.field) == (2, "owner")
        assert (change.before, change.after) == ("investment", "labour")
    act(store, "redraft", late.id, changed(owner="labour"), 2, "lan", "")
    assert act(store, "propose", late.id, "lan").state is State.PROPOSED


def test_what_says_nothing_new_is_not_proposed(store: Store) -> None:
    proposal = act(store, "draft", dump(PERMIT), 1, "lan", "")
    with refused_as("nothing_changed"):
        act(store, "propose", proposal.id, "lan")


def test_what_was_refused_is_changed_and_proposed_again(store: Store) -> None:
    proposal = proposed(store)
    refused = act(store, "refuse", proposal.id, "minh", "Thiếu căn cứ.")
    assert (refused.state, refused.reason) == (State.REFUSED, "Thiếu căn cứ.")
    with refused_as("wrong_state"):
        act(store, "approve", proposal.id, "minh", refused.digest)
    act(store, "redraft", proposal.id, changed(owner="labour"), 1, "lan", "")
    again = act(store, "propose", proposal.id, "lan")
    assert (again.state, again.reason, again.decided_by) == (State.PROPOSED, "", None)


def test_a_new_entry_is_proposed_on_version_0(store: Store) -> None:
    fresh = make_entry("procedure.visa", "Cấp thị thực", "Visa", facets={"fee": [rule("Không thu.")]})
    proposal = act(store, "draft", dump(fresh), 0, "lan", "")
    act(store, "propose", proposal.id, "lan")
    act(store, "approve", proposal.id, "minh", found(store, proposal).digest)
    assert store.entries["procedure.visa"] == fresh


def test_a_draft_can_be_thrown_away_what_is_proposed_cannot(store: Store) -> None:
    draft, proposal = drafted(store), proposed(store)
    act(store, "discard", draft.id, "lan")
    with refused_as("unknown"):
        found(store, draft)
    with refused_as("wrong_state"):
        act(store, "discard", proposal.id, "lan")


def test_a_change_starts_on_its_day(store: Store) -> None:
    now = datetime.now(UTC)
    proposal = proposed(store, now + TOMORROW)
    assert act(store, "approve", proposal.id, "minh", proposal.digest).state is State.SCHEDULED
    with store.engine.connect() as connection:
        assert proposals.due(connection, now) == []
        assert proposals.due(connection, now + TOMORROW) == [proposal.id]
    assert store.versions[PERMIT.id] == 1
    assert act(store, "start", proposal.id).version == 2
    assert store.versions[PERMIT.id] == 2


def test_a_day_that_has_passed_means_at_once(store: Store) -> None:
    proposal = proposed(store, datetime.now(UTC) - TOMORROW)
    assert act(store, "approve", proposal.id, "minh", proposal.digest).state is State.PUBLISHED


def test_what_waits_for_its_day_can_be_stopped(store: Store) -> None:
    proposal = proposed(store, datetime.now(UTC) + TOMORROW)
    act(store, "approve", proposal.id, "minh", proposal.digest)
    act(store, "refuse", proposal.id, "hoa", "Hoãn.")
    assert act(store, "start", proposal.id) is None
    assert store.versions[PERMIT.id] == 1


def test_what_no_longer_fits_on_its_day_fails_and_its_author_learns_why(store: Store) -> None:
    proposal = proposed(store, datetime.now(UTC) + TOMORROW)
    act(store, "approve", proposal.id, "minh", proposal.digest)
    edit(store, PERMIT.id, {**dump(PERMIT), "owner": "labour"}, "hoa")
    failed = act(store, "start", proposal.id)
    assert (failed.state, failed.reason) == (State.FAILED, "version 2 holds now")
    assert act(store, "redraft", proposal.id, changed(), 2, "lan", "").state is State.DRAFT


def test_of_two_portals_one_starts_a_change(store: Store) -> None:
    proposal = proposed(store, datetime.now(UTC) + TOMORROW)
    act(store, "approve", proposal.id, "minh", proposal.digest)
    others = [Store(store.engine.url.render_as_string(hide_password=False)) for _ in range(4)]
    with ThreadPoolExecutor(len(others)) as pool:
        done = list(pool.map(lambda other: act(other, "start", proposal.id), others))
    for other in others:
        other.close()
    assert sum(result is not None for result in done) == 1
    assert [v.number for v in history(store, PERMIT.id)] == [1, 2]


def test_two_approvers_at_once_make_one_version(store: Store) -> None:
    proposal = proposed(store)

    def approve(name: str) -> str:
        try:
            return act(store, "approve", proposal.id, name, proposal.digest).state
        except NotPossible as error:
            return error.key

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(approve, ["minh", "hoa"])) == ["published", "wrong_state"]
    assert store.view.versions[PERMIT.id] == 2


def test_who_changes_the_statement_loses_its_confirmation(store: Store) -> None:
    confirmed = {**dump(PERMIT), "verified_on": "2026-11-01"}
    edit(store, PERMIT.id, confirmed, "hoa")
    facets = {"fee": {"rules": [rule("Không thu lệ phí.")]}}
    proposal = proposed(store, base=2, verified_on="2026-11-20", facets=facets)
    with store.engine.connect() as connection:
        fields = {c.field: (c.before, c.after) for c in proposals.change_of(connection, proposal)}
    assert fields["verified_on"] == ("2026-11-01", None)
    act(store, "approve", proposal.id, "minh", proposal.digest)
    assert store.entries[PERMIT.id].verified_on is None


def test_who_only_adds_names_keeps_the_confirmation_and_gives_none(store: Store) -> None:
    proposal = proposed(store, verified_on="2026-11-20")
    assert "verified_on" not in proposal.data
    edit(store, PERMIT.id, {**dump(PERMIT), "verified_on": "2026-11-01"}, "hoa")
    later = proposed(store, base=2, verified_on="2026-11-20")
    assert later.data["verified_on"] == "2026-11-01"


def test_the_open_proposals_are_listed_youngest_first(store: Store) -> None:
    one, two = drafted(store), proposed(store)
    act(store, "approve", two.id, "minh", two.digest)
    three = drafted(store, base=2)
    with store.engine.connect() as connection:
        assert [p.id for p in proposals.proposals(connection)] == [three.id, one.id]
        assert [p.id for p in proposals.proposals(connection, PERMIT.id)] == [three.id, one.id]
        assert proposals.proposals(connection, "zone.other") == []
        assert proposals.published(connection, PERMIT.id)[2].decided_by == "minh"
