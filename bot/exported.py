"""What components share that learn from the export of the knowledge base, not from Rasa's examples alone.

What is learned goes into the model, so a running bot needs no export.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.export import fingerprint, read_export
from bot.packed import PackedComponent


class ExportedComponent(PackedComponent):
    """A component with one model, learned from the export (option ``file``)."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the options: ``file``, the export of the knowledge base."""
        return {"file": "var/nlu-export.json"}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Make Rasa train again when the export changes."""
        return fingerprint(str(config.get("file", cls.get_default_config()["file"])))

    def teach(self, training_data: TrainingData) -> None:
        """Learn from the export."""
        self.learn(read_export(self._config["file"]), training_data)

    @abstractmethod
    def learn(self, export: dict[str, Any], training_data: TrainingData) -> None:
        """Learn from what the knowledge base exports and from Rasa's own examples."""
