"""What the calls share: whose session it is, parameters of the query, JSON."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from aiohttp import web

from portal.conversations import Conversations
from portal.problems import LANG, Problem
from portal.proxies import CALLER
from portal.tokens import TokenSigner


class Access:
    """Tells whose session a call belongs to.

    Args:
        conversations: knows which sessions there are.
        signer: checks the tokens.
    """

    def __init__(self, conversations: Conversations, signer: TokenSigner) -> None:
        self._conversations = conversations
        self._signer = signer

    def claimed(self, request: web.Request) -> str | None:
        """Return the session that a valid token names, whether or not it still exists; else none."""
        try:
            return self._signer.session_of(bearer(request))[0]
        except Problem:
            return None

    async def session(self, request: web.Request) -> str:
        """Return the session of a call; errors are in its language from now on.

        Raises:
            Problem: 401 without a valid token, 403 if the session is gone.
        """
        return (await self.session_until(request))[0]

    async def session_until(self, request: web.Request) -> tuple[str, datetime]:
        """Return the session of a call, and when (UTC) its token expires; errors as for `session`."""
        session, expires = self._signer.session_of(bearer(request))
        lang = await asyncio.to_thread(self._conversations.language, session)
        if lang:
            request[LANG] = lang
        return session, expires


def client_of(request: web.Request) -> str:
    """Return the address of who calls, for what is counted by it."""
    return str(request[CALLER].address or "unknown")


def bearer(request: web.Request) -> str:
    """Return the token of a request.

    Raises:
        Problem: 401, there is none.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Problem(401, "unauthorized")
    return token.strip()


def json_response(body: Any, status: int = 200) -> web.Response:
    """Return JSON that nobody may keep."""
    return web.json_response(body, status=status, headers={"Cache-Control": "no-store"})


def one_of(request: web.Request, name: str, allowed: tuple[str, ...], default: str | None) -> str | None:
    """Return a parameter that has to be one of ``allowed``.

    Raises:
        Problem: 400, it is not.
    """
    value = request.query.get(name)
    if value is None:
        return default
    if value not in allowed:
        raise Problem(400, "invalid", field=name)
    return value


def number(request: web.Request, name: str, default: str, allowed: range) -> int:
    """Return a parameter that has to be a whole number within ``allowed``.

    Raises:
        Problem: 400, it is not.
    """
    value = request.query.get(name, default)
    if not (value.isascii() and value.isdigit()) or len(value) > 18 or int(value) not in allowed:
        raise Problem(400, "invalid", field=name)
    return int(value)
