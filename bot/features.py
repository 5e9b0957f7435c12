"""Which kinds of names a message holds, as features of the intent classifier.

"How large is X" is a question about a zone because X is one: with the kinds of
the names as features, the classifier need not have seen every name.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import (
    ENTITIES,
    FEATURE_TYPE_SENTENCE,
    FEATURE_TYPE_SEQUENCE,
    TEXT,
)
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

KINDS = (
    "procedure", "incentive", "customs", "zone", "statistic", "authority", "document", "time", "sector",
    "zone_type", "status",
)  # fmt: skip
FACETS = (
    "overview", "agency", "conditions", "components", "steps", "time_limit", "fee", "where", "result",
    "online", "legal_basis", "area", "developer", "location", "within", "sectors", "established", "website",
    "compare",
)  # fmt: skip


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class EntityKindFeaturizer(SparseFeaturizer, GraphComponent):
    """Adds one sparse feature per kind of name and per facet word."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Need tokens; the gazetteer has to come before."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the options: ``weight``, the value of a feature that is present."""
        return {**SparseFeaturizer.get_default_config(), "weight": 1.0}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EntityKindFeaturizer:
        """Make the component."""
        return cls(execution_context.node_name, config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the features to the training examples."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the features to the messages."""
        for message in messages:
            tokens = message.get(TOKENS_NAMES[TEXT])
            if tokens:
                self._add(message, len(tokens))
        return messages

    def _add(self, message: Message, length: int) -> None:
        row = np.zeros((1, len(KINDS) + len(FACETS)), dtype=np.float32)
        for entity in message.get(ENTITIES, []):
            if entity["entity"] in KINDS:
                row[0, KINDS.index(entity["entity"])] = self._config["weight"]
            elif entity["entity"] == "facet" and entity["value"] in FACETS:
                row[0, len(KINDS) + FACETS.index(entity["value"])] = self._config["weight"]
        sequence = csr_matrix((length, row.shape[1]), dtype=np.float32)
        for kind, matrix in ((FEATURE_TYPE_SEQUENCE, sequence), (FEATURE_TYPE_SENTENCE, csr_matrix(row))):
            message.add_features(Features(matrix, kind, TEXT, self._identifier))

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Accept any configuration: there is nothing to get wrong."""
