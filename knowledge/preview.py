"""Answers out of an item that is not stored: what visitors would read if it were in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge.answer import Answer
from knowledge.documents import document_entry
from knowledge.items import Model
from knowledge.model import FACETS, Document, Entry
from knowledge.readable import ReadableEntries
from knowledge.rendering import Renderer, When
from knowledge.store import Store
from knowledge.switches import Switches


class Unanswerable(Exception):
    """Nothing can be shown: a source is not registered, or a report, of which nobody asks."""


def preview(store: Store, model: Model, lang: str, when: When) -> dict[str, Answer]:
    """Return by facet the answers that an item would give, the most general one first.

    Args:
        store: everything else.
        model: the state of an entry or a document to be shown, switched off or not.
        lang: of the answers.
        when: the dates of the question.

    Raises:
        Unanswerable: there is nothing to show.
    """
    documents = dict(store.documents)
    if isinstance(model, Document):
        documents[model.number] = model
        entry = document_entry(model, documents)
    else:
        entry = model
    if entry is None or _unknown_sources(entry, documents):
        raise Unanswerable
    supposed = _supposed(store, entry, documents)
    renderer, shown = Renderer(supposed, lang), supposed.entries[entry.id]
    facets = [name for name in FACETS[shown.kind] if name in shown.facets]
    return {name: renderer.answer(entry.id, [name], when) for name in facets}


def _unknown_sources(entry: Entry, documents: Mapping[str, Document]) -> bool:
    rules = (rule for facet in entry.facets.values() for rule in facet.rules)
    named = [*entry.sources, *(source for rule in rules for source in rule.sources)]
    return any(source.document not in documents for source in named)


@dataclass(frozen=True)
class _Supposed:
    """A store, supposing that one entry were in force, and nothing of it switched off."""

    entries: ReadableEntries
    documents: Mapping[str, Document]
    versions: Mapping[str, int]
    switches: Switches
    release: str


@dataclass(frozen=True)
class _With:
    """Entries of which one is another."""

    entries: ReadableEntries
    entry: Entry

    def __getitem__(self, entry_id: str, /) -> Entry:
        return self.entry if entry_id == self.entry.id else self.entries[entry_id]

    def fetch(self, ids: Iterable[str]) -> dict[str, Entry]:
        wanted = list(ids)
        found = self.entries.fetch(wanted)
        return {**found, self.entry.id: self.entry} if self.entry.id in wanted else found


def _supposed(store: Store, entry: Entry, documents: Mapping[str, Document]) -> _Supposed:
    around = store.entries.fetch([entry.zone.within] if entry.zone and entry.zone.within else [])
    shown = Switches().redact(entry, {zone.id: zone.name for zone in around.values()})
    topics = {entry.kind.value, entry.id, *(f"{entry.id}#{name}" for name in shown.facets)}
    return _Supposed(
        entries=_With(store.entries, shown),
        documents=documents,
        versions={**store.versions, entry.id: store.versions.get(entry.id, 0) + 1},
        switches=Switches({t: s for t, s in store.switches.off.items() if t not in topics}),
        release=store.release,
    )
