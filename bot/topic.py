"""What a conversation is about, for the components that read a message together with it.

"How many days will the office need?" asks of what was told last. Rasa's components see single
messages, so the channel lays the entry into the metadata of a message (`TOPIC`); a component that
knows the titles of the entries reads the message once more with the title beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa.shared.nlu.training_data.message import Message

from bot.language import LANGUAGE

TOPIC = "topic"
"""Key of the metadata: id of the entry."""

Titles = Mapping[str, Mapping[str, str]]
"""Of each entry, by language."""


def title_of(message: Message, titles: Titles) -> str:
    """Return what the topic of a message is called; empty where it has none, or an unknown one."""
    metadata: dict[str, Any] = message.get("metadata") or {}
    title = titles.get(str(metadata.get(TOPIC)), {})
    language: dict[str, Any] = message.get(LANGUAGE) or {}
    return title.get(str(language.get("name")), "") or " ".join(title.values())
