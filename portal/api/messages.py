"""Messages and their turns."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from aiohttp import web
from sqlalchemy.exc import IntegrityError

from portal.api.describing import GUARDED, body, json_reply, problems, query, ref
from portal.api.http import Access, client_of, json_response, number, one_of
from portal.api.stream import MANY, POLLED
from portal.conversations import Conversations
from portal.identity.desk import DossierDesk
from portal.identity.reading import masks, read_reply
from portal.identity.state import Act
from portal.intake import MessageRequest, check_dates, clean_text, read_body
from portal.logs import REQUEST_ID
from portal.metrics import Metrics
from portal.privacy.keys import PrivacyKey
from portal.privacy.masking import Masker, cover
from portal.problems import LANG, request_language
from portal.stored import Question, Stored
from portal.turns import Turn, TurnService

_ACCEPTED = {
    "type": "object",
    "required": ["id", "seq"],
    "properties": {"id": {"type": "string"}, "seq": {"type": "integer", "minimum": 1}},
}
MODELS = [(Turn, "serialization"), (MessageRequest, "validation")]
PATHS: dict[str, Any] = {
    "/v1/messages": {
        "post": {
            "summary": "Ask a question, or choose a quick reply",
            "security": GUARDED,
            "parameters": [query("wait", {"enum": ["true", "false"]})],
            "requestBody": body("MessageRequest"),
            "responses": {
                "200": json_reply(ref("Turn"), "The turn (wait=true)"),
                "202": json_reply(_ACCEPTED, "Stored"),
                **problems(400, 401, 403, 404, 409, 413, 429),
            },
        },
        "get": {
            "summary": "Events after a number (polling)",
            "security": GUARDED,
            "parameters": [query("after", {"type": "integer", "minimum": 0})],
            "responses": {"200": json_reply(POLLED, "Events in order"), **problems(400, 401, 403, 429)},
        },
    }
}


class Messages:
    """``/v1/messages``.

    Args:
        access: whose session a call belongs to.
        conversations: where messages are stored before anything is answered.
        turns: answers them.
        masker: takes personal data out of a text before anything else sees it.
        key: hashes a request, so that its repetition is recognised without keeping it.
        metrics: measure how long storing takes.
        dossiers: takes in what is given for a look-up.
    """

    def __init__(
        self,
        access: Access,
        conversations: Conversations,
        turns: TurnService,
        masker: Masker,
        key: PrivacyKey,
        metrics: Metrics,
        dossiers: DossierDesk,
    ) -> None:
        self._access = access
        self._conversations = conversations
        self._turns = turns
        self._masker = masker
        self._key = key
        self._metrics = metrics
        self._dossiers = dossiers

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [web.post("/v1/messages", self.post), web.get("/v1/messages", self.poll)]

    async def post(self, request: web.Request) -> web.Response:
        """Store a message; answer it at once (``wait=true``) or later."""
        session = await self._access.session(request)
        waits = one_of(request, "wait", ("true", "false"), "false") == "true"
        message = await read_body(request, MessageRequest)
        if message.lang:
            request[LANG] = message.lang
        check_dates(message)
        with self._metrics.stage("store"):
            stored = await self._store(session, message, request)
        if stored.turn is None:
            task = self._turns.start(stored)
            if waits:
                return json_response(await asyncio.shield(task))
        if waits:
            return json_response(stored.turn)
        return json_response({"id": stored.id, "seq": stored.seq}, status=202)

    async def poll(self, request: web.Request) -> web.Response:
        """Return the events after ``after``."""
        session = await self._access.session(request)
        after = number(request, "after", "0", range(MANY))
        events = await asyncio.to_thread(self._conversations.events_after, session, after)
        return json_response({"events": [event.as_json() for event in events]})

    async def _store(self, session: str, message: MessageRequest, request: web.Request) -> Stored:
        """Store a message; a repeated one (same ``client_id``) is found again."""
        fingerprint = self._key.fingerprint(message.model_dump())
        known = None
        if message.client_id:
            known = await asyncio.to_thread(self._conversations.find, session, message.client_id, fingerprint)
        if known:
            return known
        question = await self._question(session, message, request)
        question = replace(question, request_id=request[REQUEST_ID])
        try:
            return await asyncio.to_thread(
                self._conversations.store, session, question, fingerprint, message.client_id
            )
        except IntegrityError:
            return await self._store(session, message, request)

    async def _question(self, session: str, message: MessageRequest, request: web.Request) -> Question:
        if message.choice is None:
            text, act = await self._masked(session, clean_text(message.text or ""), request)
            return Question(text, message.lang, message.as_of, message.licensed_on, identity=act)
        choice = await asyncio.to_thread(self._conversations.choice, session, message.choice)
        return Question(
            choice.text,
            message.lang,
            message.as_of or choice.ask.as_of,
            message.licensed_on or choice.ask.licensed_on,
            choice.ask.model_dump(mode="json"),
        )

    async def _masked(self, session: str, text: str, request: web.Request) -> tuple[str, Act | None]:
        """Return a text without personal data, and what it says towards looking a dossier up."""
        spans = self._masker.find(text)
        awaiting = await asyncio.to_thread(self._conversations.awaiting, session)
        read = read_reply(text, spans, awaiting)
        act = await self._dossiers.take_in(session, read, client_of(request)) if read else None
        return cover(text, masks(spans, read), request_language(request)).text, act
