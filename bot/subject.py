"""Which entry a message is about, and what about it: two linear classifiers.

They learn from the question forms and names of the knowledge base (by way of the
export), so editors teach them, and from Rasa's examples of intents that are about no
entry. Support vector machines, one against the rest, over words, word pairs and
letter n-grams of the folded text: letters carry over typing slips, folding makes
accented and unaccented Vietnamese one (figures in docs/adr/0009).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from bot.exported import ExportedComponent
from bot.spelling import CORRECTIONS
from vietnamese.clauses import affirmed, parts
from vietnamese.folding import fold, to_nfc
from vietnamese.spelling import respelled

SUBJECTS, ASPECTS, PARTS = "subjects", "aspects", "parts"
INTENT = "intent."
"""Begins the label of what is about no entry: small talk, foreign matters, a dossier."""
_ENTRY_INTENT = "ask_"
_KEPT = {SUBJECTS: 12, ASPECTS: 8}
_COST = 0.3
_TOLERANCE = 0.1  # the default of liblinear itself; scikit-learn's 1e-4 trains longer
_WORDS = {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"\w+", "sublinear_tf": True}
_LETTERS = {"analyzer": "char_wb", "ngram_range": (2, 4), "min_df": 3, "sublinear_tf": True}


@dataclass(frozen=True)
class Form:
    """A question as someone may ask it, with what it is about; an empty label teaches nothing."""

    text: str
    subject: str
    aspect: str


class TextFeatures:
    """Weighted n-grams of folded text; kept as plain lists and arrays, never pickled."""

    def __init__(self) -> None:
        self._parts = [TfidfVectorizer(**_WORDS), TfidfVectorizer(**_LETTERS)]

    def learn(self, texts: Sequence[str]) -> csr_matrix:
        """Learn the n-grams of ``texts`` and return their features."""
        return hstack([part.fit_transform(texts) for part in self._parts], format="csr")

    def of(self, text: str) -> csr_matrix:
        """Return the features of one text (one row)."""
        return hstack([part.transform([text]) for part in self._parts], format="csr")

    def dump(self) -> list[dict[str, Any]]:
        """Return what was learned as plain data."""
        return [
            {"terms": list(part.get_feature_names_out()), "idf": [round(float(x), 4) for x in part.idf_]}
            for part in self._parts
        ]

    def restore(self, dumped: list[dict[str, Any]]) -> None:
        """Take over what `dump` returned."""
        for part, data in zip(self._parts, dumped, strict=True):
            part.vocabulary = {term: n for n, term in enumerate(data["terms"])}
            part.idf_ = np.array(data["idf"])


class LinearClassifier:
    """Labels and one weight vector for each; half precision is enough to rank them."""

    def __init__(self, labels: list[str], weights: Any, bias: Any) -> None:
        self.labels = labels
        self.weights = weights
        self.bias = bias

    @classmethod
    def learn(cls, features: csr_matrix, labels: Sequence[str], seed: int) -> LinearClassifier:
        """Learn to tell ``labels`` (one per row of ``features``; two or more different ones)."""
        machine = LinearSVC(C=_COST, tol=_TOLERANCE, random_state=seed)
        machine.fit(features, labels)
        names = [str(name) for name in machine.classes_]
        weights, bias = machine.coef_, machine.intercept_
        if len(names) == 2:  # scikit-learn keeps one vector for two classes
            weights, bias = np.vstack([-weights, weights]), np.hstack([-bias, bias])
        return cls(names, np.ascontiguousarray(weights.T).astype(np.float16), bias.astype(np.float32))

    def best(self, features: csr_matrix, count: int) -> list[tuple[str, float]]:
        """Return the ``count`` best labels with their margins (about -1 … 1), best first."""
        rows = self.weights[features.indices].astype(np.float32)
        margins = features.data.astype(np.float32) @ rows + self.bias
        order = np.argsort(-margins, kind="stable")[:count]
        return [(self.labels[n], round(float(margins[n]), 4)) for n in order]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SubjectClassifier(ExportedComponent):
    """Rasa component that puts ``subjects`` and ``aspects`` into the parsed message."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the options: ``file``, the export of the knowledge base; ``random_state``, the seed."""
        return {**ExportedComponent.get_default_config(), "random_state": 42}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, storage, resource)
        self._features = TextFeatures()
        self._classifiers: dict[str, LinearClassifier] = {}

    def learn(self, export: dict[str, Any], training_data: TrainingData) -> None:
        """Learn subjects and aspects from the question forms, and what is neither from the examples."""
        forms = [
            Form(text, entry, f"{entry.split('.')[0]}.{facet}") for entry, facet, text in export["forms"]
        ]
        forms += [_of_example(example) for example in training_data.intent_examples]
        plain = [_plain(form.text) for form in forms]
        features = self._features.learn(plain)
        for name, labels in ((SUBJECTS, [f.subject for f in forms]), (ASPECTS, [f.aspect for f in forms])):
            rows = [n for n, label in enumerate(labels) if label]
            self._classifiers[name] = LinearClassifier.learn(
                features[rows], [labels[n] for n in rows], self._config["random_state"]
            )

    def pack(self, folder: Path) -> None:
        """Write the n-grams and the weights."""
        learned = {
            "features": self._features.dump(),
            "labels": {n: c.labels for n, c in self._classifiers.items()},
        }
        (folder / "subject.json").write_text(json.dumps(learned, ensure_ascii=False), encoding="utf-8")
        for name, classifier in self._classifiers.items():
            np.savez_compressed(folder / f"{name}.npz", weights=classifier.weights, bias=classifier.bias)

    def unpack(self, folder: Path) -> None:
        """Read the n-grams and the weights."""
        learned = json.loads((folder / "subject.json").read_text(encoding="utf-8"))
        self._features.restore(learned["features"])
        for name, labels in learned["labels"].items():
            with np.load(folder / f"{name}.npz") as arrays:
                self._classifiers[name] = LinearClassifier(labels, arrays["weights"], arrays["bias"])

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training data as they are."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the best labels of both classifiers: ``[{"name": …, "margin": …}, …]``.

        Where a message puts several questions at once, ``parts`` holds the same for each.
        """
        for message in messages:
            text = affirmed(to_nfc(message.get(TEXT) or ""))
            slips = message.get(CORRECTIONS) or {}
            for name, best in self._classified(text, slips).items():
                message.set(name, best, add_to_output=True)
            found = [{"start": a, "end": b, **self._classified(text[a:b], slips)} for a, b in parts(text)]
            message.set(PARTS, found, add_to_output=True)
        return messages

    def _classified(self, text: str, slips: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
        features = self._features.of(_plain(respelled(text, slips)[0]))
        return {
            name: [{"name": n, "margin": m} for n, m in classifier.best(features, _KEPT[name])]
            for name, classifier in self._classifiers.items()
        }


def _of_example(example: Message) -> Form:
    """An example of Rasa's teaches the aspect that its intent names, or that no entry is meant."""
    text, intent = str(example.get(TEXT)), str(example.get("intent"))
    kind, _, facet = intent.removeprefix(_ENTRY_INTENT).partition("_")
    if not intent.startswith(_ENTRY_INTENT):
        return Form(text, INTENT + intent, INTENT + intent)
    return Form(text, "", f"{kind}.{facet}" if facet else "")


def _plain(text: str) -> str:
    return fold(to_nfc(text))
