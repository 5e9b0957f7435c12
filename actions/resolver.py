"""One resolver joins what Rasa says with what search finds.

Rasa says what kind of thing is asked (intent), the gazetteer says about what
(names), search says which entry fits the words. Their scores are added up; the
score of the best entry and its distance to the next decide whether to answer, to
ask back or to admit that nothing is known. `explain` shows every signal.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from actions.message import NAMED, Message, Topic
from actions.ranker import Signals, ranker
from knowledge.model import Entry, Kind
from knowledge.rendering import main_facet
from knowledge.search import Hit, Query, Searcher
from knowledge.store import Store
from knowledge.targets import NAME
from knowledge.vocabulary import content_words, vocabulary
from vietnamese.folding import fold, words

INTENT_KINDS: dict[str, Kind] = {
    "ask_incentive": Kind.INCENTIVE,
    "ask_customs": Kind.CUSTOMS,
    "list_zones": Kind.ZONE,
    "compare_zones": Kind.ZONE,
    "ask_statistic": Kind.STATISTIC,
    "ask_document": Kind.DOCUMENT,
    "ask_authority": Kind.AUTHORITY,
}
PROCEDURE_INTENT = "ask_procedure_"
ZONE_INTENT = "ask_zone_"

MAX_HITS = 40
ANSWER_FROM = 0.4
"""Probability from which the best entry is taken as the answer."""
CLEAR_LEAD = 2.0
"""So many times as probable as the next one, a reading is taken from half of that on."""
CLARIFY_FROM = 0.25
"""Probability of all readings together from which the best ones are offered as choices."""
UNEXPLAINED = 0.4
"""Share of the question's own words that a named entry must account for."""


@dataclass(frozen=True)
class Candidate:
    """An entry that may be meant: its probability, its best facet, the signals that speak for it."""

    entry: str
    facet: str
    probability: float
    signals: Signals = field(default_factory=dict)
    hits: tuple[Hit, ...] = ()

    @property
    def search(self) -> float:
        """Similarity of the question with the best question form or name."""
        return max(self.signals.get("ask", 0.0), self.signals.get("name", 0.0))

    @property
    def named(self) -> float:
        """How strongly the gazetteer names the entry."""
        return self.signals.get("named", 0.0)


@dataclass(frozen=True)
class Resolution:
    """What the resolver decided.

    ``decision`` is ``answer`` (``candidates[0]`` with ``facets``), ``clarify``
    (offer ``candidates``), ``missing`` (the thing is known, what is asked about it
    is not) or ``unknown``.
    """

    decision: str
    candidates: list[Candidate] = field(default_factory=list)
    facets: list[str] = field(default_factory=list)
    residual: list[str] = field(default_factory=list)


