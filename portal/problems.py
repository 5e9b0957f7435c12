"""Errors of the API as problem+json (RFC 9457), in the language of the session."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from aiohttp import web
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as SQLTimeout

from knowledge.texts import Texts, load_texts

logger = logging.getLogger(__name__)
CALL_SECONDS = 30.0
"""Longer than a turn takes that waits for several before it."""
RETRY_AFTER = 5
_ENDLESS = frozenset({"/v1/stream"})
_TEXTS = Path(__file__).parent / "texts"
LANG = web.RequestKey("lang", str)
PROBLEM = web.RequestKey("problem", str)


class Problem(Exception):
    """A request cannot be served; ``key`` names its texts in the catalogue.

    Args:
        status: HTTP status.
        key: entry of ``texts/{vi,en}.yml`` under ``problem``.
        values: fill in the text; ``retry_after`` (seconds) becomes the header of that name,
            ``members`` are added to the body.
    """

    def __init__(self, status: int, key: str, **values: object) -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.values = values


def portal_texts(lang: str) -> Texts:
    """Return the portal's own catalogue in ``lang``."""
    return load_texts(_TEXTS, lang)


def request_language(request: web.Request) -> str:
    """Return the language for a request: the session's, else what the browser prefers, else Vietnamese."""
    known = request.get(LANG)
    if known:
        return str(known)
    accepted = request.headers.get("Accept-Language", "").lower()
    return "en" if accepted.startswith("en") else "vi"


def problem_response(request: web.Request, status: int, key: str, **values: object) -> web.Response:
    """Return a problem+json response."""
    request[PROBLEM] = key
    lang = request_language(request)
    t = portal_texts(lang)
    body = {
        "type": f"urn:heza:problem:{key}",
        "title": t(f"problem.{key}.title"),
        "status": status,
        "detail": t(f"problem.{key}.detail", **values),
        **_members(values),
    }
    headers = {"Content-Language": lang, "Cache-Control": "no-store"}
    if "retry_after" in values:
        headers["Retry-After"] = str(values["retry_after"])
    return web.Response(
        status=status,
        text=json.dumps(body, ensure_ascii=False),
        content_type="application/problem+json",
        headers=headers,
    )


def _members(values: Mapping[str, object]) -> dict[str, object]:
    members = values.get("members")
    return dict(members) if isinstance(members, Mapping) else {}


_HTTP_KEYS = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}


@web.middleware
async def problems_middleware(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Turn every error into a problem; an unforeseen one is logged and says no more than that."""
    try:
        return await handler(request)
    except Problem as problem:
        return problem_response(request, problem.status, problem.key, **problem.values)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        response = problem_response(request, error.status, _HTTP_KEYS.get(error.status, "bad_request"))
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except (OperationalError, InterfaceError, SQLTimeout):
        logger.exception("the database does not answer")
        return problem_response(request, 503, "unavailable", retry_after=RETRY_AFTER)
    except Exception:
        logger.exception("a call failed")
        return problem_response(request, 500, "internal")


@web.middleware
async def deadline_middleware(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer in any case: a database that hangs would hold its callers for ever.

    What a call began goes on behind it (a turn is finished and stored).
    """
    if request.path in _ENDLESS:
        return await handler(request)
    try:
        async with asyncio.timeout(CALL_SECONDS) as limit:
            return await handler(request)
    except TimeoutError:
        if not limit.expired():
            raise
        logger.error("a call took longer than %.0f s", CALL_SECONDS)
        raise Problem(503, "unavailable", retry_after=RETRY_AFTER) from None
