"""One resolver joins what Rasa says with what search finds.

Rasa says what kind of thing is asked (intent, subjects, aspects), the gazetteer says
about what (names), search says which entry fits the words. A learned ranker weighs
these signals; the probability of the best reading and its distance to the next decide
whether to answer, to ask back or to admit that nothing is known. `explain` shows all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from actions.criteria import by_bare_name
from actions.facets import (
    ASPECTS,
    SURE,
    UNRECORDED,
    asked_facets,
    facets_of,
    intended_facets,
    ranked_facets,
)
from actions.in_context import NO_ENTRY
from actions.message import Message, Topic
from actions.ordinals import pointed_at
from actions.ranker import rankers
from actions.readings import (
    Reader,
    Reading,
    asks_for_private_matters,
    in_its_time,
    kind_probability,
    lists,
    none_signals,
)
from actions.residual import residual_words
from actions.together import SAYS_ASPECT, Found, several
from knowledge.model import Entry, Kind
from knowledge.rendering import main_facet
from knowledge.search import Searcher
from knowledge.store import Store
from knowledge.targets import NAME
from vietnamese.folding import words

ANSWER_FROM = 0.5
"""Probability from which the best entry is taken as the answer."""
REFUSE_FROM = 0.62
"""Probability of an improper request from which it is refused; below, nobody is accused of anything."""
FOREIGN_FROM = 0.25
"""Probability of a foreign or improper matter from which no entry is answered without a clear lead."""
LIST_FROM = 0.2
"""Probability from which a list is made if a message asks for one in so many words."""
CLEAR_LEAD = 2.0
"""So many times as probable as the next one, a reading is taken from half of that on."""
CLARIFY_FROM = 0.25
"""Probability of all readings together from which the best ones are offered as choices."""
CLEAR_FROM = 0.05
"""Probability of what a short message may go on with, by its words, from which nothing else is considered."""
PART_FROM = 0.5
"""Probability from which a part of a message asks for a facet of its own."""
SURE_OF_KIND = 0.7
"""Probability of a kind from which nothing but the named zones or documents is considered."""
ZONE_PRICE = "ask_zone_price"
"""The intent that asks for a rent or another price in a zone."""
PRICE_FROM = 0.4
"""Its probability from which it is plain where a zone is named."""
UNEXPLAINED = 0.4
"""Share of the question's own words that a named entry must account for."""
_SHOWN = 5


@dataclass(frozen=True)
class Resolution:
    """What the resolver decided.

    ``decision`` is ``answer`` (show ``found``), ``special`` (the best of
    ``readings`` is about no entry), ``clarify`` (offer ``readings``), ``missing`` (the
    thing is known, what is asked about it is not) or ``unknown``.
    """

    decision: str
    readings: list[Reading] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)

    @property
    def special(self) -> str | None:
        """The special matter that is meant, if one is."""
        return self.readings[0].special if self.decision == "special" else None

    @property
    def entries(self) -> list[Reading]:
        """The readings that are entries."""
        return [r for r in self.readings if not r.special]


