"""A database that fails or hangs: every call is answered, and what was stored is answered later."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from portal import problems
from portal import turns as portal_turns
from portal.api import health
from portal.conversations import Conversations
from tests.portal.stubs import Portal
from tests.portal.test_api import assert_problem
from tests.portal.test_turns import House, house  # noqa: F401 - a fixture


def failing(*_: Any) -> Any:
    """Fail as SQLAlchemy does when the database is away or its disk is full."""
    raise OperationalError("INSERT …", {}, sqlite3.OperationalError("database or disk is full: bí mật"))


def hanging(*_: Any) -> None:
    time.sleep(0.5)


@pytest.mark.parametrize("what", [failing, hanging])
async def test_a_call_that_needs_a_sick_database_is_told_to_come_again(
    portal: Portal,
    monkeypatch: pytest.MonkeyPatch,
    what: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    token = await portal.session()
    monkeypatch.setattr(Conversations, "store", what)
    monkeypatch.setattr(problems, "CALL_SECONDS", 0.1)
    reply = await portal.post(token, text="phí")
    assert_problem(reply, 503, "unavailable")
    assert reply.headers["Retry-After"] == "5"
    assert "bí mật" not in reply.text


async def test_a_stream_may_last_longer_than_a_call(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    token = await portal.session()
    monkeypatch.setattr(problems, "CALL_SECONDS", 0.05)
    headers = {"Authorization": f"Bearer {token}"}
    async with portal.client.get("/v1/stream", headers=headers) as response:
        assert response.status == 200
        assert await response.content.readline() == b"retry: 2000\n"
        monkeypatch.setattr(problems, "CALL_SECONDS", 10)
        await portal.ask(token)
        assert await response.content.readuntil(b"event: turn\n")


@pytest.mark.parametrize("what", [failing, hanging])
async def test_readiness_names_a_sick_database(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, what: Callable[..., Any]
) -> None:
    monkeypatch.setattr(health, "_TO_LOOK", 0.1)
    monkeypatch.setattr(Conversations, "ping", what)
    reply = await portal.call("GET", "/readyz")
    assert (reply.status, reply.json["checks"]["database"]) == (503, "down")


async def test_a_turn_that_could_not_be_stored_is_answered_later(
    house: House,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    stored, service = house.stored(), house.service()
    with monkeypatch.context() as broken:
        broken.setattr(Conversations, "finish", failing)
        with pytest.raises(OperationalError):
            await service.start(stored)
    assert "left for later: OperationalError" in caplog.text
    assert "bí mật" not in caplog.text
    monkeypatch.setattr(portal_turns, "ABANDONED_AFTER", timedelta(seconds=-1))
    monkeypatch.setattr("portal.conversations.time.time", lambda now=time.time: now() + 60)
    await service.recover()
    assert house.conversations.turn_of(stored.id) is not None


async def test_a_message_that_cannot_be_answered_does_not_hold_up_the_others(
    house: House,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    poisoned, other = house.stored("độc"), house.conversations.open_session("vi", None)
    house.session = other
    healthy = house.stored("phí")
    settle = portal_turns.TurnService._settle

    async def stumble(self: Any, stored: Any, *rest: Any) -> Any:
        if stored.id == poisoned.id:
            raise RuntimeError("a fault of ours")
        return await settle(self, stored, *rest)

    monkeypatch.setattr(portal_turns.TurnService, "_settle", stumble)
    monkeypatch.setattr(portal_turns, "ABANDONED_AFTER", timedelta(seconds=-1))
    await house.service().recover()
    assert house.conversations.turn_of(healthy.id) is not None
    assert house.conversations.turn_of(poisoned.id) is None
