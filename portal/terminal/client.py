"""Talks to the portal as any visitor does: a session, messages, turns."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from aiohttp import ClientConnectorError, ClientError, ClientResponse, ClientSession, ClientTimeout

from knowledge.texts import Texts, load_texts

TIME_LIMIT = 10.0
"""Seconds for one request."""

Json = dict[str, Any]


def own_texts(lang: str) -> Texts:
    """Return the sentences of the terminal itself in ``lang``."""
    return load_texts(Path(__file__).parent / "texts", lang)


class ChatError(Exception):
    """There is no turn to show; the text says why, for the person at the terminal."""


class Client:
    """One visitor of the portal: opens a session when the first message goes out.

    Args:
        http: kept open by the caller.
        url: address of the portal, without a path.
        lang: ``vi`` or ``en`` to ask for that language always; None leaves it to the portal.
        time_limit: seconds for one request.
    """

    def __init__(
        self, http: ClientSession, url: str, lang: str | None, time_limit: float = TIME_LIMIT
    ) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._lang = lang
        self._timeout = ClientTimeout(total=time_limit)
        self._texts = own_texts(lang or "vi")
        self._token: str | None = None

    async def ask(self, text: str) -> Json:
        """Return the turn that answers a question.

        Raises:
            ChatError: no turn came.
        """
        spoken = {"lang": self._lang} if self._lang else {}
        return await self._send({"text": text, **spoken})

    async def choose(self, choice: str) -> Json:
        """Return the turn that answers a suggestion, by its id.

        Raises:
            ChatError: no turn came.
        """
        return await self._send({"choice": choice})

    async def _send(self, message: Json) -> Json:
        """Send a message, after a network failure once more: one ``client_id`` makes one turn of both."""
        body = {**message, "client_id": str(uuid.uuid4())}
        try:
            return await self._deliver(body)
        except ClientConnectorError as error:
            raise self._failure("down") from error
        except (ClientError, TimeoutError):
            return await self._deliver_again(body)

    async def _deliver_again(self, body: Json) -> Json:
        try:
            return await self._deliver(body)
        except TimeoutError as error:
            raise self._failure("late") from error
        except ClientError as error:
            raise self._failure("lost") from error

    async def _deliver(self, body: Json) -> Json:
        status, reply = await self._post("/v1/messages?wait=true", body, self._token or await self._open())
        if status in {401, 403}:  # the token ended, or its session was erased
            renewed = await self._open()
            if "choice" in body:
                raise self._failure("renewed")
            status, reply = await self._post("/v1/messages?wait=true", body, renewed)
        return _accepted(status, reply)

    async def _open(self) -> str:
        """Open a session and return its token."""
        status, reply = await self._post("/v1/session", {"lang": self._lang})
        self._token = str(_accepted(status, reply)["token"])
        return self._token

    async def _post(self, path: str, body: Json, token: str | None = None) -> tuple[int, Json]:
        headers = {"Accept-Language": self._lang or "vi"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        async with self._http.post(
            self._url + path, json=body, headers=headers, timeout=self._timeout
        ) as response:
            return response.status, await self._json(response)

    async def _json(self, response: ClientResponse) -> Json:
        try:
            reply = await response.json(content_type=None)
        except ValueError:
            reply = None
        if not isinstance(reply, dict):
            raise self._failure("unreadable", status=response.status)
        return reply

    def _failure(self, key: str, **values: object) -> ChatError:
        seconds = self._timeout.total
        return ChatError(self._texts(key, url=self._url, seconds=seconds, **values))


def _accepted(status: int, reply: Json) -> Json:
    """Return the reply unless it is a problem (RFC 9457)."""
    if status < 400:
        return reply
    raise ChatError(str(reply.get("detail") or reply.get("title") or f"HTTP {status}"))
