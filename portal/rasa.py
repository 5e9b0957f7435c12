"""The client of our Rasa channel: one turn per call, within a deadline, by one of several workers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from typing import Any

from aiohttp import ClientConnectionError, ClientError, ClientSession, ClientTimeout, TCPConnector

from portal.workers import Worker, Workers

_TO_FORGET = 8.0
"""Longer than the channel waits for a turn that is under way."""
_TO_LOOK = ClientTimeout(total=2)


class RasaDown(Exception):
    """Rasa or the actions did not answer in time, or failed."""


class RasaAway(RasaDown):
    """A worker cannot be reached, or does not answer: another one may."""


class RasaForgot(RasaDown):
    """The conversation was erased while its turn was on the way; Rasa itself is well."""


class RasaClient:
    """Calls ``/webhooks/portal`` of Rasa on private addresses.

    Args:
        urls: address of Rasa; those of several workers, divided by commas.
        secret: shared with the channel.
        deadline: seconds for a whole turn; the channel gives up a little earlier.
    """

    def __init__(self, urls: str, secret: str, deadline: float = 4.3) -> None:
        self._client: ClientSession | None = None
        self._headers = {"Authorization": f"Bearer {secret}"}
        self._deadline = deadline
        self.workers = Workers(urls)

    @property
    def _session(self) -> ClientSession:
        """One client for the life of the portal, made inside the event loop: connections stay alive."""
        if self._client is None:
            self._client = ClientSession(connector=TCPConnector(limit=0))
        return self._client

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()

    async def turn(self, conversation: str, text: str, metadata: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a message.

        A worker that cannot be reached costs no turn as long as another one answers: whatever it may
        have done with the message, it had not stored it.

        Raises:
            RasaDown: no answer, whatever the reason; at once while every breaker is open.
        """
        body = {"conversation": conversation, "text": text, "metadata": metadata}
        until = time.monotonic() + self._deadline
        failure = RasaDown("breaker open")
        for worker in self._until(until, self.workers.in_turn()):
            try:
                return await self._asked(worker, body, until)
            except RasaAway as away:
                failure = away
        raise failure

    async def _asked(self, worker: Worker, body: dict[str, Any], until: float) -> dict[str, Any]:
        """Return one worker's answer, and note how it went."""
        try:
            with worker.working():
                answer = await self._turn(worker, body, until - time.monotonic())
        except RasaForgot:
            worker.breaker.succeeded()
            raise
        except RasaDown as error:
            worker.away = isinstance(error, RasaAway)
            worker.breaker.failed()
            raise
        worker.away = False
        worker.breaker.succeeded()
        return answer

    async def _turn(self, worker: Worker, body: dict[str, Any], seconds: float) -> dict[str, Any]:
        try:
            async with self._session.post(
                f"{_channel(worker)}/turns",
                json=body,
                headers=self._headers,
                timeout=ClientTimeout(total=seconds),
            ) as response:
                if response.status == 410:
                    raise RasaForgot("the conversation was forgotten")
                if response.status == 503:
                    raise RasaAway("no model")
                if response.status != 200:
                    raise RasaDown(f"status {response.status}")
                answer = (await response.json())["answer"]
        except (ClientConnectionError, TimeoutError) as error:
            raise RasaAway(type(error).__name__) from error
        except (ClientError, KeyError, TypeError, ValueError) as error:
            raise RasaDown(type(error).__name__) from error
        if not isinstance(answer, dict):
            raise RasaDown("no answer in the reply")
        return answer

    async def forget(self, conversation: str) -> None:
        """Have Rasa forget a conversation for good; any worker can, for all of them.

        Raises:
            RasaDown: it has not, or not to the end; to be tried again.
        """
        until = time.monotonic() + _TO_FORGET
        failure = RasaDown("breaker open")
        for worker in self._until(until, sorted(self.workers.all, key=lambda one: one.load)):
            try:
                return await self._forget(worker, conversation, until - time.monotonic())
            except RasaAway as away:
                failure = away
        raise failure

    async def _forget(self, worker: Worker, conversation: str, seconds: float) -> None:
        try:
            async with self._session.post(
                f"{_channel(worker)}/forget",
                json={"conversation": conversation},
                headers=self._headers,
                timeout=ClientTimeout(total=seconds),
            ) as response:
                if response.status != 204:
                    raise RasaDown(f"status {response.status}")
        except (ClientError, TimeoutError) as error:
            raise RasaAway(type(error).__name__) from error

    def _until(self, moment: float, workers: Iterable[Worker]) -> Iterator[Worker]:
        """Yield workers for as long as there is time to ask one."""
        for worker in workers:
            if time.monotonic() >= moment:
                return
            yield worker

    async def look_for_absent(self) -> None:
        """Take workers back that were away and are ready again (to be done again and again)."""
        for worker in self.workers.all:
            if worker.away and await self._ready(worker):
                worker.away = False
                worker.breaker.succeeded()

    async def ready(self) -> bool:
        """Tell whether a worker has its model loaded."""
        return any(await asyncio.gather(*map(self._ready, self.workers.all)))

    async def _ready(self, worker: Worker) -> bool:
        return await self._is_well(f"{_channel(worker)}/ready", headers=self._headers)

    async def reaches(self, url: str) -> bool:
        """Tell whether another private service answers at ``url``."""
        return await self._is_well(url)

    async def _is_well(self, url: str, **options: Any) -> bool:
        try:
            async with self._session.get(url, timeout=_TO_LOOK, **options) as response:
                return response.status == 200
        except (ClientError, TimeoutError):
            return False


def _channel(worker: Worker) -> str:
    return f"{worker.url}/webhooks/portal"
