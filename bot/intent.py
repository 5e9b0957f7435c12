"""The intent of a message: Rasa's logistic regression, laid out to judge one message at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(LogisticRegressionClassifier):
    """Rasa's component, whose weights lie in memory as the product with a sparse row reads them.

    scikit-learn multiplies the features with the transposed weights. Where those lie row by row, SciPy
    copies all of them (1.3 million numbers) for each message, which takes longer than the rest of the
    pipeline together (docs/results/nlu-latency.md). Column by column, nothing is copied.
    """

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LogisticRegressionClassifier:
        """Load what was trained, and lay out its weights."""
        component = super().load(config, model_storage, resource, execution_context, **kwargs)
        component.clf.coef_ = np.asfortranarray(component.clf.coef_)
        return component
