"""Entries and registered documents as items of the database: their data, its hash, what differs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from knowledge.model import Document, Entry, Kind

Model = Entry | Document
"""What a content file holds, and the database keeps versions of."""
Data = dict[str, Any]

ItemSort = Literal["entry", "document"]
ENTRY: ItemSort = "entry"
DOCUMENT: ItemSort = "document"


def id_of(model: Model) -> str:
    """Return the id of an entry or the number of a document; they never coincide."""
    return model.id if isinstance(model, Entry) else model.number


def sort_of(model: Model) -> ItemSort:
    """Tell whether it is an entry or a document."""
    return ENTRY if isinstance(model, Entry) else DOCUMENT


def is_derived(model: Model) -> bool:
    """Tell whether it is an entry that is written from a registered document."""
    return isinstance(model, Entry) and model.kind is Kind.DOCUMENT


def dump(model: Model) -> Data:
    """Return what the database keeps: JSON values only, defaults left out."""
    return model.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def parse(sort: str, data: Mapping[str, Any]) -> Model:
    """Return the model of stored data."""
    return Entry.model_validate(data) if sort == ENTRY else Document.model_validate(data)


def sort_of_data(data: Mapping[str, Any]) -> ItemSort:
    """Tell whether stored or written data are of an entry or of a document."""
    return DOCUMENT if "number" in data else ENTRY


def digest(data: Mapping[str, Any]) -> str:
    """Return a hash of what the data say; the order of their fields does not matter."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Change:
    """A field in which two states of an item differ; null: it is not there.

    Args:
        field: where, for instance ``facets.fee.rules[0].text.vi``.
        before: what the old state says.
        after: what the new one says.
    """

    field: str
    before: Any
    after: Any


def changes(old: Any, new: Any, path: str = "") -> Iterator[Change]:
    """Return the fields in which two states of an item differ, with what both say."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            inner = f"{path}.{key}" if path else str(key)
            if key not in old or key not in new:
                yield Change(inner, old.get(key), new.get(key))
            else:
                yield from changes(old[key], new[key], inner)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from changes(before, after, f"{path}[{index}]")
    elif old != new:
        yield Change(path, old, new)


def differences(old: Any, new: Any) -> Iterator[str]:
    """Return the fields in which two states of an item differ."""
    return (change.field for change in changes(old, new))
