"""What components share that learn from the export of the knowledge base, not from Rasa's examples alone.

Rasa wants the same frame of each of them: options, a fingerprint, making, loading,
training. What is learned goes into the model, so a running bot needs no export.
"""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Any, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.export import fingerprint, read_export

Self = TypeVar("Self", bound="ExportedComponent")


class ExportedComponent(GraphComponent):
    """A component with one model, learned from the export (option ``file``)."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the options: ``file``, the export of the knowledge base."""
        return {"file": "var/nlu-export.json"}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Make Rasa train again when the export changes."""
        return fingerprint(str(config.get("file", cls.get_default_config()["file"])))

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
        """Learn from the export and pack what was learned into the model."""
        self.learn(read_export(self._config["file"]), training_data)
        with self._storage.write_to(self._resource) as folder:
            self.pack(folder)
        return self._resource

    @abstractmethod
    def learn(self, export: dict[str, Any], training_data: TrainingData) -> None:
        """Learn from what the knowledge base exports and from Rasa's own examples."""

    @abstractmethod
    def pack(self, folder: Path) -> None:
        """Write what was learned into ``folder``."""

    @abstractmethod
    def unpack(self, folder: Path) -> None:
        """Read what was learned from ``folder``."""
