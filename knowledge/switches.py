"""Switching topics off: what is under review is not answered, within a second, without a restart.

A topic is a kind of entries (``incentive``), an entry (``zone.trang-due``) or a facet
of one (``zone.trang-due#area``). The store gives out entries in which what is switched
off is left out, so that no list, comparison or search can show it either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, select

from knowledge.items import ENTRY
from knowledge.meta import set_facts
from knowledge.model import Entry, Facet, Kind, Rule, Text, ZoneProperties
from knowledge.tables import Item, SwitchRow
from knowledge.texts import LANGUAGES, texts
from knowledge.zones import Names, zone_facets

PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "area": ("area_ha", "area_note"),
    "developer": ("developer",),
    "location": ("location",),
    "within": ("within",),
    "sectors": ("sectors", "focus"),
    "status": ("status", "status_note"),
    "established": ("established",),
    "investment": ("investment",),
    "website": ("website",),
}
"""Which properties of a zone a facet tells of."""


class UnknownTopic(Exception):
    """There is no such topic."""


@dataclass(frozen=True)
class Switch:
    """A topic that is switched off, since when, by whom and why."""

    topic: str
    reason: str
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True)
class Switches:
    """The topics that are switched off."""

    off: Mapping[str, Switch] = field(default_factory=dict)

    def hides(self, entry: Entry, facet: str | None = None) -> bool:
        """Tell whether an entry is switched off, or at least the facet named."""
        topics = {entry.kind.value, entry.id, f"{entry.id}#{facet}"}
        return not topics.isdisjoint(self.off)

    def concern(self, kind: Kind) -> bool:
        """Tell whether anything of a kind is switched off, be it one facet."""
        return any(topic.split(".")[0] == kind for topic in self.off)

    def redact(self, entry: Entry, names: Names) -> Entry:
        """Return an entry as it may be shown, the facets of a zone written out.

        What is switched off keeps its names and question forms, so that a question
        about it is understood; what it says gives way to "under review".
        """
        facets = {**zone_facets(entry, names), **entry.facets}
        hidden = [name for name in facets if self.hides(entry, name)]
        if not hidden:
            return entry.model_copy(update={"facets": facets})
        zone = _without(entry.zone, hidden) if entry.zone else None
        told = zone_facets(entry.model_copy(update={"zone": zone}), names)
        shown = {**facets, **{name: told[name] for name in told if name not in entry.facets}}
        covered = {name: _covered(entry, facets[name]) for name in hidden}
        return entry.model_copy(update={"zone": zone, "facets": {**shown, **covered}})


def _without(zone: ZoneProperties, hidden: list[str]) -> ZoneProperties:
    """Return the properties without those that the hidden facets tell of."""
    names = [name for facet in hidden for name in PROPERTIES.get(facet, ())]
    blank = {name: ZoneProperties.model_fields[name].get_default() for name in names}
    doubts = {name: doubt for name, doubt in zone.doubts.items() if name not in names}
    return zone.model_copy(update={**blank, "doubts": doubts})


def _covered(entry: Entry, facet: Facet) -> Facet:
    vi, en = (texts(lang)("under_review.entry", name=entry.name.get(lang)) for lang in LANGUAGES)
    return Facet(asks=facet.asks, rules=[Rule(text=Text(vi=vi, en=en))])


def read_switches(connection: Connection) -> Switches:
    """Return what is switched off now."""
    latest = select(func.max(SwitchRow.id)).group_by(SwitchRow.topic)
    query = select(SwitchRow).where(SwitchRow.id.in_(latest), SwitchRow.off).order_by(SwitchRow.topic)
    rows = connection.execute(query)
    return Switches({r.topic: Switch(r.topic, r.reason, r.changed_by, r.changed_at) for r in rows})


def switch(connection: Connection, topic: str, off: bool, by: str, reason: str = "") -> bool:
    """Switch a topic off or on; tell whether it was not so already.

    Args:
        connection: in a transaction of `knowledge.database.writing`.
        topic: a kind, an entry or a facet of one.
        off: off or on.
        by: who does it.
        reason: why.

    Raises:
        UnknownTopic: nothing has that name (a topic that is off can always be switched on).
    """
    is_off = topic in read_switches(connection).off
    if is_off == off:
        if not off:
            _check_topic(connection, topic)
        return False
    if off:
        _check_topic(connection, topic)
    row = {"topic": topic, "off": off, "reason": reason, "changed_by": by, "changed_at": datetime.now(UTC)}
    connection.execute(insert(SwitchRow), row)
    set_facts(connection)
    return True


def _check_topic(connection: Connection, topic: str) -> None:
    if topic in set(Kind):
        return
    entry_id, _, facet = topic.partition("#")
    data = connection.execute(select(Item.data).where(Item.id == entry_id, Item.sort == ENTRY)).scalar()
    if data is None:
        raise UnknownTopic(f"{entry_id}: no such entry, and no kind ({', '.join(Kind)})")
    entry = Entry.model_validate(data)
    known = {**zone_facets(entry), **entry.facets}
    if facet and facet not in known:
        raise UnknownTopic(f"{entry_id} has no facet {facet} (it has {', '.join(known)})")
