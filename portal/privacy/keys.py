"""The key under which the portal keeps what it must recognise but not know."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

_BYTES = 32


class PrivacyKey:
    """A secret kept outside the databases; several portals over one database share it.

    Args:
        secret: at least 32 random bytes.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    @classmethod
    def from_file(cls, path: Path) -> PrivacyKey:
        """Read the key; make one where there is none (readable by the owner only).

        Raises:
            ValueError: the file holds no key of 32 bytes in hexadecimal digits.
        """
        if not path.exists():
            _make(path)
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
        if len(secret) < _BYTES:
            raise ValueError(f"{path} holds no key of {_BYTES} bytes")
        return cls(secret)

    def derive(self, purpose: str) -> bytes:
        """Return the key for one purpose (32 bytes)."""
        return hmac.digest(self._secret, purpose.encode(), hashlib.sha256)

    def fingerprint(self, record: dict[str, Any]) -> str:
        """Return a keyed hash of ``record``: tells whether another one is the same, and no more."""
        canonical = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hmac.new(self.derive("request"), canonical.encode(), hashlib.sha256).hexdigest()


def _make(path: Path) -> None:
    """Make the file whole, or leave the one that another process made meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)  # readable by the owner only
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_BYTES))
    with suppress(FileExistsError):
        os.link(name, path)
    Path(name).unlink()
