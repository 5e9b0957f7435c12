from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dossiers.events import Event, parse_event
from dossiers.keys import Key, Keys
from dossiers.service import Dossiers

CODE = "000.19.H24-241105-0012"
OTHER = "000.19.H24-241105-0013"
NOBODYS = "000.19.H24-241105-0099"
FACTOR = "0123"
SECRET = "K7F392QDAB"
OWNER = "192.0.2.10"
KEYS = Keys([Key("1", b"k" * 32)])

MakeDossiers = Callable[..., Dossiers]


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **units: float) -> None:
        self.now += timedelta(**units)


def event(code: str = CODE, version: int = 1, state: str = "Đang xử lý", **fields: Any) -> Event:
    """An event that says no more than a test needs."""
    return parse_event({"code": code, "version": version, "state": state, "phone": "0000000123", **fields})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_dossiers(database: str, clock: Clock) -> Iterator[MakeDossiers]:
    """Return a maker of stores on one database; each is as another process would open it."""
    opened: list[Dossiers] = []

    def make(keys: Keys = KEYS, **options: Any) -> Dossiers:
        opened.append(Dossiers(database, keys, clock=clock, **options))
        return opened[-1]

    yield make
    for dossiers in opened:
        dossiers.close()


@pytest.fixture
def dossiers(make_dossiers: MakeDossiers) -> Dossiers:
    """A store that holds two dossiers, one of them with a receipt's secret."""
    store = make_dossiers()
    store.apply_events([event(), event(OTHER, secret=SECRET)], "test")
    return store
