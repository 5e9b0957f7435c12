from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from rasa.core.actions.action import RemoteAction
from rasa.core.processor import MessageProcessor

from benchmarks.turns import timed
from benchmarks.turns.timed import TimedForgettingTrackerStore, TimedSQLTrackerStore

MEASURED = (
    (MessageProcessor, "parse_message"),
    (MessageProcessor, "_predict_next_with_tracker"),
    (MessageProcessor, "handle_message"),
    (RemoteAction, "run"),
    (TimedSQLTrackerStore, "retrieve"),
    (TimedSQLTrackerStore, "save"),
    (TimedForgettingTrackerStore, "retrieve"),
    (TimedForgettingTrackerStore, "save"),
)


@pytest.fixture(autouse=True)
def _restore(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give Rasa its own methods back after the test."""
    for where, name in MEASURED:
        monkeypatch.setattr(where, name, getattr(where, name))


class Rasa:
    """Handles a message in as many parts as Rasa does; two messages at once do not mix."""

    async def parse_message(self) -> str:
        await asyncio.sleep(0.02)
        return "parsed"

    def predict(self) -> str:
        return "predicted"

    async def handle_message(self, parts: int) -> list[str]:
        return [await self.parse_message() if part == 0 else self.predict() for part in range(parts)]


async def test_the_parts_of_each_turn_are_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "times.jsonl"
    monkeypatch.setenv("TURN_TIMES", str(file))
    monkeypatch.setattr(Rasa, "parse_message", timed._timed("nlu", Rasa.parse_message))
    monkeypatch.setattr(Rasa, "predict", timed._timed_call("policies", Rasa.predict))
    monkeypatch.setattr(Rasa, "handle_message", timed._noted(Rasa.handle_message))
    rasa = Rasa()
    first, second = await asyncio.gather(rasa.handle_message(3), rasa.handle_message(1))
    assert (first, second) == (["parsed", "predicted", "predicted"], ["parsed"])
    rows: list[dict[str, Any]] = [json.loads(line) for line in file.read_text().splitlines()]
    assert sorted(map(sorted, rows)) == [["nlu", "policies", "rasa"], ["nlu", "rasa"]]
    assert all(row["rasa"] >= row["nlu"] > 10 for row in rows)


async def test_a_store_has_rasa_measured_once_and_works_as_before(tmp_path: Path) -> None:
    for store in (
        TimedSQLTrackerStore(None, dialect="sqlite", db=str(tmp_path / "plain.sqlite")),
        TimedForgettingTrackerStore(None, host=str(tmp_path / "ours.sqlite")),
    ):
        for where, name in MEASURED[:4]:
            assert hasattr(getattr(where, name), "__wrapped__"), name
            assert not hasattr(getattr(where, name).__wrapped__, "__wrapped__"), "measured twice"
        assert await store.retrieve("s-1") is None
        store.engine.dispose()
