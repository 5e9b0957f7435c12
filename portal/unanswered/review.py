"""Proposals on their way: made by one person, accepted or rejected by another one, taken in by a command.

A proposal is a file below ``review`` in the folder of the portal's data, and a row that says whose
it is. Nothing of it is in use before `launcher.retraining` has taken it in.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, func, select
from ulid import ULID

from knowledge.material import State
from portal.problems import Problem
from portal.staff.access import Principal, Staff
from portal.staff.audit import audit
from portal.unanswered.tables import proposals

_MOST = 200


class Review:
    """The proposals.

    Args:
        staff: database of the portal.
        folder: holds a folder for each state.
    """

    def __init__(self, staff: Staff, folder: Path) -> None:
        self._staff = staff
        self._folder = folder

    def add(
        self, connection: Connection, principal: Principal, kind: str, path: str, text: str, about: str
    ) -> str:
        """Write a proposal, in the caller's transaction; return its id.

        The file is there first: one without a row is harmless, a row without a file is not.
        """
        _write(self._folder / State.PROPOSED / path, text)
        proposal = str(ULID())
        row = {"id": proposal, "kind": kind, "file": path, "about": about, "state": State.PROPOSED.value}
        made = {"account": principal.account, "by": principal.name, "at": datetime.now(UTC)}
        connection.execute(proposals.insert(), {**row, **made})
        return proposal

    def waiting(self, connection: Connection) -> int:
        """Return how many proposals wait for a second person."""
        waits = proposals.c.state == State.PROPOSED.value
        return int(connection.execute(select(func.count()).select_from(proposals).where(waits)).scalar_one())

    def all(self) -> list[dict[str, Any]]:
        """Return the proposals, latest first, each with the text of its file."""
        self.note_taken()
        query = proposals.select().order_by(proposals.c.at.desc(), proposals.c.id.desc()).limit(_MOST)
        with self._staff.reading() as connection:
            return [self._shown(row) for row in connection.execute(query)]

    def settle(self, principal: Principal, proposal: str, state: State) -> None:
        """Accept or reject a proposal; the same once more changes nothing.

        Raises:
            Problem: 404 no such proposal, 409 it is settled otherwise, 403 it is one's own.
        """
        with self._staff.writing() as connection:
            this = proposals.c.id == proposal
            row = connection.execute(proposals.select().where(this).with_for_update()).first()
            if row is None:
                raise Problem(404, "unknown_proposal")
            if row.state != state:
                if row.state != State.PROPOSED:
                    raise Problem(409, "proposal_settled")
                if state is State.ACCEPTED and row.account == principal.account:
                    raise Problem(403, "own_proposal")
                change = {"state": state.value, "decided_by": principal.name, "decided_at": datetime.now(UTC)}
                connection.execute(proposals.update().where(this).values(change))
                audit(connection, principal, f"proposal.{state}", proposal)
            # Also the second time: whoever settled it may have died before the file was moved.
            self._move(row.file, state)

    def note_taken(self) -> None:
        """Note which of the accepted proposals the command has taken in: their files say so."""
        accepted = proposals.c.state == State.ACCEPTED.value
        with self._staff.reading() as connection:
            rows = connection.execute(proposals.select().where(accepted)).all()
        taken = [row.id for row in rows if (self._folder / State.TAKEN / row.file).is_file()]
        if taken:
            with self._staff.writing() as connection:
                change = proposals.update().where(proposals.c.id.in_(taken))
                connection.execute(change.values(state=State.TAKEN.value))

    def _move(self, file: str, state: State) -> None:
        old, new = self._folder / State.PROPOSED / file, self._folder / state / file
        if old.is_file():
            new.parent.mkdir(parents=True, exist_ok=True)
            old.replace(new)

    def _shown(self, row: Row[Any]) -> dict[str, Any]:
        path = self._folder / row.state / row.file
        return {
            "id": row.id,
            "kind": row.kind,
            "file": f"{row.state}/{row.file}",
            "about": row.about,
            "state": row.state,
            "by": row.by,
            "at": row.at.isoformat(timespec="seconds"),
            "decided_by": row.decided_by,
            "decided_at": row.decided_at.isoformat(timespec="seconds") if row.decided_at else None,
            "text": path.read_text(encoding="utf-8") if path.is_file() else None,
        }


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.half")
    half.write_text(text, encoding="utf-8")
    half.replace(path)
