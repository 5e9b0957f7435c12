"""Clocks that jump, and those of two portals that do not agree: nobody waits for a time that was never."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal import conversations as portal_conversations
from portal.breaker import Breaker
from portal.conversations import LONGEST_HOLD, Conversations
from portal.stored import Question

HOUR = 3600.0
OLD = timedelta(seconds=15)


@pytest.fixture
def conversations(database: str) -> Iterator[Conversations]:
    made = Conversations(database)
    yield made
    made.close()


@pytest.fixture
def session(conversations: Conversations) -> str:
    return conversations.open_session("vi", None)


def shift(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Set the clock of the portal by so many seconds, back if negative."""

    class Clock:
        @staticmethod
        def time() -> float:
            return time.time() + seconds

    class Calendar(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) + timedelta(seconds=seconds)

    monkeypatch.setattr(portal_conversations, "time", Clock)
    monkeypatch.setattr(portal_conversations, "datetime", Calendar)


def test_a_hold_from_before_the_clock_was_set_back_is_taken_over(
    conversations: Conversations, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = conversations.store(session, Question("phí"), None, None)
    shift(monkeypatch, HOUR)
    assert conversations.hold(session, stored.seq, 8)
    shift(monkeypatch, HOUR - 1)
    assert conversations.hold(session, stored.seq, 8) is None, "a second back it still holds"
    shift(monkeypatch, 0)
    assert conversations.hold(session, stored.seq, 8)


def test_a_clock_that_runs_ahead_takes_over_and_only_its_answer_counts(
    conversations: Conversations, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = conversations.store(session, Question("phí"), None, None)
    behind = conversations.hold(session, stored.seq, 8)
    shift(monkeypatch, HOUR)
    ahead = conversations.hold(session, stored.seq, 8)
    assert behind
    assert ahead
    turn = {"outcome": "answered", "lang": "vi"}
    assert conversations.finish(behind, stored, turn, []) is None
    assert conversations.finish(ahead, stored, turn, []) == {**turn, "suggestions": []}
    assert [event.id for event in conversations.events_after(session, 0)] == [stored.seq]


def test_no_hold_lasts_longer_than_the_longest(
    conversations: Conversations, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(50):
        last = conversations.store(session, Question(f"câu {number}"), None, None)
    assert conversations.hold(session, last.seq, 8)
    shift(monkeypatch, LONGEST_HOLD + 1)
    assert conversations.hold(session, last.seq, 8)


@pytest.mark.parametrize("seconds", [-HOUR, 0, HOUR])
def test_what_was_left_behind_is_found_whatever_the_clock_says(
    conversations: Conversations, session: str, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    stored = conversations.store(session, Question("phí"), None, None)
    shift(monkeypatch, seconds)
    found = [left.id for left in conversations.stranded(OLD)]
    assert found == ([stored.id] if seconds else [])


def test_the_breaker_does_not_look_at_the_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    breaker = Breaker(failures=1, pause=60)
    breaker.failed()
    monkeypatch.setattr(time, "time", lambda: datetime.now(UTC).timestamp() + HOUR)
    assert not breaker.allows()
