"""Which facets of an entry are asked for: time limit, fee, documents…

The intent, the learned aspects, the words for facets and the question forms each
speak for a facet; how much each counts is learned (`actions.ranker`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions.message import Message
from actions.ranker import Signals, rankers
from knowledge.model import Entry, Kind
from knowledge.rendering import main_facet
from knowledge.search import Hit

PROCEDURE_INTENT = "ask_procedure_"
ZONE_INTENT = "ask_zone_"
ASPECTS = (Kind.PROCEDURE, Kind.ZONE, Kind.DOCUMENT)
"""Kinds whose facets are aspects of one thing, which people ask for together."""
SURE = 0.6
"""Probability from which the intent's facet is plain."""
_PLAINLY = 0.75
"""Probability from which the intent asks for something that is not recorded."""
_VERY_SURE = 0.9
"""Probability from which the intent's facet is plain although words name another one."""
_SECOND_FROM = 0.05
"""Probability from which a second facet is shown as well."""
_DOUBTFUL_FROM = 0.18
"""The same for a facet that is not confirmed: beside a sure answer it casts doubt on the whole."""
UNRECORDED = "unrecorded"
"""The facet of words for what is recorded of nothing, unless an entry has them itself."""
_NOT_OF_ZONES = {"fee", UNRECORDED}
"""What words may ask of a zone that is recorded of none."""
_TO_DO = ("investor_action", "conditions")
"""What belongs to the answer about a matter with Customs: what is to be done, or what is needed."""
_AND = re.compile(r"\b(va|cung|kem|and|plus|as well as|along with)\b|[,;?].*\w")


@dataclass(frozen=True)
class FacetReading:
    """A facet that may be asked for, with the signals that speak for it."""

    facet: str
    signals: Signals
    probability: float = 0.0

    @property
    def supported(self) -> bool:
        """Tell whether anything speaks for the facet beyond its being there."""
        return any(self.signals[name] > 0 for name in ("intent", "aspect", "word", "ask", "text"))


def facet_readings(message: Message, entry: Entry, hits: Sequence[Hit]) -> list[FacetReading]:
    """Return the facets of an entry with their signals, not yet weighed."""
    intended = facet_probabilities(message, entry.kind)
    asked = asked_facets(message, entry)
    by_facet = {hit.facet: hit for hit in hits}
    margins = {f: 1 + message.aspects.get(f"{entry.kind}.{f}", -1.0) for f in entry.facets}
    top_margin = max(margins.values())
    top_ask = max((hit.ask for hit in hits), default=0.0)
    name = max((hit.name for hit in hits), default=0.0)
    main = main_facet(entry)
    found = []
    for facet in entry.facets:
        hit = by_facet.get(facet, Hit(entry.id, facet))
        margin = margins[facet]
        signals = {
            "intent": intended.get(facet, 0.0),
            "aspect": margin,
            "best_aspect": float(margin == top_margin > 0),
            "word": float(facet in asked),
            "ask": hit.ask,
            "best_ask": float(hit.ask == top_ask > 0),
            "text": hit.text,
            "main": float(facet == main),
            "main_name": name if facet == main and not asked else 0.0,
        }
        found.append(FacetReading(facet, signals))
    return found


def facets_of(message: Message, entry: Entry, hits: Sequence[Hit]) -> list[str]:
    """Return the facets to answer, the one asked for first; none if it is not recorded."""
    asked = asked_facets(message, entry)
    if len(asked) > 1 and entry.kind in ASPECTS and _AND.search(message.plain):
        return asked[:2]
    if entry.kind is Kind.ZONE and _NOT_OF_ZONES & set(message.values("facet")):
        return []
    if _is_unrecorded(message, entry):
        return []
    ranked = ranked_facets(message, entry, hits)
    if not any(r.supported for r in ranked):
        ranked.sort(key=lambda r: r.facet != main_facet(entry))
    return [ranked[0].facet, *_also(entry, ranked)]


def _is_unrecorded(message: Message, entry: Entry) -> bool:
    """Tell whether what is plainly asked for is an aspect that the records do not have."""
    intended = facet_probabilities(message, entry.kind)
    best = max(intended, key=lambda facet: intended[facet], default=next(iter(entry.facets)))
    if best in entry.facets:
        return False
    return intended[best] >= (_VERY_SURE if asked_facets(message, entry) else _PLAINLY)


def ranked_facets(message: Message, entry: Entry, hits: Sequence[Hit]) -> list[FacetReading]:
    """Return the facets with their probabilities, the most probable first."""
    found = facet_readings(message, entry, hits)
    shares, _none = rankers().facets.probabilities([r.signals for r in found], {})
    ranked = [FacetReading(r.facet, r.signals, share) for r, share in zip(found, shares, strict=True)]
    return sorted(ranked, key=lambda r: -r.probability)


def _also(entry: Entry, known: list[FacetReading]) -> list[str]:
    """Return what is shown beside the best facet: a second one asked for, or the core of the matter."""
    best = known[0].facet
    if entry.kind is Kind.DOCUMENT:
        return ["overview" if best != "overview" else "replacement"]
    also = [r.facet for r in known[1:2] if r.supported and r.probability >= _needed(entry, best, r.facet)]
    if entry.kind not in ASPECTS and main_facet(entry) not in (best, *also):
        also.append(main_facet(entry))
    if entry.kind is Kind.CUSTOMS and best == main_facet(entry) and not also:
        also += [f for f in _TO_DO if f in entry.facets][:1]
    return also


def _needed(entry: Entry, best: str, second: str) -> float:
    """Return the probability from which a second facet is shown beside the best one."""
    casts_doubt = _is_doubtful(entry, second) and not _is_doubtful(entry, best)
    return _DOUBTFUL_FROM if casts_doubt else _SECOND_FROM


def _is_doubtful(entry: Entry, facet: str) -> bool:
    return any(entry.is_doubtful(rule) for rule in entry.facets[facet].rules)


def asked_facets(message: Message, entry: Entry) -> list[str]:
    """Return the facets of ``entry`` that words of the message name, in order."""
    asked = [alias for value in message.values("facet") for alias in _as_facets(value, entry)]
    return list(dict.fromkeys(f for f in asked if f in entry.facets))


def intended_facets(message: Message, entry: Entry) -> list[str]:
    """Return the facet that the intent alone asks for, if it is plain and recorded."""
    likely = facet_probabilities(message, entry.kind)
    best = max(likely, key=lambda facet: likely[facet], default="")
    return [best] if best in entry.facets and likely[best] >= SURE else []


def facet_probabilities(message: Message, kind: Kind) -> dict[str, float]:
    """Return how likely the intents make each facet, given that an entry of ``kind`` is meant."""
    prefix = {Kind.PROCEDURE: PROCEDURE_INTENT, Kind.ZONE: ZONE_INTENT}.get(kind)
    if prefix is None:
        return {}
    shares = {n.removeprefix(prefix): p for n, p in message.intents.items() if n.startswith(prefix)}
    total = sum(shares.values())
    return {facet: p / total for facet, p in shares.items()} if total > 0.05 else {}


def _as_facets(value: str, entry: Entry) -> list[str]:
    """Facet words mean different facets for different kinds ("where" is filed, or lies)."""
    if value in entry.facets:
        return [value]
    alias = {
        "location": "where",
        "where": "location",
        "steps": "overview",
        "overview": main_facet(entry),
    }.get(value)
    return [alias] if alias and alias in entry.facets else []
