"""The client of our Rasa channel: one turn per call, within a deadline."""

from __future__ import annotations

from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from portal.breaker import Breaker

_TO_FORGET = ClientTimeout(total=8)
"""Longer than the channel waits for a turn that is under way."""


class RasaDown(Exception):
    """Rasa or the actions did not answer in time, or failed."""


class RasaForgot(RasaDown):
    """The conversation was erased while its turn was on the way; Rasa itself is well."""


class RasaClient:
    """Calls ``/webhooks/portal`` of Rasa on a private address.

    Args:
        url: address of Rasa.
        secret: shared with the channel.
        deadline: seconds for a whole turn; the channel gives up a little earlier.
    """

    def __init__(self, url: str, secret: str, deadline: float = 4.3) -> None:
        self._client: ClientSession | None = None
        self._url = f"{url}/webhooks/portal"
        self._headers = {"Authorization": f"Bearer {secret}"}
        self._timeout = ClientTimeout(total=deadline)
        self.breaker = Breaker()

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

        Raises:
            RasaDown: no answer, whatever the reason; at once while the breaker is open.
        """
        if not self.breaker.allows():
            raise RasaDown("breaker open")
        try:
            answer = await self._turn(conversation, text, metadata)
        except RasaForgot:
            self.breaker.succeeded()
            raise
        except RasaDown:
            self.breaker.failed()
            raise
        self.breaker.succeeded()
        return answer

    async def _turn(self, conversation: str, text: str, metadata: dict[str, Any]) -> dict[str, Any]:
        body = {"conversation": conversation, "text": text, "metadata": metadata}
        try:
            async with self._session.post(
                f"{self._url}/turns", json=body, headers=self._headers, timeout=self._timeout
            ) as response:
                if response.status == 410:
                    raise RasaForgot("the conversation was forgotten")
                if response.status != 200:
                    raise RasaDown(f"status {response.status}")
                answer = (await response.json())["answer"]
        except (ClientError, TimeoutError, KeyError, TypeError, ValueError) as error:
            raise RasaDown(type(error).__name__) from error
        if not isinstance(answer, dict):
            raise RasaDown("no answer in the reply")
        return answer

    async def forget(self, conversation: str) -> None:
        """Have Rasa forget a conversation for good.

        Raises:
            RasaDown: it has not, or not to the end; to be tried again.
        """
        body = {"conversation": conversation}
        try:
            async with self._session.post(
                f"{self._url}/forget", json=body, headers=self._headers, timeout=_TO_FORGET
            ) as response:
                if response.status != 204:
                    raise RasaDown(f"status {response.status}")
        except (ClientError, TimeoutError) as error:
            raise RasaDown(type(error).__name__) from error

    async def ready(self) -> bool:
        """Tell whether Rasa has its model loaded."""
        try:
            async with self._session.get(
                f"{self._url}/ready", headers=self._headers, timeout=ClientTimeout(total=2)
            ) as response:
                return response.status == 200
        except (ClientError, TimeoutError):
            return False

    async def reaches(self, url: str) -> bool:
        """Tell whether another private service answers at ``url``."""
        try:
            async with self._session.get(url, timeout=ClientTimeout(total=2)) as response:
                return response.status == 200
        except (ClientError, TimeoutError):
            return False
