"""The language of one message: Vietnamese (with or without accents) or English.

Naive Bayes over the letter n-grams of the folded words. It learns from the two
languages of the knowledge base, whose Vietnamese it sees without accents; typed
accents then settle the matter. Names of parks and the like speak for no language
and are left out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import dump_obj_as_json_to_file, read_json_file

from bot.exported import ExportedComponent
from vietnamese.folding import has_accents, words

LANGUAGE = "language"
_FILE = "language.json"
_MIN_COUNT = 2
_ACCENT_WEIGHT = 2.0
"""Log-odds in favour of Vietnamese for each word that carries an accent."""


class LanguageModel:
    """Log-odds of letter n-grams: positive speaks for Vietnamese."""

    def __init__(self, weights: dict[str, float]) -> None:
        self.weights = weights

    @classmethod
    def learn(cls, vietnamese: Iterable[str], english: Iterable[str]) -> LanguageModel:
        """Learn from texts of both languages (any number of sentences each)."""
        counts = [Counter(g for t in texts for g in _grams(words(t))) for texts in (vietnamese, english)]
        known = {gram for gram, n in (counts[0] + counts[1]).items() if n >= _MIN_COUNT}
        totals = [sum(c[g] + 1 for g in known) for c in counts]
        return cls(
            {
                gram: round(
                    math.log((counts[0][gram] + 1) / totals[0]) - math.log((counts[1][gram] + 1) / totals[1]),
                    3,
                )
                for gram in sorted(known)
            }
        )

    def probability(self, text: str) -> float:
        """Return the probability that ``text`` is Vietnamese; 0.5 if nothing speaks."""
        odds = 0.0
        for word in text.split():
            grams = [self.weights[g] for g in _grams(words(word)) if g in self.weights]
            odds += sum(grams) / math.sqrt(len(grams)) if grams else 0.0
            odds += _ACCENT_WEIGHT if has_accents(word) else 0.0
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def _grams(folded: list[str]) -> Iterable[str]:
    for word in folded:
        if not word.isdigit():
            padded = f"<{word}>"
            yield padded
            yield from (padded[i : i + 3] for i in range(len(padded) - 2))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LanguageIdentifier(ExportedComponent):
    """Rasa component that puts ``language`` into the parsed message."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, storage, resource)
        self._model = LanguageModel({})

    def learn(self, export: dict[str, Any], training_data: TrainingData) -> None:
        """Learn from the texts of the knowledge base."""
        self._model = LanguageModel.learn(export["texts"]["vi"], export["texts"]["en"])

    def pack(self, folder: Path) -> None:
        """Write the weights."""
        dump_obj_as_json_to_file(folder / _FILE, self._model.weights)

    def unpack(self, folder: Path) -> None:
        """Read the weights."""
        self._model = LanguageModel(read_json_file(folder / _FILE))

    def process(self, messages: list[Message]) -> list[Message]:
        """Add ``{"language": {"name": "vi"|"en", "confidence": 0.5..1}}``."""
        for message in messages:
            probability = self._model.probability(_without_names(message))
            language = {
                "name": "vi" if probability >= 0.5 else "en",
                "confidence": round(max(probability, 1 - probability), 4),
            }
            message.set(LANGUAGE, language, add_to_output=True)
        return messages


def _without_names(message: Message) -> str:
    text = message.get(TEXT) or ""
    spans = [(e["start"], e["end"]) for e in message.get(ENTITIES, []) if e["entity"] in {"zone", "document"}]
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + " " + text[end:]
    return text
