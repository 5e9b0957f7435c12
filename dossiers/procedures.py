"""Which knowledge entry is the procedure of a dossier: by entry id, national code, or name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from knowledge.entries import Entries
from knowledge.model import Entry, Kind
from vietnamese.folding import words

_NATIONAL_CODE = re.compile(r"\d\.\d{6}")


class Procedures:
    """The procedures that the knowledge base has.

    Args:
        entries: the entries; those of other kinds are passed over.

    A national code or name that several entries carry means none of them: better no link
    than the time limit of another procedure.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._ids: dict[str, str | None] = {}
        for entry in entries:
            if entry.kind is Kind.PROCEDURE:
                codes = [a for a in (*entry.aliases.vi, *entry.aliases.en) if _NATIONAL_CODE.fullmatch(a)]
                for key in {entry.id, *codes, _key(entry.name.vi), _key(entry.name.en)}:
                    self._ids[key] = None if key in self._ids else entry.id

    @classmethod
    def of(cls, entries: Entries | Mapping[str, Entry]) -> Procedures:
        """Return the procedures out of all entries of a knowledge store."""
        return cls(entries[i] for i in entries if i.startswith(f"{Kind.PROCEDURE}."))

    def entry_of(self, *texts: str | None) -> str | None:
        """Return the entry that the first telling one of ``texts`` means, if the knowledge base has it."""
        for text in texts:
            if text and (found := self._find(text.strip())):
                return found
        return None

    def _find(self, text: str) -> str | None:
        code: Any = _NATIONAL_CODE.search(text)
        return self._ids.get(text) or self._ids.get(_key(text)) or (self._ids.get(code[0]) if code else None)


@lru_cache(maxsize=1000)
def _key(name: str) -> str:
    return " ".join(words(name))
