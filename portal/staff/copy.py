"""The read-only copy of the desk, for when the server is down: all entries, compact, in both languages."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from datetime import date
from threading import Lock

from knowledge.dates import today
from knowledge.store import Store
from knowledge.texts import LANGUAGES
from portal.staff.cards import Cards


@dataclass(frozen=True)
class Copy:
    """A copy as it is sent.

    Args:
        etag: strong entity tag (RFC 9110, section 8.8.3); the same content has the same.
        plain: JSON.
        compressed: the same with gzip.
    """

    etag: str
    plain: bytes
    compressed: bytes


class Copies:
    """Makes the copy when the content, a switch or the day has changed, and keeps it until then.

    Args:
        store: the knowledge base.
        cards: makes the sentences.
    """

    def __init__(self, store: Store, cards: Cards) -> None:
        self._store = store
        self._cards = cards
        self._lock = Lock()
        self._made: tuple[tuple[str | None, date], Copy] | None = None

    def copy(self) -> Copy:
        """Return the copy of what holds now."""
        state = (self._store.view.revision, today())
        with self._lock:
            if self._made is None or self._made[0] != state:
                self._made = (state, self._make(state[1]))
            return self._made[1]

    def _make(self, day: date) -> Copy:
        entries = [
            {
                "entry": entry.id,
                "version": self._store.versions[entry.id],
                "kind": entry.kind.value,
                **{lang: self._cards.brief(entry, lang) for lang in LANGUAGES},
            }
            for entry in self._store.entries.all()
        ]
        body = {"made_on": day.isoformat(), "release": self._store.release, "entries": entries}
        plain = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        etag = f'"{hashlib.sha256(plain).hexdigest()[:32]}"'
        return Copy(etag, plain, gzip.compress(plain, compresslevel=6, mtime=0))
