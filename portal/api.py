"""The calls of the public API (contract v1)."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from aiohttp import web
from sqlalchemy.exc import IntegrityError

from actions.base import Tools
from knowledge.dates import today
from knowledge.model import Kind
from knowledge.rendering import Renderer, When
from knowledge.search import Searcher
from portal.conversations import Conversations, Stored
from portal.intake import MessageRequest, SessionRequest, check_dates, clean_text, read_body
from portal.problems import LANG, Problem
from portal.rasa import RasaClient
from portal.tokens import TokenSigner
from portal.turns import Question, TurnService

logger = logging.getLogger(__name__)
MAX_RESULTS = 20
_MANY = 2**53


class Api:
    """Handlers of ``/v1`` and health."""

    def __init__(
        self,
        conversations: Conversations,
        signer: TokenSigner,
        turns: TurnService,
        rasa: RasaClient,
        tools: Tools,
        actions_url: str,
    ) -> None:
        self._conversations = conversations
        self._signer = signer
        self._turns = turns
        self._rasa = rasa
        self._tools = tools
        self._searcher = Searcher(tools.store)
        self._actions_url = actions_url
        self._pending: set[asyncio.Task[Any]] = set()

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the API."""
        return [
            web.post("/v1/session", self.open_session),
            web.post("/v1/messages", self.post_message),
            web.get("/v1/messages", self.get_messages),
            web.get("/v1/search", self.search),
            web.get("/healthz", self.healthz),
            web.get("/readyz", self.readyz),
        ]

    async def open_session(self, request: web.Request) -> web.Response:
        """Start a session."""
        body = await read_body(request, SessionRequest)
        session = await asyncio.to_thread(self._conversations.open_session, body.lang, body.page)
        token, expires = self._signer.issue(session)
        reply = {"token": token, "expires_at": expires.isoformat(), "lang": body.lang or "vi"}
        return _json(reply, status=201)

    async def post_message(self, request: web.Request) -> web.Response:
        """Store a message; answer it at once (``wait=true``) or later."""
        session = await self._session(request)
        body = await read_body(request, MessageRequest)
        if body.lang:
            request[LANG] = body.lang
        check_dates(body)
        stored, question = await self._store(session, body)
        waits = request.query.get("wait") == "true"
        if stored.turn is None and (waits or question):
            task = self._spawn(stored, question or self._stored_question(stored, body))
            if waits:
                return _json(await asyncio.shield(task))
        if waits:
            return _json(stored.turn)
        return _json({"id": stored.id, "seq": stored.seq}, status=202)

    async def _store(self, session: str, body: MessageRequest) -> tuple[Stored, Question | None]:
        """Store a message; a repeated one (same ``client_id``) is found again, without a question."""
        record = body.model_dump()
        known = None
        if body.client_id:
            known = await asyncio.to_thread(self._conversations.find, session, body.client_id, record)
        if known:
            return known, None
        question = await self._question(session, body)
        try:
            stored = await asyncio.to_thread(
                self._conversations.store, session, question.text, record, body.client_id
            )
        except IntegrityError:
            return await self._store(session, body)
        return stored, question

    def _stored_question(self, stored: Stored, body: MessageRequest) -> Question:
        """Return the question of a message whose first request has not been answered yet."""
        return Question(stored.question, body.lang, body.as_of, body.licensed_on)

    def _spawn(self, stored: Stored, question: Question) -> asyncio.Task[dict[str, Any]]:
        """Answer in a task of its own: a client that hangs up does not lose the turn."""
        task = asyncio.create_task(self._turns.answer(stored, question))
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)
        return task

    async def finish_pending(self) -> None:
        """Wait for the turns under way (at shutdown)."""
        if self._pending:
            await asyncio.wait(self._pending, timeout=5)

    async def _question(self, session: str, body: MessageRequest) -> Question:
        if body.choice is None:
            return Question(clean_text(body.text or ""), body.lang, body.as_of, body.licensed_on)
        choice = await asyncio.to_thread(self._conversations.choice, session, body.choice)
        return Question(
            choice.text,
            body.lang,
            body.as_of or choice.ask.as_of,
            body.licensed_on or choice.ask.licensed_on,
            choice.ask.model_dump(mode="json"),
        )

    async def _session(self, request: web.Request) -> str:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Problem(401, "unauthorized")
        session = self._signer.session_of(token.strip())
        lang = await asyncio.to_thread(self._conversations.language, session)
        if lang:
            request[LANG] = lang
        return session

    async def get_messages(self, request: web.Request) -> web.Response:
        """Return the answered turns after ``after`` (polling)."""
        session = await self._session(request)
        after = _number(request, "after", "0", range(_MANY))
        turns = await asyncio.to_thread(self._conversations.answered_after, session, after)
        return _json({"events": [{"id": turn["seq"], "event": "turn", "data": turn} for turn in turns]})

    async def search(self, request: web.Request) -> web.Response:
        """Search the knowledge base; public and read-only."""
        question = clean_text(request.query.get("q", ""))
        lang = _one_of(request, "lang", ("vi", "en"), "vi")
        kind = _one_of(request, "kind", tuple(Kind), None)
        limit = _limit(request)
        when = When(as_of=_as_of(request))
        results = await asyncio.to_thread(self._results, question, lang or "vi", kind, limit, when)
        return _json({"q": question, "lang": lang, "results": results})

    def _results(
        self, question: str, lang: str, kind: str | None, limit: int, when: When
    ) -> list[dict[str, Any]]:
        renderer = Renderer(self._tools.store, lang)
        results = []
        hits = self._searcher.search(question, limit=3 * MAX_RESULTS)
        entries = self._tools.store.entries.fetch(hit.entry for hit in hits)
        for hit in hits:
            entry = entries.get(hit.entry)
            if entry and kind in {None, entry.kind}:
                answer = renderer.answer(hit.entry, [hit.facet], when)
                shown = answer.model_dump(mode="json", include={"outcome", "blocks", "citations", "caveats"})
                results.append(
                    {
                        "entry": hit.entry,
                        "facet": hit.facet,
                        "kind": entry.kind,
                        "name": entry.name.get(lang),
                        "score": round(hit.score, 4),
                        **shown,
                    }
                )
        return results[:limit]

    async def healthz(self, _request: web.Request) -> web.Response:
        """Tell that the process lives."""
        return _json({"status": "ok"})

    async def readyz(self, _request: web.Request) -> web.Response:
        """Tell whether database, Rasa and actions are ready, each by name."""
        checks = {
            "database": await self._database_ready(),
            "rasa": await self._rasa.ready(),
            "actions": await self._actions_ready(),
        }
        ready = all(checks.values())
        named = {name: "ok" if ok else "down" for name, ok in checks.items()}
        body = {"status": "ready" if ready else "not ready", "checks": named}
        return _json(body, status=200 if ready else 503)

    async def _database_ready(self) -> bool:
        try:
            await asyncio.to_thread(self._conversations.ping)
            return bool(await asyncio.to_thread(lambda: self._tools.store.release))
        except Exception:
            logger.exception("the database does not answer")
            return False

    async def _actions_ready(self) -> bool:
        return await self._rasa.reaches(self._actions_url)


def _json(body: Any, status: int = 200) -> web.Response:
    return web.json_response(body, status=status, headers={"Cache-Control": "no-store"})


def _one_of(request: web.Request, name: str, allowed: tuple[str, ...], default: str | None) -> str | None:
    value = request.query.get(name)
    if value is None:
        return default
    if value not in allowed:
        raise Problem(400, "invalid", field=name)
    return value


def _limit(request: web.Request) -> int:
    return _number(request, "limit", "10", range(1, MAX_RESULTS + 1))


def _number(request: web.Request, name: str, default: str, allowed: range) -> int:
    value = request.query.get(name, default)
    if not (value.isascii() and value.isdigit()) or len(value) > 18 or int(value) not in allowed:
        raise Problem(400, "invalid", field=name)
    return int(value)


def _as_of(request: web.Request) -> str:
    value = request.query.get("as_of")
    if value is None:
        return today().isoformat()
    check_dates(MessageRequest(text="-", as_of=value))
    return value
