"""What the portal talks to, played by the tests: Rasa's channel on one side, a client on the other."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient
from jsonschema import Draft202012Validator, FormatChecker

from actions.base import Desk
from dossiers.guard import Limits
from dossiers.holidays import load_calendar
from dossiers.keys import Key, Keys
from dossiers.service import Dossiers
from knowledge.store import Store
from portal.identity.answers import Answers
from portal.identity.desk import DossierDesk
from portal.privacy.vault import MemoryVault

SECRET = "shared with Rasa"


def answer(text: str = "Trong 15 ngày.", **fields: Any) -> dict[str, Any]:
    """An answer as the actions give it to Rasa."""
    given = {
        "outcome": "answered",
        "lang": "vi",
        "blocks": [{"type": "para", "text": text}],
        "citations": [
            {
                "kind": "law",
                "document": "35/2022/NĐ-CP",
                "title": "Nghị định",
                "article": "Điều 26",
                "effective_from": "2022-07-15",
                "effective_to": None,
                "collected_on": "2026-01-10",
                "verified_on": None,
                "url": None,
                "status": "unverified",
            }
        ],
        "caveats": [],
        "entries": [{"id": "procedure.permit", "version": 3}],
        "suggestions": [
            {"text": "Lệ phí?", "ask": {"entry": "procedure.permit", "facet": "fee"}},
            {"text": "Hồ sơ?", "ask": {"entry": "procedure.permit", "facet": "components"}},
        ],
        "as_of": "2026-11-22",
        "licensed_on": None,
        "release": "abc",
        "text": "as the actions write it",
    }
    return {**given, **fields}


@dataclass
class StubRasa:
    """Plays our channel in Rasa; a test sets what it answers (or a function of the call) and when."""

    reply: Any = field(default_factory=answer)
    status: int = 200
    loaded: bool = True
    calls: list[dict[str, Any]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    forgets: bool = True
    forgotten: list[str] = field(default_factory=list)
    active: int = 0
    most_active: int = 0

    def __post_init__(self) -> None:
        self.gate.set()

    def app(self) -> web.Application:
        """Return the web application of the channel."""
        app = web.Application()
        app.router.add_post("/webhooks/portal/turns", self._turn)
        app.router.add_get("/webhooks/portal/ready", self._ready)
        app.router.add_post("/webhooks/portal/forget", self._forget)
        return app

    async def _turn(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {SECRET}":
            return web.json_response({"error": "unauthorized"}, status=401)
        self.calls.append(await request.json())
        self.active += 1
        self.most_active = max(self.most_active, self.active)
        self.arrived.set()
        try:
            await self.gate.wait()
        finally:
            self.active -= 1
        if self.status != 200:
            return web.json_response({"error": "failed"}, status=self.status)
        reply = self.reply(self.calls[-1]) if callable(self.reply) else self.reply
        if isinstance(reply, str):
            return web.Response(text=reply)
        return web.json_response({"answer": reply})

    async def _forget(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {SECRET}":
            return web.json_response({"error": "unauthorized"}, status=401)
        if not self.forgets:
            return web.json_response({"error": "not forgotten yet"}, status=503)
        self.forgotten.append((await request.json())["conversation"])
        return web.Response(status=204)

    async def _ready(self, _request: web.Request) -> web.Response:
        return web.json_response({"ready": self.loaded}, status=200 if self.loaded else 503)


@dataclass(frozen=True)
class Reply:
    """A response, read to its end."""

    status: int
    headers: Any
    text: str

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.text)


class Portal:
    """A client of the public port that holds every JSON response against the OpenAPI description."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self._description: dict[str, Any] = {}

    async def description(self) -> dict[str, Any]:
        """Return ``/v1/openapi.json``, read once."""
        if not self._description:
            response = await self.client.get("/v1/openapi.json")
            assert response.status == 200
            self._description = await response.json()
        return self._description

    async def call(self, method: str, path: str, token: str | None = None, **options: Any) -> Reply:
        """Send a request; the response has to be one that the description knows."""
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        headers |= options.pop("headers", {})
        async with self.client.request(method, path, headers=headers, **options) as response:
            reply = Reply(response.status, response.headers, await response.text())
            kind = response.content_type
        if kind.endswith("json"):
            check(await self.description(), method, path.partition("?")[0], reply, kind)
        return reply

    async def session(self, **body: Any) -> str:
        """Start a session and return its token."""
        reply = await self.call("POST", "/v1/session", json=body)
        assert reply.status == 201
        token: str = reply.json["token"]
        return token

    async def post(self, token: str | None, **body: Any) -> Reply:
        """Send a message and wait for the turn."""
        return await self.call("POST", "/v1/messages?wait=true", token, json=body)

    async def ask(self, token: str, text: str = "lệ phí", **body: Any) -> dict[str, Any]:
        """Ask a question and return the turn."""
        reply = await self.post(token, text=text, **body)
        assert reply.status == 200, reply.text
        turn: dict[str, Any] = reply.json
        return turn


def check(description: dict[str, Any], method: str, path: str, reply: Reply, kind: str) -> None:
    """Assert that ``reply`` is a response that ``description`` knows for the call."""
    operation = description["paths"].get(path, {}).get(method.lower())
    if operation is None:
        assert reply.status in {403, 404, 405, 429}
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    else:
        assert str(reply.status) in operation["responses"], (
            f"{method} {path}: {reply.status} is not described"
        )
        content = operation["responses"][str(reply.status)]["content"]
    schema = {**content[kind]["schema"], "components": description["components"]}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(reply.json)


def make_dossiers(folder: Path, limits: Limits | None = None) -> Dossiers:
    """A store of dossiers in a folder."""
    keys = Keys([Key("1", b"k" * 32)])
    return Dossiers(f"sqlite:///{folder / 'dossiers.sqlite'}", keys, limits=limits)


def make_desk(folder: Path, store: Store, limits: Limits | None = None, **options: Any) -> DossierDesk:
    """A desk over a store of dossiers in a folder."""
    dossiers = make_dossiers(folder, limits)
    return DossierDesk(dossiers, MemoryVault(), Answers(store, load_calendar(), Desk()), **options)
