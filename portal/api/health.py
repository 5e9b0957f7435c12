"""Liveness, and readiness that names the sick part."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from aiohttp import web

from actions.base import Tools
from dossiers.service import Dossiers
from portal.api.describing import json_reply, problems
from portal.api.http import json_response
from portal.conversations import Conversations
from portal.rasa import RasaClient

logger = logging.getLogger(__name__)
_TO_LOOK = 2.0
_HEALTH = {"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}}}
MODELS: list[Any] = []
PATHS: dict[str, Any] = {
    "/healthz": {
        "get": {
            "summary": "Liveness",
            "responses": {"200": json_reply(_HEALTH, "The process lives"), **problems(403)},
        }
    },
    "/readyz": {
        "get": {
            "summary": "Readiness of database, dossiers, Rasa and actions",
            "responses": {
                "200": json_reply(_HEALTH, "Ready"),
                "503": json_reply(_HEALTH, "Not ready"),
                **problems(403, 429),
            },
        }
    },
}


class Health:
    """``/healthz`` and ``/readyz``.

    Args:
        conversations: the portal's database.
        rasa: the client of our channel.
        tools: the knowledge base.
        actions_url: where the actions tell that they live.
        dossiers: the store of dossiers.
    """

    def __init__(
        self,
        conversations: Conversations,
        rasa: RasaClient,
        tools: Tools,
        actions_url: str,
        dossiers: Dossiers,
    ) -> None:
        self._dossiers = dossiers
        self._conversations = conversations
        self._rasa = rasa
        self._tools = tools
        self._actions_url = actions_url

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [web.get("/healthz", self.healthz), web.get("/readyz", self.readyz)]

    async def healthz(self, _request: web.Request) -> web.Response:
        """Tell that the process lives."""
        return json_response({"status": "ok"})

    async def readyz(self, _request: web.Request) -> web.Response:
        """Tell whether database, dossiers, Rasa and actions are ready, each by name."""
        checks = {
            "database": await self._database_ready(),
            "dossiers": await self._dossiers_ready(),
            "rasa": await self._rasa.ready(),
            "actions": await self._rasa.reaches(self._actions_url),
        }
        ready = all(checks.values())
        named = {name: "ok" if ok else "down" for name, ok in checks.items()}
        body = {"status": "ready" if ready else "not ready", "checks": named}
        return json_response(body, status=200 if ready else 503)

    async def _dossiers_ready(self) -> bool:
        try:
            await asyncio.wait_for(asyncio.to_thread(self._dossiers.ping), _TO_LOOK)
            return True
        except Exception:
            logger.exception("the dossiers do not answer")
            return False

    def _release(self) -> str:
        return self._tools.store.release

    async def _database_ready(self) -> bool:
        try:
            await asyncio.wait_for(asyncio.to_thread(self._conversations.ping), _TO_LOOK)
            return bool(await asyncio.wait_for(asyncio.to_thread(self._release), _TO_LOOK))
        except Exception:
            logger.exception("the database does not answer")
            return False
