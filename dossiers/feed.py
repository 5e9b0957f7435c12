"""Taking events in: each once, in whatever order they come, never back to an older state."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, Table, bindparam, delete, func, select, text

from dossiers.bulk import insert
from dossiers.codes import Code
from dossiers.events import Event
from dossiers.factors import KINDS, SALT_BYTES, Factors
from dossiers.keys import Keys
from dossiers.procedures import Procedures
from dossiers.states import States
from dossiers.tables import Dossier, FeedEvent, Identity

_LOCK = 0x48455A44
"""Key of PostgreSQL's advisory lock: one batch of events after the other."""
_LONGEST_HISTORY = 100

_identities: Table = Identity.__table__  # type: ignore[assignment]
_dossiers: Table = Dossier.__table__  # type: ignore[assignment]
_events: Table = FeedEvent.__table__  # type: ignore[assignment]


class Taken(StrEnum):
    """What became of an event."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    """The state was known already."""
    DUPLICATE = "duplicate"
    """The event id was taken in before, with the same content."""
    SUPERSEDED = "superseded"
    """A newer event was here first: it goes into the history, the state stays."""
    CONFLICT = "conflict"
    """Other content under a known event id or version: nothing was changed, somebody has to look."""


@dataclass
class _Record:
    """A dossier while a batch is taken in."""

    row: dict[str, Any]
    identity: dict[str, Any]
    new: bool = False
    changed: bool = False
    rehashed_from: bytes | None = None


@dataclass
class _Batch:
    """What a batch has read and what it will write."""

    records: dict[str, _Record]
    known: dict[str, tuple[int, int, bytes]]
    next_id: int
    events: list[dict[str, Any]] = field(default_factory=list)


class Feed:
    """Writes events into the store.

    Args:
        engine: of the store.
        keys: under which codes and factors are hashed.
        states: from the feed's words to ours.
        procedures: from the feed's procedures to knowledge entries.
    """

    def __init__(self, engine: Engine, keys: Keys, states: States, procedures: Procedures) -> None:
        self._engine = engine.execution_options(writes=True)
        self._keys = keys
        self.states = states
        self._procedures = procedures

    def apply(self, events: Sequence[Event], source: str) -> list[Taken]:
        """Take events in, all in one transaction; return what became of each.

        Args:
            events: checked ones.
            source: who sent them: name of a feed key, or of a file.
        """
        with self.transaction() as connection:
            return self.take(connection, events, source)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Open a transaction in which several batches are taken in, or none of them."""
        with self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            yield connection

    def take(self, connection: Connection, events: Sequence[Event], source: str) -> list[Taken]:
        """Take events in within a transaction of `transaction`."""
        batch = self._read(connection, events)
        found = [self._take_one(batch, event, source) for event in events]
        self._write(connection, batch)
        return found

    def remove(self, codes: Sequence[Code]) -> None:
        """Remove dossiers, their identities and events."""
        hashes = [key.hash("code", str(code)) for code in codes for key in self._keys.all]
        with self.transaction() as connection:
            query = select(_identities.c.dossier).where(_identities.c.code.in_(hashes))
            ids = connection.execute(query).scalars().all()
            for column in (_events.c.dossier, _identities.c.dossier, _dossiers.c.id):
                connection.execute(delete(column.table).where(column.in_(ids)))

    def _read(self, connection: Connection, events: Sequence[Event]) -> _Batch:
        hashes: dict[bytes, str] = {}
        for event in events:
            for key in self._keys.all:
                hashes[key.hash("code", str(event.code))] = str(event.code)
        joined = _identities.join(_dossiers, _identities.c.dossier == _dossiers.c.id)
        query = select(_dossiers, *(c.label(f"identity_{c.name}") for c in _identities.c)).select_from(joined)
        records = {}
        for row in connection.execute(query.where(_identities.c.code.in_(hashes))).mappings():
            identity = {c.name: row[f"identity_{c.name}"] for c in _identities.c}
            records[hashes[identity["code"]]] = _Record({c.name: row[c] for c in _dossiers.c}, identity)
        ids = [event.event_id for event in events if event.event_id]
        known = {}
        if ids:
            for seen in connection.execute(select(_events).where(_events.c.id.in_(ids))):
                known[seen.id] = (seen.dossier, seen.version, seen.digest)
        last = connection.execute(select(func.max(_dossiers.c.id))).scalar() or 0
        return _Batch(records, known, last + 1)

    def _take_one(self, batch: _Batch, event: Event, source: str) -> Taken:
        record = batch.records.get(str(event.code))
        if event.event_id in batch.known:
            same = record and batch.known[event.event_id] == (record.row["id"], event.order, event.digest)
            return Taken.DUPLICATE if same else Taken.CONFLICT
        taken = self._update(record, event) if record else self._create(batch, event)
        if event.event_id and taken is not Taken.CONFLICT:
            row = batch.records[str(event.code)].row
            batch.known[event.event_id] = (row["id"], event.order, event.digest)
            batch.events.append(
                {
                    "id": event.event_id,
                    "dossier": row["id"],
                    "version": event.order,
                    "digest": event.digest,
                    "source": source,
                    "at": datetime.now(UTC),
                }
            )
        return taken

    def _create(self, batch: _Batch, event: Event) -> Taken:
        key = self._keys.current
        factors = Factors(secrets.token_bytes(SALT_BYTES))
        identity = {
            "code": key.hash("code", str(event.code)),
            "dossier": batch.next_id,
            "key": key.id,
            "salt": factors.salt,
            **dict.fromkeys(map(str, KINDS)),
            **factors.hashed(event.factors, key),
        }
        row = {
            "id": batch.next_id,
            "masked": event.code.masked,
            "demo": event.code.is_demo,
            **self._state(event),
        }
        batch.records[str(event.code)] = _Record({**row, "history": [_line(row, event)]}, identity, new=True)
        batch.next_id += 1
        return Taken.CREATED

    def _update(self, record: _Record, event: Event) -> Taken:
        row = record.row
        if event.order < row["version"]:
            self._remember(record, _line(self._state(event), event))
            return Taken.SUPERSEDED
        if event.order == row["version"] and event.digest != row["digest"]:
            return Taken.CONFLICT
        changed = self._update_identity(record, event)
        if event.order > row["version"]:
            row.update(self._state(event))
            self._remember(record, _line(row, event))
            changed = True
        return Taken.UPDATED if changed else Taken.UNCHANGED

    def _update_identity(self, record: _Record, event: Event) -> bool:
        """Take new factors, and bring the code under the current key; tell whether anything changed."""
        identity, key = record.identity, self._keys.current
        hashes = Factors(identity["salt"]).hashed(event.factors, key)
        code = key.hash("code", str(event.code))
        if code == identity["code"] and hashes.items() <= identity.items():
            return False
        if not record.new:
            record.rehashed_from = record.rehashed_from or identity["code"]
        identity.update(hashes, code=code, key=key.id)
        return True

    def _state(self, event: Event) -> dict[str, Any]:
        supplement = {"text": event.supplement, "due_on": event.supplement_due and str(event.supplement_due)}
        return {
            "version": event.order,
            "digest": event.digest,
            "state": self.states.of(event.state).value,
            "state_text": event.state,
            "procedure": self._procedures.entry_of(event.procedure, event.procedure_name),
            "procedure_text": event.procedure_name or event.procedure,
            "unit": event.unit,
            "received_on": event.received,
            "due_on": event.due_on,
            "step": event.step,
            "steps": event.steps,
            "step_name": event.step_name,
            "supplement": supplement if event.supplement else None,
            "result": event.result,
            "changed_at": event.updated_at or datetime.now(UTC),
        }

    def _remember(self, record: _Record, line: dict[str, Any]) -> None:
        """Put a line into the history at its place."""
        lines = {old["version"]: old for old in record.row["history"]}
        lines[line["version"]] = line
        record.row["history"] = [lines[v] for v in sorted(lines)][-_LONGEST_HISTORY:]
        record.changed = True

    def _write(self, connection: Connection, batch: _Batch) -> None:
        records = batch.records.values()
        new = [r for r in records if r.new]
        if new:
            insert(connection, _dossiers, [r.row for r in new])
            insert(connection, _identities, [r.identity for r in new])
        changed = [{"this": r.row["id"], **r.row} for r in records if r.changed and not r.new]
        if changed:
            columns: dict[str, Any] = {c.name: bindparam(c.name) for c in _dossiers.c if c.name != "id"}
            update = _dossiers.update().where(_dossiers.c.id == bindparam("this")).values(columns)
            connection.execute(update, [{k: v for k, v in row.items() if k != "id"} for row in changed])
        for record in records:
            if record.rehashed_from:
                update = _identities.update().where(_identities.c.code == record.rehashed_from)
                connection.execute(update.values(record.identity))
        if batch.events:
            insert(connection, _events, batch.events)


def _line(state: dict[str, Any], event: Event) -> dict[str, Any]:
    """Return the line of the history that an event makes."""
    return {
        "version": state["version"],
        "at": event.updated_at.isoformat() if event.updated_at else None,
        "state": state["state"],
        "text": state["state_text"],
        "step_name": state["step_name"],
        "unit": state["unit"],
    }
