"""Linear classifiers on weighted n-grams, outside Rasa, for the comparison only.

They show what the examples themselves give, whatever a pipeline makes of them. `bot.subject` is made
like this one; it has no probabilities, which the resolver wants of intents.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from benchmarks.nlu.workbench import Example, Model
from vietnamese.folding import fold

OUTSIDE: dict[str, Callable[[int], Any]] = {
    "linear SVM on TF-IDF, outside Rasa": lambda seed: LinearSVC(C=0.3, random_state=seed),
}
"""Makers of classifiers, by the name that the comparison gives them; one against the rest, both."""


class Machine:
    """Tells intents, in the form in which Rasa says them."""

    def __init__(self, name: str, seed: int) -> None:
        words = TfidfVectorizer(preprocessor=fold, ngram_range=(1, 2), sublinear_tf=True)
        letters = TfidfVectorizer(
            preprocessor=fold, analyzer="char_wb", ngram_range=(2, 4), min_df=2, sublinear_tf=True
        )
        self._machine = make_pipeline(make_union(words, letters), OUTSIDE[name](seed))

    def train(self, examples: Sequence[Example], folder: Path) -> Model:
        """Learn, and write what was learned into ``folder`` for its size."""
        started = time.monotonic()
        self._machine.fit([e.text for e in examples], [e.intent for e in examples])
        path = folder / "machine.pickle"
        path.write_bytes(pickle.dumps(self._machine))
        return Model(path, time.monotonic() - started)

    def parse(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """Return the intent of each text."""
        return [{"intent": {"name": str(name)}} for name in self._machine.predict(list(texts))]
