"""Encryption of what the database must not know by itself: TOTP secrets, the state of a sign-in under way."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Sealer:
    """Encrypts with the last of a set of keys, decrypts with any of them.

    Args:
        keys: as `cryptography.fernet.Fernet.generate_key` makes them, oldest first.
    """

    def __init__(self, keys: list[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in reversed(keys)])

    @classmethod
    def from_file(cls, path: Path) -> Sealer:
        """Read the keys; make a first one where there is none (readable by the owner only)."""
        if not path.exists():
            _make(path)
        return cls(list(json.loads(path.read_text(encoding="utf-8")).values()))

    def seal(self, text: str) -> bytes:
        """Encrypt."""
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes, seconds: int | None = None) -> str | None:
        """Decrypt; nothing if it is not ours, was changed, or is older than so many seconds."""
        try:
            return self._fernet.decrypt(sealed, ttl=seconds).decode()
        except InvalidToken:
            return None


def _make(path: Path) -> None:
    """Make the file whole, or leave the one that another portal made meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"1": Fernet.generate_key().decode()}, file)
    with suppress(FileExistsError):
        os.link(name, path)
    Path(name).unlink()
