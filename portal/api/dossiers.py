"""The look-up of a dossier by the form of a client."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web
from pydantic import Field

from portal.api.describing import GUARDED, body, json_reply, problems, ref
from portal.api.http import Access, client_of, json_response
from portal.conversations import Conversations
from portal.identity.answers import desk_texts
from portal.identity.desk import DossierDesk
from portal.identity.reading import Read
from portal.intake import Body, read_body
from portal.logs import REQUEST_ID
from portal.problems import request_language
from portal.stored import Question
from portal.turns import TurnService

_LONGEST = 64


class LookupRequest(Body):
    """``POST /v1/dossiers/lookup``."""

    code: str = Field(min_length=1, max_length=_LONGEST, repr=False)
    factor: str = Field(min_length=1, max_length=_LONGEST, repr=False)


MODELS = [(LookupRequest, "validation")]
PATHS: dict[str, Any] = {
    "/v1/dossiers/lookup": {
        "post": {
            "summary": "Where a dossier stands, by its code and a second factor",
            "description": (
                "A turn with outcome `dossier`, `dossier_denied` (unknown code and wrong factor alike), "
                "`locked`, or `needs_identity` if the code is none. It may be held back for some seconds."
            ),
            "security": GUARDED,
            "requestBody": body("LookupRequest"),
            "responses": {"200": json_reply(ref("Turn"), "The turn"), **problems(400, 401, 403, 413, 429)},
        }
    }
}


class Lookup:
    """``/v1/dossiers/lookup``.

    Args:
        access: whose session a call belongs to.
        conversations: where the message is stored, without what was given.
        turns: answers it, in its place among the other messages of the session.
        dossiers: takes in what was given.
    """

    def __init__(
        self, access: Access, conversations: Conversations, turns: TurnService, dossiers: DossierDesk
    ) -> None:
        self._access = access
        self._conversations = conversations
        self._turns = turns
        self._dossiers = dossiers

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [web.post("/v1/dossiers/lookup", self.look_up)]

    async def look_up(self, request: web.Request) -> web.Response:
        """Look a dossier up and return the turn."""
        session = await self._access.session(request)
        given = await read_body(request, LookupRequest)
        lang = request_language(request)
        read = Read("given", given.code, given.factor)
        act = await self._dossiers.take_in(session, read, client_of(request), form=True)
        text = desk_texts(lang)("asked")
        question = Question(text, lang, request_id=request[REQUEST_ID], identity=act)
        stored = await asyncio.to_thread(self._conversations.store, session, question, None, None)
        return json_response(await asyncio.shield(self._turns.start(stored)))
