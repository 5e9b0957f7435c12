"""Serves the built console (``console/build/publish.js`` writes it) under ``/staff/``."""

from __future__ import annotations

import re
from pathlib import Path

from aiohttp import web

from portal.problems import Problem

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "worker-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
    # The one policy lets the page register its worker; it makes no other address and no markup.
    "require-trusted-types-for 'script'; trusted-types heza-console"
)
_NAME = re.compile(r"[0-9A-Za-z_-]{1,80}(\.[a-z0-9]{1,8}){1,2}", re.ASCII)
_KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_FOR_EVER = "public, max-age=31536000, immutable"


class ConsoleFiles:
    """The page of the console, its worker, and the assets that they name.

    Args:
        folder: where the build puts them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def routes(self) -> list[web.RouteDef]:
        """Return the routes under ``/staff/`` that are no calls of the API."""
        return [
            web.get("/staff", self.move),
            web.get("/staff/", self.page),
            web.get("/staff/worker.js", self.worker),
            web.get("/staff/assets/{name}", self.asset),
        ]

    async def move(self, _request: web.Request) -> web.StreamResponse:
        """Send the browser to where the worker's scope begins."""
        return web.Response(status=308, headers={"Location": "/staff/"})

    async def page(self, _request: web.Request) -> web.StreamResponse:
        """Return the page, never from a cache: it names the newest assets."""
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        return self._file("index.html", "text/html; charset=utf-8", headers)

    async def worker(self, _request: web.Request) -> web.StreamResponse:
        """Return the worker that keeps the page for the time without a server."""
        return self._file("worker.js", _KINDS[".js"], {"Cache-Control": "no-cache"})

    async def asset(self, request: web.Request) -> web.StreamResponse:
        """Return a script or a style sheet; its name holds a hash, so it may be cached for ever."""
        name = request.match_info["name"]
        kind = _KINDS.get(Path(name).suffix)
        if kind is None or not _NAME.fullmatch(name) or not (self._folder / "assets" / name).is_file():
            raise web.HTTPNotFound
        return self._file(f"assets/{name}", kind, {"Cache-Control": _FOR_EVER})

    def _file(self, name: str, kind: str, headers: dict[str, str]) -> web.FileResponse:
        """Return a file, compressed where the browser takes it.

        Raises:
            Problem: 503, the console was never built.
        """
        path = self._folder / name
        if not path.is_file():
            raise Problem(503, "console_not_built")
        return web.FileResponse(path, headers={"Content-Type": kind, **headers})
