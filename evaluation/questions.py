"""The evaluation questions: their form, reading and splitting."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator
from ruamel.yaml import YAML

FOLDER = Path(__file__).parent / "questions"
DIALOGUES = "dialogues*.yml"
DEVELOPMENT = ("b3-", "b4-", "b5-", "d5-")
"""Prefixes of the ids of sets that are for development as a whole, written so or measured blind before."""
HELD_OUT = ("b6-", "d6-")
"""Prefixes of the ids of sets that are for the test as a whole."""
ANSWERS = ("answered", "stale")


def _text(value: Any) -> Any:
    return str(value) if value is not None and not isinstance(value, str) else value


class Strict(BaseModel):
    """A field that is not in the model is an error."""

    model_config = ConfigDict(extra="forbid")


class Expectation(Strict):
    """What a right answer looks like."""

    all: list[str] = []
    not_: list[str] = Field(default=[], alias="not")
    cites: list[str] = []
    out: list[str] = list(ANSWERS)

    @field_validator("all", "not_")
    @classmethod
    def _compiles(cls, patterns: list[str]) -> list[str]:
        for pattern in patterns:
            re.compile(pattern)
        return patterns


class Item(Expectation):
    """One source question in both languages; ``fact`` names facts of which one must be the source."""

    id: str
    subject: str = ""
    vi: str
    en: str
    fact: list[str] = []
    facet: str | None = None
    as_of: Annotated[str | None, BeforeValidator(_text)] = None
    licensed_on: Annotated[str | None, BeforeValidator(_text)] = None

    def text(self, lang: str) -> str:
        """Return the question in ``lang``."""
        return self.en if lang == "en" else self.vi


class Move(Expectation):
    """One turn of a dialogue; ``lang`` is the language of its answer, if not that of the dialogue."""

    say: str
    lang: str | None = None


class Dialogue(Strict):
    """Several turns that belong together."""

    id: str
    behaviour: str
    lang: str
    turns: list[Move]


def read_items(folder: Path = FOLDER) -> list[Item]:
    """Return all single questions; the subject is the name of the file."""
    items: list[Item] = []
    for path in sorted(folder.glob("*.yml")):
        if not path.match(DIALOGUES):
            items += [Item.model_validate({"subject": path.stem, **raw}) for raw in _read(path)]
    return items


def read_dialogues(folder: Path = FOLDER) -> list[Dialogue]:
    """Return all dialogues, one file after the other."""
    return [Dialogue.model_validate(raw) for path in sorted(folder.glob(DIALOGUES)) for raw in _read(path)]


def _read(path: Path) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return loaded


def split_of(question_id: str) -> str:
    """Return ``dev`` or ``test``: fixed by the id, so that a question never changes sides."""
    if question_id.startswith(DEVELOPMENT):
        return "dev"
    if question_id.startswith(HELD_OUT):
        return "test"
    return "dev" if hashlib.sha256(question_id.encode()).digest()[0] % 2 else "test"


def lint(items: list[Item], dialogues: Sequence[Dialogue] = ()) -> list[str]:
    """Return what is wrong with the questions: patterns that the question itself satisfies, twin ids."""
    ids = [item.id for item in items] + [dialogue.id for dialogue in dialogues]
    problems = [f"{i}: the id occurs twice" for i, count in Counter(ids).items() if count > 1]
    for item in items:
        problems += [f"{item.id}: {problem}" for problem in _unsound(item, item.vi, item.en)]
    for dialogue in dialogues:
        for number, move in enumerate(dialogue.turns, 1):
            problems += [f"{dialogue.id}[{number}]: {problem}" for problem in _unsound(move, move.say)]
    return problems


def _unsound(expected: Expectation, *texts: str) -> Iterator[str]:
    if expected.all and all(_echoes(pattern, texts) for pattern in expected.all):
        yield "the question itself satisfies every pattern"
    if not expected.all and set(expected.out) == set(ANSWERS):
        yield "an answer is expected, but no pattern says which"


def _echoes(pattern: str, texts: Sequence[str]) -> bool:
    return any(re.search(pattern, text, re.IGNORECASE) for text in texts)
