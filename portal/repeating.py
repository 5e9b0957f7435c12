"""Work that is done again and again while the portal runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

from aiohttp import web

logger = logging.getLogger(__name__)
GRACE = 3.0
"""Seconds for which clean-up waits for work under way: it may be in a thread that holds a connection."""


async def repeat(
    _app: web.Application, every: float, work: Callable[[], Awaitable[None]]
) -> AsyncIterator[None]:
    """Do ``work`` every so many seconds from start to clean-up (for ``cleanup_ctx``); log failures."""
    stopping = asyncio.Event()
    task = asyncio.create_task(_until(stopping, every, work))
    yield
    stopping.set()
    await asyncio.wait({task}, timeout=GRACE)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _until(stopping: asyncio.Event, every: float, work: Callable[[], Awaitable[None]]) -> None:
    while not stopping.is_set():
        try:
            await work()
        except Exception:
            logger.exception("%s failed", getattr(work, "__qualname__", work))
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), every)
