"""Several questions in one message: which entries it asks about, each with its facet.

Three signs of them. Parts that are joined ("… and …", "…; …") and are about different
entries; one question about two things ("days for each?"), where the next entry of the same
kind is seen too; several zones that are named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from actions.criteria import by_bare_name
from actions.facets import SURE, asked_facets, facets_of
from actions.in_context import NO_ENTRY
from actions.message import Message, Part
from actions.readings import Reading, kind_probability
from actions.residual import residual_words
from knowledge.model import Kind
from knowledge.store import Store
from knowledge.targets import NAME
from vietnamese.clauses import asks
from vietnamese.folding import words

AGREED_FROM, AKIN_FROM = -1.0, -1.6
"""Sum of the margins in the part and in the whole message from which a part is about an entry; and about one
of the same kind as the entry of another part, where each part is a question."""
UNSEEN, NOT_AT_ALL = -1.2, -9.0
"""Margin of an entry in the whole message that is not among its best: in a part that may be a question
of its own, and in one of few words ("In the FTZ, …")."""
_A_QUESTION = 4
SURE_OF_ONE = 0.75
"""Probability of an entry from which a message is about it alone, unless its parts plainly say otherwise."""
SECOND_MARGIN = -0.8
"""Margin of the next entry of the same kind from which both are meant where the same is asked of each."""
SECOND_ZONE_MARGIN = -0.6
"""The same for zones, which have parts too ("how large is each of its sites?")."""
SAYS_ASPECT = -0.4
"""Margin of the best aspect below which a part leaves it to the whole message what to tell."""
_JOINED = re.compile(
    r"[;?]|\b(và|còn|lẫn|với|cũng như|va|con|lan|voi|cung nhu|and|plus|as well as)\b", re.IGNORECASE
)
_ENDS_SENTENCE = re.compile(r"[.!?;]")
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
    ways = (_of_parts, _of_each, _of_names)
    for found in (way(store, message, readings) for way in ways):
        distinct = list({f.entry: f for f in found}.values())
        if len(distinct) > 1:
            return distinct
    return []


def _of_parts(store: Store, message: Message, readings: Sequence[Reading]) -> list[Found]:
    """Answer each part for itself; parts that only say when, for whom or why are left out."""
    joints = [message.text[a.end : b.start] for a, b in pairwise(message.parts)]
    agreed = _weighed(message, joints)
    if not agreed:
        return []
    first = next((r for r in readings if not r.special), Reading(""))
    told = _told(message, joints)
    asking = [{} if n in told else margins for n, margins in enumerate(agreed)]
    about = [
        entry if entry and (_is_of_kind(entry, first.entry) or _says(message, part, entry)) else None
        for part, margins in zip(message.parts, asking, strict=True)
        for entry in [_best(margins, AGREED_FROM)]
    ]
    kinds = {_kind(entry) for entry in about if entry}
    if len(kinds) == 1:
        fits = _akin_to(store, message, first, kinds.pop())
        for n, part in enumerate(message.parts):
            if not about[n] and _is_of_another(message, part):
                about[n] = _best({e: m for e, m in asking[n].items() if fits(part, e)}, AKIN_FROM)
    if first.probability >= SURE_OF_ONE and first.entry not in about:
        return []  # the parts make less sense than the whole
    found = zip(message.parts, about, strict=True)
    return [f for part, e in found if e for f in _with_facet(store, _as_message(message, part), e)]


def _weighed(message: Message, joints: Sequence[str]) -> list[dict[str, float]]:
    """Return what each part may be about, weighed; nothing if a mere comma joins what is one question.

    A comma joins a question with what leads to it, unless there is a question on either side.
    """
    agreed = [_agreed(message, part) for part in message.parts]
    if any(map(_JOINED.search, joints)):
        return agreed
    if sum(map(message.asks_in, message.parts)) < 2:
        return []
    return [_plain(message, p, m) for p, m in zip(message.parts, agreed, strict=True)]


def _told(message: Message, joints: Sequence[str]) -> set[int]:
    """Return which parts are sentences that tell something, where another part asks."""
    asking = [message.asks_in(part) for part in message.parts]
    if not any(asking):
        return set()
    ends = [_ENDS_SENTENCE.search(joint) is not None for joint in joints]
    apart = [all(ends[max(0, n - 1) : n + 1]) for n in range(len(asking))]
    return {n for n, asks_ in enumerate(asking) if apart[n] and not asks_}


def _is_of_kind(entry: str, first: str) -> bool:
    return not first or _kind(entry) == _kind(first)


def _says(message: Message, part: Part, entry: str) -> bool:
    """Tell whether a part plainly asks about an entry that is of another kind than the rest."""
    return message.asks_in(part) and part.subjects[entry] >= 0


def _akin_to(store: Store, message: Message, first: Reading, kind: str) -> Callable[[Part, str], bool]:
    """Return a test whether a part may be about an entry that it hardly names, of the kind of another part.

    Where the whole is surely about one entry, the part must have a word of the names of the second one. Those
    of zones are words of every kind ("Nam Sách", as in "xanh sạch"): the gazetteer finds them.
    """
    sure = first.probability >= SURE_OF_ONE and not _OF_EACH.search(message.plain)

    def fits(part: Part, entry: str) -> bool:
        if _kind(entry) != kind or entry not in message.subjects:
            return False
        if not sure or entry == first.entry:
            return True
        names = store.words_of(entry, NAME) - store.words_of(first.entry, NAME)
        own = residual_words(message.of_part(part))
        return kind != Kind.ZONE and not names.isdisjoint(own)

    return fits


def _is_of_another(message: Message, part: Part) -> bool:
    """Tell whether a part may ask of something else: not a question in a word beside a name."""
    own = residual_words(message.of_part(part))
    return message.asks_in(part) and (not message.named or len(own) > 1)


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
    second = _best(others, SECOND_ZONE_MARGIN if kind is Kind.ZONE else SECOND_MARGIN)
    return [f for e in (first.entry, second) if e and second for f in _with_facet(store, message, e)]


def _of_names(store: Store, message: Message, _readings: Sequence[Reading]) -> list[Found]:
    """Answer the same of each zone that is named, one name for each place in the text."""
    if kind_probability(message, Kind.ZONE) < SURE:
        return []
    spans: dict[tuple[int, int], list[str]] = {}
    for entity in message.entities:
        if entity.type == "zone":
            spans.setdefault((entity.start, entity.end), []).append(entity.value)
    named = list(dict.fromkeys(values[0] for values in spans.values() if len(values) == 1))
    if not spans:
        likely = [
            e for e, margin in message.subjects.items() if _kind(e) == Kind.ZONE and margin >= SECOND_MARGIN
        ]
        named = [zone for _place, zone in by_bare_name(message, store.entries.fetch(likely))]
    if len(named) < 2:
        return []
    found = [f for name in named for f in _with_facets(store, message, name)]
    return found if len(found) == len(named) else []


def _with_facets(store: Store, message: Message, entry_id: str) -> list[Found]:
    """Return an entry with all facets that words of the message name, or the likeliest one."""
    entry = store.entries.get(entry_id)
    asked = asked_facets(message, entry) if entry else []
    return [Found(entry_id, asked)] if len(asked) > 1 else _with_facet(store, message, entry_id)


def _with_facet(store: Store, message: Message, entry_id: str) -> list[Found]:
    """Return an entry with the likeliest facet; nothing if the model knows an entry that is gone."""
    entry = store.entries.get(entry_id)
    facets = facets_of(message, entry, ()) if entry else []
    return [Found(entry_id, facets[:1])] if facets else []
