"""Zones and parks: facets written from their properties.

A park is a record, not prose: its area, developer, sectors and so on are typed
fields, and the sentences about them come from the text catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from knowledge.dates import display
from knowledge.figures import write_number
from knowledge.model import Confidence, Doubt, Entry, Facet, Rule, Text, ZoneProperties
from knowledge.texts import LANGUAGES, Texts, texts

Names = Mapping[str, Text]
"""Names of zones by entry id."""


def zone_facets(entry: Entry, names: Names | None = None) -> dict[str, Facet]:
    """Return the facets that follow from the properties of a zone.

    Args:
        entry: any entry; one that is no zone has none.
        names: names of other zones, for "lies inside the … economic zone".

    Returns:
        Facets by name; properties that are not known give no facet, save the
        position, where "not confirmed" is itself the answer.
    """
    if entry.zone is None:
        return {}
    sentences = {facet: _text(entry, writer, names or {}) for facet, writer in _WRITERS.items()}
    return {
        facet: Facet(rules=[_rule(entry.zone, facet, text)])
        for facet, text in sentences.items()
        if text is not None
    }


def _rule(zone: ZoneProperties, facet: str, text: Text) -> Rule:
    doubt = _overall_doubt(zone) if facet == "overview" else zone.doubts.get(_PROPERTY.get(facet, facet))
    sure = Confidence.LOW if facet == "within" and zone.within is None and doubt is None else None
    return Rule(text=text, unconfirmed=doubt, confidence=sure)


def _overall_doubt(zone: ZoneProperties) -> Doubt | None:
    """The overview states several properties: what is doubtful about any of them is said with it."""
    shown = [
        zone.doubts[p] for p in ("area_ha", "within", "developer", "focus", "status") if p in zone.doubts
    ]
    if not shown:
        return None
    vi, en = (" ".join(doubt.get(lang) for doubt in shown) for lang in LANGUAGES)
    return Doubt(vi=vi, en=en, confirm_at=shown[0].confirm_at)


def _text(entry: Entry, write: _Writer, names: Names) -> Text | None:
    parts = {lang: write(entry, texts(lang), names) for lang in LANGUAGES}
    return Text(vi=parts["vi"], en=parts["en"]) if parts["vi"] and parts["en"] else None


_Writer = Callable[[Entry, Texts, Names], str | None]
_PROPERTY = {"area": "area_ha", "sectors": "focus"}


def _zone(entry: Entry) -> ZoneProperties:
    assert entry.zone is not None
    return entry.zone


def area_of(value: Decimal, lang: str) -> str:
    """Write an area in hectares."""
    return write_number(value, lang)


def _area(entry: Entry, t: Texts, names: Names) -> str | None:
    zone, name = _zone(entry), entry.name.get(t.lang)
    note = zone.area_note.get(t.lang) if zone.area_note else None
    if zone.area_ha is None:
        return t("zone.area_note_only", name=name, note=note) if note else None
    area = area_of(zone.area_ha, t.lang)
    return (
        t("zone.area_with_note", name=name, area=area, note=note)
        if note
        else t("zone.area", name=name, area=area)
    )


def _of_property(prop: str) -> _Writer:
    def write(entry: Entry, t: Texts, names: Names) -> str | None:
        value = getattr(_zone(entry), prop)
        if not value:
            return None
        shown = value.get(t.lang) if isinstance(value, Text) else str(value)
        return t(f"zone.{prop}", name=entry.name.get(t.lang), **{prop: shown})

    return write


def _within(entry: Entry, t: Texts, names: Names) -> str | None:
    zone, name = _zone(entry), entry.name.get(t.lang)
    if zone.type in {"economic_zone", "free_trade_zone"}:
        return None
    if zone.within is None:
        return t("zone.within_unknown", name=name)
    if zone.within == "none":
        return t("zone.within_none", name=name)
    return t("zone.within", name=name, zone=_name_of(zone.within, t, names))


def _name_of(zone_id: str, t: Texts, names: Names) -> str:
    return names[zone_id].get(t.lang) if zone_id in names else zone_id


def focus_of(entry: Entry, t: Texts) -> str | None:
    """Return what a zone focuses on, in words."""
    zone = _zone(entry)
    if zone.focus:
        return zone.focus.get(t.lang)
    return ", ".join(t(f"sector.{s}") for s in zone.sectors) or None


def _sectors(entry: Entry, t: Texts, names: Names) -> str | None:
    focus = focus_of(entry, t)
    return t("zone.sectors", name=entry.name.get(t.lang), focus=focus) if focus else None


def _status(entry: Entry, t: Texts, names: Names) -> str | None:
    zone = _zone(entry)
    if zone.status is None:
        return None
    sentence = t(f"zone.status.{zone.status}", name=entry.name.get(t.lang))
    note = zone.status_note
    return t("zone.status_note", sentence=sentence, note=note.get(t.lang)) if note else sentence


def _established(entry: Entry, t: Texts, names: Names) -> str | None:
    day = _zone(entry).established
    return t("zone.established", name=entry.name.get(t.lang), date=display(day, t.lang)) if day else None


def _overview(entry: Entry, t: Texts, names: Names) -> str:
    zone = _zone(entry)
    parts = [t("zone.overview", name=entry.name.get(t.lang), type=t(f"zone.type.{zone.type}"))]
    if zone.area_ha is not None:
        parts.append(t("zone.overview_area", area=area_of(zone.area_ha, t.lang)))
    if zone.within == "none":
        parts.append(t("zone.overview_outside"))
    elif zone.within:
        parts.append(t("zone.overview_within", zone=_name_of(zone.within, t, names)))
    if zone.developer:
        parts.append(t("zone.overview_developer", developer=zone.developer.get(t.lang)))
    focus = focus_of(entry, t)
    if focus:
        parts.append(t("zone.overview_focus", focus=focus))
    if zone.status:
        parts.append(t("zone.overview_status", status=t(f"zone.status_label.{zone.status}")))
    return "".join(parts) + "."


_WRITERS: dict[str, _Writer] = {
    "overview": _overview,
    "area": _area,
    "developer": _of_property("developer"),
    "location": _of_property("location"),
    "within": _within,
    "sectors": _sectors,
    "status": _status,
    "established": _established,
    "investment": _of_property("investment"),
    "website": _of_property("website"),
}
