"""Lists and comparisons of zones and parks, from their properties."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from actions.answer import AnswerAction
from actions.base import Reply
from actions.criteria import (
    AREAS,
    Criteria,
    beyond_records,
    by_bare_name,
    named_park,
    read_criteria,
)
from actions.message import Message, Topic
from actions.origins import country_name
from actions.resolver import Resolution
from knowledge.answer import Answer, Block, Caveat, Citation, Notice, Outcome, Para, TableBlock
from knowledge.dates import first_day, period_text
from knowledge.model import Entry, Kind, ZoneProperties
from knowledge.rendering import main_facet
from knowledge.texts import Texts, texts
from knowledge.zones import area_of, focus_of
from vietnamese.amounts import Size

SURE_OF_LIST = 0.75
"""Probability from which a list without criteria is meant."""
_PARTS = "parts"
MAX_ROWS = 20
MAX_CITATIONS = 8


class ListZonesAction(AnswerAction):
    """Lists the zones and parks with the properties that are asked for."""

    action_name = "action_list_zones"
    special = "list_zones"

    def perform(self, message: Message, resolution: Resolution) -> Reply:
        """Select, sort and show as a table."""
        zones = self.zones()
        criteria = read_criteria(message, zones)
        if message.values("elsewhere"):
            return self.out_of_scope(message)
        if resolution.entries and self._means_one(message, resolution, criteria, zones):
            among = self.tools.resolver.resolve_entries(message, resolution)
            return AnswerAction.perform(self, message, among)
        if beyond_records(criteria):
            asked = self.say(message, Outcome.CLARIFY, "list.unknown", self.person(message))
            return Reply(asked, failed=True)
        found = [e for e in zones.values() if e.zone and criteria.fits(e.zone)]
        found = _sorted(found, criteria.size)
        described = self._describe(criteria, message.lang)
        if not found:
            holder = zones[criteria.within] if criteria.within and criteria.only_within else None
            if holder and _PARTS in holder.facets:  # parks that only a plan names are told of as parts
                return self.facts(message, holder.id, [_PARTS])
            none = Para(text=self.texts(message.lang)("list.none", criteria=described))
            blocks = self._left_out(message) or [none]
            return Reply(self.answer(message, Outcome.NO_ANSWER, blocks, [self.person(message)]))
        return Reply(self._table(message, found, described))

    def _means_one(
        self, message: Message, resolution: Resolution, criteria: Criteria, zones: Mapping[str, Entry]
    ) -> bool:
        """Tell whether an entry is meant after all: a park that is named, or a list without any criterion."""
        if named_park(message, zones, criteria) and criteria.size == Size():
            return True
        return criteria.empty and not self._wants_all(message, resolution)

    def _wants_all(self, message: Message, resolution: Resolution) -> bool:
        """Tell whether all zones are asked for, not one of them."""
        return not message.values("zone") and resolution.readings[0].probability >= SURE_OF_LIST

    def zones(self) -> dict[str, Entry]:
        """Return all zones and parks that are not switched off, by id."""
        entries = self.tools.store.entries.of_kind(Kind.ZONE)
        return {e.id: e for e in entries if not self.tools.store.switches.hides(e)}

    def _left_out(self, message: Message) -> list[Block]:
        """Say that a list is not complete, if anything about zones is switched off."""
        if not self.tools.store.switches.concern(Kind.ZONE):
            return []
        return [Notice(level="warning", text=self.texts(message.lang)("list.under_review"))]

    def _describe(self, criteria: Criteria, lang: str) -> str:
        t, names = self.texts(lang), texts(lang)
        size = criteria.size
        parts = [t("list.sector", sector=names(f"sector.{s}")) for s in criteria.sectors]
        parts += [t("list.group", group=name) for name in criteria.developers]
        parts += [t("list.origin", country=country_name(name, lang)) for name in criteria.origins]
        parts += [t("list.place", place=name) for name in criteria.places]
        parts += [t("list.left_out", place=name) for name in criteria.left_out]
        parts += [t("list.status", status=names(f"zone.status_label.{s}")) for s in criteria.statuses]
        if criteria.eco:
            parts.append(t("list.eco"))
        if size.over is not None:
            parts.append(t("list.over", area=area_of(size.over, lang)))
        if size.under is not None:
            parts.append(t("list.under", area=area_of(size.under, lang)))
        if criteria.within:
            parts.append(t("list.within", zone=self.tools.store.entries[criteria.within].name.get(lang)))
        if criteria.position:
            parts.append(t("list.outside" if criteria.position == "outside" else "list.any_zone"))
        if criteria.stated:
            key = "list.established" if criteria.relation == "on" else f"list.established_{criteria.relation}"
            parts.append(t(key, period=period_text(criteria.stated, lang)))
        if size.order:
            parts.append(t(f"list.{size.order}"))
        joined = [part if part.startswith(",") else f",{part}" for part in parts[1:]]
        return "".join([*parts[:1], *joined])

    def _table(self, message: Message, found: list[Entry], described: str) -> Answer:
        t = self.texts(message.lang)
        intro = t("list.intro", count=len(found), criteria=described)
        shown = found[:MAX_ROWS]
        names = ", ".join(_short(e.name.get(message.lang)) for e in shown[:8])
        blocks: list[Block] = [
            Para(text=f"{intro} {names}{', …' if len(found) > 8 else '.'}"),
            self.table(shown, message.lang),
            Para(text=t("list.note")),
            *self._left_out(message),
        ]
        return self.sourced(message, blocks, shown)

    def table(self, entries: list[Entry], lang: str) -> TableBlock:
        """Return zones side by side, one row each."""
        names = texts(lang)
        keys = ("name", "area", "developer", "within", "sectors", "status")
        return TableBlock(
            columns=[names(f"columns.{key}") for key in keys], rows=[self._row(e, names) for e in entries]
        )

    def _row(self, entry: Entry, t: Texts) -> list[str]:
        zone = entry.zone
        assert zone is not None
        return [
            entry.name.get(t.lang),
            area_of(zone.area_ha, t.lang) if zone.area_ha is not None else _dash(zone, t),
            zone.developer.get(t.lang) if zone.developer else "–",
            self._position(zone, t),
            focus_of(entry, t) or "–",
            t(f"zone.status_label.{zone.status}") if zone.status else "–",
        ]

    def _position(self, zone: ZoneProperties, t: Texts) -> str:
        if zone.type in AREAS:
            return "–"
        if zone.within is None:
            return t("zone.unknown")
        return (
            t("zone.outside")
            if zone.within == "none"
            else self.tools.store.entries[zone.within].name.get(t.lang)
        )

    def sourced(self, message: Message, blocks: list[Block], shown: list[Entry]) -> Answer:
        """Return an answer on several zones with the sources and doubts of each."""
        renderer = self.renderer(message)
        citations: dict[tuple[str, str | None], Citation] = {}
        caveats: list[Caveat] = []
        for entry in shown:
            rules = [r for f in ("area", "within") if f in entry.facets for r in entry.facets[f].rules]
            for citation in renderer.citations(entry, rules or entry.facets["overview"].rules):
                citations.setdefault((citation.document, citation.article), citation)
            caveats += renderer.caveats(entry, rules)
        answer = self.answer(
            message,
            Outcome.STALE if caveats else Outcome.ANSWERED,
            blocks,
            [renderer.suggestion(e.id, "overview") for e in shown[:3]],
            list(citations.values())[:MAX_CITATIONS],
        )
        return answer.model_copy(
            update={
                "entries": [renderer.version(e.id) for e in shown],
                "caveats": list(dict.fromkeys(caveats))[:3],
            }
        )


class CompareZonesAction(ListZonesAction):
    """Shows two or more zones side by side."""

    action_name = "action_compare_zones"
    special = "compare_zones"

    def perform(self, message: Message, resolution: Resolution) -> Reply:
        """Compare the zones that are named; the topic of the conversation counts as one."""
        entries = self.tools.store.entries
        ids = [i for i in self._each_once(message) if i in entries]
        if len(ids) == 1 and message.topic and message.topic.entry in entries:
            before = entries[message.topic.entry]
            ids = [before.id, *ids] if before.kind is Kind.ZONE and before.id not in ids else ids
        if len(ids) < 2:
            return Reply(self.say(message, Outcome.CLARIFY, "compare.need_two"), failed=True)
        shown = list(entries.fetch(ids).values())
        hidden = [e for e in shown if self.tools.store.switches.hides(e)]
        if hidden:
            return self.facts(message, hidden[0].id, [main_facet(hidden[0])])
        names = ", ".join(e.name.get(message.lang) for e in shown)
        intro = self.texts(message.lang)("compare.intro", names=names)
        facts = "; ".join(self._brief(e, message.lang) for e in shown)
        blocks: list[Block] = [
            Para(text=f"{intro} {facts}."),
            self.table(shown, message.lang),
            *self._left_out(message),
        ]
        return Reply(self.sourced(message, blocks, shown), topic=Topic(ids[-1], ("overview",), tuple(ids)))

    def _each_once(self, message: Message) -> list[str]:
        """One zone for each place in the text: a shared short name stands for its first bearer."""
        spans: dict[tuple[int, int], str] = {}
        for entity in message.entities:
            if entity.type == "zone":
                spans.setdefault((entity.start, entity.end), entity.value)
        if len(set(spans.values())) < 2:
            spans |= {(at, at): zone for at, zone in by_bare_name(message, self.zones())}
        return list(dict.fromkeys(spans[place] for place in sorted(spans)))

    def _brief(self, entry: Entry, lang: str) -> str:
        area = entry.zone.area_ha if entry.zone else None
        return (
            f"{entry.name.get(lang)}: {area_of(area, lang)} ha" if area is not None else entry.name.get(lang)
        )


def _sorted(found: list[Entry], size: Size) -> list[Entry]:
    """Put zones in the order that is asked for, by size if none is; of an order the first ones count."""
    match size.order:
        case "newest" | "oldest":
            newest = size.order == "newest"
            ranked = sorted(found, key=lambda e: (_established(e), e.id), reverse=newest)
        case _:
            sign = 1 if size.order == "smallest" else -1
            ranked = sorted(found, key=lambda e: (sign * _area(e), e.id))
    return ranked[: size.count or _FIRST.get(size.order or "", len(ranked))]


_FIRST = {"newest": 10, "oldest": 5, "largest": 5, "smallest": 5}
"""So many zones are shown of an order if no number is given."""


def _area(entry: Entry) -> Decimal:
    return (entry.zone.area_ha if entry.zone else None) or Decimal(0)


def _established(entry: Entry) -> date:
    day = entry.zone.established if entry.zone else None
    return first_day(day) if day else date.min


def _dash(zone: ZoneProperties, t: Texts) -> str:
    return zone.area_note.get(t.lang) if zone.area_note else "–"


def _short(name: str) -> str:
    return name.split(" (")[0]
