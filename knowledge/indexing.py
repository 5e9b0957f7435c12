"""Keeps the searchable texts of entries, their full-text index and the counts of words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from knowledge.batches import batches
from knowledge.index import index_of
from knowledge.items import ENTRY
from knowledge.model import Entry
from knowledge.tables import Item, TargetRow, Word
from knowledge.targets import targets


def index_entries(connection: Connection, changed: Mapping[str, Entry | None]) -> None:
    """Index the new state of some entries (None: removed)."""
    counts: Counter[str] = Counter()
    for ids in batches(changed):
        counts.subtract(_remove(connection, ids))
    counts.update(_add(connection, (entry for entry in changed.values() if entry)))
    _count(connection, counts)


def index_everything(connection: Connection) -> None:
    """Index all entries anew."""
    ids = connection.execute(select(Item.id).where(Item.sort == ENTRY).order_by(Item.id)).scalars().all()
    index = index_of(connection.dialect.name)
    index.clear(connection)
    connection.execute(delete(TargetRow))
    connection.execute(delete(Word))
    _count(connection, _add(connection, _entries(connection, ids)))
    index.settle(connection)


def count_targets(connection: Connection) -> int:
    """Return the number of searchable texts."""
    return connection.execute(select(func.count()).select_from(TargetRow)).scalar_one()


def _entries(connection: Connection, ids: Iterable[str]) -> Iterator[Entry]:
    for batch in batches(ids):
        for data in connection.execute(select(Item.data).where(Item.id.in_(batch))).scalars():
            yield Entry.model_validate(data)


def _remove(connection: Connection, ids: list[str]) -> Counter[str]:
    """Delete the targets of entries; return in how many of them each word occurred."""
    index_of(connection.dialect.name).remove(connection, ids)
    old = connection.execute(select(TargetRow.folded).where(TargetRow.entry.in_(ids))).scalars().all()
    connection.execute(delete(TargetRow).where(TargetRow.entry.in_(ids)))
    return _words(old)


def _add(connection: Connection, entries: Iterable[Entry]) -> Counter[str]:
    """Insert the targets of entries; return in how many of them each word occurs."""
    first = (connection.execute(select(func.max(TargetRow.id))).scalar() or 0) + 1
    counts: Counter[str] = Counter()
    for rows in batches(_rows(entries, first)):
        connection.execute(insert(TargetRow), rows)
        counts.update(_words(row["folded"] for row in rows))
    index_of(connection.dialect.name).add(connection, first)
    return counts


def _rows(entries: Iterable[Entry], first: int) -> Iterator[dict[str, Any]]:
    found = (target for entry in entries for target in targets(entry))
    for number, t in enumerate(found, first):
        yield {
            "id": number,
            "entry": t.entry,
            "facet": t.facet,
            "lang": t.lang,
            "sort": t.sort,
            "folded": t.folded,
        }


def _words(folded: Iterable[str]) -> Counter[str]:
    return Counter(word for text in folded for word in set(text.split()))


def _count(connection: Connection, changes: Mapping[str, int]) -> None:
    """Add ``changes`` to the counts of words."""
    for batch in batches(word for word, change in changes.items() if change):
        rows = connection.execute(select(Word.word, Word.count).where(Word.word.in_(batch)))
        old = dict(rows.all())
        new = {word: old.get(word, 0) + changes[word] for word in batch}
        connection.execute(delete(Word).where(Word.word.in_(batch)))
        kept = [{"word": word, "count": count} for word, count in new.items() if count > 0]
        if kept:
            connection.execute(insert(Word), kept)
