"""Entities by name: zones, procedures, documents, agencies, sectors, facets and times.

spaCy's PhraseMatcher runs over the folded words of the message, so that
``trang due`` finds ``Tràng Duệ``; accents that were typed must then agree. Slips of
the keys are corrected before (`bot.spelling`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import spacy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import dump_obj_as_json_to_file, read_json_file
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from bot.exported import ExportedComponent
from bot.spelling import CORRECTIONS
from bot.tokenizer import _WORD
from vietnamese.clauses import affirmed
from vietnamese.folding import accents_agree, fold, to_nfc
from vietnamese.spelling import respelled
from vietnamese.times import find_times

_OVERLAPPING = frozenset({"facet", "sector", "zone_type", "status", "property"})
"""Types of what may also be part of a name: the others compete for the words."""
_FILE = "gazetteer.json"
_NUMERAL = re.compile(r"[IVX]{1,4}|\d{1,2}", re.IGNORECASE)
_NEXT_NUMERAL = re.compile(
    r"\s*(?:,|&|/|và|va|với|voi|hay|hoặc|hoac|and|or|vs\.?|versus)\s*([IVX]{1,4}|\d{1,2})\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Name:
    """One spelling of a thing: entity type, value (an id), the name as written."""

    type: str
    value: str
    text: str


@dataclass(frozen=True)
class Match:
    """A name found in a text, with the characters that it covers."""

    name: Name
    start: int
    end: int

    def as_entity(self) -> dict[str, Any]:
        """Return the match in the form of a Rasa entity."""
        return {
            "entity": self.name.type,
            "value": self.name.value,
            "start": self.start,
            "end": self.end,
            "name": self.name.text,
            "confidence_entity": 1.0,
        }


class NameMatcher:
    """Finds names in a text; the longest wins, equally long ones are all kept."""

    def __init__(self, names: list[Name]) -> None:
        """Index the names.

        Args:
            names: any number; several may share one spelling.
        """
        self._vocab = spacy.blank("xx").vocab
        self._matcher = PhraseMatcher(self._vocab)
        self._names: dict[str, list[Name]] = {}
        for name in names:
            key = " ".join(_folded_words(name.text))
            if key:
                self._names.setdefault(key, []).append(name)
        for key in self._names:
            self._matcher.add(key, [Doc(self._vocab, words=key.split())])

    def find(self, text: str, slips: Mapping[str, str] | None = None) -> list[Match]:
        """Return the names in ``text`` (NFC), in order of their place.

        Args:
            text: a message.
            slips: its misspelt words, folded, with the words that were meant.
        """
        slips = slips or {}
        spans = [m.span() for m in _WORD.finditer(text)]
        if not spans:
            return []
        typed = [fold(text[a:b]) for a, b in spans]
        doc = Doc(self._vocab, words=[slips.get(word, word) for word in typed])
        hits = sorted(self._matcher(doc), key=lambda hit: (hit[1] - hit[2], hit[1]))
        taken: dict[str, set[int]] = {}
        found: list[Match] = []
        for key, first, last in hits:
            start, end = spans[first][0], spans[last - 1][1]
            slipped = any(word in slips for word in typed[first:last])
            known = self._names[self._vocab.strings[key]]
            agreeing = [n for n in known if slipped or _plausible(text[start:end], n)]
            for group in {_layer(n.type) for n in agreeing}:
                words = taken.setdefault(group, set())
                if words.isdisjoint(range(first, last)):
                    found += [Match(n, start, end) for n in agreeing if _layer(n.type) == group]
                    words.update(range(first, last))
        found = _without_words_of_zones(found + self._continued(text, found))
        return sorted(found, key=lambda m: (m.start, m.name.type, m.name.value))

    def _continued(self, text: str, found: list[Match]) -> list[Match]:
        """Return the names of which a text gives the number alone ("Tràng Duệ 1 và 3", "DEEP C I and II")."""
        continued = []
        for match in found:
            place = match.end
            stem = _folded_words(match.name.text)[:-1]
            while stem and _NUMERAL.fullmatch(text[match.start : place].split()[-1]):
                following = _NEXT_NUMERAL.match(text, place)
                if following is None:
                    break
                names = self._names.get(" ".join([*stem, fold(following[1])]), [])
                continued += [Match(n, *following.span(1)) for n in names if n.type == match.name.type]
                place = following.end(1)
        return continued


def _folded_words(text: str) -> list[str]:
    return [fold(w) for w in _WORD.findall(to_nfc(text))]


def _plausible(typed: str, name: Name) -> bool:
    """One word needs the right accents; several in a row identify a name by themselves."""
    return " " in typed.strip() or accents_agree(typed, name.text)


def _without_words_of_zones(found: list[Match]) -> list[Match]:
    """Leave out words for a facet inside the name of a zone: "phi" of "khu phi thuế quan" asks for no fee."""
    zones = [match for match in found if match.name.type == "zone"]
    return [
        m
        for m in found
        if m.name.type != "facet" or not any(z.start <= m.start and m.end <= z.end for z in zones)
    ]


def _layer(entity_type: str) -> str:
    """Names of things compete for the words; facets, sectors etc. may overlap them."""
    return entity_type if entity_type in _OVERLAPPING else "name"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class Gazetteer(ExportedComponent, EntityExtractorMixin):
    """Rasa component around `NameMatcher` and `vietnamese.times`."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, storage, resource)
        self._names: list[list[str]] = []
        self._matcher = NameMatcher([])

    @staticmethod
    def required_packages() -> list[str]:
        """Name the packages that the component needs."""
        return ["spacy"]

    def learn(self, export: dict[str, Any], training_data: TrainingData) -> None:
        """Take over the names of the knowledge base."""
        self._use(export["names"])

    def pack(self, folder: Path) -> None:
        """Write the names."""
        dump_obj_as_json_to_file(folder / _FILE, self._names)

    def unpack(self, folder: Path) -> None:
        """Read the names."""
        self._use(read_json_file(folder / _FILE))

    def _use(self, names: list[list[str]]) -> None:
        self._names = names
        self._matcher = NameMatcher([Name(*name) for name in names])

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities to the messages."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                slips = message.get(CORRECTIONS) or {}
                entities = [match.as_entity() for match in self._matcher.find(affirmed(text), slips)]
                entities += _times(text, slips)
                found = message.get(ENTITIES, []) + self.add_extractor_name(entities)
                message.set(ENTITIES, found, add_to_output=True)
        return messages


def _times(text: str, slips: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the times that a text names as Rasa's entities."""
    written, places = respelled(text, slips)
    return [
        {
            "entity": "time",
            "value": time.value,
            "role": time.relation,
            "group": "licensed" if time.licensed else "stated",
            "start": places[time.start],
            "end": places[time.end],
            "confidence_entity": 1.0,
        }
        for time in find_times(written)
    ]