class Resolver:
    """Finds what a message is about, in one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._searcher = Searcher(store)

    def resolve(self, message: Message) -> Resolution:
        """Return which entry and facets ``message`` asks for."""
        residual = residual_words(message)
        followed = self._follow_up(message, residual)
        if followed:
            return followed
        candidates = self._named_only(message, self._candidates(message, message.text))
        if message.topic and not message.named and len(residual) <= 3:
            candidates = self._in_context(message, residual, candidates)
        if not candidates:
            return Resolution("unknown", residual=residual)
        return self._decide(message, candidates, residual)

    def _named_only(self, message: Message, candidates: list[Candidate]) -> list[Candidate]:
        """Keep to the zones or documents that are named if the intent is plainly about such."""
        for kind in (Kind.ZONE, Kind.DOCUMENT):
            named = message.values(str(kind))
            if named and kind_probability(message, kind) >= _SURE:
                kept = [c for c in candidates if c.entry in named]
                total = sum(c.probability for c in kept)
                return [replace(c, probability=c.probability / total) for c in kept] if total else kept
        return candidates

    def _follow_up(self, message: Message, residual: list[str]) -> Resolution | None:
        """Take the subject, or the facet, from the conversation when the message leaves it out."""
        topic = message.topic
        if topic is None or residual or topic.entry not in self._store.entries:
            return None
        if not message.named and not message.values("zone_type"):
            entry = self._store.entries[topic.entry]
            asked = self._asked_facets(message, entry) or self._intended(message, entry)
            if asked or message.licensed_on or message.stated_time:
                facets = asked or [f for f in topic.facets if f in entry.facets] or [main_facet(entry)]
                return Resolution("answer", [Candidate(entry.id, facets[0], 1.0, {"topic": 1.0})], facets)
            return None
        return self._same_facet(message, topic)

    def _intended(self, message: Message, entry: Entry) -> list[str]:
        """The facet that the intent alone asks for, if it is plain and recorded."""
        likely = facet_probabilities(message, entry.kind)
        best = max(likely, key=lambda facet: likely[facet], default="")
        return [best] if best in entry.facets and likely[best] >= _SURE else []

    def _same_facet(self, message: Message, topic: Topic) -> Resolution | None:
        named = message.named
        if len(named) != 1 or message.values("facet"):
            return None
        entry = self._store.entries.get(named[0])
        before = self._store.entries[topic.entry]
        if entry is None or entry.kind is not before.kind or entry.id == before.id:
            return None
        facets = [f for f in topic.facets if f in entry.facets]
        chosen = [Candidate(entry.id, facets[0], 1.0, {"named": 1.0})] if facets else []
        return Resolution("answer", chosen, facets) if facets else None

    def _in_context(
        self, message: Message, residual: list[str], candidates: list[Candidate]
    ) -> list[Candidate]:
        """Read a short message together with the name of the topic ("and the extension?")."""
        assert message.topic
        topic = self._store.entries.get(message.topic.entry)
        if topic is None or not residual:
            return candidates
        if candidates and candidates[0].search >= 0.8 and not follows_up(message):
            return candidates
        together = self._candidates(message, f"{message.text} {topic.name.get(message.lang)}")
        same_kind = [c for c in together if self._store.entries[c.entry].kind is topic.kind]
        named = [c for c in same_kind if self._explained(residual, c.entry, NAME) >= 0.99]
        told = [c for c in same_kind if self._explained(residual, c.entry) >= 0.99]
        return named or told or candidates

    def _candidates(self, message: Message, question: str) -> list[Candidate]:
        """Return the readings of a question, the most probable first."""
        found = self.readings(message, question)
        shares, _none = ranker().probabilities([c.signals for c in found], none_signals(message))
        ranked = [replace(c, probability=share) for c, share in zip(found, shares, strict=True)]
        return sorted(ranked, key=lambda c: (-c.probability, c.entry))

    def readings(self, message: Message, question: str) -> list[Candidate]:
        """Return the entries that a question may be about, with their signals, not yet weighed."""
        by_entry: dict[str, list[Hit]] = {}
        for hit in self._searcher.search(question, limit=MAX_HITS):
            by_entry.setdefault(hit.entry, []).append(hit)
        for name in message.named:
            by_entry.setdefault(name, [])
        query = self._searcher.read(question)
        top_ask = max((hit.ask for hits in by_entry.values() for hit in hits), default=0.0)
        entries = self._store.entries.fetch(by_entry)
        return [
            self._reading(message, entry, by_entry[entry.id], query, top_ask) for entry in entries.values()
        ]

    def _reading(
        self, message: Message, entry: Entry, hits: list[Hit], query: Query, top_ask: float
    ) -> Candidate:
        best = max(hits, key=lambda h: h.score, default=None)
        asked = self._asked_facets(message, entry)
        ask = max((h.ask for h in hits), default=0.0)
        named = self._name_share(message, entry.id)
        signals = {
            "ask": ask,
            "name": max((h.name for h in hits), default=0.0),
            "text": max((h.text for h in hits), default=0.0),
            "covered": self._searcher.coverage(query, self._store.words_of(entry.id)),
            "named": named,
            "named_alone": float(named == 1.0),
            "kind": kind_probability(message, entry.kind),
            "facet": float(bool(asked)),
            "facet_ask": max((h.ask for h in hits if h.facet in asked), default=0.0),
            "topic": float(message.topic is not None and message.topic.entry == entry.id),
            "best_ask": float(ask > 0 and ask == top_ask),
        }
        return Candidate(entry.id, best.facet if best else main_facet(entry), 0.0, signals, tuple(hits))

    def _name_share(self, message: Message, entry_id: str) -> float:
        """How strongly the gazetteer names the entry: 1 alone, less if others share the name."""
        spans = [(e.start, e.end) for e in message.entities if e.type in NAMED and e.value == entry_id]
        if not spans:
            return 0.0
        sharing = {e.value for e in message.entities if e.type in NAMED and (e.start, e.end) in spans}
        return 1.0 / math.sqrt(len(sharing))

    def _asked_facets(self, message: Message, entry: Entry) -> list[str]:
        """Facets of ``entry`` that words of the message ask for, in order."""
        asked = [alias for value in message.values("facet") for alias in _as_facets(value, entry)]
        return list(dict.fromkeys(f for f in asked if f in entry.facets))

    def _decide(self, message: Message, candidates: list[Candidate], residual: list[str]) -> Resolution:
        best = candidates[0]
        entry = self._store.entries[best.entry]
        likely = sum(c.probability for c in candidates[:3])
        if likely < CLARIFY_FROM:
            return Resolution("unknown", candidates[:5], residual=residual)
        if not _stands_out(candidates):
            return Resolution("clarify", candidates[:3], residual=residual)
        facets = self.facets_of(message, entry, best.hits)
        if not facets or self._asks_for_more(message, entry, residual):
            return Resolution("missing", candidates[:5], residual=residual)
        return Resolution("answer", candidates[:5], facets, residual)

    def _asks_for_more(self, message: Message, entry: Entry, residual: list[str]) -> bool:
        """Tell whether something is asked of a zone that neither its facets nor its texts hold."""
        if entry.kind is not Kind.ZONE or self._asked_facets(message, entry):
            return False
        likely = facet_probabilities(message, entry.kind)
        plain = any(f in entry.facets and p >= _SURE for f, p in likely.items())
        return not plain and self._explained(residual, entry.id) < UNEXPLAINED

    def facets_of(self, message: Message, entry: Entry, hits: Sequence[Hit]) -> list[str]:
        """Return the facets to answer, the one asked for first; none if it is not recorded.

        The intent, the words for facets and the question forms each speak for a
        facet; two facets are answered if words for both stand in the message.
        """
        intended = {f: p for f, p in facet_probabilities(message, entry.kind).items() if p >= _LIKELY}
        asked = self._asked_facets(message, entry)
        by_facet = {hit.facet: hit for hit in hits}
        ask_weight = _ASK_WEIGHT if entry.kind in _ASPECTS else 1.0  # their question forms share the name
        scores = {
            facet: _INTENT_WEIGHT * intended.get(facet, 0.0)
            + _WORD_WEIGHT * (facet in asked)
            + ask_weight * (by_facet[facet].ask if facet in by_facet else 0.0)
            + _TEXT_WEIGHT * (by_facet[facet].text if facet in by_facet else 0.0)
            for facet in entry.facets
        }
        if not asked:  # the bare name asks for the thing as a whole
            scores[main_facet(entry)] += _NAME_WEIGHT * max((hit.name for hit in hits), default=0.0)
        if len(asked) > 1 and entry.kind in _ASPECTS and _AND.search(fold(message.text)):
            return asked[:2]
        best = max(scores, key=lambda facet: (scores[facet], facet == main_facet(entry)))
        unrecorded = max(intended, key=lambda f: intended[f], default=best)
        if unrecorded not in entry.facets and intended[unrecorded] >= _HALF and best not in asked:
            return []
        if entry.kind is Kind.ZONE and "fee" in message.values("facet"):
            return []
        return [best, *self._also(entry, best, scores)]

    def _also(self, entry: Entry, best: str, scores: dict[str, float]) -> list[str]:
        """Return what is shown beside the best facet: a second one asked for, or the core of the matter."""
        if entry.kind not in _ASPECTS:
            return [main_facet(entry)] if best != main_facet(entry) else []
        if entry.kind is Kind.DOCUMENT:
            return ["overview" if best != "overview" else "replacement"]
        return [f for f in scores if f != best and scores[f] >= _CLOSE_SECOND * scores[best] > 0][:1]

    def kind_of(self, entry_id: str) -> Kind:
        """Return the kind of an entry."""
        return self._store.entries[entry_id].kind

    def mentions(self, entry_id: str, place: list[str]) -> bool:
        """Tell whether everything of a name ("Quảng Ninh") occurs in what can be found of an entry."""
        known = self._store.words_of(entry_id)
        return all(word in known for word in words(" ".join(place)))

    def _explained(self, residual: list[str], entry_id: str, sort: str | None = None) -> float:
        """Share of the question's own words that occur in what can be found of the entry."""
        if not residual:
            return 1.0
        known = self._store.words_of(entry_id, sort)
        query = self._searcher.read(" ".join(residual))
        return sum(surety for word, surety in query.items() if word in known) / len(residual)


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


