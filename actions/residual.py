"""The words of a message that neither a name nor a filler accounts for."""

from __future__ import annotations

import re

from actions.message import Message
from knowledge.vocabulary import content_words
from vietnamese.folding import words
from vietnamese.spelling import respelled


def residual_words(message: Message) -> list[str]:
    """Return the content words of a message that no entity and no filler accounts for."""
    text = message.text
    for entity in sorted(message.entities, key=lambda e: -e.start):
        text = text[: entity.start] + " " * (entity.end - entity.start) + text[entity.end :]
    licensed = any(e.type == "time" and e.group == "licensed" for e in message.entities)
    skip = _LICENCE_WORDS if licensed else frozenset()
    known = _RETURN.sub(" ", respelled(text, message.corrections)[0])
    return [w for w in content_words(known) if w not in skip and len(w) > 1]


_RETURN = re.compile(
    r"\b(?:quay lại|trở lại|quay về|quay lai|tro lai|(?:back|return(?:ing)?) to)\b", re.IGNORECASE
)
"""Words that lead back to an earlier subject and say nothing about it."""
_LICENCE_WORDS = frozenset(
    words("dự án cấp phép giấy chứng nhận GCNĐKĐT IRC project licensed licence license")
)