class Resolver:
    """Finds what a message is about, in one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._searcher = Searcher(store)
        self._reader = Reader(store, self._searcher)

    def resolve(self, message: Message) -> Resolution:
        """Return which entries and facets ``message`` asks for."""
        pointed = pointed_at(message)
        if pointed and pointed in self._store.entries:
            return self._pointed(message, self._store.entries[pointed])
        if asks_for_private_matters(message):
            return Resolution("special", [Reading(f"{NO_ENTRY}improper_request", probability=1.0)])
        residual = residual_words(message)
        readings = self.ranked(message, message.text)
        priced = self._priced(message)
        if priced:
            return Resolution("missing", priced)
        listed = _list_first(message, readings)
        if listed:
            return Resolution("special", listed[:_SHOWN])
        instead = self._instead(message)
        if instead:
            return instead
        if readings and readings[0].special and readings[0].probability >= ANSWER_FROM:
            return _special(readings)
        followed = self._follow_up(message, residual)
        if followed:
            return followed
        readings = in_its_time(message, self._named_only(message, readings), self._store)
        if message.topic and not message.named and len(residual) <= 3:
            readings = self._in_context(message, residual, readings)
        if not readings:
            return Resolution("unknown")
        together = several(self._store, message, readings)
        if together:
            return Resolution("answer", found=together)
        decided = self._decide(message, readings, residual)
        of_zones = message.values("zone_type") or kind_probability(message, Kind.ZONE) >= SURE
        if decided.decision in _UNDECIDED and lists(message) and of_zones:
            return Resolution("special", [Reading(f"{NO_ENTRY}list_zones"), *decided.readings])
        return decided

    def resolve_entries(self, message: Message, resolution: Resolution) -> Resolution:
        """Decide once more among the entries alone, after a special matter turned out not to be meant."""
        entries = _shares(resolution.entries)
        return self._decide(message, entries, residual_words(message)) if entries else Resolution("unknown")

    def ranked(self, message: Message, question: str) -> list[Reading]:
        """Return the readings of a question, the most probable first."""
        found = self._reader.readings(message, question)
        shares, _none = rankers().entries.probabilities(
            [r.signals for r in found], none_signals(message, found)
        )
        weighed = [replace(r, probability=share) for r, share in zip(found, shares, strict=True)]
        return sorted(weighed, key=lambda r: (-r.probability, r.entry))

    def readings(self, message: Message) -> list[Reading]:
        """Return what a message may be about, not yet weighed (to learn from)."""
        return self._reader.readings(message, message.text)

    def _named_only(self, message: Message, readings: list[Reading]) -> list[Reading]:
        """Keep to the zones or documents that are named if the intent is plainly about such."""
        if lists(message):
            return readings
        for kind in (Kind.ZONE, Kind.DOCUMENT):
            named = message.asked_about(str(kind))
            if named and kind_probability(message, kind) >= SURE_OF_KIND:
                return _shares([r for r in readings if r.entry in named])
        return readings

    def _priced(self, message: Message) -> list[Reading]:
        """Return the zone of which a price is asked: developers set the rents, and none is recorded."""
        plain = message.intent == ZONE_PRICE and message.intents[ZONE_PRICE] >= PRICE_FROM
        zones = [zone for zone in message.values(str(Kind.ZONE)) if plain and zone in self._store.entries]
        return [Reading(z) for z in zones[:1] if not asked_facets(message, self._store.entries[z])]

    def _pointed(self, message: Message, entry: Entry) -> Resolution:
        """Tell of a thing that a message points at what it asks, else what was asked before."""
        likely = ranked_facets(message, entry, ())[0]
        plain = [likely.facet] if likely.probability >= PART_FROM else []
        before = [f for f in message.topic.facets if f in entry.facets] if message.topic else []
        return _answer(entry, asked_facets(message, entry) or plain or before or [main_facet(entry)])

    def _follow_up(self, message: Message, residual: list[str]) -> Resolution | None:
        """Take the subject, or the facet, from the conversation when the message leaves it out."""
        topic = message.topic
        if topic is None or residual or topic.entry not in self._store.entries:
            return None
        if message.named or message.values("zone_type"):
            return self._same_facet(message, topic)
        entry = self._store.entries[topic.entry]
        asked = asked_facets(message, entry) or intended_facets(message, entry)
        if not (asked or message.licensed_on or message.stated_time):
            return None
        facets = asked or [f for f in topic.facets if f in entry.facets] or [main_facet(entry)]
        return _answer(entry, facets)

    def _instead(self, message: Message) -> Resolution | None:
        """Tell the same of another zone that is named instead ("not that one, I meant Nam Cau Kien")."""
        topic = message.topic
        before = self._store.entries.get(topic.entry) if topic and message.intent in _YES_OR_NO else None
        if topic is None or before is None or before.kind is not Kind.ZONE:
            return None
        zones = {e.id: e for e in self._store.entries.of_kind(Kind.ZONE)}
        bare = [zone for _place, zone in by_bare_name(message, zones)]
        other = {z for z in (message.values(str(Kind.ZONE)) or bare) if z in zones} - {before.id}
        if len(other) != 1:
            return None
        meant = zones[other.pop()]
        facets = [f for f in topic.facets if f in meant.facets]
        return _answer(meant, asked_facets(message, meant) or facets or [main_facet(meant)])

    def _same_facet(self, message: Message, topic: Topic) -> Resolution | None:
        named = message.named
        if len(named) != 1 or message.values("facet"):
            return None
        entry = self._store.entries.get(named[0])
        before = self._store.entries[topic.entry]
        if entry is None or entry.kind is not before.kind or entry.id == before.id:
            return None
        facets = [f for f in topic.facets if f in entry.facets]
        return _answer(entry, facets) if facets else None

    def _in_context(self, message: Message, residual: list[str], readings: list[Reading]) -> list[Reading]:
        """Read a short message together with the name of the topic ("and the extension?")."""
        assert message.topic
        topic = self._store.entries.get(message.topic.entry)
        if topic is None or not residual:
            return readings
        if readings and readings[0].search >= 0.8 and not follows_up(message):
            return readings
        if readings and readings[0].entry == topic.id and readings[0].probability >= ANSWER_FROM:
            return readings
        together = self.ranked(message, f"{message.text} {topic.name.get(message.lang)}")
        same_kind = [r for r in together if not r.special and self._store.entries[r.entry].kind is topic.kind]
        named = [r for r in same_kind if self._explained(residual, r.entry, NAME) >= 0.99]
        told = [r for r in same_kind if self._explained(residual, r.entry) >= 0.99]
        likely = named or told
        return _shares(likely) if sum(r.probability for r in likely) > CLEAR_FROM else readings

    def _decide(self, message: Message, readings: list[Reading], residual: list[str]) -> Resolution:
        best = readings[0]
        if sum(r.probability for r in readings[:3]) < CLARIFY_FROM:
            return Resolution("unknown", readings[:_SHOWN])
        foreign = any(
            r.special in _FOREIGN
            and r.probability >= FOREIGN_FROM
            and CLEAR_LEAD * r.probability > best.probability
            for r in readings
        )
        if not _stands_out(readings):
            return Resolution("unknown" if foreign else "clarify", readings[:_SHOWN])
        if best.special:
            return _special(readings)
        if foreign and best.signals.get("topic", 0.0) < SURE:
            return Resolution("unknown", readings[:_SHOWN])
        entry = self._store.entries[best.entry]
        facets = (
            self._facets_of_parts(message, best)
            or self._inherited(message, best)
            or facets_of(message, entry, best.hits)
        )
        if not facets or self._asks_for_more(message, entry, best, residual):
            return Resolution("missing", readings[:_SHOWN])
        return Resolution("answer", readings[:_SHOWN], [Found(entry.id, facets)])

    def _facets_of_parts(self, message: Message, best: Reading) -> list[str]:
        """Return the facets that the questions of a message ask for; what it merely tells asks for none."""
        entry = self._store.entries[best.entry]
        alone = [message.of_part(part) for part in message.parts]
        questions = [one for part, one in zip(message.parts, alone, strict=True) if message.asks_in(part)]
        if entry.kind not in ASPECTS or not alone:
            return []
        asked: list[str] = []
        for part in questions or alone:
            first = ranked_facets(part, entry, ())[0]
            said = part.aspects.get(f"{entry.kind}.{first.facet}", -1.0) >= SAYS_ASPECT
            if first.probability >= PART_FROM or said:
                asked.append(first.facet)
            elif entry.kind is Kind.ZONE and len(questions) > 1:
                asked.append(main_facet(entry))  # it tells in brief all that is known of a zone
        if len(asked) == len(questions) == 1:
            asked += facets_of(message, entry, best.hits)[:1]
        distinct = list(dict.fromkeys(asked))
        return distinct if len(distinct) > 1 else []

    def _inherited(self, message: Message, best: Reading) -> list[str]:
        """Ask the same of another thing as before, if the message says nothing about what to tell of it."""
        topic, entry = message.topic, self._store.entries[best.entry]
        if topic is None or topic.entry == entry.id or asked_facets(message, entry):
            return []
        before = self._store.entries.get(topic.entry)
        if before and before.kind is not entry.kind:
            return []
        if ranked_facets(message, entry, best.hits)[0].probability >= PART_FROM and not follows_up(message):
            return []
        return [f for f in topic.facets if f in entry.facets]

    def _unrecorded(self, message: Message, entry: Entry) -> bool:
        """Tell whether a word asks for what is recorded of nothing (a fine, a wage), nor of this entry."""
        said = [e for e in message.entities if (e.type, e.value) == ("facet", UNRECORDED)]
        known = self._store.words_of(entry.id)
        return any(not known.issuperset(words(message.text[e.start : e.end])) for e in said)

    def _asks_for_more(self, message: Message, entry: Entry, best: Reading, residual: list[str]) -> bool:
        """Tell whether something is asked that is not recorded: of a zone, in its facets or texts."""
        if self._unrecorded(message, entry):
            return True
        if entry.kind is not Kind.ZONE or asked_facets(message, entry) or intended_facets(message, entry):
            return False
        plain = ranked_facets(message, entry, best.hits)[0].probability >= SURE
        return not plain and self._explained(residual, entry.id) < UNEXPLAINED

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


def _shares(readings: list[Reading]) -> list[Reading]:
    """Return readings that are the only ones left, with their shares of the probability."""
    total = sum(r.probability for r in readings)
    return [replace(r, probability=r.probability / total) for r in readings] if total else readings


def _special(readings: list[Reading]) -> Resolution:
    """Return the matter that comes first, if it is sure enough to be done."""
    best = readings[0]
    doubted = best.special == "improper_request" and best.probability < REFUSE_FROM
    return Resolution("unknown" if doubted else "special", readings[:_SHOWN])


def _answer(entry: Entry, facets: list[str]) -> Resolution:
    """Return the resolution of a message that the conversation explains."""
    return Resolution("answer", [Reading(entry.id, facets[0], 1.0)], [Found(entry.id, facets)])


def _list_first(message: Message, readings: list[Reading]) -> list[Reading]:
    """Return the readings with the list of zones first, if a message asks for one in so many words."""
    wanted = [r for r in readings if r.special == "list_zones" and r.probability >= LIST_FROM]
    if not wanted or not lists(message):
        return []
    return [*wanted, *(r for r in readings if r.special != "list_zones")]


def _stands_out(readings: list[Reading]) -> bool:
    best = readings[0].probability
    second = readings[1].probability if len(readings) > 1 else 0.0
    return best >= ANSWER_FROM or (best >= ANSWER_FROM / 2 and best >= CLEAR_LEAD * second)


def follows_up(message: Message) -> bool:
    """Tell whether a message goes on with the topic of the conversation ("thế còn…", "and…")."""
    return message.topic is not None and bool(_FOLLOW_UP.search(message.text.lower()))


_YES_OR_NO = ("affirm", "deny")
_UNDECIDED = ("clarify", "missing", "unknown")
_FOREIGN = ("out_of_scope", "improper_request")
_FOLLOW_UP = re.compile(
    r"^\W*(?:thế|còn|vậy|nếu|con|vay|neu|the (?:con|thi|neu)|the .*\bthi"
    r"|and|what about|how about|then|also|i mean|i meant"
    r"|y (?:toi|em|minh|chi|anh) la|ý (?:tôi|em|mình|chị|anh) là)\b"
)
"""Without accents "thế" is the English article, so it needs company then."""
