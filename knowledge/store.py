"""The store of the running knowledge base, as readers see it: entries, documents, search index.

What is read is kept until the content changes. Loads, edits and switches raise a
revision number in the database, at which every store looks twice a second, so that
running processes follow without a restart.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from functools import cached_property, lru_cache
from itertools import islice
from threading import Lock

from sqlalchemy import Engine, Row, select

from knowledge.database import connect
from knowledge.entries import MOST_KEPT, Entries
from knowledge.index import index_of, looks, weighed
from knowledge.items import ENTRY
from knowledge.meta import read_facts, revision
from knowledge.model import Document
from knowledge.switches import Switches, read_switches
from knowledge.tables import Item, TargetRow, Word
from knowledge.writer import documents

LOOK_EVERY = 0.5
"""Seconds between two looks at the revision."""


class View:
    """What a store knows of one revision of the content; everything is read at its first use."""

    def __init__(self, engine: Engine, number: str | None) -> None:
        self.revision = number
        self._engine = engine
        self.words_of = lru_cache(maxsize=5 * MOST_KEPT)(self._words_of)

    @cached_property
    def versions(self) -> dict[str, int]:
        """The version of each entry."""
        query = select(Item.id, Item.version).where(Item.sort == ENTRY).order_by(Item.id)
        with self._engine.connect() as connection:
            return dict(connection.execute(query).all())

    @cached_property
    def switches(self) -> Switches:
        """What is switched off."""
        with self._engine.connect() as connection:
            return read_switches(connection)

    @cached_property
    def entries(self) -> Entries:
        """The entries as they may be shown."""
        return Entries(self._engine, self.versions, self.switches.redact)

    @cached_property
    def recorded(self) -> Entries:
        """The entries as they are recorded."""
        return Entries(self._engine, self.versions, Switches().redact)

    @cached_property
    def documents(self) -> dict[str, Document]:
        """The registered documents."""
        with self._engine.connect() as connection:
            return documents(connection)

    @cached_property
    def facts(self) -> dict[str, str]:
        """Facts about the whole."""
        with self._engine.connect() as connection:
            return read_facts(connection)

    @cached_property
    def word_counts(self) -> tuple[dict[str, int], int]:
        """Counts of words in alphabetical order, and the number of targets."""
        with self._engine.connect() as connection:
            counts = sorted(connection.execute(select(Word.word, Word.count)).all())
        return dict(counts), int(self.facts["targets"])

    def _words_of(self, entry_id: str, sort: str | None = None) -> frozenset[str]:
        query = select(TargetRow.folded).where(TargetRow.entry == entry_id)
        if sort:
            query = query.where(TargetRow.sort == sort)
        with self._engine.connect() as connection:
            return frozenset(w for folded in connection.execute(query).scalars() for w in folded.split())


class Store:
    """Access to the content of one database, for reading.

    Args:
        url: SQLAlchemy URL, for instance ``sqlite:///var/knowledge.sqlite``.
    """

    def __init__(self, url: str) -> None:
        self.engine = connect(url)
        self._index = index_of(self.engine.dialect.name)
        self._lock = Lock()
        self._view: View | None = None
        self._looked = 0.0

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()

    def forget_cache(self) -> None:
        """Look at the database at the next use, whatever time has passed."""
        with self._lock:  # a look under way may have seen what was before, and would count as the latest
            self._looked = 0.0

    @property
    def view(self) -> View:
        """What is known of the revision that holds now."""
        with self._lock:
            now = time.monotonic()
            if self._view is None or now - self._looked >= LOOK_EVERY:
                with self.engine.connect() as connection:
                    number = revision(connection)
                if self._view is None or self._view.revision != number:
                    self._view = View(self.engine, number)
                self._looked = now
            return self._view

    @property
    def entries(self) -> Entries:
        """All entries by id as they may be shown: zones written out, without what is switched off."""
        return self.view.entries

    @property
    def recorded(self) -> Entries:
        """All entries by id as they are recorded, switched off or not: for training, never for answers."""
        return self.view.recorded

    @property
    def documents(self) -> dict[str, Document]:
        """All registered documents by number."""
        return self.view.documents

    @property
    def versions(self) -> dict[str, int]:
        """The version of each entry."""
        return self.view.versions

    @property
    def switches(self) -> Switches:
        """What is switched off."""
        return self.view.switches

    @property
    def release(self) -> str:
        """Identifier of the content, a hash of all entries and documents.

        Raises:
            KeyError: nothing was loaded yet.
        """
        return self.view.facts["release"]

    @property
    def word_counts(self) -> tuple[dict[str, int], int]:
        """In how many targets each folded word occurs, and the number of targets."""
        return self.view.word_counts

    def warm(self) -> None:
        """Read what every question needs, so that the first one is answered as fast as the next."""
        view = self.view
        _ = view.documents, view.facts, view.word_counts
        view.entries.fetch(islice(view.versions, MOST_KEPT))

    def words_of(self, entry_id: str, sort: str | None = None) -> frozenset[str]:
        """Return the folded words of everything by which an entry can be found (or of its names only)."""
        return self.view.words_of(entry_id, sort)

    def match(self, words: Collection[str], limit: int) -> Sequence[Row[str, str, str, str]]:
        """Return the best targets (entry, facet, sort, folded) for the words of a question.

        Args:
            words: folded, in any order; common ones count where they stand beside rarer ones.
            limit: number of targets from which on no further look is taken.
        """
        counts, total = self.view.word_counts
        weights = weighed(words, counts, total)
        found: list[Row[str, str, str, str]] = []
        with self.engine.connect() as connection:
            for look in looks(weights, counts):
                found += self._index.match(connection, look, weights, limit)
                if len(found) >= limit:
                    break
        return found
