"""Keyed hashes of codes, second factors and clients, with keys that never lie in the database.

HMAC-SHA-256 under a random key of 256 bits (docs/adr/0010-dossier-identity.md): four digits are
guessed in no time by whoever has the key, however slow the hash, and by nobody who has not.
A hash names its key, so that keys can be changed while hashes of old ones are still about.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

Purpose = Literal["code", "phone", "secret", "tax_code", "client", "network", "session"]
"""What is hashed; each purpose has a key of its own, derived from the one that is kept."""

KEY_BYTES = 32


class KeyFault(Exception):
    """A key is missing or malformed; the message says what to do."""


@dataclass(frozen=True)
class Key:
    """One key and what is derived from it."""

    id: str
    value: bytes

    @cached_property
    def fingerprint(self) -> str:
        """Tells two keys of the same name apart, and nothing about the key."""
        return hmac.digest(self.value, b"fingerprint", "sha256").hex()[:16]

    @cached_property
    def _derived(self) -> dict[str, bytes]:
        return {}

    def hash(self, purpose: Purpose, value: str, salt: bytes = b"") -> bytes:
        """Return the keyed hash of ``value``: 32 bytes.

        Args:
            purpose: what the value is.
            value: in its normal form.
            salt: of the dossier; always of one length, so that it cannot run into the value.
        """
        key = self._derived.get(purpose)
        if key is None:
            key = self._derived[purpose] = hmac.digest(self.value, purpose.encode(), "sha256")
        return hmac.digest(key, salt + value.encode(), "sha256")


class Keys:
    """The keys in use, oldest first; the last one is the current one, under which all that is new is hashed.

    Args:
        keys: at least one, with different ids.

    Raises:
        KeyFault: none, or one id twice.
    """

    def __init__(self, keys: list[Key]) -> None:
        if not keys or len({k.id for k in keys}) < len(keys):
            raise KeyFault("there has to be at least one dossier key, and each id only once")
        self.all = tuple(keys)
        self.current = keys[-1]
        self._by_id = {k.id: k for k in keys}

    def of(self, key_id: str) -> Key | None:
        """Return a key by its id."""
        return self._by_id.get(key_id)


def parse_keys(text: str) -> Keys:
    """Read keys as ``HEZA_DOSSIER_KEY`` writes them: ``id:base64``, several separated by commas.

    Raises:
        KeyFault: malformed, or a key shorter than 256 bits.
    """
    keys = []
    for item in text.split(","):
        key_id, found, value = item.strip().partition(":")
        try:
            decoded = base64.b64decode(value, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            decoded = b""
        if not key_id or not found or len(decoded) < KEY_BYTES:
            raise KeyFault("a dossier key has to be 'id:' and at least 32 bytes in base64")
        keys.append(Key(key_id, decoded))
    return Keys(keys)


def read_keys(path: Path, env: Mapping[str, str] | None = None) -> Keys:
    """Read the keys from ``HEZA_DOSSIER_KEY``, else from a file, which is made if there is none.

    Args:
        path: of the file: a JSON object, value by id, the current one last; mode 0600.
        env: environment variables; the process's own by default.

    Raises:
        KeyFault: malformed, or a file that others may read.
    """
    given = (os.environ if env is None else env).get("HEZA_DOSSIER_KEY")
    if given:
        return parse_keys(given)
    if not path.is_file():
        write_secret(path, json.dumps({"1": new_key()}))
    return parse_keys(",".join(f"{key_id}:{value}" for key_id, value in _stored(path).items()))


def add_key(path: Path) -> str:
    """Add a new current key to the file and return its id; running processes take it up when restarted."""
    stored = _stored(path) if path.is_file() else {}
    key_id = str(max((int(k) for k in stored if k.isdecimal()), default=0) + 1)
    write_secret(path, json.dumps({**stored, key_id: new_key()}))
    return key_id


def new_key() -> str:
    """Return a new random key in base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    new.replace(path)


def check_private(path: Path) -> None:
    """Refuse a file that others may read.

    Raises:
        KeyFault: they may.
    """
    if path.stat().st_mode & 0o077:
        raise KeyFault(f"{path} can be read by others: chmod 600 {path}")


def _stored(path: Path) -> dict[str, str]:
    check_private(path)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(key_id): str(value) for key_id, value in found.items()}
    except (ValueError, AttributeError) as error:
        raise KeyFault(f"{path} is no JSON object of keys") from error
