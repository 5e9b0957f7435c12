"""Editing of the knowledge base by the staff: each act with its record in the audit log.

In one database act and record are one transaction. Where knowledge base and log lie in two (the
embedded default), the log is written last and committed first, inside the transaction that changes
the content: an act without its record cannot be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection

from knowledge import proposals
from knowledge.content import ContentError
from knowledge.database import writing
from knowledge.editing import Outdated, UnknownVersion, bring_back, check_current
from knowledge.proposals import NotPossible, Proposal, State
from knowledge.store import Store
from knowledge.switches import UnknownTopic, switch
from knowledge.texts import LANGUAGES
from knowledge.verification import verify
from portal.problems import Problem
from portal.staff.access import Staff
from portal.staff.audit import Actor, Detail, System, audit

_STATUS = {
    "unknown": (404, "unknown_proposal"),
    "wrong_state": (409, "proposal_state"),
    "not_author": (403, "not_author"),
    "own": (403, "own_proposal"),
    "changed_since": (409, "proposal_changed"),
    "nothing_changed": (409, "nothing_changed"),
}
_ON_TIME = {State.PUBLISHED: "entry.publish", State.FAILED: "entry.fail"}


class Editing:
    """What editors and approvers do.

    Args:
        staff: database of the audit log.
        store: the knowledge base.
    """

    def __init__(self, staff: Staff, store: Store) -> None:
        self._staff = staff
        self._store = store

    def draft(self, who: Actor, data: Mapping[str, Any], base: int, note: str) -> Proposal:
        """Keep a new draft."""
        with self._writing() as connection:
            done = proposals.draft(connection, data, base, who.name, note)
            self._note(connection, who, "entry.draft", done)
        return done

    def redraft(self, who: Actor, proposal: str, data: Mapping[str, Any], base: int, note: str) -> Proposal:
        """Change a draft of one's own. Its text is nobody else's business yet: the log stays out of it."""
        with self._writing() as connection:
            return proposals.redraft(connection, proposal, data, base, who.name, note)

    def discard(self, who: Actor, proposal: str) -> None:
        """Throw a draft away."""
        with self._writing() as connection:
            self._note(connection, who, "entry.discard", proposals.discard(connection, proposal, who.name))

    def propose(self, who: Actor, proposal: str, starts_at: datetime | None) -> Proposal:
        """Hand a draft to a second person."""
        with self._writing() as connection:
            done = proposals.propose(connection, proposal, who.name, starts_at)
            self._note(connection, who, "entry.propose", done, starts_at=_written(done.starts_at))
        return done

    def take_back(self, who: Actor, proposal: str) -> Proposal:
        """Make a draft again of what one has proposed."""
        with self._writing() as connection:
            done = proposals.take_back(connection, proposal, who.name)
            self._note(connection, who, "entry.take_back", done)
        return done

    def approve(self, who: Actor, proposal: str, seen: str) -> Proposal:
        """Put another person's change in force, now or on its day."""
        with self._writing() as connection:
            done = proposals.approve(connection, proposal, who.name, seen)
            self._note(
                connection,
                who,
                "entry.approve",
                done,
                version=done.version,
                starts_at=_written(done.starts_at),
            )
        return done

    def refuse(self, who: Actor, proposal: str, reason: str) -> Proposal:
        """Refuse another person's change."""
        with self._writing() as connection:
            done = proposals.refuse(connection, proposal, who.name, reason)
            self._note(connection, who, "entry.refuse", done, reason=reason)
        return done

    def start_due(self) -> None:
        """Put in force what was approved for a time that has come; of several portals one does."""
        with self._store.engine.connect() as connection:
            waiting = proposals.due(connection, datetime.now(UTC))
        for proposal in waiting:
            with self._writing() as connection:
                done = proposals.start(connection, proposal)
                if done:
                    self._note(
                        connection, System("schedule"), _ON_TIME[done.state], done, version=done.version
                    )

    def roll_back(self, who: Actor, item: str, number: int, base: int, reason: str) -> int:
        """Bring a former version back; return the number of the new one."""
        with self._writing() as connection:
            check_current(connection, item, base)
            version = bring_back(connection, item, number, who.name)
            self._record(
                connection, who, "entry.roll_back", item, version=version, back_to=number, reason=reason
            )
        return version

    def verify(self, who: Actor, entry: str, base: int, against: str, review_by: date | None) -> int:
        """Confirm an entry; return the number of the version that says so."""
        with self._writing() as connection:
            version = verify(connection, entry, base, who.name, against, review_by)
            self._record(connection, who, "entry.verify", entry, version=version, against=against)
        return version

    def switch(self, who: Actor, topic: str, off: bool, reason: str) -> bool:
        """Take a topic out of use or back; tell whether that changed anything."""
        with self._writing() as connection:
            changed = switch(connection, topic, off, who.name, reason)
            if changed:
                self._record(connection, who, "topic.off" if off else "topic.on", topic, reason=reason)
        return changed

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Open a transaction of the knowledge base; what is seen of it, is seen at once in this process."""
        with refusals(), writing(self._store.engine) as connection:
            yield connection
        self._store.forget_cache()

    def _note(
        self, connection: Connection, who: Actor, act: str, proposal: Proposal, **detail: Detail
    ) -> None:
        self._record(connection, who, act, proposal.item, proposal=proposal.id, base=proposal.base, **detail)

    def _record(self, connection: Connection, who: Actor, act: str, target: str, **detail: Detail) -> None:
        if self._staff.engine.url == self._store.engine.url:
            audit(connection, who, act, target, **detail)
            return
        with self._staff.writing() as log:
            audit(log, who, act, target, **detail)


@contextmanager
def refusals() -> Iterator[None]:
    """Tell as a problem why something about the content cannot be done."""
    try:
        yield
    except ContentError as error:
        raise Problem(422, "entry_problems", members={"problems": shown(error)}) from error
    except Outdated as error:
        members = {"version": error.version, "changes": [vars(change) for change in error.changes]}
        raise Problem(409, "outdated", version=error.version, members=members) from error
    except NotPossible as error:
        raise Problem(*_STATUS[error.key]) from error
    except UnknownVersion as error:
        raise Problem(404, "unknown_entry") from error
    except UnknownTopic as error:
        raise Problem(404, "unknown_topic") from error


def shown(error: ContentError) -> list[dict[str, Any]]:
    """Return problems for a form: the path to the field, and what is wrong in both languages."""
    return [
        {"path": list(problem.path), **{lang: problem.said(lang) for lang in LANGUAGES}}
        for problem in error.problems
    ]


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
