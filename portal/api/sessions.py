"""Sessions: the start of every conversation, and its end without a trace."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from portal.api.describing import GUARDED, body, json_reply, problems
from portal.api.http import Access, json_response
from portal.conversations import Conversations
from portal.intake import SessionRequest, read_body
from portal.privacy.erasure import Eraser
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
_PENDING = {"type": "object", "required": ["state"], "properties": {"state": {"const": "pending"}}}
MODELS = [(SessionRequest, "validation")]
PATHS: dict[str, Any] = {
    "/v1/session": {
        "post": {
            "summary": "Start a session",
            "requestBody": body("SessionRequest", required=False),
            "responses": {"201": json_reply(_SESSION, "The session"), **problems(400, 403, 413, 429)},
        },
        "delete": {
            "summary": "Erase the session and everything said in it",
            "security": GUARDED,
            "responses": {
                "202": json_reply(_PENDING, "Erased here; Rasa is not reached and will forget it later"),
                "204": {"description": "Erased everywhere"},
                **problems(401, 403, 429),
            },
        },
    }
}


class Sessions:
    """``/v1/session``.

    Args:
        access: whose session a call belongs to.
        conversations: where sessions are kept.
        signer: makes the tokens.
        masker: takes personal data out of the address of the page.
        eraser: erases a session.
    """

    def __init__(
        self,
        access: Access,
        conversations: Conversations,
        signer: TokenSigner,
        masker: Masker,
        eraser: Eraser,
    ) -> None:
        self._access = access
        self._eraser = eraser
        self._conversations = conversations
        self._signer = signer
        self._masker = masker

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [web.post("/v1/session", self.open), web.delete("/v1/session", self.erase)]

    async def open(self, request: web.Request) -> web.Response:
        """Start a session."""
        wanted = await read_body(request, SessionRequest)
        page = self._masker.page(wanted.page)
        session = await asyncio.to_thread(self._conversations.open_session, wanted.lang, page)
        token, expires = self._signer.issue(session)
        reply = {"token": token, "expires_at": expires.isoformat(), "lang": wanted.lang or "vi"}
        return json_response(reply, status=201)

    async def erase(self, request: web.Request) -> web.Response:
        """Erase the caller's session; its token is worth nothing afterwards."""
        session = await self._access.session(request)
        task = asyncio.create_task(self._eraser.erase(session))
        # A visitor who closes the page meanwhile has erased the session all the same.
        if await asyncio.shield(task):
            return web.Response(status=204, headers={"Cache-Control": "no-store"})
        return json_response({"state": "pending"}, status=202)
