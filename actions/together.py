"""Several questions in one message: which entries it asks about, each with its facet.

Three signs of them. Parts that are joined ("… and …", "…; …") and are about different
entries; one question about two things ("days for each?"), where the next entry of the same
kind is seen too; several zones that are named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from actions.facets import SURE, facets_of
from actions.message import Message, Part
from actions.readings import NO_ENTRY, Reading, kind_probability
from actions.residual import residual_words
from knowledge.model import Kind
from knowledge.store import Store
from vietnamese.folding import words

AGREED_FROM, AKIN_FROM = -1.0, -1.6
"""Sum of the margins in the part and in the whole message from which a part is about an entry; and about one
of the same kind as the entry of another part, where each part is a question."""
UNSEEN, NOT_AT_ALL = -1.2, -9.0
"""Margin of an entry in the whole message that is not among its best: in a part that may be a question
of its own, and in one of few words ("In the FTZ, …")."""
_A_QUESTION = 4
SECOND_MARGIN = -0.8
"""Margin of the next entry of the same kind from which both are meant where the same is asked of each."""
SAYS_ASPECT = -0.4
"""Margin of the best aspect below which a part leaves it to the whole message what to tell."""
_JOINED = re.compile(r"[;?]|\b(và|còn|lẫn|với|va|con|lan|voi|and|plus|as well as)\b", re.IGNORECASE)
_QUESTION = re.compile(
    r"\b(bao nhiêu|bao lâu|bao giờ|nào|mấy|gì|ai|đâu|sao|(?:có|được)\b.*\b(?:không|chưa|ko)"
    r"|bao nhieu|bao lau|bao gio|nao|o dau|(?:co|duoc)\b.*\bkhong"
    r"|what|which|who|whose|where|when|how|is|are|does|can|must)\b",
    re.IGNORECASE,
)
"""Words that ask; without accents those are left out that are also names of things ("may", "dau")."""
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
    agreed = [_agreed(message, part) for part in message.parts]
    if not any(map(_JOINED.search, joints)):
        # A mere comma joins a question with what leads to it, unless there is a question on either side.
        if sum(asks(message.text[part.start : part.end]) for part in message.parts) < 2:
            return []
        agreed = [_plain(message, p, m) for p, m in zip(message.parts, agreed, strict=True)]
    about = [_best(margins, AGREED_FROM) for margins in agreed]
    kinds = {_kind(entry) for entry in about if entry}
    if len(kinds) == 1:
        for n, part in enumerate(message.parts):
            seen = {e: m for e, m in agreed[n].items() if _kind(e) in kinds and e in message.subjects}
            about[n] = about[n] or (_best(seen, AKIN_FROM) if _is_of_another(message, part) else None)
    found = zip(message.parts, about, strict=True)
    return [f for part, e in found if e for f in _with_facet(store, _as_message(message, part), e)]


def _is_of_another(message: Message, part: Part) -> bool:
    """Tell whether a part may ask of something else: not a question in a word beside a name."""
    own = residual_words(message.of_part(part))
    return asks(message.text[part.start : part.end]) and (not message.named or len(own) > 1)


def asks(text: str) -> bool:
    """Tell whether a part of a message is a question by its words ("how many", "do ai")."""
    return bool(_QUESTION.search(text))


def _kind(entry_id: str) -> str:
    return entry_id.partition(".")[0]


def _best(margins: Mapping[str, float], least: float) -> str | None:
    best = max(margins, key=lambda entry: margins[entry], default=None)
    return best if best and margins[best] >= least else None


def _agreed(message: Message, part: Part) -> dict[str, float]:
    """Return what a part may be about, weighed by how far the whole message sees it too."""
    unseen = UNSEEN if len(words(message.text[part.start : part.end])) >= _A_QUESTION else NOT_AT_ALL
    return {
        entry: margin + message.subjects.get(entry, unseen)
        for entry, margin in part.subjects.items()
        if not entry.startswith(NO_ENTRY)
    }


def _plain(message: Message, part: Part, agreed: Mapping[str, float]) -> dict[str, float]:
    """Keep what the whole message sees as well, or what the part says plainly."""
    return {e: m for e, m in agreed.items() if e in message.subjects or part.subjects[e] >= 0}


def _as_message(message: Message, part: Part) -> Message:
    alone = message.of_part(part)
    silent = bool(_OF_EACH.search(message.plain)) and not asks(alone.text)
    says = not silent and max(alone.aspects.values(), default=-1.0) >= SAYS_ASPECT
    return alone if says else replace(alone, aspects=message.aspects, intents=message.intents)


def _of_each(store: Store, message: Message, readings: Sequence[Reading]) -> list[Found]:
    """Answer the same of two things if a message asks it of each."""
    first = next((r for r in readings if not r.special), None)
    if first is None or not _OF_EACH.search(message.plain):
        return []
    kind = store.entries[first.entry].kind
    others = {e: m for e, m in message.subjects.items() if _kind(e) == kind and e != first.entry}
    second = _best(others, SECOND_MARGIN)
    return [f for e in (first.entry, second) if e and second for f in _with_facet(store, message, e)]


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
