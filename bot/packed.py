"""What our components share that learn something: the frame that Rasa wants of each of them.

Options, making, loading, training. What is learned is packed into the model.
"""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Any, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.training_data import TrainingData

Self = TypeVar("Self", bound="PackedComponent")


class PackedComponent(GraphComponent):
    """A component that learns, packs what it learned into the model, and is loaded from there."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = {**self.get_default_config(), **config}
        self._storage = storage
        self._resource = resource

    @classmethod
    def create(
        cls: type[Self],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        """Make an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls: type[Self],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Self:
        """Make a component with what was packed into the model."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component.unpack(folder)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Learn, and pack what was learned into the model."""
        self.teach(training_data)
        with self._storage.write_to(self._resource) as folder:
            self.pack(folder)
        return self._resource

    @abstractmethod
    def teach(self, training_data: TrainingData) -> None:
        """Learn from Rasa's own examples, or from whatever else there is."""

    @abstractmethod
    def pack(self, folder: Path) -> None:
        """Write what was learned into ``folder``."""

    @abstractmethod
    def unpack(self, folder: Path) -> None:
        """Read what was learned from ``folder``."""
