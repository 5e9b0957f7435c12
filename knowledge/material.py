"""Proposals for the knowledge and the training data: files to be reviewed before anything learns from them.

They lie in folders by state (``proposed``, ``accepted``, ``taken``), each with one folder for each sort:

- ``entries/``: drafts of entries, in the form of the content files;
- ``additions/``: names and question forms for an entry that exists;
- ``nlu/<language>/``: examples of an intent, in Rasa's form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import LiteralScalarString

from knowledge.model import Kind, Text, TextList

NLU = Path(__file__).resolve().parents[1] / "data" / "nlu"
ENTRIES, ADDITIONS, EXAMPLES = "entries", "additions", "nlu"
_HEAD = """\
# Draft, not knowledge yet: nothing of it is answered before it is complete, reviewed and taken in.
# The editor fills in facts, provenance, confidence, sources, review_by, owner, the texts of the rules.
# Bản nháp: chỉ được dùng sau khi điền đủ nguồn và nội dung, được người khác duyệt và nạp vào kho tri thức.
"""


class ProposalError(Exception):
    """A file of proposals cannot be read; the message names it."""


class State(StrEnum):
    """How far a proposal has come, and the folder in which it lies."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    TAKEN = "taken"


class Addition(BaseModel):
    """Names, or question forms of a facet, for an entry that exists."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    entry: str
    facet: str | None = None
    aliases: TextList = TextList()
    asks: TextList = TextList()


class Examples(BaseModel):
    """Examples of an intent in one language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lang: str
    intent: str = Field(pattern=r"^[a-z_]+$")
    texts: list[str]


def intents(folder: Path = NLU) -> list[str]:
    """Return the intents that have training data."""
    return sorted({path.stem for path in folder.glob("*/*.yml")})


def draft(entry_id: str, kind: Kind, name: Text, facet: str, lang: str, asks: Sequence[str]) -> str:
    """Return the draft of an entry: names and question forms; what it has to say is left to the editor."""
    node: dict[str, Any] = {
        "id": entry_id,
        "kind": kind.value,
        "name": {"vi": name.vi, "en": name.en},
        "facts": [],
        "provenance": "",
        "confidence": "",
        "sources": [],
        "collected_on": date.today(),
        "review_by": "",
        "owner": "",
        "facets": {facet: {"asks": {lang: list(asks)}, "rules": [{"text": {"vi": "", "en": ""}}]}},
    }
    return _HEAD + _dumped([node])


def addition_text(addition: Addition) -> str:
    """Return the text of a file with one addition."""
    return _dumped([addition.model_dump(exclude_defaults=True)])


def examples_text(examples: Examples) -> str:
    """Return the text of a file with examples, as Rasa reads it."""
    lines = "".join(f"- {text}\n" for text in examples.texts)
    block = {"intent": examples.intent, "examples": LiteralScalarString(lines)}
    return _dumped({"version": "3.1", "nlu": [block]})


def read_additions(folder: Path) -> Iterator[tuple[Path, Addition]]:
    """Yield the additions of a folder of one state, file by file.

    Raises:
        ProposalError: a file is none of additions.
    """
    for path in sorted((folder / ADDITIONS).glob("*.yml")):
        try:
            for node in _loaded(path):
                yield path, Addition.model_validate(node)
        except (ValidationError, TypeError) as error:
            raise ProposalError(f"{path}: {error}") from error


def read_examples(folder: Path) -> Iterator[tuple[Path, Examples]]:
    """Yield the examples of a folder of one state, file by file.

    Raises:
        ProposalError: a file is not in Rasa's form.
    """
    for path in sorted((folder / EXAMPLES).glob("*/*.yml")):
        try:
            for block in _loaded(path)["nlu"]:
                lines = (line.strip() for line in block["examples"].splitlines())
                texts = [line.removeprefix("- ").strip() for line in lines if line]
                yield path, Examples(lang=path.parent.name, intent=block["intent"], texts=texts)
        except (ValidationError, TypeError, KeyError, AttributeError) as error:
            raise ProposalError(f"{path}: no examples in Rasa's form") from error


def fits_a_line(text: str) -> bool:
    """Tell whether a text can stand as an example: one line, nothing that Rasa reads as mark-up."""
    return bool(text.strip()) and not re.search(r"[\n\r\[\]{}]", text)


def _loaded(path: Path) -> Any:
    try:
        return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise ProposalError(f"{path}: {error}") from error


def _dumped(data: Any) -> str:
    yaml = YAML(typ="rt")
    yaml.width = 120
    yaml.allow_unicode = True
    out = StringIO()
    yaml.dump(data, out)
    return out.getvalue()
