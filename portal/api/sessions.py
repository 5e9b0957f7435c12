"""Sessions: the start of every conversation."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from portal.api.describing import body, json_reply, problems
from portal.api.http import json_response
from portal.conversations import Conversations
from portal.intake import SessionRequest, read_body
from portal.privacy.masking import Masker
from portal.tokens import TokenSigner

_SESSION = {
    "type": "object",
    "required": ["token", "expires_at", "lang"],
    "properties": {
        "token": {"type": "string"},
        "expires_at": {"type": "string", "format": "date-time"},
        "lang": {"enum": ["vi", "en"]},
    },
}
MODELS = [(SessionRequest, "validation")]
PATHS: dict[str, Any] = {
    "/v1/session": {
        "post": {
            "summary": "Start a session",
            "requestBody": body("SessionRequest", required=False),
            "responses": {"201": json_reply(_SESSION, "The session"), **problems(400, 403, 413, 429)},
        }
    }
}


class Sessions:
    """``/v1/session``."""

    def __init__(self, conversations: Conversations, signer: TokenSigner, masker: Masker) -> None:
        self._conversations = conversations
        self._signer = signer
        self._masker = masker

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [web.post("/v1/session", self.open)]

    async def open(self, request: web.Request) -> web.Response:
        """Start a session."""
        wanted = await read_body(request, SessionRequest)
        page = self._masker.page(wanted.page)
        session = await asyncio.to_thread(self._conversations.open_session, wanted.lang, page)
        token, expires = self._signer.issue(session)
        reply = {"token": token, "expires_at": expires.isoformat(), "lang": wanted.lang or "vi"}
        return json_response(reply, status=201)
