"""The client of the evaluation: asks the running portal as any visitor would."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from aiohttp import ClientSession, ClientTimeout


class Portal:
    """Talks to one portal.

    Args:
        url: address of the portal.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._timeout = ClientTimeout(total=15)
        self._http: ClientSession

    async def __aenter__(self) -> Portal:
        self._http = ClientSession(timeout=self._timeout)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def session(self) -> str:
        """Start a session and return its token."""
        async with self._http.post(f"{self._url}/v1/session", json={}) as response:
            response.raise_for_status()
            token: str = (await response.json())["token"]
            return token

    async def ask(self, token: str, **message: Any) -> dict[str, Any]:
        """Send a message and return the turn."""
        headers = {"Authorization": f"Bearer {token}"}
        body = {key: value for key, value in message.items() if value is not None}
        url = f"{self._url}/v1/messages?wait=true"
        async with self._http.post(url, json=body, headers=headers) as response:
            response.raise_for_status()
            turn: dict[str, Any] = await response.json()
            return turn

    async def search(self, question: str, lang: str) -> list[dict[str, Any]]:
        """Return the results of the knowledge search."""
        params = {"q": question, "lang": lang, "limit": "10"}
        async with self._http.get(f"{self._url}/v1/search", params=params) as response:
            response.raise_for_status()
            results: list[dict[str, Any]] = (await response.json())["results"]
            return results
