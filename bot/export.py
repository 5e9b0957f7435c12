"""Reading of what the knowledge base exports for training (names, facets, texts).

The app runtime writes the file before training (`python -m knowledge export-nlu`);
its content is packed into the trained model, so a running bot needs no file.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from rasa.shared.exceptions import RasaException


def read_export(path: str) -> dict[str, Any]:
    """Return the exported JSON.

    Raises:
        RasaException: the file is missing; the message says how to make it.
    """
    file = Path(path)
    if not file.is_file():
        raise RasaException(
            f"{path} is missing. Write it with 'make train' or 'python -m knowledge export-nlu'."
        )
    loaded: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return loaded


def fingerprint(path: str) -> str:
    """Return a hash of the file, so that Rasa trains again when the names change."""
    file = Path(path)
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "missing"