def _stands_out(candidates: list[Candidate]) -> bool:
    best = candidates[0].probability
    second = candidates[1].probability if len(candidates) > 1 else 0.0
    return best >= ANSWER_FROM or (best >= ANSWER_FROM / 2 and best >= CLEAR_LEAD * second)


def follows_up(message: Message) -> bool:
    """Tell whether a message goes on with the topic of the conversation ("thế còn…", "and…")."""
    return message.topic is not None and bool(_FOLLOW_UP.search(message.text.lower()))


def facet_probabilities(message: Message, kind: Kind) -> dict[str, float]:
    """Return how likely the intents make each facet, given that an entry of ``kind`` is meant."""
    prefix = {Kind.PROCEDURE: PROCEDURE_INTENT, Kind.ZONE: ZONE_INTENT}.get(kind)
    if prefix is None:
        return {}
    shares = {n.removeprefix(prefix): p for n, p in message.intents.items() if n.startswith(prefix)}
    total = sum(shares.values())
    return {facet: p / total for facet, p in shares.items()} if total > 0.05 else {}


def none_signals(message: Message) -> Signals:
    """Return the signals for the reading that no entry is meant."""
    return {
        "bias": 1.0,
        "foreign": message.intents.get("out_of_scope", 0.0) + message.intents.get("improper_request", 0.0),
        "elsewhere": float(bool(message.values("elsewhere"))),
    }


