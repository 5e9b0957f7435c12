from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from bot.machines import OneAgainstRest


@pytest.mark.parametrize("count", [2, 3, 5, 8])
def test_labels_learned_side_by_side_are_told_as_if_learned_at_once(count: int) -> None:
    chance = np.random.default_rng(7)
    centres = chance.normal(size=(count, 12))
    numbers = chance.integers(count, size=400)
    features = csr_matrix(centres[numbers] + 0.3 * chance.normal(size=(400, 12)))
    labels = [f"label {n}" for n in numbers]
    found = OneAgainstRest(1).fit(features, labels)
    assert list(found.classes_) == sorted(set(labels))
    at_once = LinearSVC(C=0.3, tol=0.1, random_state=1).fit(features, labels)
    if count > 2:  # one vector for two labels there
        assert np.corrcoef(found.coef_.ravel(), at_once.coef_.ravel())[0, 1] > 0.99
    best = found.classes_[(features @ found.coef_.T + found.intercept_).argmax(axis=1)]
    assert np.mean(best == at_once.predict(features)) > 0.97


def test_the_same_seed_gives_the_same_weights() -> None:
    features, labels = csr_matrix(np.eye(6)), list("abcabc")
    first, second = (OneAgainstRest(3).fit(features, labels) for _ in range(2))
    assert np.array_equal(first.coef_, second.coef_)
