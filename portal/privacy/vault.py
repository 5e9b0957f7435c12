"""The vault: what was typed for a dossier look-up, for minutes, per session, never stored.

In the memory of the process, or in Redis where several portals share sessions. In Redis
values are encrypted under a key that stands in no database, and named by keyed hashes, so
that a snapshot or an append-only file of Redis holds nothing readable.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections import defaultdict
from typing import Protocol

from cryptography.fernet import Fernet, InvalidToken
from redis.asyncio import Redis

from portal.privacy.keys import PrivacyKey

SECONDS = 600
"""How long a value is kept."""
_TIMEOUT = 2.0


class Vault(Protocol):
    """Keeps values for a short time. ``kind`` names a value within its session (``code``, ``factor``)."""

    async def put(self, session: str, kind: str, value: str) -> None:
        """Keep a value; an earlier one of its kind is dropped."""

    async def take(self, session: str, kind: str) -> str | None:
        """Return a value and drop it; None if there is none any more."""

    async def forget(self, session: str) -> None:
        """Drop everything of a session."""

    async def close(self) -> None:
        """Drop what is in memory, give back connections."""


class MemoryVault:
    """A vault in the memory of this process.

    Args:
        seconds: how long a value is kept.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._values: defaultdict[str, dict[str, tuple[str, asyncio.TimerHandle]]] = defaultdict(dict)

    async def put(self, session: str, kind: str, value: str) -> None:
        """Keep a value; an earlier one of its kind is dropped."""
        self._drop(session, kind)
        timer = asyncio.get_running_loop().call_later(self._seconds, self._drop, session, kind)
        self._values[session][kind] = value, timer

    async def take(self, session: str, kind: str) -> str | None:
        """Return a value and drop it; None if there is none any more."""
        return self._drop(session, kind)

    async def forget(self, session: str) -> None:
        """Drop everything of a session."""
        for kind in list(self._values.get(session, ())):
            self._drop(session, kind)

    async def close(self) -> None:
        """Drop everything."""
        for session in list(self._values):
            await self.forget(session)

    def _drop(self, session: str, kind: str) -> str | None:
        kept = self._values.get(session, {}).pop(kind, None)
        if not self._values.get(session, True):
            del self._values[session]
        if kept is None:
            return None
        value, timer = kept
        timer.cancel()
        return value


class RedisVault:
    """A vault in Redis, shared by all portals that have the same key.

    Args:
        url: of Redis.
        key: encrypts values and names sessions.
        seconds: how long a value is kept.

    Every call raises ``redis.exceptions.RedisError`` if Redis does not answer in two seconds.
    """

    def __init__(self, url: str, key: PrivacyKey, seconds: int = SECONDS) -> None:
        self._redis = Redis.from_url(url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT)
        self._names = key.derive("vault names")
        self._cipher = Fernet(base64.urlsafe_b64encode(key.derive("vault values")))
        self._seconds = seconds

    async def put(self, session: str, kind: str, value: str) -> None:
        """Keep a value; an earlier one of its kind is dropped."""
        name = self._name(session)
        async with self._redis.pipeline(transaction=True) as commands:
            commands.hset(name, kind, self._cipher.encrypt(value.encode()).decode())
            commands.expire(name, self._seconds)
            await commands.execute()

    async def take(self, session: str, kind: str) -> str | None:
        """Return a value and drop it; None if there is none any more."""
        name = self._name(session)
        async with self._redis.pipeline(transaction=True) as commands:
            commands.hget(name, kind)
            commands.hdel(name, kind)
            kept, _ = await commands.execute()
        try:
            return self._cipher.decrypt(kept, ttl=self._seconds).decode() if kept else None
        except InvalidToken:  # older than it may be, or of another key
            return None

    async def forget(self, session: str) -> None:
        """Drop everything of a session."""
        await self._redis.delete(self._name(session))

    async def close(self) -> None:
        """Give back the connections; what is kept lapses by itself."""
        await self._redis.aclose()

    def _name(self, session: str) -> str:
        return f"heza:vault:{hmac.new(self._names, session.encode(), hashlib.sha256).hexdigest()}"


def make_vault(redis_url: str | None, key: PrivacyKey) -> Vault:
    """Return the vault of a deployment: in Redis if there is one, else in memory."""
    return RedisVault(redis_url, key) if redis_url else MemoryVault()
