"""Serves the built widget (``widget/build/publish.js`` writes it) and its integrity hashes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

_VERSION = re.compile(r"[0-9A-Za-z.-]{1,40}", re.ASCII)
_FOR_EVER = "public, max-age=31536000, immutable"
_SHORTLY = "public, max-age=300"


@dataclass(frozen=True)
class Script:
    """Where the widget is and what it must be."""

    url: str
    integrity: str


class WidgetFiles:
    """The folder of the builds: one folder for each version, and ``integrity.json`` of the newest.

    Args:
        folder: where the build puts them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def routes(self) -> list[web.RouteDef]:
        """Return the routes under ``/widget/``."""
        return [
            web.get("/widget/integrity.json", self.integrity),
            web.get("/widget/{version}/widget.js", self.script),
        ]

    def newest(self) -> Script | None:
        """Return the newest build, None if the widget was never built."""
        found = self._integrity()
        if found is None:
            return None
        file = found["files"]["widget.js"]
        return Script(file["url"], file["integrity"])

    async def integrity(self, _request: web.Request) -> web.StreamResponse:
        """Return the hashes of the newest build."""
        if self._integrity() is None:
            raise web.HTTPNotFound
        return _file(self._folder / "integrity.json", "application/json", _SHORTLY)

    async def script(self, request: web.Request) -> web.StreamResponse:
        """Return one version, or the newest as ``latest``; compressed where the client takes it."""
        version = request.match_info["version"]
        newest = version == "latest"
        found = self._integrity()
        if newest and found is not None:
            version = found["version"]
        path = self._folder / version / "widget.js"
        if not _VERSION.fullmatch(version) or ".." in version or not path.is_file():
            raise web.HTTPNotFound
        return _file(path, "text/javascript", _SHORTLY if newest else _FOR_EVER)

    def _integrity(self) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads((self._folder / "integrity.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found


def _file(path: Path, kind: str, caching: str) -> web.FileResponse:
    # Any site on the list of origins may embed it, also one that isolates itself (COEP).
    return web.FileResponse(
        path,
        headers={
            "Content-Type": f"{kind}; charset=utf-8",
            "Cache-Control": caching,
            "Cross-Origin-Resource-Policy": "cross-origin",
            # Always: a copy cached without an origin may serve a page that checks its hash.
            "Access-Control-Allow-Origin": "*",
        },
    )
