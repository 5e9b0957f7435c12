"""Stands between two parts and makes what passes slow; it runs in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
        self._ended = asyncio.Event()

    def run(self, path: Path, listening: threading.Event) -> None:
        """Listen until `end` (for a thread)."""
        asyncio.run(self._serve(path, listening))

    def end(self) -> None:
        """Stop serving, and cut all connections."""
        self._loop.call_soon_threadsafe(self._ended.set)

    async def _serve(self, path: Path, listening: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_unix_server(self._take, str(path))
        listening.set()
        await self._ended.wait()
        server.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, out = await asyncio.open_unix_connection(str(self._target))
        await asyncio.gather(self._pass(reader, out), self._pass(there, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(65536):
                await asyncio.sleep(self.delay)
                writer.write(piece)
                await writer.drain()
        writer.close()


@contextmanager
def slow(target: Path, path: Path) -> Iterator[Proxy]:
    """Listen at ``path`` for ``target`` until the context ends."""
    proxy, listening = Proxy(target), threading.Event()
    thread = threading.Thread(target=proxy.run, args=[path, listening])
    thread.start()
    assert listening.wait(10)
    path.chmod(0o777)
    try:
        yield proxy
    finally:
        proxy.end()
        thread.join()
