"""Which entry a message is about, and what about it: two linear classifiers.

They learn from the question forms and names of the knowledge base (by way of the
export), so editors teach them, and from Rasa's examples of intents that are about no
entry. Support vector machines, one against the rest, over words, word pairs and
letter n-grams of the folded text: letters carry over typing slips, folding makes
accented and unaccented Vietnamese one (figures in docs/adr/0009).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from bot.ngrams import LinearClassifier, TextClassifiers, ngrams, plain
from bot.spelling import CORRECTIONS
from bot.topic import Titles, title_of
from vietnamese.clauses import affirmed, parts
from vietnamese.folding import to_nfc

SUBJECTS, ASPECTS, PARTS = "subjects", "aspects", "parts"
IN_CONTEXT = "in_context"
"""The subjects of a message that is read together with the title of the topic."""
INTENT = "intent."
"""Begins the label of what is about no entry: small talk, foreign matters, a dossier."""
_ENTRY_INTENT = "ask_"
_KEPT = {SUBJECTS: 12, ASPECTS: 8}
_LETTERS_IN = 3
_TITLES = "titles.json"


@dataclass(frozen=True)
class Form:
    """A question as someone may ask it, with what it is about; an empty label teaches nothing."""

    text: str
    subject: str
    aspect: str


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SubjectClassifier(ExportedComponent):
    """Rasa component that puts ``subjects`` and ``aspects`` into the parsed message."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the options: ``file``, the export of the knowledge base; ``random_state``, the seed."""
        return {**ExportedComponent.get_default_config(), "random_state": 42}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, storage, resource)
        self._learned = TextClassifiers(ngrams(_LETTERS_IN))
        self._titles: Titles = {}

    def learn(self, export: dict[str, Any], training_data: TrainingData) -> None:
        """Learn subjects and aspects from the question forms, and what is neither from the examples."""
        self._titles = export.get("titles", {})
        forms = forms_of(export, training_data)
        features = self._learned.features.learn([plain(form.text) for form in forms])
        for name, labels in ((SUBJECTS, [f.subject for f in forms]), (ASPECTS, [f.aspect for f in forms])):
            rows = [n for n, label in enumerate(labels) if label]
            self._learned.named[name] = LinearClassifier.learn(
                OneAgainstRest(self._config["random_state"]), features[rows], [labels[n] for n in rows]
            )

    def pack(self, folder: Path) -> None:
        """Write the n-grams, the weights and the titles of the entries."""
        dump_obj_as_json_to_file(folder / _TITLES, dict(self._titles))
        self._learned.pack(folder)

    def unpack(self, folder: Path) -> None:
        """Read the n-grams, the weights and the titles of the entries."""
        self._titles = read_json_file(folder / _TITLES)
        self._learned.unpack(folder)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the best labels of both classifiers: ``[{"name": …, "margin": …}, …]``.

        Where a message puts several questions at once, ``parts`` holds the same for each. Where the
        conversation has a topic, ``in_context`` holds the subjects of the message and the topic's title.
        """
        for message in messages:
            text = affirmed(to_nfc(message.get(TEXT) or ""))
            slips = message.get(CORRECTIONS) or {}
            for name, best in self._classified(text, slips).items():
                message.set(name, best, add_to_output=True)
            found = [{"start": a, "end": b, **self._classified(text[a:b], slips)} for a, b in parts(text)]
            message.set(PARTS, found, add_to_output=True)
            title = title_of(message, self._titles)
            together = self._classified(f"{text} {title}", slips, (SUBJECTS,)) if title else {}
            message.set(IN_CONTEXT, together.get(SUBJECTS, []), add_to_output=True)
        return messages

    def _classified(
        self, text: str, slips: Mapping[str, str], names: Sequence[str] = (SUBJECTS, ASPECTS)
    ) -> dict[str, list[dict[str, Any]]]:
        features = self._learned.features.of(plain(text, slips))
        return {
            name: [
                {"name": n, "margin": m}
                for n, m in classifier.best(classifier.margins(features), _KEPT[name])
            ]
            for name, classifier in self._learned.named.items()
            if name in names
        }


def forms_of(export: dict[str, Any], training_data: TrainingData) -> list[Form]:
    """Return the question forms of the knowledge base and Rasa's examples, with what they are about."""
    forms = [Form(text, entry, f"{entry.split('.')[0]}.{facet}") for entry, facet, text in export["forms"]]
    return forms + [_of_example(example) for example in training_data.intent_examples]


def _of_example(example: Message) -> Form:
    """An example of Rasa's teaches the aspect that its intent names, or that no entry is meant."""
    text, intent = str(example.get(TEXT)), str(example.get("intent"))
    kind, _, facet = intent.removeprefix(_ENTRY_INTENT).partition("_")
    if not intent.startswith(_ENTRY_INTENT):
        return Form(text, INTENT + intent, INTENT + intent)
    return Form(text, "", f"{kind}.{facet}" if facet else "")
