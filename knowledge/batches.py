"""Work in portions: what is too much for one statement, or for memory at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

SIZE = 400
"""Rows that are read or written in one statement; well below every database's limit of parameters."""

_T = TypeVar("_T")


def batches(items: Iterable[_T]) -> Iterator[list[_T]]:
    """Return ``items`` in lists of at most `SIZE`."""
    iterator = iter(items)
    while batch := list(islice(iterator, SIZE)):
        yield batch
