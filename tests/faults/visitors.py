"""Visitors who keep asking while parts fail, and who remember what was acknowledged to them."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

_PAUSE = 0.05
_PATIENCE = 60.0
_TIMEOUT = ClientTimeout(total=8)
TEXTS = ("Xin chào", "Chào bạn", "Hello", "Cảm ơn")


@dataclass
class Visitor:
    """One session; like the widget it sends a message again, under the same id, until it is taken."""

    urls: Sequence[str]
    http: ClientSession
    token: str = ""
    acknowledged: list[str] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)

    async def talk(self, until: asyncio.Event) -> None:
        """Ask one question after the other."""
        while not self.token:
            reply = await self._call("POST", "/v1/session", {})
            self.token = (reply or {}).get("token", "")
        number = 0
        while not until.is_set():
            body = {"text": TEXTS[number % len(TEXTS)], "client_id": str(uuid.uuid4())}
            number += 1
            while True:
                reply = await self._call("POST", "/v1/messages", body)
                if reply:
                    self.acknowledged.append(reply["id"])
                    break
                if until.is_set():
                    return
            await asyncio.sleep(_PAUSE)

    async def events(self, url: str) -> list[dict[str, Any]]:
        """Return all events of the session, as a portal tells them."""
        async with self.http.get(f"{url}/v1/messages?after=0", headers=self._headers) as response:
            assert response.status == 200, await response.text()
            events: list[dict[str, Any]] = (await response.json())["events"]
            return events

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    async def _call(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Try one portal, the next one at the next time; return what it took, None if it did not."""
        self.urls = [*self.urls[1:], self.urls[0]]
        try:
            async with self.http.request(
                method, f"{self.urls[0]}{path}", json=body, headers=self._headers, timeout=_TIMEOUT
            ) as response:
                self.statuses[str(response.status)] += 1
                if response.status in {201, 202}:
                    taken: dict[str, Any] = await response.json()
                    return taken
        except (ClientError, TimeoutError) as error:
            self.statuses[type(error).__name__] += 1
        await asyncio.sleep(_PAUSE)
        return None


class Crowd:
    """Some visitors at once.

    Args:
        visitors: who talk.
    """

    def __init__(self, visitors: list[Visitor]) -> None:
        self._visitors = visitors
        self._enough = asyncio.Event()

    @property
    def acknowledged(self) -> int:
        """How many messages were acknowledged so far."""
        return sum(len(visitor.acknowledged) for visitor in self._visitors)

    @property
    def statuses(self) -> Counter[str]:
        """How calls went, by status or error."""
        return sum((visitor.statuses for visitor in self._visitors), Counter())

    async def taken(self, more: int) -> None:
        """Wait until so many more messages were acknowledged: the service works."""
        await _grown(lambda: self.acknowledged, more)

    async def refused(self, more: int) -> None:
        """Wait until so many more calls failed."""
        await _grown(lambda: self.statuses.total() - self.statuses["201"] - self.statuses["202"], more)

    async def recovered(self, *urls: str) -> None:
        """Wait until every portal answers as if nothing had happened: nothing was started again for it."""
        async with asyncio.timeout(_PATIENCE):
            for url in urls:
                while await self._outcome(url) != "small_talk":  # noqa: ASYNC110 - from outside
                    await asyncio.sleep(_PAUSE)

    async def _outcome(self, url: str) -> str:
        token = self._visitors[0].token
        headers, body = {"Authorization": f"Bearer {token}"}, {"text": TEXTS[0]}
        try:
            async with self._visitors[0].http.post(
                f"{url}/v1/messages?wait=true", json=body, headers=headers, timeout=_TIMEOUT
            ) as response:
                return str((await response.json()).get("outcome"))
        except (ClientError, TimeoutError) as error:
            return type(error).__name__

    async def settle(self, url: str, seconds: float = 90) -> list[dict[str, Any]]:
        """Stop asking, and wait until every acknowledged message has its turn; return all turns.

        Raises:
            AssertionError: a message has no turn, two, or one out of order.
        """
        self._enough.set()
        turns: list[dict[str, Any]] = []
        for visitor in self._visitors:
            turns += await self._settled(visitor, url, seconds)
        return turns

    async def _settled(self, visitor: Visitor, url: str, seconds: float) -> list[dict[str, Any]]:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while True:
            events = await visitor.events(url)
            turns = [event["data"] for event in events if event["event"] == "turn"]
            counts = Counter(turn["id"] for turn in turns)
            missing = [message for message in visitor.acknowledged if not counts[message]]
            if not missing:
                break
            assert loop.time() < deadline, f"{len(missing)} acknowledged messages have no turn"
            await asyncio.sleep(0.5)
        assert max(counts.values(), default=1) == 1, "a message has two turns"
        numbers = [turn["seq"] for turn in turns]
        assert numbers == sorted(numbers), "turns are out of order"
        return turns

    async def run(self) -> None:
        """Have all of them talk."""
        await asyncio.gather(*(visitor.talk(self._enough) for visitor in self._visitors))

    def leave(self) -> None:
        """Stop asking."""
        self._enough.set()


async def _grown(count: Callable[[], int], more: int) -> None:
    wanted = count() + more
    async with asyncio.timeout(_PATIENCE):
        while count() < wanted:  # noqa: ASYNC110 - it grows here and there
            await asyncio.sleep(_PAUSE)


@asynccontextmanager
async def crowd(*urls: str, size: int = 6) -> AsyncIterator[Crowd]:
    """Have visitors talk with portals for as long as the context lasts."""
    async with ClientSession() as http:
        talking = Crowd(
            [Visitor([*urls[n % len(urls) :], *urls[: n % len(urls)]], http) for n in range(size)]
        )
        task = asyncio.create_task(talking.run())
        try:
            yield talking
        finally:
            talking.leave()
            await task
