"""The intent of a message: logistic regression over weighted n-grams of the folded text.

One intent against the rest. On our own questions it is right more often than Rasa's logistic regression
on counted n-grams, and is trained in a sixth of the time (docs/adr/0011).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.linear_model import LogisticRegression

from bot.ngrams import LinearClassifier, TextClassifiers, ngrams, plain
from bot.packed import PackedComponent
from bot.spelling import CORRECTIONS
from vietnamese.clauses import affirmed
from vietnamese.folding import to_nfc

_RANKING = "intent_ranking"
_LETTERS_IN = 2
_COST = 30.0


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(PackedComponent):
    """Rasa component that puts ``intent`` and ``intent_ranking`` into the parsed message."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the options: ``random_state``, the seed; ``ranking_length``, how many intents are kept."""
        return {"random_state": 42, "ranking_length": 10}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, storage, resource)
        self._learned = TextClassifiers(ngrams(_LETTERS_IN))

    def teach(self, training_data: TrainingData) -> None:
        """Learn from the examples; two or more intents are needed for that."""
        examples = [(plain(e.get(TEXT)), e.get(INTENT)) for e in training_data.intent_examples if e.get(TEXT)]
        labels = [intent for _, intent in examples]
        if len(set(labels)) > 1:
            features = self._learned.features.learn([text for text, _ in examples])
            machine = LogisticRegression(
                solver="liblinear", C=_COST, random_state=self._config["random_state"]
            )
            self._learned.named[INTENT] = LinearClassifier.learn(machine, features, labels)

    def pack(self, folder: Path) -> None:
        """Write the n-grams and the weights."""
        self._learned.pack(folder)

    def unpack(self, folder: Path) -> None:
        """Read the n-grams and the weights."""
        self._learned.unpack(folder)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the intent and the ranking; where no word or letter is known, there is none."""
        for message in messages:
            ranking = self._ranking(message)
            first = ranking[0] if ranking else {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}
            message.set(INTENT, first, add_to_output=True)
            message.set(_RANKING, ranking, add_to_output=True)
        return messages

    def _ranking(self, message: Message) -> list[dict[str, Any]]:
        text = message.get(TEXT)
        classifier = self._learned.named.get(INTENT)
        if not text or classifier is None:
            return []
        slips = message.get(CORRECTIONS) or {}
        features = self._learned.features.of(plain(affirmed(to_nfc(text)), slips))
        if not len(features.indices):  # nothing in it was ever seen: the bias alone would choose
            return []
        margins = classifier.margins(features)
        chances = 1 / (1 + np.exp(-margins))
        return [
            {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: chance}
            for name, chance in classifier.best(chances / chances.sum(), self._config["ranking_length"])
        ]
