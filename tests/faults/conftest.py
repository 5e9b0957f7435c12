from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.postgresql import Postgresql
from benchmarks.redis_server import RedisServer
from knowledge.loading import load
from knowledge.store import Store
from tests.faults.house import House, house
from tests.portal.conftest import PERMIT, knowledge_file
from tests.samples import make_content

__all__ = ["knowledge_file"]


@pytest.fixture
def small(tmp_path: Path, knowledge_file: Path) -> Iterator[House]:
    """One of each part over SQLite, without Redis: how `make run` starts it."""
    with house(tmp_path, knowledge_file, portals=1, workers=1) as running:
        yield running


@pytest.fixture
def postgres_url(postgresql_server: Postgresql) -> str:
    """A PostgreSQL database that holds a small content."""
    url = postgresql_server.new_database()
    store = Store(url)
    load(store, make_content(PERMIT))
    store.close()
    return url


@pytest.fixture
def large(tmp_path: Path, postgres_url: str, redis: RedisServer) -> Iterator[House]:
    """Two portals and two workers over PostgreSQL and Redis."""
    with house(tmp_path, None, DATABASE_URL=postgres_url, REDIS_URL=redis.url) as running:
        yield running
