from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from knowledge.content import Content, read
from knowledge.model import Document, Entry
from knowledge.store import Store
from tests.samples import make_content

TODAY = date(2026, 11, 22)
MakeStore = Callable[..., Store]


@pytest.fixture(scope="session")
def shipped() -> Content:
    """The content that ships, read once for all tests."""
    return read()


@pytest.fixture(scope="session")
def shipped_store(tmp_path_factory: pytest.TempPathFactory, shipped: Content) -> Iterator[Store]:
    """A store that holds the content that ships; read only."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('shipped') / 'knowledge.sqlite'}")
    store.load(shipped)
    yield store
    store.close()


@pytest.fixture
def make_store(tmp_path: Path) -> Iterator[MakeStore]:
    """Return a maker of stores that hold the given entries and documents."""
    stores: list[Store] = []

    def make(*items: Entry | Document) -> Store:
        store = Store(f"sqlite:///{tmp_path / f'knowledge-{len(stores)}.sqlite'}")
        stores.append(store)
        store.load(make_content(*items))
        return store

    yield make
    for store in stores:
        store.close()


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> date:
    """Stop the calendar, so that no answer depends on the day on which the tests run."""
    for module in ("actions.base", "knowledge.rendering", "portal.api", "portal.turns"):
        monkeypatch.setattr(f"{module}.today", lambda: TODAY)
    return TODAY
