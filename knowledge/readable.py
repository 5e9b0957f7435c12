"""What answers are made out of: a store, or a store with one item as somebody would have it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from knowledge.model import Document, Entry
from knowledge.switches import Switches


class ReadableEntries(Protocol):
    """Entries by id."""

    def __getitem__(self, entry_id: str, /) -> Entry:
        """Return an entry."""

    def fetch(self, ids: Iterable[str]) -> dict[str, Entry]:
        """Return the known ones of ``ids`` by id."""


class Readable(Protocol):
    """As much of a `knowledge.store.Store` as an answer needs."""

    @property
    def entries(self) -> ReadableEntries:
        """The entries as they may be shown."""

    @property
    def documents(self) -> Mapping[str, Document]:
        """The registered documents by number."""

    @property
    def versions(self) -> Mapping[str, int]:
        """The version of each entry."""

    @property
    def switches(self) -> Switches:
        """What is switched off."""

    @property
    def release(self) -> str:
        """Identifier of the content."""
