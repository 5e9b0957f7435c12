from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from benchmarks.postgresql import Postgresql, PostgresqlMissing, postgresql
from benchmarks.redis_server import RedisMissing, RedisServer, redis_server
from knowledge.content import Content, read
from knowledge.loading import load
from knowledge.model import Document, Entry
from knowledge.store import Store
from tests.migrations import replayed
from tests.samples import make_content

TODAY = date(2026, 11, 22)
MakeStore = Callable[..., Store]


@pytest.fixture(scope="session", autouse=True)
def _migrations() -> Iterator[None]:
    """Run the migrations once for each kind of database."""
    with replayed():
        yield


@pytest.fixture(scope="session")
def shipped() -> Content:
    """The content that ships, read once for all tests."""
    return read()


@pytest.fixture(scope="session")
def shipped_store(tmp_path_factory: pytest.TempPathFactory, shipped: Content) -> Iterator[Store]:
    """A store that holds the content that ships; read only."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('shipped') / 'knowledge.sqlite'}")
    load(store, shipped)
    yield store
    store.close()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Postgresql]:
    """A private PostgreSQL server; without one, skip (on a developer's machine only)."""
    try:
        with postgresql() as server:
            yield server
    except PostgresqlMissing as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))


@contextmanager
def private_redis() -> Iterator[RedisServer]:
    """Run a private Redis server; without one, skip (on a developer's machine only)."""
    try:
        with redis_server() as server:
            yield server
    except RedisMissing as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """A private Redis server."""
    with private_redis() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'test.sqlite'}"
    server: Postgresql = request.getfixturevalue("postgresql_server")
    return server.new_database()


@pytest.fixture
def make_store(tmp_path: Path) -> Iterator[MakeStore]:
    """Return a maker of stores that hold the given entries and documents."""
    stores: list[Store] = []

    def make(*items: Entry | Document) -> Store:
        store = Store(f"sqlite:///{tmp_path / f'knowledge-{len(stores)}.sqlite'}")
        stores.append(store)
        load(store, make_content(*items))
        return store

    yield make
    for store in stores:
        store.close()


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> date:
    """Stop the calendar, so that no answer depends on the day on which the tests run."""
    for module in (
        "actions.base",
        "knowledge.rendering",
        "portal.api.search",
        "portal.identity.desk",
        "portal.api.staff.desk",
        "portal.staff.copy",
        "portal.pages",
        "portal.turns",
    ):
        monkeypatch.setattr(f"{module}.today", lambda: TODAY)
    return TODAY
