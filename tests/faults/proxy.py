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

    async def serve(self, path: Path, listening: threading.Event) -> None:
        """Listen until `end`."""
        async with await asyncio.start_unix_server(self._take, str(path)):
            listening.set()
            await self._ended.wait()

    def end(self) -> None:
        """Stop serving."""
        self._ended.set()

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
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=[proxy.serve(path, listening)])
    thread.start()
    assert listening.wait(10)
    path.chmod(0o777)
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(proxy.end)
        thread.join()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
