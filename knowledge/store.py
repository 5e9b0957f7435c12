"""The store of the running knowledge base: entries, documents and the search index.

One small interface over SQLAlchemy; SQLite with FTS5 is the embedded default.
Loading replaces the whole content in one transaction or changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    select,
    text,
)

from knowledge.content import Content
from knowledge.documents import document_entry
from knowledge.model import Document, Entry, Kind
from knowledge.targets import Target, targets
from knowledge.zones import zone_facets
from vietnamese.folding import words

metadata = MetaData()

entries_table = Table(
    "entries",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, index=True, nullable=False),
    Column("version", Integer, nullable=False),
    Column("hash", String, nullable=False),
    Column("data", JSON, nullable=False),
)
documents_table = Table(
    "documents",
    metadata,
    Column("number", String, primary_key=True),
    Column("data", JSON, nullable=False),
)
targets_table = Table(
    "targets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry", String, index=True, nullable=False),
    Column("facet", String, nullable=False),
    Column("lang", String, nullable=False),
    Column("sort", String, nullable=False),
    Column("folded", String, nullable=False),
)
meta_table = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", String))

_INDEXES = {"targets_words": "unicode61", "targets_grams": "trigram"}


@dataclass(frozen=True)
class Changes:
    """What a load did to the entries."""

    added: int
    changed: int
    removed: int
    unchanged: int

    def __str__(self) -> str:
        return (
            f"{self.added} added, {self.changed} changed, {self.removed} removed, {self.unchanged} unchanged"
        )


class Store:
    """Access to the content of one database.

    Args:
        url: SQLAlchemy URL, for instance ``sqlite:///var/knowledge.sqlite``.
    """

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._words: dict[tuple[str, str | None], frozenset[str]] = {}

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()

    def source(self) -> str | None:
        """Return from which state of the content files the store was loaded, if it was."""
        metadata.create_all(self.engine)
        with self.engine.connect() as connection:
            query = select(meta_table.c.value).where(meta_table.c.key == "source")
            return connection.execute(query).scalar_one_or_none()

    def load(self, content: Content, source: str = "") -> Changes:
        """Make the store hold exactly ``content`` (validated), atomically.

        Versions of changed entries go up by one.

        Args:
            content: all entries and documents.
            source: names the state of the files that ``content`` was read from.
        """
        metadata.create_all(self.engine)
        with self.engine.begin() as connection:
            old = {row.id: row for row in connection.execute(select(entries_table))}
            entries = [*content.entries.values(), *_document_entries(content)]
            rows = [_row(entry, old.get(entry.id)) for entry in entries]
            connection.execute(entries_table.delete())
            connection.execute(documents_table.delete())
            connection.execute(targets_table.delete())
            if rows:
                connection.execute(entries_table.insert(), rows)
            if content.documents:
                connection.execute(
                    documents_table.insert(),
                    [{"number": d.number, "data": _dump(d)} for d in content.documents.values()],
                )
            self._index(connection, (t for e in entries for t in targets(e)))
            connection.execute(meta_table.delete())
            facts = {"release": _release(content), "source": source}
            connection.execute(meta_table.insert(), [{"key": k, "value": v} for k, v in facts.items()])
        self.forget_cache()
        return _changes(old, rows)

    def _index(self, connection: Any, items: Iterable[Target]) -> None:
        rows = [
            {"id": n, "entry": t.entry, "facet": t.facet, "lang": t.lang, "sort": t.sort, "folded": t.folded}
            for n, t in enumerate(items, 1)
        ]
        for table, tokenizer in _INDEXES.items():
            connection.execute(text(f"DROP TABLE IF EXISTS {table}"))
            connection.execute(
                text(
                    f"CREATE VIRTUAL TABLE {table} "
                    f"USING fts5(folded, content='targets', tokenize='{tokenizer}')"
                )
            )
        if rows:
            connection.execute(targets_table.insert(), rows)
        for table in _INDEXES:
            connection.execute(text(f"INSERT INTO {table}({table}) VALUES ('rebuild')"))  # noqa: S608

    def forget_cache(self) -> None:
        """Read entries, documents and names afresh at next use."""
        for name in ("entries", "documents", "names", "release", "versions", "word_counts"):
            self.__dict__.pop(name, None)
        self._words.clear()

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """All entries by id, the facets of zones written out."""
        with self.engine.connect() as connection:
            loaded = [Entry.model_validate(row.data) for row in connection.execute(select(entries_table))]
        names = {entry.id: entry.name for entry in loaded if entry.kind is Kind.ZONE}
        return {e.id: e.model_copy(update={"facets": {**zone_facets(e, names), **e.facets}}) for e in loaded}

    @cached_property
    def documents(self) -> dict[str, Document]:
        """All registered documents by number."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(documents_table))
            return {row.number: Document.model_validate(row.data) for row in rows}

    @cached_property
    def versions(self) -> dict[str, int]:
        """The version of each entry."""
        with self.engine.connect() as connection:
            query = select(entries_table.c.id, entries_table.c.version)
            return {row.id: row.version for row in connection.execute(query)}

    @cached_property
    def release(self) -> str:
        """Identifier of the content, a hash of all entries and documents."""
        with self.engine.connect() as connection:
            query = select(meta_table.c.value).where(meta_table.c.key == "release")
            return str(connection.execute(query).scalar_one())

    @cached_property
    def word_counts(self) -> tuple[dict[str, int], int]:
        """In how many targets each folded word occurs, and the number of targets."""
        with self.engine.connect() as connection:
            connection.execute(
                text(
                    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocab USING fts5vocab(main, targets_words, row)"
                )
            )
            counts = {
                row.term: row.doc for row in connection.execute(text("SELECT term, doc FROM temp.vocab"))
            }
            total = connection.execute(text("SELECT count(*) FROM targets")).scalar_one()
        return counts, total

    def warm(self) -> None:
        """Read what every question needs, so that the first one is answered as fast as the next."""
        _ = self.entries, self.documents, self.versions, self.release, self.word_counts

    def words_of(self, entry_id: str, sort: str | None = None) -> frozenset[str]:
        """Return the folded words of everything by which an entry can be found (or of its names only)."""
        key = (entry_id, sort)
        if key not in self._words:
            query = select(targets_table.c.folded).where(targets_table.c.entry == entry_id)
            if sort:
                query = query.where(targets_table.c.sort == sort)
            with self.engine.connect() as connection:
                folded = connection.execute(query).scalars().all()
            self._words[key] = frozenset(w for text in folded for w in words(text))
        return self._words[key]

    def match(self, table: str, query: str, limit: int) -> list[Any]:
        """Return the best targets for a full-text query on ``targets_words`` or ``targets_grams``."""
        sql = text(
            f"SELECT t.entry, t.facet, t.sort, t.folded FROM {table} i JOIN targets t ON t.id = i.rowid"  # noqa: S608
            f" WHERE {table} MATCH :query ORDER BY rank LIMIT :limit"
        )
        with self.engine.connect() as connection:
            return list(connection.execute(sql, {"query": query, "limit": limit}))


