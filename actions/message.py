"""A message as Rasa understood it, typed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from rasa_sdk import Tracker

from knowledge.answer import Ask
from knowledge.dates import first_day
from vietnamese.clauses import asks
from vietnamese.folding import fold
from vietnamese.spelling import respelled

NAMED = ("procedure", "incentive", "customs", "zone", "statistic", "authority", "document")
"""Entity types whose value is the id of a knowledge entry."""

SURE_OF_LANGUAGE = 0.8


@dataclass(frozen=True)
class Entity:
    """Something the gazetteer found; ``start``/``end`` are characters of the text."""

    type: str
    value: str
    start: int
    end: int
    role: str | None = None
    group: str | None = None


@dataclass(frozen=True)
class Topic:
    """What the conversation was last about."""

    entry: str
    facets: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    """The entries that the last answers told of or offered, in their order."""


@dataclass(frozen=True)
class Part:
    """One of several questions that a message puts at once; ``start``/``end`` are characters."""

    start: int
    end: int
    subjects: dict[str, float]
    aspects: dict[str, float]


@dataclass(frozen=True)
class Message:
    """One message with its understanding, its dates and the context it stands in.

    ``subjects`` and ``aspects`` are the margins (about -1 to 1) of the best labels of
    the bot's two classifiers: entry ids or ``intent.<name>``, and ``<kind>.<facet>``.
    ``by_concept`` is like ``subjects``, told by the concepts of the message instead of its words.
    ``in_context`` is the same of the message read together with the name of the topic; empty where the
    conversation has none.
    ``corrections`` are its misspelt words, folded, with the known words that were meant.
    """

    text: str
    intents: dict[str, float]
    entities: tuple[Entity, ...] = ()
    lang: str = "vi"
    as_of: str | None = None
    licensed_on: str | None = None
    ask: Ask | None = None
    first: bool = False
    topic: Topic | None = None
    failures: int = 0
    subjects: dict[str, float] = field(default_factory=dict)
    by_concept: dict[str, float] = field(default_factory=dict)
    in_context: dict[str, float] = field(default_factory=dict)
    aspects: dict[str, float] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    corrections: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, tracker: Tracker) -> Message:
        """Read the latest message and the slots out of Rasa's tracker."""
        latest = tracker.latest_message
        metadata = latest.get("metadata") or {}
        topic = tracker.get_slot("topic")
        entities = tuple(_entity(e) for e in latest.get("entities") or [])
        return cls(
            text=latest.get("text") or "",
            intents={
                i["name"]: i["confidence"]
                for i in latest.get("intent_ranking") or [latest["intent"]]
                if i["name"]  # nameless: nothing in the message was ever seen
            },
            subjects=_margins(latest, "subjects"),
            by_concept=_margins(latest, "by_concept"),
            in_context=_margins(latest, "in_context"),
            aspects=_margins(latest, "aspects"),
            parts=tuple(
                Part(p["start"], p["end"], _margins(p, "subjects"), _margins(p, "aspects"))
                for p in latest.get("parts") or []
            ),
            corrections=latest.get("corrections") or {},
            entities=entities,
            lang=_language(latest, metadata, tracker.get_slot("chosen_lang")),
            as_of=metadata.get("as_of"),
            licensed_on=metadata.get("licensed_on") or _licensed(entities) or tracker.get_slot("licensed_on"),
            ask=Ask.model_validate(metadata["ask"]) if metadata.get("ask") else None,
            first=bool(metadata.get("first")),
            topic=Topic(topic["entry"], tuple(topic["facets"]), tuple(topic.get("shown", ())))
            if topic
            else None,
            failures=int(tracker.get_slot("failures") or 0),
        )

    def of_part(self, part: Part) -> Message:
        """Return one of the questions of the message as a message of its own."""
        inside = [e for e in self.entities if part.start <= e.start and e.end <= part.end]
        moved = tuple(replace(e, start=e.start - part.start, end=e.end - part.start) for e in inside)
        text = self.text[part.start : part.end]
        return replace(
            self,
            text=text,
            subjects=part.subjects,
            aspects=part.aspects,
            parts=(),
            entities=moved,
            intents={},
        )

    def asks_in(self, part: Part) -> bool:
        """Tell whether a part of the message is a question by its words."""
        return asks(self.text[part.start : part.end])

    @property
    def plain(self) -> str:
        """The text folded, with its slips of the keys corrected: what patterns are looked for in."""
        return fold(respelled(self.text, self.corrections)[0])

    @property
    def named(self) -> list[str]:
        """Ids of the entries that the message names, in order, each once."""
        return list(dict.fromkeys(e.value for e in self.entities if e.type in NAMED))

    def values(self, entity_type: str) -> list[str]:
        """Values of the entities of one type, in order, each once."""
        return list(dict.fromkeys(e.value for e in self.entities if e.type == entity_type))

    def asked_about(self, entity_type: str) -> list[str]:
        """Return the things of one type that are named, and what else goes by the same name.

        One that is named where the message merely tells when or why, while it names another thing where it
        asks, is not asked about ("when the new law did not apply yet, how long took the building permit?").
        """
        parts = [(self.asks_in(part), self.of_part(part)) for part in self.parts]
        told = {name for asks_, part in parts if not asks_ for name in part.values(entity_type)}
        asked = {name for asks_, part in parts if asks_ for name in part.named}
        meant = [
            e
            for e in self.entities
            if e.type == entity_type and (not asked or e.value in asked or e.value not in told)
        ]
        named = [e for e in self.entities if e.type in NAMED]
        same = [e.value for e in named if any(e.start < m.end and m.start < e.end for m in meant)]
        return list(dict.fromkeys(same))

    @property
    def stated_time(self) -> str | None:
        """The (last) time that the message states, licence dates apart, as a partial date or period."""
        names = [e for e in self.entities if e.type in NAMED]
        times = [
            _day(e)
            for e in self.entities
            if e.type == "time" and e.group != "licensed"
            if not any(_belongs(e, name) for name in names)
        ]
        return times[-1] if times else None

    @property
    def intent(self) -> str:
        """The most likely intent."""
        return max(self.intents, key=lambda name: self.intents[name], default="")


