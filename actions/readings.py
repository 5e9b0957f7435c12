"""What a message may be about, with the signals that speak for each reading.

A reading is an entry of the knowledge base, or one of the matters that are about no
entry: small talk, a dossier, a person, a list of parks, something foreign or improper.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from actions.facets import PROCEDURE_INTENT, SURE, ZONE_INTENT, asked_facets
from actions.in_context import NO_ENTRY, signals_beside_topic, signals_of_topic
from actions.message import NAMED, Message
from actions.ranker import Signals
from knowledge.dates import last_day, today
from knowledge.model import Document, Entry, Kind
from knowledge.rendering import main_facet
from knowledge.search import Hit, Query, Searcher
from knowledge.store import Store
from knowledge.succession import began, ended, successors

INTENT_KINDS: dict[str, Kind] = {
    "ask_incentive": Kind.INCENTIVE,
    "ask_customs": Kind.CUSTOMS,
    "list_zones": Kind.ZONE,
    "compare_zones": Kind.ZONE,
    "ask_statistic": Kind.STATISTIC,
    "ask_document": Kind.DOCUMENT,
    "ask_authority": Kind.AUTHORITY,
}
SPECIALS: dict[str, tuple[str, ...]] = {
    "out_of_scope": ("out_of_scope",),
    "improper_request": ("improper_request",),
    "dossier_status": ("dossier_status",),
    "request_human": ("request_human",),
    "switch_language": ("switch_language",),
    "repeat": ("repeat",),
    "list_zones": ("list_zones",),
    "compare_zones": ("compare_zones",),
    "small_talk": ("greet", "goodbye", "thank", "affirm", "deny", "ask_capabilities", "ask_bot"),
}
"""Matters that are about no entry, with the intents that speak of them."""
MAX_HITS = 40


@dataclass(frozen=True)
class Reading:
    """An entry, or a special matter, that may be meant: probability, best facet, signals."""

    entry: str
    facet: str = ""
    probability: float = 0.0
    signals: Signals = field(default_factory=dict)
    hits: tuple[Hit, ...] = ()

    @property
    def special(self) -> str | None:
        """The special matter, if it is one."""
        return self.entry.removeprefix(NO_ENTRY) if self.entry.startswith(NO_ENTRY) else None

    @property
    def search(self) -> float:
        """Similarity of the question with the best question form or name."""
        return max(self.signals.get("ask", 0.0), self.signals.get("name", 0.0))


class Reader:
    """Collects the readings of a message, not yet weighed."""

    def __init__(self, store: Store, searcher: Searcher) -> None:
        self._store = store
        self._searcher = searcher

    def readings(self, message: Message, question: str) -> list[Reading]:
        """Return the entries and special matters that ``question`` may be about.

        Args:
            message: the message with its understanding.
            question: the text to search for; the message's own, or one with context.
        """
        by_entry: dict[str, list[Hit]] = {}
        for hit in self._searcher.search(question, limit=MAX_HITS):
            by_entry.setdefault(hit.entry, []).append(hit)
        topic = [message.topic.entry] if message.topic else []
        for name in (*message.named, *message.subjects, *message.by_concept, *message.in_context, *topic):
            by_entry.setdefault(name, [])
        query = self._searcher.read(question)
        top_ask = max((hit.ask for hits in by_entry.values() for hit in hits), default=0.0)
        entries = self._store.entries.fetch(by_entry).values()
        found = [self._of_entry(message, e, by_entry[e.id], query, top_ask) for e in entries]
        return [*found, *special_readings(message)]

    def _topic_of(self, message: Message) -> Entry | None:
        return self._store.entries.get(message.topic.entry) if message.topic else None

    def _of_entry(
        self, message: Message, entry: Entry, hits: list[Hit], query: Query, top_ask: float
    ) -> Reading:
        best = max(hits, key=lambda h: h.score, default=None)
        asked = asked_facets(message, entry)
        ask = max((h.ask for h in hits), default=0.0)
        named = _name_share(message, entry.id)
        margin, top = message.subjects.get(entry.id, -1.0), top_margin(message)
        concept, highest = message.by_concept.get(entry.id, -1.0), top_concept(message)
        asked_of, most = in_questions(message, entry.id)
        signals = {
            "subject": 1 + margin,
            "subject_gap": top - margin,
            "best_subject": float(margin == top > -1.0),
            "concept": 1 + concept,
            "concept_gap": highest - concept,
            "best_concept": float(concept == highest > -1.0),
            "part_subject": 1 + asked_of,
            "part_gap": most - asked_of,
            "best_part": float(asked_of == most > -1.0),
            "ask": ask,
            "name": max((h.name for h in hits), default=0.0),
            "text": max((h.text for h in hits), default=0.0),
            "covered": self._searcher.coverage(query, self._store.words_of(entry.id)),
            "named": named,
            "named_alone": float(named == 1.0),
            "kind": kind_probability(message, entry.kind),
            "facet": float(bool(asked)),
            "facet_ask": max((h.ask for h in hits if h.facet in asked), default=0.0),
            "best_ask": float(ask > 0 and ask == top_ask),
            "topic": _topic(message, entry),
        }
        signals |= signals_of_topic(message, entry, self._topic_of(message), signals)
        return Reading(entry.id, best.facet if best else main_facet(entry), 0.0, signals, tuple(hits))


def asks_for_private_matters(message: Message) -> bool:
    """Tell whether a message asks, in so many words, where somebody lives or for a private number."""
    return bool(_PRIVATE.search(message.plain))


_PRIVATE = re.compile(
    r"\bhome address\b|\b(?:private|personal) (?:mobile|phone|number|line|zalo|email|address)\b"
    r"|\bwhere does \w+(?: \w+){0,6} live\b|\bnha rieng\b"
    r"|\b(?:dien thoai|sdt|dt|di dong|zalo|facebook|e?mail) (?:rieng|ca nhan)\b"
    r"|\bdia chi nha (?:rieng )?(?:cua |ong |ba |anh |chi |co |sep |truong |pho |giam doc |lanh dao )"
)


def special_readings(message: Message) -> list[Reading]:
    """Return the special matters with what the intents and the subject classifier say for each."""
    found = []
    for name, intents in SPECIALS.items():
        if name == "repeat" and message.named:  # what is named is asked for, not what was said last
            continue
        margin = max(message.subjects.get(f"{NO_ENTRY}{intent}", -1.0) for intent in intents)
        share = sum(message.intents.get(intent, 0.0) for intent in intents)
        if margin > -1.0 or share > 0.0:
            concept = max(message.by_concept.get(f"{NO_ENTRY}{intent}", -1.0) for intent in intents)
            signals = {
                "special": 1.0,
                "special_intent": share,
                "special_subject": 1 + margin,
                "special_gap": top_margin(message) - margin,
                "special_best": float(margin > top_margin(message)),
                "special_concept": 1 + concept,
                "special_concept_gap": top_concept(message) - concept,
                "special_elsewhere": float(name == "out_of_scope" and bool(message.values("elsewhere"))),
            }
            labels = [f"{NO_ENTRY}{intent}" for intent in intents]
            signals |= signals_beside_topic(message, labels, signals)
            found.append(Reading(f"{NO_ENTRY}{name}", signals=signals))
    return found


def in_its_time(message: Message, readings: Sequence[Reading], store: Store) -> list[Reading]:
    """Take a law that no longer applied on the day asked about for the one that replaced it.

    Args:
        message: the message; one that names a law or a time, or speaks of a former law, means what it says.
        readings: the most probable first.
        store: the knowledge base.
    """
    best = readings[0] if readings else None
    if best is None or _document(best, store) is None:
        return list(readings)
    if message.named or message.stated_time or _FORMER.search(message.plain):
        return list(readings)
    day = last_day(message.as_of or today().isoformat())
    numbers = {r.entry: document.number for r in readings if (document := _document(r, store))}
    later = {entry: _later(store.documents[number], store, day) for entry, number in numbers.items()}
    now = next((r for r in readings if numbers.get(r.entry) in later[best.entry]), best)
    former = [r for r in readings if numbers[now.entry] in later.get(r.entry, ())]
    meant = replace(now, probability=sum(r.probability for r in (now, *former)))
    rest = [r for r in readings if r is not now and r not in former]
    return [meant, *rest, *(replace(r, probability=0.0) for r in former)]


def _later(document: Document, store: Store, day: date) -> set[str]:
    """Return the numbers of what had replaced a document on a day; nothing if it still applied then."""
    end = ended(document)
    if end is None or day <= end:
        return set()
    return {d.number for d in successors(document, store.documents) if (first := began(d)) and first <= day}


def _document(reading: Reading, store: Store) -> Document | None:
    entry = None if reading.special else store.entries[reading.entry]
    return store.documents[entry.sources[0].document] if entry and entry.kind is Kind.DOCUMENT else None


_FORMER = re.compile(r"\b(cu|truoc|het hieu luc|former|formerly|old|previous|earlier|before)\b")


def none_signals(message: Message, readings: Sequence[Reading]) -> Signals:
    """Return the signals for the reading that nothing known is meant.

    Args:
        message: the message with its understanding.
        readings: all that it may be about.
    """
    return {
        "bias": 1.0,
        "no_subject": -top_margin(message),
        "uncovered": 1 - max((r.signals.get("covered", 0.0) for r in readings), default=0.0),
        "none_topic": float(bool(message.in_context)),
        "unlike": 1 - max((r.search for r in readings), default=0.0),
    }


def lists(message: Message) -> bool:
    """Tell whether a message asks which or how many zones there are ("những KCN nào", "which parks")."""
    return bool(_LISTS.search(message.plain))


_ZONES_VI = r"(khu|kcn|kkt|ccn|khu cong nghiep|khu kinh te|cum cong nghiep)"
_ZONES_EN = r"(parks|zones|estates|park|zone|estate|ips|ezs)"
_LISTS = re.compile(
    rf"\b(nhung|cac|may|bao nhieu|liet ke|ke ten|danh sach|ds|danh muc|tat ca|ten)( \w+){{0,2}} {_ZONES_VI}\b"
    rf"|\b{_ZONES_VI} (nao|gi)\b"
    rf"|\b(which|what|all|every|list|name|any|how many)( \w+){{0,3}} {_ZONES_EN}\b"
)


def top_margin(message: Message, kind: Kind | None = None) -> float:
    """Return the margin of the entry (of ``kind``, if given) that the subject classifier puts first."""
    margins = (
        margin
        for label, margin in message.subjects.items()
        if not label.startswith(NO_ENTRY) and (kind is None or label.startswith(f"{kind}."))
    )
    return max(margins, default=-1.0)


def top_concept(message: Message) -> float:
    """Return the highest margin that the concepts of a message give to anything."""
    return max(message.by_concept.values(), default=-1.0)


def in_questions(message: Message, entry_id: str) -> tuple[float, float]:
    """Return the margin of an entry in the part of a message that asks, and the best one of any entry there.

    A message that tells something first ("Our chairman is coming. Who heads the authority?") speaks of more
    than it asks about. Where no part asks, or the message has none, all of it counts.
    """
    questions = [part.subjects for part in message.parts if message.asks_in(part)]
    margins = questions or [message.subjects]
    own = max(labels.get(entry_id, -1.0) for labels in margins)
    best = max(
        (m for labels in margins for e, m in labels.items() if not e.startswith(NO_ENTRY)), default=-1.0
    )
    return own, best


def kind_probability(message: Message, kind: Kind) -> float:
    """Return how likely the intents make it that the message asks about ``kind``."""
    return sum(p for name, p in message.intents.items() if _kind_of_intent(name) is kind)


def _kind_of_intent(intent: str) -> Kind | None:
    if intent.startswith(PROCEDURE_INTENT):
        return Kind.PROCEDURE
    return Kind.ZONE if intent.startswith(ZONE_INTENT) else INTENT_KINDS.get(intent)


def _topic(message: Message, entry: Entry) -> float:
    """The topic is meant where nothing else is named, the more the less a message says.

    Where a message plainly asks about the topic's kind of thing ("who is the developer?"), only what it says
    of other things of that kind counts.
    """
    if message.topic is None or message.topic.entry != entry.id or set(message.named) - {entry.id}:
        return 0.0
    plain = kind_probability(message, entry.kind) >= SURE
    silent, telling = _SAYS_LITTLE
    said = top_margin(message, entry.kind if plain else None)
    return min(1.0, max(0.0, (telling - said) / (telling - silent)))


_SAYS_LITTLE = (-0.6, -0.2)
"""Margins of the best entry: up to the first a message is about nothing by itself, from the second it is."""


def _name_share(message: Message, entry_id: str) -> float:
    """How strongly the gazetteer names the entry: 1 alone, less if others share the name."""
    spans = [(e.start, e.end) for e in message.entities if e.type in NAMED and e.value == entry_id]
    if not spans:
        return 0.0
    sharing = {e.value for e in message.entities if e.type in NAMED and (e.start, e.end) in spans}
    return 1.0 / math.sqrt(len(sharing))
