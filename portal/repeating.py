"""Work that is done again and again while the portal runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

logger = logging.getLogger(__name__)


async def repeat(
    _app: web.Application, every: float, work: Callable[[], Awaitable[None]]
) -> AsyncIterator[None]:
    """Do ``work`` every so many seconds from start to clean-up (for ``cleanup_ctx``); log failures."""
    task = asyncio.create_task(_for_ever(every, work))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _for_ever(every: float, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except Exception:
            logger.exception("%s failed", getattr(work, "__qualname__", work))
        await asyncio.sleep(every)
