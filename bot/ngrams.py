"""Weighted n-grams of folded text, and what linear classifiers learn from them.

Words and word pairs tell what is said, letters carry over typing slips, folding makes
accented and unaccented Vietnamese one (figures in docs/adr/0009 and 0011).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from vietnamese.folding import fold, to_nfc
from vietnamese.spelling import respelled

_FILE = "classifiers.json"
WORDS_ALONE = ({"analyzer": str.split, "min_df": 3},)
"""Options for texts whose words are features already."""
_WORDS = {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"\w+", "sublinear_tf": True}
_LETTERS = {"analyzer": "char_wb", "ngram_range": (2, 4), "sublinear_tf": True}


def plain(text: str, slips: Mapping[str, str] | None = None) -> str:
    """Return a text folded, its misspelt words (folded, with those that were meant) corrected."""
    return fold(respelled(to_nfc(text), slips)[0] if slips else to_nfc(text))


@dataclass(frozen=True)
class Row:
    """The features of one text: the numbers of its n-grams, in order, and how much each weighs."""

    indices: Any
    data: Any


@dataclass(frozen=True)
class _Table:
    """What one vectorizer has learned, as it is needed for a single text.

    Args:
        grams: divides a text into its n-grams.
        numbers: of the n-grams.
        idf: how much each weighs.
        first: what the numbers begin with among the features.
    """

    grams: Callable[[str], list[str]]
    numbers: Mapping[str, int]
    idf: Any
    first: int

    def row(self, text: str) -> Row:
        """Return the n-grams of a text, with logarithmic counts and length 1."""
        counts = Counter(
            number for gram in self.grams(text) if (number := self.numbers.get(gram)) is not None
        )
        indices = np.array(sorted(counts), dtype=np.int64)
        data = (1 + np.log([counts[number] for number in sorted(counts)])) * self.idf[indices]
        return Row(indices + self.first, data / (np.sqrt(data @ data) or 1.0))


def ngrams(letters_in: int) -> tuple[dict[str, Any], ...]:
    """Return the options for words, word pairs and letter n-grams.

    Args:
        letters_in: letter n-grams have to occur in so many texts.
    """
    return _WORDS, {**_LETTERS, "min_df": letters_in}


class TextFeatures:
    """Weighted n-grams of folded text; kept as plain lists and arrays, never pickled."""

    def __init__(self, kinds: Sequence[Mapping[str, Any]]) -> None:
        """Begin with nothing.

        Args:
            kinds: options of scikit-learn's vectorizer for each kind of n-grams.
        """
        self._parts = [TfidfVectorizer(**options) for options in kinds]
        self._tables: list[_Table] = []

    def learn(self, texts: Sequence[str]) -> csr_matrix:
        """Learn the n-grams of ``texts`` and return their features."""
        features = hstack([part.fit_transform(texts) for part in self._parts], format="csr")
        self._tabulate()
        return features

    def of(self, text: str) -> Row:
        """Return the features of one text.

        They are those that `learn` returns for it, without the matrices of scikit-learn, whose checks
        take most of the time where there is one text only.
        """
        rows = [table.row(text) for table in self._tables]
        return Row(np.concatenate([r.indices for r in rows]), np.concatenate([r.data for r in rows]))

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
        self._tabulate()

    def _tabulate(self) -> None:
        first, self._tables = 0, []
        for part in self._parts:
            self._tables.append(_Table(part.build_analyzer(), part.vocabulary_, part.idf_, first))
            first += len(part.vocabulary_)


class LinearClassifier:
    """Labels and one weight vector for each; half precision is enough to rank them."""

    def __init__(self, labels: list[str], weights: Any, bias: Any) -> None:
        self.labels = labels
        self.weights = weights
        self.bias = bias

    @classmethod
    def learn(cls, machine: Any, features: csr_matrix, labels: Sequence[str]) -> LinearClassifier:
        """Learn to tell ``labels``.

        Args:
            machine: a linear classifier of scikit-learn, one class against the rest.
            features: a row for each text.
            labels: one for each row; two or more different ones.
        """
        machine.fit(features, labels)
        names = [str(name) for name in machine.classes_]
        weights, bias = machine.coef_, machine.intercept_
        if len(weights) == 1:  # scikit-learn keeps one vector for two classes
            weights, bias = np.vstack([-weights, weights]), np.hstack([-bias, bias])
        return cls(names, np.ascontiguousarray(weights.T).astype(np.float16), bias.astype(np.float32))

    def margins(self, features: Row) -> Any:
        """Return the margin of each label for one text."""
        rows = self.weights[features.indices].astype(np.float32)
        return features.data.astype(np.float32) @ rows + self.bias

    def best(self, scores: Any, count: int) -> list[tuple[str, float]]:
        """Return the ``count`` labels with the highest scores, best first."""
        order = np.argsort(-scores, kind="stable")[:count]
        return [(self.labels[n], round(float(scores[n]), 4)) for n in order]


class TextClassifiers:
    """Linear classifiers over the same features; none before they have learned or were unpacked.

    Attributes:
        features: of the texts.
        named: the classifiers, each under the name of what it tells.
    """

    def __init__(self, kinds: Sequence[Mapping[str, Any]]) -> None:
        """Begin with nothing.

        Args:
            kinds: options of scikit-learn's vectorizer for each kind of n-grams.
        """
        self.features = TextFeatures(kinds)
        self.named: dict[str, LinearClassifier] = {}

    def pack(self, folder: Path) -> None:
        """Write the n-grams, the labels and the weights; nothing if nothing was learned."""
        if not self.named:
            return
        labels = {name: classifier.labels for name, classifier in self.named.items()}
        learned = json.dumps({"features": self.features.dump(), "labels": labels}, ensure_ascii=False)
        (folder / _FILE).write_text(learned, encoding="utf-8")
        for name, classifier in self.named.items():
            np.savez_compressed(folder / f"{name}.npz", weights=classifier.weights, bias=classifier.bias)

    def unpack(self, folder: Path) -> None:
        """Read what `pack` wrote."""
        if not (folder / _FILE).exists():
            return
        learned = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        self.features.restore(learned["features"])
        for name, labels in learned["labels"].items():
            with np.load(folder / f"{name}.npz") as arrays:
                self.named[name] = LinearClassifier(labels, arrays["weights"], arrays["bias"])
