"""What a client shows around the conversation: who speaks, how to reach a person, current notices."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from actions.base import Desk
from knowledge.texts import LANGUAGES
from portal.api.describing import json_reply, problems
from portal.api.http import json_response
from portal.notices import Notices
from portal.problems import portal_texts
from portal.turns import OFFICIAL_SITE

VERSION = "0.1.0"
"""Of the project, as in ``pyproject.toml`` and the changelog."""
_TEXT = {"type": "string"}
_MAYBE = {"type": ["string", "null"]}
_BOTH = {"type": "object", "required": ["vi", "en"], "properties": {"vi": _TEXT, "en": _TEXT}}
_MOMENT = {"type": ["string", "null"], "format": "date-time"}
_ABOUT = {
    "type": "object",
    "required": ["name", "hotline", "hotline_hours", "site", "languages", "version"],
    "properties": {
        "name": _BOTH,
        "hotline": _MAYBE,
        "hotline_hours": _MAYBE,
        "site": _TEXT,
        "languages": {"type": "array", "items": {"enum": list(LANGUAGES)}},
        "version": _TEXT,
    },
}
_NOTICE = {
    "type": "object",
    "required": ["id", "level", "text", "from", "to"],
    "properties": {
        "id": _TEXT,
        "level": {"enum": ["info", "warning"]},
        "text": _BOTH,
        "from": _MOMENT,
        "to": _MOMENT,
    },
}
_NOTICES = {
    "type": "object",
    "required": ["notices"],
    "properties": {"notices": {"type": "array", "items": _NOTICE}},
}
MODELS: list[Any] = []
PATHS: dict[str, Any] = {
    "/v1/about": {
        "get": {
            "summary": "Name, hotline, languages and version of this deployment",
            "responses": {"200": json_reply(_ABOUT, "About"), **problems(403, 429)},
        }
    },
    "/v1/notices": {
        "get": {
            "summary": "Notices to be shown now",
            "responses": {"200": json_reply(_NOTICES, "Current notices"), **problems(403, 429)},
        }
    },
}


class About:
    """``/v1/about`` and ``/v1/notices``.

    Args:
        desk: how a visitor reaches a person.
        notices: what is announced.
    """

    def __init__(self, desk: Desk, notices: Notices) -> None:
        self._desk = desk
        self._notices = notices

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [web.get("/v1/about", self.about), web.get("/v1/notices", self.notices)]

    async def about(self, _request: web.Request) -> web.Response:
        """Tell what this deployment is."""
        return json_response(
            {
                "name": {lang: portal_texts(lang)("about.name") for lang in LANGUAGES},
                "hotline": self._desk.hotline,
                "hotline_hours": self._desk.hours,
                "site": OFFICIAL_SITE,
                "languages": list(LANGUAGES),
                "version": VERSION,
            }
        )

    async def notices(self, _request: web.Request) -> web.Response:
        """Return the notices of the moment."""
        return json_response({"notices": [n.model_dump(mode="json") for n in self._notices.current()]})
