"""Which pages may call, and what every response carries: origins and security headers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from yarl import URL

from portal.problems import Problem
from portal.proxies import CALLER


def page_policy(form_action: str = "'none'", frame_ancestors: tuple[str, ...] = ("'none'",)) -> str:
    """Return the Content-Security-Policy of a page.

    Args:
        form_action: where its forms may be sent.
        frame_ancestors: who may frame it.
    """
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        f"form-action {form_action}; base-uri 'none'; frame-ancestors {' '.join(frame_ancestors)}; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


_HEADERS = {
    "Content-Security-Policy": page_policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_ALLOWED = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID",
    "Access-Control-Max-Age": "600",
}
_EXPOSED = "Retry-After, X-Request-ID, Content-Disposition"


def normal_origin(text: str) -> str:
    """Return an origin as browsers write it (RFC 6454, section 6.1): lower case, no default port.

    Raises:
        ValueError: this is no origin of a web page (``null``, a path, a user, another scheme …).
    """
    url = URL(text)
    if url.scheme not in {"http", "https"} or url.user or url.path not in {"", "/"} or url.query_string:
        raise ValueError("no origin of a web page")
    if url.fragment or any(char in text for char in " \t\r\n,*"):
        raise ValueError("no origin of a web page")
    return str(url.origin())


def make_headers(
    origins: frozenset[str],
) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Return what sets the headers of a response (for ``on_response_prepare``: event streams included).

    A policy that a handler chose for its own page stands.
    """

    async def set_headers(request: web.Request, response: web.StreamResponse) -> None:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.add("Vary", "Origin")
        origin = _origin(request)
        if origin in origins:
            response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
            response.headers["Access-Control-Expose-Headers"] = _EXPOSED
            if request.method == "OPTIONS":
                response.headers.update(_ALLOWED)

    return set_headers


def origin_middleware(
    origins: frozenset[str],
) -> Middleware:
    """Return the middleware that refuses calls of foreign pages (contract: a missing origin is accepted).

    Args:
        origins: further origins that may call, as `normal_origin` writes them.
    """

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if "Origin" in request.headers:
            origin, caller = _origin(request), request[CALLER]
            if origin is None or (origin not in origins and origin != _own(caller.scheme, caller.host)):
                raise Problem(403, "foreign_origin")
            if request.method == "OPTIONS" and origin in origins:
                return web.Response(status=204)
        return await handler(request)

    return middleware


def _origin(request: web.Request) -> str | None:
    """Return the origin of a request; none if it names none, several, or something else."""
    try:
        (text,) = request.headers.getall("Origin", [])
        return None if text.endswith("/") else normal_origin(text)
    except ValueError:
        return None


def _own(scheme: str, host: str) -> str | None:
    try:
        return normal_origin(f"{scheme}://{host}")
    except ValueError:
        return None
