"""Errors of the API as problem+json (RFC 9457), in the language of the session."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from aiohttp import web

from knowledge.texts import Texts, load_texts

logger = logging.getLogger(__name__)
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
    except Exception:
        logger.exception("a call failed")
        return problem_response(request, 500, "internal")
