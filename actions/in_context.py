"""What the topic of a conversation says for each reading of a message.

The bot reads a message twice: by itself, and together with the title of what was told of last
(`Message.in_context`). How much the second counts, the ranker learns from turns that were written
for it (`evaluation.in_context`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.message import Message
from actions.ranker import Signals
from knowledge.model import Entry

NO_ENTRY = "intent."
"""Begins the labels of the subject classifier that stand for no entry."""


def signals_of_topic(message: Message, entry: Entry, topic: Entry | None, alone: Signals) -> Signals:
    """Return what speaks for an entry because of what the conversation is about.

    Args:
        message: the message.
        entry: the candidate.
        topic: what was told of last; without it nothing is said.
        alone: what the message says by itself; some of it counts less, or more, in a conversation.
    """
    if topic is None or not message.in_context:
        return {}
    of_entries = [m for name, m in message.in_context.items() if not name.startswith(NO_ENTRY)]
    margin, top = message.in_context.get(entry.id, -1.0), max(of_entries, default=-1.0)
    signals = {
        "context": 1 + margin,
        "context_gap": top - margin,
        "best_context": float(margin == top > -1.0),
        "context_kind": alone["kind"],
        "context_alone": alone["subject_gap"],
        "akin": float(entry.kind is topic.kind and entry.id != topic.id),
        "related": float(entry.id in topic.related or topic.id in entry.related),
    }
    return {**signals, **_of_topic(message, topic)} if entry.id == topic.id else signals


def _of_topic(message: Message, topic: Entry) -> Signals:
    """Return what speaks for the topic itself, and what against it."""
    others = max((m for name, m in message.subjects.items() if name != topic.id), default=-1.0)
    of_kind = (m for name, m in message.aspects.items() if name.startswith(f"{topic.kind}."))
    aspect = max(of_kind, default=-1.0)
    return {
        "is_topic": 1.0,
        "topic_aspect": 1 + aspect,
        "topic_aspect_gap": max(message.aspects.values(), default=-1.0) - aspect,
        "topic_rival": 1 + others,
        "topic_refers": float(bool(_REFERS[message.lang].search(message.plain))),
        "topic_goes_on": float(bool(_GOES_ON.search(message.plain))),
        "topic_aside": float(bool(_ASIDE.search(message.plain))),
    }


def signals_beside_topic(message: Message, labels: Sequence[str], alone: Signals) -> Signals:
    """Return what speaks for a matter that is about no entry, in a conversation that has a topic.

    Args:
        message: the message.
        labels: what the subject classifier calls the matter.
        alone: what the message says by itself.
    """
    if not message.in_context:
        return {}
    margin = max(message.in_context.get(label, -1.0) for label in labels)
    return {
        "special_topic": 1.0,
        "special_context_intent": alone["special_intent"],
        "special_context_alone": alone["special_gap"],
        "special_context": 1 + margin,
        "special_context_gap": max(message.in_context.values()) - margin,
        "special_aside": float(bool(_ASIDE.search(message.plain))),
    }


_REFERS = {
    "vi": re.compile(r"\b(do|nay|ay|no|ho|vay|tren)\b"),
    "en": re.compile(r"\b(it|its|that|this|those|these|they|them|their|there|he|she|him|his|her)\b"),
}
"""Words that point back; without accents the Vietnamese ones are other words in English."""
_GOES_ON = re.compile(r"^(and|so|then|the|con|vay|va|or|but|also)\b")
_ASIDE = re.compile(
    r"\b(by the way|btw|aside|unrelated|before i forget|hang on|actually|second question"
    r"|(another|different) (thing|question|matter|note|subject)"
    r"|tien the|tien day|nhan tien|a ma|(chuyen|cau|viec) khac)\b"
)
"""Words with which somebody turns to something else."""
