"""Where things are: the folders of a working copy, and the environment of what runs in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class Fault(Exception):
    """Something that the user has to put right; the message says what, in one line."""


@dataclass(frozen=True)
class Places:
    """The folders of one working copy.

    Args:
        root: the working copy.
        settings: environment variables; the process's own by default.
    """

    root: Path = field(default_factory=lambda: Path(__file__).resolve().parent.parent)
    settings: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    @property
    def built(self) -> Path:
        """Return the folder of what is built out of the working copy: runtimes, export for Rasa."""
        return self.root / "var"

    @property
    def data(self) -> Path:
        """Return the folder of what the assistant itself writes: ``HEZA_VAR``, by default ``var``."""
        return self.root / (self.settings.get("HEZA_VAR") or "var")

    @property
    def logs(self) -> Path:
        """Return the folder of the logs."""
        return self.data / "log"

    @property
    def model(self) -> Path:
        """Return the trained model."""
        return self.root / "models" / "heza.tar.gz"

    @property
    def nlu_export(self) -> Path:
        """Return what Rasa learns from the knowledge base; ``config.yml`` names this file."""
        return self.built / "nlu-export.json"

    @property
    def nlu_trained(self) -> Path:
        """Return what the trained model has learned; the portal tells from it what waits for training."""
        return self.data / "nlu-trained.json"

    @property
    def bot_python(self) -> Path:
        """Return the interpreter of the Rasa runtime."""
        return self.built / "venv-bot" / "bin" / "python"

    @property
    def app_python(self) -> Path:
        """Return the interpreter of the application runtime."""
        return self.built / "venv-app" / "bin" / "python"

    def bot(self, *arguments: str | Path) -> list[str]:
        """Return the command that runs a module in the Rasa runtime."""
        return [str(self.bot_python), "-m", *map(str, arguments)]

    def app(self, *arguments: str | Path) -> list[str]:
        """Return the command that runs a module in the application runtime."""
        return [str(self.app_python), "-m", *map(str, arguments)]

    def lock(self, name: str) -> Path:
        """Return a lock file of packages, for example ``app.txt``."""
        return self.root / "requirements" / name

    def shown(self, path: Path) -> str:
        """Return a path as the user should read it: short where it lies in the working copy."""
        try:
            return str(path.relative_to(self.root))
        except ValueError:
            return str(path)

    @property
    def _tracker(self) -> str:
        """Where Rasa's tracker lies: in PostgreSQL beside the rest, by default in a file of its own."""
        database = self.settings.get("DATABASE_URL") or ""
        return database if database.startswith("postgres") else str(self.data / "tracker.sqlite")

    def app_environment(self, **more: str) -> dict[str, str]:
        """Return the environment of the application runtime."""
        return {**self.settings, "PYTHONPATH": ".", "HEZA_VAR": str(self.data), **more}

    def bot_environment(self, **more: str) -> dict[str, str]:
        """Return the environment of the Rasa runtime.

        ``endpoints.yml`` and ``credentials.yml`` name the ``HEZA_…`` variables, and Rasa reads
        both files even where it needs neither, so each variable has a value. The matrices of a
        message are too small to share: threads of OpenBLAS would only wait for each other.
        """
        environment = {
            "HEZA_SECRET": "unused",
            "HEZA_ACTIONS_URL": "http://127.0.0.1:5055/webhook",
            "HEZA_TRACKER": self._tracker,
            "TF_CPP_MIN_LOG_LEVEL": "2",
            "OPENBLAS_NUM_THREADS": "1",
            **self.app_environment(),
            "RASA_TELEMETRY_ENABLED": "false",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        }
        return {**environment, **more}
