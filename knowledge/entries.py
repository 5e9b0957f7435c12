"""All entries by id, read from the database when they are needed and kept while they are in use."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from threading import Lock

from sqlalchemy import Engine, select

from knowledge.batches import batches
from knowledge.items import ENTRY
from knowledge.model import Entry, Kind, Text
from knowledge.tables import Item
from knowledge.zones import Names

MOST_KEPT = 2000
"""Entries kept in memory; the content that ships has a quarter of that."""

Presents = Callable[[Entry, Names], Entry]
"""Makes what readers see of an entry, given the names of zones that it may mention."""


class Entries(Mapping[str, Entry]):
    """A mapping that never holds more than `MOST_KEPT` entries.

    Whether an id is known, and their order, costs no reading of entries.

    Args:
        engine: the database.
        ids: the ids of all entries, in their order.
        present: makes what readers see of an entry.
    """

    def __init__(self, engine: Engine, ids: Mapping[str, object], present: Presents) -> None:
        self._engine = engine
        self._ids = ids
        self._present = present
        self._kept: OrderedDict[str, Entry] = OrderedDict()
        self._lock = Lock()

    def __getitem__(self, entry_id: str) -> Entry:
        if entry_id not in self._ids:
            raise KeyError(entry_id)
        return self.fetch([entry_id])[entry_id]

    def __contains__(self, entry_id: object) -> bool:
        return entry_id in self._ids

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def fetch(self, ids: Iterable[str]) -> dict[str, Entry]:
        """Return the known ones of ``ids`` by id, reading those that are missing at once."""
        wanted = [i for i in dict.fromkeys(ids) if i in self._ids]
        found = self._kept_of(wanted)
        for batch in batches(i for i in wanted if i not in found):
            read = self._read(batch)
            self._keep(read)
            found.update(read)
        return {i: found[i] for i in wanted if i in found}

    def all(self) -> Iterator[Entry]:
        """Return all entries one after the other, a batch in memory at a time."""
        for batch in batches(self._ids):
            yield from self.fetch(batch).values()

    def of_kind(self, kind: Kind) -> list[Entry]:
        """Return all entries of a kind."""
        query = select(Item.id).where(Item.sort == ENTRY, Item.kind == kind.value).order_by(Item.id)
        with self._engine.connect() as connection:
            ids: Sequence[str] = connection.execute(query).scalars().all()
        return list(self.fetch(ids).values())

    def _kept_of(self, ids: list[str]) -> dict[str, Entry]:
        with self._lock:
            found = {i: self._kept[i] for i in ids if i in self._kept}
            for i in found:
                self._kept.move_to_end(i)
        return found

    def _keep(self, entries: Mapping[str, Entry]) -> None:
        with self._lock:
            self._kept.update(entries)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def _read(self, ids: list[str]) -> dict[str, Entry]:
        with self._engine.connect() as connection:
            rows = connection.execute(select(Item.data).where(Item.id.in_(ids))).scalars().all()
            read = [Entry.model_validate(data) for data in rows]
            around = {e.zone.within for e in read if e.zone and e.zone.within}
            query = select(Item.id, Item.data["name"]).where(Item.id.in_(around))
            names = {i: Text.model_validate(name) for i, name in connection.execute(query)}
        return {entry.id: self._present(entry, names) for entry in read}
