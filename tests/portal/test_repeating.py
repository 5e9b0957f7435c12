from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from portal import repeating
from portal.repeating import repeat


async def test_what_fails_is_done_again() -> None:
    done: list[int] = []

    async def work() -> None:
        done.append(len(done))
        if len(done) == 1:
            raise RuntimeError("once")

    running = repeat(web.Application(), 0.01, work)
    await anext(running)
    async with asyncio.timeout(5):
        while len(done) < 3:  # noqa: ASYNC110 - the work tells nobody
            await asyncio.sleep(0.01)
    await anext(running, None)


async def test_work_under_way_is_waited_for_and_not_begun_again() -> None:
    begun, go_on, ended = asyncio.Event(), asyncio.Event(), []

    async def work() -> None:
        begun.set()
        await go_on.wait()
        ended.append("whole")

    running = repeat(web.Application(), 0.0, work)
    await anext(running)
    await begun.wait()
    closing = asyncio.create_task(anext(running, None))
    await asyncio.sleep(0.05)
    assert not closing.done()
    go_on.set()
    await closing
    assert ended == ["whole"]


async def test_work_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeating, "GRACE", 0.05)
    cancelled = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    running = repeat(web.Application(), 60.0, work)
    await anext(running)
    await asyncio.sleep(0)
    await anext(running, None)
    assert cancelled.is_set()
