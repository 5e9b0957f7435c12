"""Who may call, and what every response carries: origins and security headers."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from portal.problems import Problem


def page_policy(form_action: str = "'none'", frame_ancestors: tuple[str, ...] = ("'none'",)) -> str:
    """Return the Content-Security-Policy of a page.

    Args:
        form_action: where its forms may be sent.
        frame_ancestors: who may frame it.
    """
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        f"form-action {form_action}; base-uri 'none'; frame-ancestors {' '.join(frame_ancestors)}; "
        "require-trusted-types-for 'script'"
    )


_HEADERS = {
    "Content-Security-Policy": page_policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def headers_middleware(
    origins: frozenset[str],
) -> Middleware:
    """Return the middleware that checks the origin of a call and sets the headers of its response."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        response = await handler(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)  # a page may have a policy of its own
        if origin in origins:
            response.headers["Access-Control-Allow-Origin"] = str(origin)
            response.headers["Vary"] = "Origin"
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE"
                response.headers["Access-Control-Allow-Headers"] = (
                    "Authorization, Content-Type, Last-Event-ID"
                )
        return response

    return middleware


def origin_middleware(
    origins: frozenset[str],
) -> Middleware:
    """Return the middleware that refuses calls of foreign pages (contract: a missing origin is accepted)."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        if origin is not None and origin not in origins and origin != f"{request.scheme}://{request.host}":
            raise Problem(403, "foreign_origin")
        if request.method == "OPTIONS" and origin in origins:
            return web.Response(status=204)
        return await handler(request)

    return middleware
