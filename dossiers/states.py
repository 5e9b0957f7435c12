"""The state of a dossier, and the table from the feed's words to it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from ruamel.yaml import YAML

from vietnamese.folding import words

TABLE = Path(__file__).parent / "states.yml"


class State(StrEnum):
    """Where a dossier stands."""

    SUBMITTED = "submitted"
    RECEIVED = "received"
    REFUSED = "refused"
    PROCESSING = "processing"
    CONSULTING = "consulting"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    SUPPLEMENTED = "supplemented"
    PAYMENT_REQUESTED = "payment_requested"
    SUSPENDED = "suspended"
    WITHDRAWAL_REQUESTED = "withdrawal_requested"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    REJECTED = "rejected"
    FINISHED = "finished"
    DELIVERED = "delivered"
    UNKNOWN = "unknown"
    """The feed's word is in no table: it is shown as received, and reported."""

    @property
    def ended(self) -> bool:
        """Tell whether nothing more will be done."""
        return self in _ENDED


_ENDED = frozenset({State.REFUSED, State.WITHDRAWN, State.STOPPED, State.REJECTED, State.DELIVERED})


class StateTableError(ValueError):
    """A table names no state of ours, or one word twice."""


class States:
    """The mapping from the feed's words to states.

    Args:
        table: words by state; compared without accents, case and punctuation.

    Raises:
        StateTableError: a state that does not exist, or a word under two states.
    """

    def __init__(self, *tables: Mapping[str, list[str]]) -> None:
        self._states: dict[str, State] = {}
        for table in tables:
            for word, state in _pairs(table).items():
                self._states[word] = state

    @classmethod
    def read(cls, more: Path | None = None) -> States:
        """Read the table that ships and, over it, the file of the deployment.

        Raises:
            StateTableError: see the class.
            OSError: ``more`` cannot be read.
        """
        return cls(_shipped(), *([_load(more)] if more else []))

    def of(self, text: str) -> State:
        """Return the state that the feed means by ``text``."""
        return self._states.get(_key(text), State.UNKNOWN)


@cache
def _shipped() -> Mapping[str, list[str]]:
    """Return our own table, read once."""
    return _load(TABLE)


def _load(path: Path) -> Mapping[str, list[str]]:
    table: Mapping[str, list[str]] = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return table


def _pairs(table: Mapping[str, list[str]]) -> dict[str, State]:
    """Return the state of each word of one table, also of our own names of states."""
    found: dict[str, State] = {}
    for name, spellings in table.items():
        if name not in set(State) - {State.UNKNOWN}:
            raise StateTableError(f"{name}: no such state")
        for spelling in (name, *spellings):
            if found.setdefault(_key(spelling), State(name)) != name:
                raise StateTableError(f"{spelling}: under two states")
    return found


@lru_cache(maxsize=1000)
def _key(text: str) -> str:
    return " ".join(words(text.replace("_", " ")))
