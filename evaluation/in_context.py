"""Turns in the middle of a conversation, from which the ranker learns what a topic counts.

``evaluation/context/*.yml`` was written for this, entry by entry, by people who had not seen the
questions of the evaluation: messages that go on with what was told last without naming it
("How early may we hand it in?"), and messages that leave it ("and the extension?", "will it rain?").
They are training data; nothing is judged by them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

FOLDER = Path(__file__).with_name("context")


@dataclass(frozen=True)
class TurnInContext:
    """A message in a conversation.

    Args:
        about: entry that was told of last.
        lang: language of the conversation.
        text: the message.
        means: id of the entry that is asked for, or name of a special matter (`actions.readings.SPECIALS`).
        facet: facet that is asked for, if the message goes on with the topic.
    """

    about: str
    lang: str
    text: str
    means: str
    facet: str = ""


def turns_in_context(folder: Path = FOLDER) -> list[TurnInContext]:
    """Return all turns that are written down, in the order of the files."""
    blocks = [block for file in sorted(folder.glob("*.yml")) for block in YAML(typ="safe").load(file)]
    return [turn for block in blocks for turn in _of(block)]


def _of(block: dict[str, Any]) -> Iterator[TurnInContext]:
    about, lang = block["about"], block["lang"]
    for facet, text in block.get("stays", ()):
        yield TurnInContext(about, lang, text, about, facet)
    for means, text in block.get("leaves", ()):
        yield TurnInContext(about, lang, text, means)
