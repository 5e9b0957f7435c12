"""Who answers a conversation: locks in Redis where several workers share conversations.

Rasa answers the messages of a conversation one after the other under a lock. Which one comes
first is the portal's business, which hands over one message of a session at a time; the
lock also lets forgetting wait for the turn under way, in whichever worker it is.

While Redis is away each worker keeps locks of its own, as it does without Redis: a lock store
that fails would take every answer with it.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from rasa.core.lock import TicketLock
from rasa.core.lock_store import InMemoryLockStore, LockStore, RedisLockStore
from rasa.utils.endpoints import EndpointConfig
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
LIFETIME = 5.0
"""Seconds after which a lock of a worker that died lapses: a little more than a turn may take."""
_PAUSE = 0.1
_TIMEOUT = 0.25
_AWAY = 5.0
_KEPT = 60


class SharedLocks(RedisLockStore):
    """Rasa's locks in Redis, found by URL.

    Args:
        url: ``redis://``, ``rediss://`` or ``unix://``.
    """

    def __init__(self, url: str) -> None:
        self.red = Redis.from_url(url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT)
        self.key_prefix = "heza:lock:"

    def save_lock(self, lock: TicketLock) -> None:
        """Store a lock for a minute: the id of a conversation must not outlive a worker that died."""
        self.red.set(self.key_prefix + lock.conversation_id, lock.dumps(), ex=_KEPT)

    def cleanup(self, conversation_id: str, ticket_number: int) -> None:
        """Give a ticket back; if Redis went away meanwhile it lapses, and the turn counts all the same."""
        with suppress(RedisError):
            super().cleanup(conversation_id, ticket_number)


class TurnLocks(LockStore):
    """Locks in Redis (``REDIS_URL``); without it, and while it is away, in the memory of this worker."""

    def __init__(self, endpoint_config: EndpointConfig | None = None) -> None:
        url = os.environ.get("REDIS_URL")
        self._own = InMemoryLockStore()
        self._shared = SharedLocks(url) if url else None
        self._look_again = 0.0

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = LIFETIME,
        wait_time_in_seconds: float = _PAUSE,
    ) -> AsyncGenerator[TicketLock, None]:
        """Hold the lock of a conversation for as long as the context lasts.

        Raises:
            LockError: the lock was lost before it was had.
        """
        async with self._present().lock(conversation_id, lock_lifetime, wait_time_in_seconds) as lock:
            yield lock

    def _present(self) -> LockStore:
        """Return Redis if it answers; it is asked before each turn, and left alone for a while if not."""
        if self._shared is None or time.monotonic() < self._look_again:
            return self._own
        try:
            self._shared.red.ping()
        except RedisError as error:
            logger.warning("Redis is away (%s): locks hold in this worker only.", type(error).__name__)
            self._look_again = time.monotonic() + _AWAY
            return self._own
        return self._shared
