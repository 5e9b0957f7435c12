"""What editors have to look at: due for review, resting on law that ended, unknown to the trained model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

from knowledge.dates import first_day, last_day
from knowledge.model import Document, DocumentStatus, Entry, Kind, Rule
from knowledge.nlu_export import Triple, forms_of, names_of
from knowledge.store import Store


@dataclass(frozen=True)
class Resting:
    """A document that no longer holds as it was cited, and the facets that rest on it."""

    document: str
    ended_on: str | None
    replaced_by: tuple[str, ...]
    facets: tuple[str, ...]


@dataclass(frozen=True)
class Reviews:
    """The three lists, by id of the entry.

    Args:
        due: entries to be reviewed, the most urgent first.
        resting: entries that rest on law that has ended or was replaced.
        untrained: names and question forms that the trained model does not know; none if nobody knows
            what it was trained with.
    """

    due: tuple[Entry, ...]
    resting: Mapping[str, tuple[Resting, ...]]
    untrained: Mapping[str, tuple[str, ...]] | None


class Reviewer:
    """Makes the lists when the content, the model or the day has changed, and keeps them until then.

    Args:
        store: the knowledge base.
        trained: the export that the model was trained with; it need not exist.
    """

    def __init__(self, store: Store, trained: Path) -> None:
        self._store = store
        self._trained = trained
        self._lock = Lock()
        self._made: tuple[object, Reviews] | None = None

    def reviews(self, day: date, ahead: timedelta) -> Reviews:
        """Return what has to be looked at on a day, with what is due within some time from then."""
        changed = self._trained.stat().st_mtime_ns if self._trained.is_file() else None
        state = (self._store.view.revision, changed, day, ahead)
        with self._lock:
            if self._made is None or self._made[0] != state:
                self._made = (state, self._make(day, ahead, changed is not None))
            return self._made[1]

    def _make(self, day: date, ahead: timedelta, trained: bool) -> Reviews:
        entries, documents = list(self._store.recorded.all()), self._store.documents
        written = [entry for entry in entries if entry.kind is not Kind.DOCUMENT]
        due = sorted((e for e in written if e.review_by <= day + ahead), key=lambda e: (e.review_by, e.id))
        resting = {entry.id: tuple(_resting(entry, documents, day)) for entry in written}
        return Reviews(
            due=tuple(due),
            resting={entry_id: found for entry_id, found in resting.items() if found},
            untrained=_untrained(entries, self._trained) if trained else None,
        )


def _resting(entry: Entry, documents: Mapping[str, Document], day: date) -> Iterator[Resting]:
    """Return the documents that have ended, but on which something rests that is to hold on ``day``."""
    facets: dict[str, list[str]] = {}
    for name, facet in entry.facets.items():
        for rule in facet.rules:
            if _holds(rule, day):
                for source in rule.sources or entry.sources:
                    facets.setdefault(source.document, []).append(name)
    for number, named in facets.items():
        document = documents[number]
        replaced = tuple(n for n in document.superseded_by if _in_force(documents.get(n), day))
        if replaced or _ended(document, day):
            yield Resting(number, document.effective_to, replaced, tuple(dict.fromkeys(named)))


def _holds(rule: Rule, day: date) -> bool:
    """Tell whether a rule states the law of a day for all projects; figures of a period need no law."""
    if rule.period or rule.licensed:
        return False
    return rule.effective_to is None or last_day(rule.effective_to) >= day


def _ended(document: Document, day: date) -> bool:
    over = document.effective_to is not None and last_day(document.effective_to) < day
    return over or document.status is DocumentStatus.EXPIRED


def _in_force(document: Document | None, day: date) -> bool:
    return bool(document and document.effective_from and first_day(document.effective_from) <= day)


def _untrained(entries: Iterable[Entry], trained: Path) -> dict[str, tuple[str, ...]]:
    exported: dict[str, Any] = json.loads(trained.read_text(encoding="utf-8"))
    known: set[Triple] = {tuple(t) for t in (*exported["names"], *exported["forms"])}
    found = {entry.id: {*names_of(entry), *forms_of(entry)} - known for entry in entries}
    return {i: tuple(dict.fromkeys(text for *_, text in sorted(new))) for i, new in found.items() if new}
