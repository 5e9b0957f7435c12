"""Tracker stores that note how long each part of a turn takes inside Rasa (runs in Rasa's runtime).

They are Rasa's own and ours; ``endpoints.yml`` of the benchmark names them, which puts them into
the server without a change to it. A line of JSON for each turn goes to ``TURN_TIMES``.
"""

from __future__ import annotations

import functools
import json
import os
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain

from bot.forgetting import ForgettingTrackerStore

_spent: ContextVar[dict[str, float] | None] = ContextVar("spent", default=None)


class TimedSQLTrackerStore(SQLTrackerStore):  # type: ignore[misc]
    """Rasa's tracker store."""

    def __init__(self, domain: Domain | None = None, **options: Any) -> None:
        super().__init__(domain, **options)
        _watch(type(self))


class TimedForgettingTrackerStore(ForgettingTrackerStore):  # type: ignore[misc]
    """Our tracker store."""

    def __init__(self, domain: Domain | None = None, **options: Any) -> None:
        super().__init__(domain, **options)
        _watch(type(self))


def _watch(store: type) -> None:
    """Measure the parts of a turn from now on, in the whole process."""
    if hasattr(MessageProcessor.handle_message, "__wrapped__"):
        return
    MessageProcessor.parse_message = _timed("nlu", MessageProcessor.parse_message)
    MessageProcessor._predict_next_with_tracker = _timed_call(
        "policies", MessageProcessor._predict_next_with_tracker
    )
    RemoteAction.run = _timed("action", RemoteAction.run)
    for name in ("retrieve", "save"):
        setattr(store, name, _timed("store", getattr(store, name)))
    MessageProcessor.handle_message = _noted(MessageProcessor.handle_message)


def _timed(part: str, function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    @functools.wraps(function)
    async def timed(*arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return await function(*arguments, **named)
        finally:
            _add(part, started)

    return timed


def _timed_call(part: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def timed(*arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            _add(part, started)

    return timed


def _noted(handle: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Wrap the handling of a message: its parts are written down when it ends."""

    @functools.wraps(handle)
    async def noted(*arguments: Any, **named: Any) -> Any:
        spent: dict[str, float] = {}
        token, started = _spent.set(spent), time.perf_counter()
        try:
            return await handle(*arguments, **named)
        finally:
            _add("rasa", started)
            _spent.reset(token)
            with open(os.environ["TURN_TIMES"], "a", encoding="ascii") as file:  # noqa: ASYNC230, PTH123
                file.write(json.dumps({part: round(ms, 2) for part, ms in spent.items()}) + "\n")

    return noted


def _add(part: str, started: float) -> None:
    spent = _spent.get()
    if spent is not None:
        spent[part] = spent.get(part, 0.0) + 1000 * (time.perf_counter() - started)