def _document_entries(content: Content) -> list[Entry]:
    made = (document_entry(d, content.documents) for d in content.documents.values())
    return [entry for entry in made if entry]


def _engine(url: str) -> Engine:
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _pragmas(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA busy_timeout=5000")

    return engine


def _dump(model: Entry | Document) -> dict[str, Any]:
    dumped: dict[str, Any] = model.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return dumped


def _row(entry: Entry, old: Any | None) -> dict[str, Any]:
    data = _dump(entry)
    digest = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
    version = 1 if old is None else old.version + (old.hash != digest)
    return {"id": entry.id, "kind": entry.kind, "version": version, "hash": digest, "data": data}


def _changes(old: dict[str, Any], rows: list[dict[str, Any]]) -> Changes:
    new = {row["id"] for row in rows}
    changed = sum(1 for r in rows if r["id"] in old and old[r["id"]].hash != r["hash"])
    added = len(new - set(old))
    return Changes(added, changed, len(set(old) - new), len(rows) - added - changed)


def _release(content: Content) -> str:
    digest = hashlib.sha256()
    items: list[Entry | Document] = [*content.entries.values(), *content.documents.values()]
    for item in items:
        digest.update(json.dumps(_dump(item), sort_keys=True).encode())
    return digest.hexdigest()[:12]
