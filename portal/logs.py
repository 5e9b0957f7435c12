"""Log lines that can be followed and believed: the request they belong to, one line each, no message text.

A line is text for terminals or, with ``HEZA_LOG=json``, a JSON object. Control characters are
escaped, so nobody outside can write a line of their own. Of an exception only its type and
the places in the code are shown: its message may quote what a visitor wrote.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from portal.metrics import Metrics
from portal.problems import PROBLEM
from portal.proxies import CALLER, Proxies

logger = logging.getLogger(__name__)
LogForm = Literal["text", "json"]
REQUEST_ID = web.RequestKey("request_id", str)
HEADER = "X-Request-ID"
_GIVEN = re.compile(r"[A-Za-z0-9._\-]{1,64}")
_current: ContextVar[str | None] = ContextVar("request_id", default=None)
_CONTROL = {
    code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)
}


@contextmanager
def following(request_id: str | None) -> Iterator[None]:
    """Have the lines that are logged within the context name this request."""
    token = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(token)


class TextFormatter(logging.Formatter):
    """One line for a terminal; the places of an exception follow on lines of their own."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        request = getattr(record, "request_id", None) or _current.get() or "-"
        head = f"{_moment(record)} {record.levelname} {record.name} [{request}]".translate(_CONTROL)
        line = f"{head} {record.getMessage().translate(_CONTROL)}"
        places = _places(record)
        return "\n  ".join([line, *places]) if places else line


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object."""
        line = {
            "at": _moment(record),
            "level": record.levelname,
            "logger": record.name,
            "request_id": getattr(record, "request_id", None) or _current.get(),
            "message": record.getMessage(),
        }
        places = _places(record)
        return json.dumps({**line, "exception": places} if places else line, ensure_ascii=True)


def start_logging(level: str, form: LogForm) -> None:
    """Write the log of this process to standard error, in the given form."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    logging.basicConfig(level=level, handlers=[handler])


def requests_middleware(proxies: Proxies, metrics: Metrics) -> Middleware:
    """Return the outermost middleware: who calls, under which id, and one line about how it went.

    The line names the route, never the address itself: that may hold a question or a dossier code.
    """

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        caller = request[CALLER] = proxies.caller(request)
        given = request.headers.get(HEADER, "")
        usable = caller.proxied and _GIVEN.fullmatch(given)
        request[REQUEST_ID] = given if usable else secrets.token_hex(8)
        started = time.perf_counter()
        with following(request[REQUEST_ID]):
            response = await handler(request)
            took = 1000 * (time.perf_counter() - started)
            problem = request.get(PROBLEM, "-")
            if response.status in {401, 403, 429}:
                metrics.refused(problem)
            level = logging.DEBUG if route_of(request) == "/healthz" else logging.INFO
            where = f"{request.method} {route_of(request)}"
            logger.log(level, "%s %d %s %s %.0f ms", where, response.status, problem, caller.address, took)
        return response

    return middleware


async def name_request(request: web.Request, response: web.StreamResponse) -> None:
    """Tell the client the id of its request (for ``on_response_prepare``)."""
    if REQUEST_ID in request:
        response.headers[HEADER] = request[REQUEST_ID]


def route_of(request: web.Request) -> str:
    """Return the pattern of the route that a request took (``/v1/dossiers/{code}``)."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "-"


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _places(record: logging.LogRecord) -> list[str]:
    """Return the types of an exception and its causes, each with the places that it went through."""
    error = record.exc_info[1] if record.exc_info else None
    lines: list[str] = []
    while error is not None:
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
        frames = traceback.extract_tb(error.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines
