"""The bearer keys of those who may feed dossiers: several at a time, so that they change without a pause.

The file holds hashes only. A key has 256 random bits, so a plain SHA-256 hides it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dossiers.keys import KeyFault, check_private, write_secret
from knowledge.database import var

_PREFIX = "hzf"
FEED_KEYS = "dossier-feed-keys.json"
"""Name of the file of the feed keys."""


def feed_key_file() -> Path:
    """Return the file of the feed keys."""
    return var() / FEED_KEYS


@dataclass(frozen=True)
class FeedKey:
    """A key that was given out; times are ISO 8601 in UTC."""

    id: str
    name: str
    digest: str
    created_at: str
    expires_at: str | None = None
    revoked_at: str | None = None

    def usable(self, now: datetime) -> bool:
        """Tell whether the key still opens the feed."""
        expired = self.expires_at is not None and now >= datetime.fromisoformat(self.expires_at)
        return self.revoked_at is None and not expired


class FeedKeys:
    """The keys in a file. A change takes effect at once in every process that reads it.

    Args:
        path: of the file; it need not exist.
        clock: tells the time in UTC.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = path
        self._clock = clock

    def all(self) -> list[FeedKey]:
        """Return every key that was given out, revoked ones too, oldest first.

        Raises:
            KeyFault: the file is damaged, or others may read it.
        """
        if not self._path.is_file():
            return []
        check_private(self._path)
        try:
            return [FeedKey(**item) for item in json.loads(self._path.read_text(encoding="utf-8"))]
        except (ValueError, TypeError) as error:
            raise KeyFault(f"{self._path} is no list of feed keys") from error

    def add(self, name: str, lifetime: timedelta | None = None) -> str:
        """Make a key and return it; it is told this once and can never be read again.

        Args:
            name: of the system or person that gets it.
            lifetime: how long it is good for; without an end by default.
        """
        now, key_id, secret = self._clock(), secrets.token_hex(4), secrets.token_urlsafe(32)
        token = f"{_PREFIX}_{key_id}_{secret}"
        expires = (now + lifetime).isoformat() if lifetime else None
        self._write([*self.all(), FeedKey(key_id, name, _digest(token), now.isoformat(), expires)])
        return token

    def revoke(self, key_id: str) -> bool:
        """Put a key out of use; False if there is none of this id in use."""
        keys, now = self.all(), self._clock().isoformat()
        if not any(k.id == key_id and k.revoked_at is None for k in keys):
            return False
        self._write([FeedKey(**asdict(k) | {"revoked_at": now}) if k.id == key_id else k for k in keys])
        return True

    def name_of(self, token: str) -> str | None:
        """Return who holds a key, for the record of an event; None if it opens nothing."""
        digest, found = _digest(token), None
        for key in self.all():
            if hmac.compare_digest(key.digest, digest) and key.usable(self._clock()):
                found = f"{key.name} ({key.id})"
        return found

    def _write(self, keys: list[FeedKey]) -> None:
        write_secret(self._path, json.dumps([asdict(k) for k in keys], indent=1))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
