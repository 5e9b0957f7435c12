"""Wakes the streams of a session when something happened in it, in this portal or in another one.

A wake-up carries no data: whoever is woken reads the store. One that gets lost costs
a moment, because streams look by themselves now and then, and never an event.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Literal

from redis.asyncio import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
Note = Literal["event", "typing"]
_CHANNEL = "heza:wake"
_TIMEOUT = 2.0
_LONGEST_PAUSE = 30.0


class Listener:
    """One stream that waits."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()
        self._notes: set[Note] = set()

    def wake(self, note: Note) -> None:
        """End the wait, or the next one."""
        self._notes.add(note)
        self._woken.set()

    async def wait(self, seconds: float) -> set[Note]:
        """Wait for wake-ups, at most for ``seconds``, and return them."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        notes, self._notes = self._notes, set()
        self._woken.clear()
        return notes


class Hub:
    """The streams of this portal, and the way to those of others.

    Args:
        redis_url: Redis through which several portals wake each other's streams; without it, streams
            of other portals see events when they next look.
    """

    def __init__(self, redis_url: str | None = None) -> None:
        self._listeners: defaultdict[str, set[Listener]] = defaultdict(set)
        self._redis_url = redis_url
        self._redis: Redis | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to hear other portals."""
        if self._redis_url:
            self._redis = Redis.from_url(
                self._redis_url,
                socket_connect_timeout=_TIMEOUT,
                socket_timeout=_TIMEOUT,
                decode_responses=True,
            )
            self._spawn(self._hear(self._redis))

    async def close(self) -> None:
        """Wake everybody, so that streams end, and let go of Redis."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._redis:
            await self._redis.aclose()

    @contextmanager
    def listen(self, session: str) -> Iterator[Listener]:
        """Take part in the wake-ups of a session."""
        listener = Listener()
        self._listeners[session].add(listener)
        try:
            yield listener
        finally:
            self._listeners[session].discard(listener)
            if not self._listeners[session]:
                del self._listeners[session]

    def listeners(self, session: str) -> int:
        """Return how many streams of a session this portal serves."""
        return len(self._listeners.get(session, ()))

    def wake(self, session: str, note: Note = "event") -> None:
        """Wake the streams of a session, here and in other portals."""
        self._wake_here(session, note)
        if self._redis:
            self._spawn(self._tell(self._redis, f"{note} {session}"))

    def _wake_here(self, session: str, note: Note) -> None:
        for listener in self._listeners.get(session, ()):
            listener.wake(note)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self, redis: Redis, message: str) -> None:
        try:
            await redis.publish(_CHANNEL, message)
        except (RedisError, OSError) as error:
            logger.warning("other portals were not woken: %s", type(error).__name__)

    async def _hear(self, redis: Redis) -> None:
        """Pass on what other portals say, for ever; wait longer and longer while Redis is away."""
        pause = 0.5
        while True:
            try:
                async with redis.pubsub() as channel:
                    await channel.subscribe(_CHANNEL)
                    pause = 0.5
                    while True:
                        message = await channel.get_message(ignore_subscribe_messages=True, timeout=1.0)
                        if message:
                            note, _, session = str(message["data"]).partition(" ")
                            self._wake_here(session, "typing" if note == "typing" else "event")
            except (RedisError, OSError) as error:
                logger.warning("Redis is away (%s); trying again in %.1f s", type(error).__name__, pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