def kind_probability(message: Message, kind: Kind) -> float:
    """Return how likely the intents make it that the message asks about ``kind``."""
    return sum(p for name, p in message.intents.items() if kind_of_intent(name) is kind)


def kind_of_intent(intent: str) -> Kind | None:
    """Return the kind of entry that an intent asks about."""
    if intent.startswith(PROCEDURE_INTENT):
        return Kind.PROCEDURE
    return Kind.ZONE if intent.startswith(ZONE_INTENT) else INTENT_KINDS.get(intent)


def residual_words(message: Message) -> list[str]:
    """Return the content words of a message that no entity and no filler accounts for."""
    text = message.text
    for entity in sorted(message.entities, key=lambda e: -e.start):
        text = text[: entity.start] + " " * (entity.end - entity.start) + text[entity.end :]
    licensed = any(e.type == "time" and e.group == "licensed" for e in message.entities)
    skip = _LICENCE_WORDS if licensed else frozenset()
    return [w for w in content_words(text) if w not in skip and len(w) > 1 and w not in vocabulary().fillers]


_LIKELY, _HALF, _SURE = 0.2, 0.45, 0.6
_CLOSE_SECOND = 0.85
"""A facet that scores so much of the best one is shown as well."""
_INTENT_WEIGHT, _WORD_WEIGHT, _TEXT_WEIGHT, _NAME_WEIGHT = 0.8, 0.6, 0.4, 0.7
_ASK_WEIGHT = 0.5
_ASPECTS = (Kind.PROCEDURE, Kind.ZONE, Kind.DOCUMENT)
"""Kinds whose facets are aspects of one thing, which people ask for together."""
_AND = re.compile(r"\b(va|cung|kem|and|plus|as well as|along with)\b|[,;?].*\w")
_FOLLOW_UP = re.compile(
    r"^\W*(?:thế|còn|vậy|nếu|con|vay|neu|the (?:con|thi|neu)|the .*\bthi"
    r"|and|what about|how about|then|also)\b"
)
"""Without accents "thế" is the English article, so it needs company then."""
_LICENCE_WORDS = frozenset(
    words("dự án cấp phép giấy chứng nhận GCNĐKĐT IRC project licensed licence license")
)
