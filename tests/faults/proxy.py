"""Stands between two parts and makes what passes slow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path


class Proxy:
    """Passes bytes on from one socket to another.

    Args:
        target: the socket of the part behind it.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self.delay = 0.0
        """Seconds by which each piece is held back, either way."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        there, out = await asyncio.open_unix_connection(str(self._target))
        for task in (self._pass(reader, out), self._pass(there, writer)):
            made = asyncio.create_task(task)
            self._tasks.add(made)
            made.add_done_callback(self._tasks.discard)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):
            while piece := await reader.read(65536):
                await asyncio.sleep(self.delay)
                writer.write(piece)
                await writer.drain()
        writer.close()

    def close(self) -> None:
        """Cut all connections."""
        for task in list(self._tasks):
            task.cancel()


@asynccontextmanager
async def slow(target: Path, path: Path) -> AsyncIterator[Proxy]:
    """Listen at ``path`` for ``target`` until the context ends."""
    proxy = Proxy(target)
    server = await asyncio.start_unix_server(proxy.take, str(path))
    try:
        yield proxy
    finally:
        proxy.close()
        server.close()
