"""Corrects slips of the keys once, for all components that come after.

The known words are those of the knowledge base (by way of the export) and of Rasa's
examples. The text itself stays as typed; `CORRECTIONS` says which of its words stand
for which known ones, and the lemmas of the tokens are the corrected words.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.exported import ExportedComponent
from vietnamese.folding import to_nfc, words
from vietnamese.spelling import Speller, pairs_of

CORRECTIONS = "corrections"
_FILE = "spelling.json"
_PAIR_FROM = 2
"""Times that two words must stand together to speak for each other."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SpellingCorrector(ExportedComponent):
    """Rasa component that puts ``corrections`` into the parsed message: typed word, folded, to known word."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, storage, resource)
        self._learned: dict[str, dict[str, int]] = {"words": {}, "pairs": {}}
        self._speller = Speller({})

    def learn(self, export: dict[str, Any], training_data: TrainingData) -> None:
        """Count the words of the knowledge base and of the examples."""
        texts = [text for _entry, _facet, text in export["forms"]]
        texts += [name for _type, _value, name in export["names"]]
        texts += [text for lang in export["texts"].values() for text in lang]
        texts += [str(example.get(TEXT)) for example in training_data.intent_examples]
        known: Counter[str] = Counter()
        pairs: Counter[str] = Counter()
        for text in texts:
            split = words(to_nfc(text))
            known.update(split)
            pairs.update(pairs_of(split))
        common = {pair: count for pair, count in pairs.items() if count >= _PAIR_FROM}
        self._use({"words": dict(known), "pairs": common})

    def pack(self, folder: Path) -> None:
        """Write the words."""
        (folder / _FILE).write_text(json.dumps(self._learned, ensure_ascii=False), encoding="utf-8")

    def unpack(self, folder: Path) -> None:
        """Read the words."""
        self._use(json.loads((folder / _FILE).read_text(encoding="utf-8")))

    def _use(self, learned: dict[str, dict[str, int]]) -> None:
        self._learned = learned
        self._speller = Speller(learned["words"], learned["pairs"])

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training data as they are: all of their words are known."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the corrections to the messages, and to the lemmas of their tokens."""
        for message in messages:
            text = message.get(TEXT)
            if not text:
                continue
            found = self._speller.corrections(words(to_nfc(text)))
            message.set(CORRECTIONS, found, add_to_output=True)
            for token in message.get(TOKENS_NAMES[TEXT]) or []:
                token.lemma = found.get(token.lemma, token.lemma)
        return messages