def _belongs(time: Entity, name: Entity) -> bool:
    """Tell whether a time is part of a name ("the 2020 Investment Law, 61/2020/QH14")."""
    within = name.start <= time.start and time.end <= name.end
    return within or (name.type == "document" and time.value in name.value.split("-"))


def _margins(parsed: dict[str, Any], name: str) -> dict[str, float]:
    return {label["name"]: label["margin"] for label in parsed.get(name) or []}


def _entity(raw: dict[str, Any]) -> Entity:
    return Entity(
        raw["entity"], raw["value"], raw.get("start", 0), raw.get("end", 0), raw.get("role"), raw.get("group")
    )


def _day(entity: Entity) -> str:
    """Return the time meant: the day before for "before X", the first day for "since X"."""
    value = entity.value
    if "/" in value or entity.role == "on":
        return value
    day = first_day(value)
    return (day - timedelta(days=1) if entity.role == "before" else day).isoformat()


def _licensed(entities: tuple[Entity, ...]) -> str | None:
    days = [_day(e) for e in entities if e.type == "time" and e.group == "licensed" and "/" not in e.value]
    return days[-1] if days else None


def _language(latest: dict[str, Any], metadata: dict[str, Any], chosen: str | None) -> str:
    """The message's own setting, an explicit switch, detection, the session's, Vietnamese (contract)."""
    if metadata.get("lang"):
        return str(metadata["lang"])
    if chosen:
        return chosen
    detected = latest.get("language") or {}
    if detected.get("confidence", 0) >= SURE_OF_LANGUAGE:
        return str(detected["name"])
    return str(metadata.get("session_lang") or detected.get("name") or "vi")
