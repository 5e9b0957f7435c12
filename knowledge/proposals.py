"""Changes with a second pair of eyes: drafted, proposed, approved by another person.

A proposal holds a whole state of an item and the version it was made from. If somebody
else has changed the item since, it is outdated and its author has to look again: nothing is
merged behind anybody's back. All functions work inside a transaction of
`knowledge.database.writing`, which lets one at a time in; so of two portals one applies a
change whose day has come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from ulid import ULID

from knowledge.content import ContentError
from knowledge.editing import Outdated, check_current, examine, put, version_data
from knowledge.items import Change, Data, Model, changes, digest, dump
from knowledge.model import Entry
from knowledge.tables import ProposalRow
from knowledge.writer import What


class State(StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    REFUSED = "refused"
    FAILED = "failed"
    """Approved, but on its day it no longer fitted; the reason says why."""


OPEN = (State.DRAFT, State.PROPOSED, State.SCHEDULED, State.REFUSED, State.FAILED)
"""What somebody still has to do something about."""
_OWN = (State.DRAFT, State.REFUSED, State.FAILED)
"""What its author may change or throw away."""


class NotPossible(Exception):
    """Something cannot be done with a proposal.

    Args:
        key: ``unknown``, ``wrong_state``, ``not_author``, ``own``, ``changed_since``, ``nothing_changed``.
    """

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True)
class Proposal:
    """A change as it is stored."""

    id: str
    item: str
    base: int
    data: Data
    note: str
    state: State
    author: str
    changed_at: datetime
    starts_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    reason: str
    version: int | None

    @property
    def digest(self) -> str:
        """A hash of what is proposed: who approves says with it what they have read."""
        return digest(self.data)


def find(connection: Connection, proposal_id: str) -> Proposal:
    """Return a proposal.

    Raises:
        NotPossible: there is none.
    """
    found = list(_select(connection, ProposalRow.id == proposal_id))
    if not found:
        raise NotPossible("unknown")
    return found[0]


def proposals(connection: Connection, item: str | None = None, limit: int = 200) -> list[Proposal]:
    """Return the open proposals, of one item or of all, youngest first."""
    where = ProposalRow.state.in_(OPEN)
    return list(_select(connection, where if item is None else where & (ProposalRow.item == item), limit))


def published(connection: Connection, item: str) -> dict[int, Proposal]:
    """Return by version the proposals that made versions of an item."""
    where = (ProposalRow.item == item) & (ProposalRow.state == State.PUBLISHED)
    return {p.version: p for p in _select(connection, where) if p.version}


def draft(connection: Connection, data: Mapping[str, Any], base: int, by: str, note: str) -> Proposal:
    """Keep a new draft, complete or not."""
    proposal_id = str(ULID())
    row = {
        "id": proposal_id,
        "item": _item_of(data),
        "base": base,
        "data": dict(data),
        "note": note,
        "state": State.DRAFT,
        "author": by,
        "changed_at": datetime.now(UTC),
        "reason": "",
    }
    connection.execute(insert(ProposalRow), row)
    return find(connection, proposal_id)


def redraft(
    connection: Connection, proposal_id: str, data: Mapping[str, Any], base: int, by: str, note: str
) -> Proposal:
    """Change a draft, or make one of what was refused or failed.

    Raises:
        NotPossible: it is somebody else's, or proposed already.
    """
    found = _own(connection, proposal_id, by, *_OWN)
    values = {"item": _item_of(data), "base": base, "data": dict(data), "note": note}
    return _pass(connection, found, State.DRAFT, **values)


def discard(connection: Connection, proposal_id: str, by: str) -> Proposal:
    """Throw a draft away, or what was refused or failed; return what it was."""
    found = _own(connection, proposal_id, by, *_OWN)
    connection.execute(delete(ProposalRow).where(ProposalRow.id == found.id))
    return found


def propose(connection: Connection, proposal_id: str, by: str, starts_at: datetime | None = None) -> Proposal:
    """Hand a draft to a second person.

    Args:
        connection: in a transaction that writes.
        proposal_id: a draft of one's own.
        by: its author.
        starts_at: from when it is to be in force; by default as soon as it is approved.

    Raises:
        NotPossible: it is somebody else's, no draft, or says nothing new.
        ContentError: it has problems.
        Outdated: the item was changed since.
    """
    found = _own(connection, proposal_id, by, State.DRAFT)
    _, data = _checked(connection, found)
    undecided = {"decided_by": None, "decided_at": None, "reason": ""}
    return _pass(connection, found, State.PROPOSED, data=data, starts_at=starts_at, **undecided)


def take_back(connection: Connection, proposal_id: str, by: str) -> Proposal:
    """Make a draft again of what one has proposed, approved for later or not."""
    found = _own(connection, proposal_id, by, State.PROPOSED, State.SCHEDULED)
    return _pass(connection, found, State.DRAFT, decided_by=None, decided_at=None, starts_at=None)


def approve(connection: Connection, proposal_id: str, by: str, seen: str) -> Proposal:
    """Put a proposal in force, now or on its day.

    Args:
        connection: in a transaction that writes.
        proposal_id: what is proposed.
        by: who approves; never its author.
        seen: the `Proposal.digest` of what was read.

    Raises:
        NotPossible: it is one's own, not proposed, or another text than the one that was read.
        ContentError: it does not fit the rest any more.
        Outdated: the item was changed since.
    """
    found = _others(connection, proposal_id, by, State.PROPOSED)
    if found.digest != seen:
        raise NotPossible("changed_since")
    model, _ = _checked(connection, found)
    now = datetime.now(UTC)
    decided = {"decided_by": by, "decided_at": now}
    if found.starts_at and found.starts_at > now:
        return _pass(connection, found, State.SCHEDULED, **decided)
    return _publish(connection, found, model, **decided)


def refuse(connection: Connection, proposal_id: str, by: str, reason: str) -> Proposal:
    """Say no to what another person has proposed, or stop what waits for its day."""
    found = _others(connection, proposal_id, by, State.PROPOSED, State.SCHEDULED)
    decided = {"decided_by": by, "decided_at": datetime.now(UTC), "reason": reason}
    return _pass(connection, found, State.REFUSED, **decided)


def due(connection: Connection, now: datetime) -> list[str]:
    """Return the approved changes whose time has come, the earliest first."""
    waiting = (ProposalRow.state == State.SCHEDULED) & (ProposalRow.starts_at <= now)
    query = select(ProposalRow.id).where(waiting).order_by(ProposalRow.starts_at, ProposalRow.id)
    return list(connection.execute(query).scalars())


def start(connection: Connection, proposal_id: str) -> Proposal | None:
    """Put a change in force whose time has come; what no longer fits fails, and its author is told why.

    Returns:
        What became of it; nothing if it does not wait any more.
    """
    found = find(connection, proposal_id)
    if found.state is not State.SCHEDULED:
        return None
    try:
        model, _ = _checked(connection, found)
    except Outdated as outdated:
        return _pass(connection, found, State.FAILED, reason=str(outdated))
    except NotPossible as error:
        return _pass(connection, found, State.FAILED, reason=error.key)
    except ContentError as error:
        return _pass(connection, found, State.FAILED, reason="; ".join(p.message for p in error.problems))
    return _publish(connection, found, model)


def change_of(connection: Connection, proposal: Proposal) -> list[Change]:
    """Return what a proposal changes of the version that it was made from; a confirmation may get lost."""
    old = version_data(connection, proposal.item, proposal.base)
    model = examine(connection, proposal.data).model
    after = dump(_unconfirmed(model, old)) if model else proposal.data
    return list(changes(old or {}, after))


def _checked(connection: Connection, proposal: Proposal) -> tuple[Model, Data]:
    now = check_current(connection, proposal.item, proposal.base)
    model = _unconfirmed(examine(connection, proposal.data).only(), now.data)
    data = dump(model)
    if data == now.data:
        raise NotPossible("nothing_changed")
    return model, data


def _unconfirmed(model: Model, old: Data | None) -> Model:
    """Return a new state without the confirmation of the old one, unless it still states the same.

    Nobody confirms by editing: that an entry was checked is said by `knowledge.verification` only.
    """
    if not isinstance(model, Entry):
        return model
    confirmed = Entry.model_validate(old) if old else None
    same = confirmed is not None and stated(confirmed) == stated(model)
    return model.model_copy(update={"verified_on": confirmed.verified_on if confirmed and same else None})


def stated(entry: Entry) -> Data:
    """Return what an entry tells people, without what only helps to find it or to look after it."""
    told = entry.model_dump(mode="json", include={"name", "sources", "confidence", "zone", "facets"})
    for facet in told["facets"].values():
        del facet["asks"]
    return told


def _publish(connection: Connection, found: Proposal, model: Model, **values: Any) -> Proposal:
    version = put(connection, model, found.author, What.EDIT)
    return _pass(connection, found, State.PUBLISHED, version=version, **values)


def _own(connection: Connection, proposal_id: str, by: str, *states: State) -> Proposal:
    found = find(connection, proposal_id)
    if found.author != by:
        raise NotPossible("not_author")
    return _in(found, states)


def _others(connection: Connection, proposal_id: str, by: str, *states: State) -> Proposal:
    found = find(connection, proposal_id)
    if found.author == by:
        raise NotPossible("own")
    return _in(found, states)


def _in(found: Proposal, states: tuple[State, ...]) -> Proposal:
    if found.state not in states:
        raise NotPossible("wrong_state")
    return found


def _pass(connection: Connection, found: Proposal, state: State, **values: Any) -> Proposal:
    values = {"state": state, "changed_at": datetime.now(UTC), **values}
    connection.execute(update(ProposalRow).where(ProposalRow.id == found.id).values(values))
    return find(connection, found.id)


def _select(connection: Connection, where: Any, limit: int | None = None) -> Iterator[Proposal]:
    query = select(*ProposalRow.__table__.columns).where(where).order_by(ProposalRow.id.desc()).limit(limit)
    for row in connection.execute(query):
        yield Proposal(**{**row._asdict(), "state": State(row.state)})


def _item_of(data: Mapping[str, Any]) -> str:
    return str(data.get("number") or data.get("id") or "")
