"""A private Redis server for tests and measurements: made anew, and gone afterwards."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

_TIME_TO_START = 20.0


class RedisMissing(Exception):
    """There is no Redis server on this machine."""


class RedisServer:
    """A server that keeps nothing; it listens on a socket in its own folder only.

    Args:
        program: ``redis-server``.
        folder: of the socket.
    """

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"unix://{self._folder / 'redis.sock'}"

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            RuntimeError: it does not.
        """
        options = ["--port", "0", "--unixsocket", str(self._folder / "redis.sock"), "--save", ""]
        self._process = subprocess.Popen(  # noqa: S603 - a program of the machine
            [self._program, *options, "--appendonly", "no", "--dir", str(self._folder)],
            stdout=subprocess.DEVNULL,
        )
        client = Redis.from_url(self.url)
        deadline = time.monotonic() + _TIME_TO_START
        while time.monotonic() < deadline:
            try:
                client.ping()
                client.close()
                return
            except (RedisError, OSError):
                time.sleep(0.05)
        raise RuntimeError("redis-server does not answer")

    def hang(self) -> None:
        """Stop the server where it is; connections stay open and nothing answers."""
        if self._process:
            self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let the server go on after `hang`."""
        if self._process:
            self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Stop the server, as a machine that goes down would."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """Run a server until the context ends.

    Raises:
        RedisMissing: its program is not installed.
    """
    program = shutil.which("redis-server")
    if program is None:
        raise RedisMissing("redis-server was not found: install Redis to run this with it too")
    folder = Path(tempfile.mkdtemp(prefix="heza-redis-"))  # short: the path of a socket is limited
    server = RedisServer(program, folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
