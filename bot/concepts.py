"""Which entry a message is about by its concepts, whatever its words and its language.

A linear classifier as in `bot.subject`, over the concepts of the thesaurus and pairs of them. Alone it
is right less often, but it errs elsewhere: the resolver weighs both (figures in docs/adr/0014).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import dump_obj_as_json_to_file, read_json_file

from bot.exported import ExportedComponent
from bot.machines import OneAgainstRest
from bot.ngrams import WORDS_ALONE, LinearClassifier, TextClassifiers, plain
from bot.spelling import CORRECTIONS
from bot.subject import forms_of
from vietnamese.thesaurus import Thesaurus

BY_CONCEPT = "by_concept"
_FILE = "thesaurus.json"
_KEPT = 12


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ConceptClassifier(ExportedComponent):
    """Rasa component that puts ``by_concept`` into the parsed message."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the options: ``file``, the export of the knowledge base; ``random_state``, the seed."""
        return {**ExportedComponent.get_default_config(), "random_state": 42}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, storage, resource)
        self._phrases: Mapping[str, str] = {}
        self._thesaurus = Thesaurus({})
        self._learned = TextClassifiers(WORDS_ALONE)

    def learn(self, export: dict[str, Any], training_data: TrainingData) -> None:
        """Learn what question forms and Rasa's examples of no entry are about; not without a thesaurus."""
        self._know(export.get("concepts", {}))
        if not self._phrases:
            return
        forms = [form for form in forms_of(export, training_data) if form.subject]
        features = self._learned.features.learn([self._said(plain(form.text)) for form in forms])
        self._learned.named[BY_CONCEPT] = LinearClassifier.learn(
            OneAgainstRest(self._config["random_state"]), features, [form.subject for form in forms]
        )

    def pack(self, folder: Path) -> None:
        """Write the phrases, the concepts and their weights."""
        dump_obj_as_json_to_file(folder / _FILE, dict(self._phrases))
        self._learned.pack(folder)

    def unpack(self, folder: Path) -> None:
        """Read the phrases, the concepts and their weights."""
        self._know(read_json_file(folder / _FILE))
        self._learned.unpack(folder)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the best labels, ``[{"name": …, "margin": …}, …]``; none where no concept is known.

        What is denied counts as well: that no approval is needed is a concept of its own.
        """
        for message in messages:
            text = plain(message.get(TEXT) or "", message.get(CORRECTIONS) or {})
            message.set(BY_CONCEPT, self._classified(text), add_to_output=True)
        return messages

    def _know(self, phrases: Mapping[str, str]) -> None:
        self._phrases, self._thesaurus = phrases, Thesaurus(phrases)

    def _said(self, text: str) -> str:
        """Return the concepts of a text and all pairs of them, as words."""
        concepts = sorted(self._thesaurus.concepts(text))
        return " ".join([*concepts, *(f"{a}+{b}" for a, b in combinations(concepts, 2))])

    def _classified(self, text: str) -> list[dict[str, Any]]:
        classifier = self._learned.named.get(BY_CONCEPT)
        features = self._learned.features.of(self._said(text)) if classifier else None
        if classifier is None or features is None or not len(features.indices):
            return []
        return [{"name": n, "margin": m} for n, m in classifier.best(classifier.margins(features), _KEPT)]
