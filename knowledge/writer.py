"""Changes items within one transaction, and with them everything that is made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from knowledge.batches import batches
from knowledge.documents import document_entry
from knowledge.indexing import count_targets, index_entries, index_everything
from knowledge.items import DOCUMENT, ENTRY, Data, Model, differences, digest, dump, id_of, sort_of
from knowledge.meta import set_facts
from knowledge.model import Document, Entry, Kind
from knowledge.tables import Item, ItemVersion


class What(StrEnum):
    """How a version of an item came about."""

    LOAD = "load"
    EDIT = "edit"
    ROLL_BACK = "roll-back"
    VERIFICATION = "verification"
    REMOVED = "removed"


@dataclass
class Writer:
    """Changes items; `finish` has to be called before the transaction ends.

    Args:
        connection: in a transaction of `knowledge.database.writing`.
        by: who makes the change.
        what: how.
    """

    connection: Connection
    by: str
    what: What
    _entries: dict[str, Entry | None] = field(default_factory=dict)
    _documents: bool = False
    _notes: list[dict[str, Any]] = field(default_factory=list)

    def put(self, models: Iterable[Model], yaml_hashes: Mapping[str, str | None]) -> None:
        """Store new versions of items.

        Args:
            models: the new state of each.
            yaml_hashes: what the content files say of each (its hash); null or missing: nothing.
        """
        for batch in batches(models):
            ids = [id_of(model) for model in batch]
            old: dict[str, Data] = dict(
                self.connection.execute(select(Item.id, Item.data).where(Item.id.in_(ids))).all()
            )
            versions = self._last_versions(ids)
            rows = [_row(m, versions.get(id_of(m), 0) + 1, yaml_hashes.get(id_of(m))) for m in batch]
            self.connection.execute(delete(Item).where(Item.id.in_(ids)))
            self.connection.execute(insert(Item), rows)
            for row in rows:
                before = old.get(row["id"])
                self._note(
                    self.what, row, list(differences(before, row["data"])) if before is not None else []
                )
            for model in batch:
                self._touch(sort_of(model), id_of(model), model)
        self._write_notes()

    def remove(self, ids: Iterable[str]) -> None:
        """Remove items; their versions stay."""
        for batch in batches(ids):
            rows = self.connection.execute(select(Item.id, Item.sort).where(Item.id.in_(batch))).all()
            versions = self._last_versions(batch)
            self.connection.execute(delete(Item).where(Item.id.in_(batch)))
            for row in rows:
                self._note(What.REMOVED, {"id": row.id, "version": versions[row.id] + 1, "data": None}, [])
                self._touch(row.sort, row.id, None)
        self._write_notes()

    def remember(self, yaml_hashes: Mapping[str, str | None]) -> None:
        """Note what the content files say of items that stay as they are."""
        for item_id, yaml_hash in yaml_hashes.items():
            self.connection.execute(update(Item).where(Item.id == item_id).values(yaml_hash=yaml_hash))

    def finish(self, everything: bool = False, **facts: str) -> None:
        """Bring derived entries, search index, release and revision up to date.

        Args:
            everything: make them all anew, because the code that makes them has changed.
            facts: further facts about the whole to keep.
        """
        if everything or self._documents:
            self._derive()
        if everything:
            index_everything(self.connection)
        else:
            index_entries(self.connection, self._entries)
        release, targets = self._release(), str(count_targets(self.connection))
        set_facts(self.connection, release=release, targets=targets, **facts)

    def _derive(self) -> None:
        """Write the entries about documents anew: each names others, so any of them may have changed."""
        registry = documents(self.connection)
        made = (document_entry(document, registry) for document in registry.values())
        wanted = {entry.id: entry for entry in made if entry}
        query = select(Item.id, Item.hash).where(Item.sort == ENTRY, Item.kind == Kind.DOCUMENT)
        held = dict(self.connection.execute(query).all())
        self.put((e for i, e in wanted.items() if held.get(i) != digest(dump(e))), {})
        self.remove([i for i in held if i not in wanted])

    def _release(self) -> str:
        """Return a hash of everything that was written by people."""
        query = select(Item.id, Item.hash).where((Item.sort == DOCUMENT) | (Item.kind != Kind.DOCUMENT))
        lines = sorted(f"{row.id} {row.hash}\n" for row in self.connection.execute(query))
        return hashlib.sha256("".join(lines).encode()).hexdigest()[:12]

    def _last_versions(self, ids: list[str]) -> dict[str, int]:
        query = select(ItemVersion.item, func.max(ItemVersion.version)).where(ItemVersion.item.in_(ids))
        return dict(self.connection.execute(query.group_by(ItemVersion.item)).all())

    def _note(self, what: What, row: Data, fields: list[str]) -> None:
        self._notes.append(
            {
                "item": row["id"],
                "version": row["version"],
                "data": row["data"],
                "changed_by": self.by,
                "changed_at": datetime.now(UTC),
                "what": what,
                "fields": fields,
            }
        )

    def _write_notes(self) -> None:
        if self._notes:
            self.connection.execute(insert(ItemVersion), self._notes)
        self._notes = []

    def _touch(self, sort: str, item_id: str, model: Model | None) -> None:
        if sort == DOCUMENT:
            self._documents = True
        else:
            assert not isinstance(model, Document)
            self._entries[item_id] = model


def documents(connection: Connection) -> dict[str, Document]:
    """Return all registered documents by number."""
    rows = connection.execute(select(Item.id, Item.data).where(Item.sort == DOCUMENT).order_by(Item.id))
    return {row.id: Document.model_validate(row.data) for row in rows}


def _row(model: Model, version: int, yaml_hash: str | None) -> dict[str, Any]:
    data = dump(model)
    return {
        "id": id_of(model),
        "sort": sort_of(model),
        "kind": str(model.kind),
        "version": version,
        "hash": digest(data),
        "yaml_hash": yaml_hash,
        "data": data,
    }
