"""Several questions in one message: which entries it asks about, each with its facet.

Three signs of them. Parts that are joined ("… and …", "…; …") and are about different
entries; one question about two things ("days for each?"), where the second reading stands
out once the first is set aside; several zones that are named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from actions.facets import SURE, facets_of
from actions.message import Message, Part
from actions.readings import NO_ENTRY, Reading, kind_probability
from knowledge.model import Kind
from knowledge.store import Store
from vietnamese.folding import words

AGREED_FROM = -1.0
"""Sum of the margins in the part and in the whole message from which a part is about an entry."""
UNSEEN, NOT_AT_ALL = -1.2, -9.0
"""Margin of an entry in the whole message that is not among its best: in a part that may be a question
of its own, and in one of few words ("In the FTZ, …")."""
_A_QUESTION = 4
SECOND_FROM = 0.5
"""Probability of the second reading, the first set aside, from which both are meant."""
SECOND_MARGIN = -0.8
"""Margin of the second reading from which both are meant."""
_SAYS_ASPECT = -0.4
"""Margin of the best aspect below which a part leaves it to the whole message what to tell."""
_JOINED = re.compile(r"[;?]|\b(và|còn|lẫn|với|va|con|lan|voi|and|plus|as well as)\b", re.IGNORECASE)
_OF_EACH = re.compile(
    r"\b(moi (cai|ben|loai|khu|thu tuc|giay|the)|ca hai|lan luot|cai nao"
    r"|both|each|respectively|the two|either)\b"
)


@dataclass(frozen=True)
class Found:
    """An entry with the facets to show of it, the one asked for first."""

    entry: str
    facets: list[str]


def several(store: Store, message: Message, readings: Sequence[Reading]) -> list[Found]:
    """Return the entries that a message asks about if they are two or more, else nothing.

    Args:
        store: the knowledge base.
        message: the message with its understanding.
        readings: what it may be about as a whole, the most probable first.
    """
    for found in (_of_parts(store, message), _of_each(store, message, readings), _of_names(store, message)):
        distinct = list({f.entry: f for f in found}.values())
        if len(distinct) > 1:
            return distinct
    return []


def _of_parts(store: Store, message: Message) -> list[Found]:
    """Answer each part for itself; parts that only say when or for whom are left out."""
    joints = [message.text[a.end : b.start] for a, b in pairwise(message.parts)]
    if not any(map(_JOINED.search, joints)):  # a mere comma joins a question with what leads to it
        return []
    found = []
    for part in message.parts:
        entry = _agreed(message, part)
        if entry:
            found += _with_facet(store, _as_message(message, part), entry)
    return found


def _agreed(message: Message, part: Part) -> str | None:
    """Return the entry that a part is about: one that the whole message sees too, or a plain one."""
    unseen = UNSEEN if len(words(message.text[part.start : part.end])) >= _A_QUESTION else NOT_AT_ALL
    both = {
        entry: margin + message.subjects.get(entry, unseen)
        for entry, margin in part.subjects.items()
        if not entry.startswith(NO_ENTRY)
    }
    best = max(both, key=lambda entry: both[entry], default=None)
    return best if best and both[best] >= AGREED_FROM else None


def _as_message(message: Message, part: Part) -> Message:
    alone = message.of_part(part)
    says = max(alone.aspects.values(), default=-1.0) >= _SAYS_ASPECT
    return alone if says else replace(alone, aspects=message.aspects, intents=message.intents)


def _of_each(store: Store, message: Message, readings: Sequence[Reading]) -> list[Found]:
    """Answer the same of two things if a message asks it of each."""
    if len(readings) < 2 or not _OF_EACH.search(message.plain):
        return []
    first, second = readings[:2]
    if (
        first.special
        or second.special
        or store.entries[first.entry].kind is not store.entries[second.entry].kind
    ):
        return []
    rest = 1 - first.probability
    margin = message.subjects.get(second.entry, -1.0)
    if margin < SECOND_MARGIN or not rest or second.probability / rest < SECOND_FROM:
        return []
    return [f for r in (first, second) for f in _with_facet(store, message, r.entry)]


def _of_names(store: Store, message: Message) -> list[Found]:
    """Answer the same of each zone that is named, one name for each place in the text."""
    spans: dict[tuple[int, int], list[str]] = {}
    for entity in message.entities:
        if entity.type == "zone":
            spans.setdefault((entity.start, entity.end), []).append(entity.value)
    named = list(dict.fromkeys(values[0] for values in spans.values() if len(values) == 1))
    if len(named) < 2 or kind_probability(message, Kind.ZONE) < SURE:
        return []
    found = [f for name in named for f in _with_facet(store, message, name)]
    return found if len(found) == len(named) else []


def _with_facet(store: Store, message: Message, entry_id: str) -> list[Found]:
    facets = facets_of(message, store.entries[entry_id], ())
    return [Found(entry_id, facets[:1])] if facets else []
