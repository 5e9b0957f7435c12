"""What can happen to a part, and how it is put right again."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from redis import Redis
from sqlalchemy import create_engine, text

from benchmarks.postgresql import Postgresql
from benchmarks.redis_server import RedisServer
from evaluation.parts import Part


class Server(Protocol):
    """What can hang and go on."""

    def hang(self) -> None: ...
    def resume(self) -> None: ...


@contextmanager
def killed(*parts: Part) -> Iterator[None]:
    """Parts are killed, and started again at the end."""
    for part in parts:
        part.kill()
    yield
    for part in parts:
        part.start()


@contextmanager
def hanging(*parts: Server) -> Iterator[None]:
    """Parts stop where they are, and go on at the end."""
    for part in parts:
        part.hang()
    try:
        yield
    finally:
        for part in parts:
            part.resume()


@contextmanager
def killed_database(server: Postgresql) -> Iterator[None]:
    """PostgreSQL is killed with all its processes, and recovers at the end."""
    server.kill()
    yield
    server.start()


@contextmanager
def killed_redis(server: RedisServer) -> Iterator[None]:
    """Redis is killed; it comes back empty."""
    server.stop()
    yield
    server.start()


@contextmanager
def full_files(part: Part) -> Iterator[None]:
    """No file of a process can grow any more, as on a full disk (``RLIMIT_FSIZE``)."""
    _, hard = resource.prlimit(part.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(part.pid, resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.prlimit(part.pid, resource.RLIMIT_FSIZE, (hard, hard))


@contextmanager
def full_database(url: str) -> Iterator[None]:
    """PostgreSQL takes no writes, as managed ones do when their disk is nearly full."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for value in ("on", "off"):
            connection.execute(text(f"ALTER SYSTEM SET default_transaction_read_only = {value}"))
            connection.execute(text("SELECT pg_reload_conf()"))
            if value == "on":
                yield
    engine.dispose()


@contextmanager
def full_redis(url: str) -> Iterator[None]:
    """Redis takes no writes, because its memory is used up."""
    with Redis.from_url(url) as client:
        client.config_set("maxmemory", 1)
        yield
        client.config_set("maxmemory", 0)
