"""The learner of the classifiers over question forms: a linear support vector machine on two processors.

liblinear learns one label against the rest after the other on one processor, which is most of the
training. The labels are independent of each other, so half of them can be learned beside the other half.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

_COST = 0.3
_TOLERANCE = 0.1  # the default of liblinear itself; scikit-learn's 1e-4 trains longer
_GROUPS = 2
"""Not the number of processors: the same inputs have to give the same weights on every machine."""
_REST = ""
"""Stands for the labels of the other group; sorts before any label."""


class OneAgainstRest:
    """Learns to tell labels, each against all others, as scikit-learn's `LinearSVC` does.

    Attributes:
        classes_: the labels, sorted.
        coef_: the weights, a row for each label.
        intercept_: the bias of each label.
    """

    def __init__(self, seed: int) -> None:
        """Begin with nothing.

        Args:
            seed: of the order in which liblinear visits the examples.
        """
        self._seed = seed
        self.classes_: Any = np.array([])
        self.coef_: Any = np.empty((0, 0))
        self.intercept_: Any = np.array([])

    def fit(self, features: csr_matrix, labels: Sequence[str]) -> OneAgainstRest:
        """Learn from a row of features for each label; two or more different labels."""
        names = np.array(sorted(set(labels)))
        groups = [names[n::_GROUPS] for n in range(_GROUPS)]
        learned = Parallel(n_jobs=_GROUPS)(
            delayed(_learn)(features, np.array(labels), group, self._seed) for group in groups
        )
        order = np.argsort(np.concatenate(groups))
        self.classes_ = names
        self.coef_ = np.vstack([weights for weights, _ in learned])[order]
        self.intercept_ = np.concatenate([bias for _, bias in learned])[order]
        return self


def _learn(features: csr_matrix, labels: Any, group: Any, seed: int) -> tuple[Any, Any]:
    """Return the weights and the biases of the labels of a group."""
    machine = LinearSVC(C=_COST, tol=_TOLERANCE, random_state=seed)
    machine.fit(features, np.where(np.isin(labels, group), labels, _REST))
    own = machine.classes_ != _REST
    if len(machine.classes_) == 2:  # scikit-learn keeps one vector for two classes, that of the second
        return machine.coef_, machine.intercept_
    return machine.coef_[own], machine.intercept_[own]
