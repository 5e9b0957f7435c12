"""By what a message wants zones and parks selected: sector, size, place, developer, state, age.

Everything is compared with typed properties of the zones. What a message asks for
beyond them ("near the airport", "with Japanese tenants") is kept as `Criteria.unmet`: a
list that silently ignores a condition would be a wrong answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from actions.message import Entity, Message
from actions.origins import asked_origins, of_asker, origins_of
from actions.readings import lists
from actions.residual import residual_words
from knowledge.dates import span
from knowledge.model import Entry, ZoneProperties, ZoneStatus
from knowledge.validity import Period
from vietnamese.amounts import Size, find_size
from vietnamese.folding import fold, words

AREAS = frozenset({"economic_zone", "free_trade_zone"})
"""Types of zones that hold parks."""
_PARKS = ("industrial_park", "cluster")
_TOKEN = re.compile(r"[\w-]+|[^\w\s]")
_BARE = re.compile(
    r"\(.*\)|^kcn(/ccn)? |^khu cong nghiep | (eco-)?industrial park| - hai phong| giai doan.*| phase.*"
)
_SUPERLATIVE = re.compile(r"\b(lon|nho|rong|to|be|hep|moi|cu|som|doi|day|it|nhieu|dai) nhat\b")
"""Without accents "nhất" is the same word as "Nhật", so it needs company."""
_OUTSIDE = re.compile(
    r"(?<!nam )(?<!nuoc )\bngoai\b|(?<!nuoc )\bngoai( cac| nhung| moi)? (khu kinh te|kkt)\b|\boutside\b"
    r"|\b(khong|chua)( phai)?( nam| o)? (trong|thuoc)( cac)? (khu kinh te|kkt)\b"
    r"|\bnot( \w+)? (in|inside|within|part of)( an| the| any)? (economic zone|ez)s?\b"
)
"""Without accents "ngoài" ends "năm ngoái" and "nước ngoài" as well, while "nằm ngoài" is "năm ngoái"."""
_INSIDE = re.compile(
    r"\b(trong|thuoc|inside|within|in)( cac| an| the| any)? (khu kinh te|kkt|economic zone|ez)s?\b"
)
_NOT_OPERATING = re.compile(
    r"\b(chua|khong)( \w+)? (hoat dong|van hanh)\b|\bnot( yet| currently)? (operat\w+|in operation|running)\b"
)
_PLACED = re.compile(
    r"\b(o|tai|thuoc|trong|dia ban|huyen|quan|xa|phuong|khu vuc|vung|tinh|in|around|former|old)\W+$"
)
_LEFT_OUT = re.compile(
    r"\b(leaving aside|except|except for|apart from|excluding|not counting|other than"
    r"|tru|khong ke|khong tinh|bo qua)( \w+){0,3}\W+$"
)
"""Stands before a place whose parks are not wanted."""
_DISTRICT = re.compile(r"^\W+(cu|district|ward|commune|area|province)\b")


@dataclass(frozen=True)
class Criteria:
    """By what to select zones; all that is set must hold."""

    sectors: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    within: str | None = None
    position: str | None = None
    developers: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    """Countries that the developers come from, as their Vietnamese names."""
    places: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    """Places whose parks are not wanted."""
    eco: bool = False
    stated: str | None = None
    """The time in which the zones were established, a partial date or period."""
    relation: str = "on"
    """Whether they were established ``on``, ``before`` or ``after`` that time."""
    size: Size = field(default_factory=Size)
    unmet: tuple[str, ...] = ()
    """Words that say something which no property records."""

    @property
    def only_within(self) -> bool:
        """Tell whether nothing is set but the zone that holds the parks, and that they do not operate yet."""
        rest = replace(self, within=None, statuses=())
        return self.within is not None and rest.empty and ZoneStatus.OPERATING not in self.statuses

    @property
    def empty(self) -> bool:
        """Tell whether nothing is set that narrows the list."""
        return self == Criteria(types=self.types, unmet=self.unmet)

    def fits(self, zone: ZoneProperties) -> bool:
        """Tell whether a zone meets all criteria; an unknown property meets none."""
        return all(
            (
                not self.sectors or any(s in zone.sectors for s in self.sectors),
                not self.types or zone.type in self.types,
                not self.statuses or zone.status in self.statuses,
                self.within is None or zone.within == self.within,
                self.position != "inside" or zone.within not in {None, "none"},
                self.position != "outside" or zone.within == "none",
                not self.developers or bool(set(self.developers) & set(developers_of(zone))),
                not self.origins or bool(set(self.origins) & set(origins_of(zone))),
                not self.places or bool(set(self.places) & set(places_of(zone))),
                not set(self.left_out) & set(places_of(zone)),
                not self.eco or zone.eco_park,
                self.stated is None or _was_established(zone, self.stated, self.relation),
                _has_size(zone, self.size),
            )
        )


def read_criteria(message: Message, zones: Mapping[str, Entry]) -> Criteria:
    """Read the criteria out of a message.

    Args:
        message: a request for a list.
        zones: all zones by entry id.
    """
    known = [e.zone for e in zones.values() if e.zone]
    places = _named(message, {p for z in known for p in places_of(z)}, zones)
    developers = _named(message, {d for z in known for d in developers_of(z)} - set(places), zones)
    if not developers and lists(message):  # "the parks of DEEP C": several, though one of them is called so
        spans = {plain_span(message, e) for e in message.entities if e.type == "zone"}
        developers = tuple(sorted({z.group for z in known if z.group and fold(z.group) in spans}))
    containers = [v for v in message.values("zone") if v in zones and zones[v].zone.type in AREAS]  # type: ignore[union-attr]
    left_out = tuple(place for place in places if _is_left_out(message, place))
    position = _position(message)
    inside = containers if position != "outside" else []
    size = find_size(message.plain)
    time = _founding_time(message)
    found = Criteria(
        sectors=tuple(message.values("sector")),
        types=_types(message, bool(containers or position)),
        statuses=() if size.order in {"newest", "oldest"} else _statuses(message),
        within=inside[0] if inside else None,
        position=None if inside else position,
        developers=developers,
        origins=asked_origins(message, known),
        places=tuple(place for place in places if place not in left_out),
        left_out=left_out,
        eco="eco_park" in message.values("property"),
        stated=time.value if time else None,
        relation=(time.role or "on") if time else "on",
        size=size,
    )
    return replace(found, unmet=_unmet(message, (*places, *developers)))


def named_park(message: Message, zones: Mapping[str, Entry], criteria: Criteria) -> bool:
    """Tell whether a message names a single park, not an area or a place that holds parks."""
    taken = {fold(name) for name in (*criteria.places, *criteria.developers)}
    return any(
        e.type == "zone"
        and e.value in zones
        and zones[e.value].zone.type not in AREAS  # type: ignore[union-attr]
        and fold(message.text[e.start : e.end]) not in taken
        for e in message.entities
    )


def by_bare_name(message: Message, zones: Mapping[str, Entry]) -> list[tuple[int, str]]:
    """Return (place in the text, id) of zones that a message names without "park" or "KCN".

    Such a name is often that of a district, so it counts only where zones are plainly meant.
    """
    plain, found = message.plain, []
    for entry in zones.values():
        names = [_BARE.sub("", fold(entry.name.get(lang))).strip(" -") for lang in ("vi", "en")]
        matches = [m for name in names if name and (m := re.search(rf"\b{re.escape(name)}\b", plain))]
        found += [(m.start(), entry.id) for m in matches[:1]]
    return sorted(found)


def places_of(zone: ZoneProperties) -> list[str]:
    """Return the names of places in the location of a zone ("Hải An", "Hải Dương")."""
    return _proper_names(zone.location.vi if zone.location else "")


def developers_of(zone: ZoneProperties) -> list[str]:
    """Return the names by which the developer of a zone is known."""
    named = _proper_names(zone.developer.vi if zone.developer else "")
    return [*([zone.group] if zone.group else []), *(n for n in named if n != zone.group)]


@cache
def _proper_names(text: str) -> list[str]:
    """Return the runs of capitalised words in a text that are names."""
    runs: list[list[str]] = [[]]
    for token in _TOKEN.findall(text):
        if token[:1].isupper() or (runs[-1] and token.isdigit()):
            runs[-1].append(token)
        elif runs[-1]:
            runs.append([])
    names = [" ".join(run) for run in runs]
    return [n for n in names if len(fold(n)) > 2 and not set(words(n)) <= _words()["not_names"]]


@cache
def _words() -> dict[str, frozenset[str]]:
    """Return the words of ``criteria.yml``, folded; of what is not recorded only those that stand alone."""
    said = {name: frozenset(w for item in items for w in words(item)) for name, items in _said().items()}
    alone = [w for item in _said()["not_recorded"] if len(w := words(item)) == 1]
    return {**said, "not_recorded": frozenset(w for item in alone for w in item)}


@cache
def _phrases() -> tuple[str, ...]:
    """Return the phrases of several words for what no property records, folded."""
    folded = [" ".join(words(item)) for item in _said()["not_recorded"]]
    return tuple(phrase for phrase in folded if " " in phrase)


@cache
def _said() -> dict[str, list[str]]:
    """Return the items of ``criteria.yml``."""
    raw = YAML(typ="safe", pure=True).load(Path(__file__).with_name("criteria.yml").read_text("utf-8"))
    return {name: [item for text in texts for item in str(text).split(",")] for name, texts in raw.items()}


def _named(message: Message, names: Iterable[str], zones: Mapping[str, Entry]) -> tuple[str, ...]:
    """Return the names that occur in a message, save those that stand for a park there."""
    plain = message.plain
    parks = [plain_span(message, e) for e in message.entities if e.type == "zone"]
    found: list[str] = []
    for name in sorted(names, key=lambda n: (-len(n), n)):
        match = re.search(rf"\b{re.escape(fold(name))}\b", plain)
        if match and not any(fold(name) in fold(other) for other in found):
            clash = any(fold(name) in park for park in parks)
            if not clash or _PLACED.search(plain[: match.start()]) or _DISTRICT.search(plain[match.end() :]):
                found.append(name)
    return tuple(sorted(found))


def plain_span(message: Message, entity: Entity) -> str:
    """Return what an entity covers, folded."""
    return fold(message.text[entity.start : entity.end])


def _is_left_out(message: Message, place: str) -> bool:
    found = re.search(rf"\b{re.escape(fold(place))}\b", message.plain)
    return found is not None and bool(_LEFT_OUT.search(message.plain[: found.start()]))


def _types(message: Message, contained: bool) -> tuple[str, ...]:
    types = tuple(message.values("zone_type"))
    if not contained:
        return types
    return tuple(t for t in types if t not in AREAS) or _PARKS


def _statuses(message: Message) -> tuple[str, ...]:
    """Return the states that are asked for; "not operating yet" is any of the others."""
    if _NOT_OPERATING.search(message.plain):
        return tuple(status for status in ZoneStatus if status is not ZoneStatus.OPERATING)
    return tuple(message.values("status"))


def _position(message: Message) -> str | None:
    if _OUTSIDE.search(message.plain):
        return "outside"
    parks = "industrial_park" in message.values("zone_type") and "within" in message.values("facet")
    return "inside" if parks or _INSIDE.search(message.plain) else None


def _founding_time(message: Message) -> Entity | None:
    """Return the time that a message names: of zones none is recorded but that of their founding."""
    times = [e for e in message.entities if e.type == "time" and e.group != "licensed"]
    return times[-1] if times else None


def _was_established(zone: ZoneProperties, stated: str, relation: str) -> bool:
    if zone.established is None:
        return False
    (first, last), period = span(zone.established), Period.of(stated)
    if relation == "before":
        return last < period.first
    return first >= period.first if relation == "after" else period.overlaps(first, last)


def _has_size(zone: ZoneProperties, size: Size) -> bool:
    if size.order in {"newest", "oldest"}:
        return zone.established is not None
    if size.over is None and size.under is None and size.order is None:
        return True
    if zone.area_ha is None:
        return False
    above = size.over is None or zone.area_ha > size.over
    return above and (size.under is None or zone.area_ha < size.under)


def _unmet(message: Message, names: Iterable[str]) -> tuple[str, ...]:
    """Return what a message asks for beyond the records: words that no list takes for granted."""
    accounted = {word for name in names for word in words(name)} | _words()["said_in_lists"]
    if not _SUPERLATIVE.search(message.plain):
        accounted -= {"nhat"}
    asker = of_asker(message)
    accounted |= asker
    left = [w for w in residual_words(message) if w not in accounted and not w.isdigit()]
    return (*left, *(phrase for phrase in _unrecorded_phrases(message) if not set(phrase.split()) <= asker))


def _unrecorded_phrases(message: Message) -> list[str]:
    """Return the phrases for what no property records, outside names ("KCN Sân bay Tiên Lãng")."""
    text = message.text
    for zone in (e for e in message.entities if e.type == "zone"):
        text = text[: zone.start] + "." * (zone.end - zone.start) + text[zone.end :]
    said = f" {' '.join(words(text))} "
    return [phrase for phrase in _phrases() if f" {phrase} " in said]


def beyond_records(criteria: Criteria) -> bool:
    """Tell whether a list would pass over a condition.

    Where something narrows the list, a request may say more around it ("we make car seats …"), as long
    as no word names a condition that is known not to be recorded.
    """
    return bool(
        criteria.unmet if criteria.empty else set(criteria.unmet) & {*_words()["not_recorded"], *_phrases()}
    )
