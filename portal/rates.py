"""How often somebody may call: per session, per address, per network; each matter has its own limits.

The windows slide (two counters, the older one weighted by how much of it is still
within the window). Counters are kept in the process, or in Redis for several portals;
while Redis is away each portal counts for itself.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Literal, get_args

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

from portal.api.http import Access
from portal.breaker import Breaker
from portal.metrics import Metrics
from portal.problems import Problem
from portal.proxies import CALLER, Caller

logger = logging.getLogger(__name__)
Matter = Literal[
    "sessions",
    "messages",
    "search",
    "feedback",
    "dossiers",
    "handoff",
    "subscriptions",
    "feed",
    "staff",
    "other",
]
Scope = Literal["session", "address", "network"]
Limits = Mapping[Scope, RateLimitItem]

DEFAULTS: dict[Matter, str] = {
    "sessions": "address 30/minute, network 300/minute",
    "messages": "session 20/minute, address 120/minute, network 600/minute",
    "search": "address 60/minute, network 600/minute",
    "feedback": "session 30/minute, address 120/minute, network 600/minute",
    "dossiers": "session 10/10minutes, address 30/10minutes, network 300/10minutes",
    "handoff": "session 3/10minutes, address 20/10minutes, network 200/10minutes",
    "subscriptions": "session 5/hour, address 20/hour, network 200/hour",
    "feed": "address 3000/minute, network 3000/minute",
    "staff": "address 3000/minute, network 6000/minute",
    "other": "session 240/minute, address 600/minute, network 6000/minute",
}
"""An office or a factory calls from one address, so addresses may do more than sessions."""

_MATTERS: dict[tuple[str, str], Matter] = {
    ("POST", "/v1/session"): "sessions",
    ("POST", "/v1/messages"): "messages",
    ("GET", "/ask"): "messages",
    ("POST", "/ask"): "messages",
    ("GET", "/v1/search"): "search",
    ("POST", "/v1/feedback"): "feedback",
    ("POST", "/v1/dossiers/lookup"): "dossiers",
    ("POST", "/v1/tickets/lookup"): "dossiers",
    ("POST", "/v1/handoff"): "handoff",
    ("POST", "/v1/subscriptions"): "subscriptions",
    ("PUT", "/v1/dossiers/{code}"): "feed",
    ("POST", "/v1/dossiers/batch"): "feed",
}
_FREE = ("/healthz", "/static")
_REDIS_TIMEOUT = 0.25
_REDIS_PAUSE = 5.0


@dataclass(frozen=True)
class Refused:
    """A limit is used up.

    Args:
        scope: which one.
        retry_after: whole seconds until the next call may succeed.
    """

    scope: Scope
    retry_after: int


def read_limits(text: str, defaults: Limits | None = None) -> Limits:
    """Read ``session 20/minute, address 120/minute``; scopes that are not named keep their default.

    Raises:
        ValueError: this says no limits.
    """
    said = dict(part.strip().partition(" ")[::2] for part in text.split(",") if part.strip())
    scopes: tuple[Scope, ...] = get_args(Scope)
    if not said.keys() <= set(scopes):
        raise ValueError(f"each part begins with one of {', '.join(scopes)}")
    return {**(defaults or {}), **{scope: parse(said[scope]) for scope in scopes if scope in said}}


def default_limits() -> dict[Matter, Limits]:
    """Return the limits of a deployment that sets none."""
    return {matter: read_limits(text) for matter, text in DEFAULTS.items()}


class Rates:
    """Counts calls.

    Args:
        limits: for each matter.
        redis_url: where several portals count together; without it, each for itself.
    """

    def __init__(self, limits: Mapping[Matter, Limits], redis_url: str | None = None) -> None:
        self._limits = limits
        self._here = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._pool = _pool(redis_url) if redis_url else None
        self._shared = _shared(self._pool) if self._pool else None
        self._breaker = Breaker(failures=1, pause=_REDIS_PAUSE)
        self._away = False

    async def take(self, matter: Matter, caller: Caller, session: str | None) -> Refused | None:
        """Count a call, unless one of its limits is used up; a refused call counts nowhere.

        Args:
            matter: what is called.
            caller: who calls.
            session: whose call it is, if it has a session.
        """
        marks = _marks(caller, session)
        wanted = [(s, item, marks[s]) for s, item in self._limits[matter].items() if s in marks]
        if self._shared and self._breaker.allows():
            try:
                refused = await _take(self._shared, matter, wanted)
            except (StorageError, RedisError, OSError) as error:
                self._lost(error)
            else:
                self._found()
                return refused
        return await _take(self._here, matter, wanted)

    async def close(self) -> None:
        """Let go of Redis."""
        if self._pool:
            await self._pool.disconnect()

    def _lost(self, error: Exception) -> None:
        self._breaker.failed()
        if not self._away:
            logger.warning("rate limits are counted in this portal alone: %s", type(error).__name__)
        self._away = True

    def _found(self) -> None:
        self._breaker.succeeded()
        if self._away:
            logger.info("rate limits are counted in Redis again")
        self._away = False


def rates_middleware(rates: Rates, access: Access, metrics: Metrics) -> Middleware:
    """Return the middleware that refuses calls beyond the limits with 429 and ``Retry-After``."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        matter = matter_of(request)
        if matter:
            refused = await rates.take(matter, request[CALLER], access.claimed(request))
            if refused:
                with suppress(Problem):
                    await access.session(request)  # the refusal is in the language of the session
                metrics.limited(matter, refused.scope)
                raise Problem(429, "too_many", retry_after=refused.retry_after)
        return await handler(request)

    return middleware


def matter_of(request: web.Request) -> Matter | None:
    """Return which limits a call falls under; none for what may be called freely."""
    resource = request.match_info.route.resource
    path = resource.canonical if resource else ""
    if path in _FREE or path.startswith(("/widget/", "/staff/assets/")):
        return None
    if path.startswith(
        "/staff/api/"
    ):  # a whole desk types from one address; signing in has delays of its own
        return "staff"
    return _MATTERS.get((request.method, path), "other")


def _marks(caller: Caller, session: str | None) -> dict[Scope, str]:
    """Return under which names a call counts."""
    address = str(caller.address or "unknown")
    network = address
    if caller.address:
        bits = 24 if caller.address.version == 4 else 64
        network = str(ip_network((caller.address, bits), strict=False))
    marks: dict[Scope, str] = {"address": address, "network": network}
    return {"session": session, **marks} if session else marks


async def _take(
    limiter: SlidingWindowCounterRateLimiter, matter: Matter, wanted: list[tuple[Scope, RateLimitItem, str]]
) -> Refused | None:
    """Ask all limits before any of them counts: a caller refused by one does not use up the others."""
    for ask in (limiter.test, limiter.hit):
        answers = await asyncio.gather(*(ask(item, matter, scope, mark) for scope, item, mark in wanted))
        for (scope, item, mark), allowed in zip(wanted, answers, strict=True):
            if not allowed:
                stats = await limiter.get_window_stats(item, matter, scope, mark)
                return Refused(scope, max(1, math.ceil(stats.reset_time - time.time())))
    return None


def _pool(redis_url: str) -> ConnectionPool:
    return ConnectionPool.from_url(
        redis_url, socket_timeout=_REDIS_TIMEOUT, socket_connect_timeout=_REDIS_TIMEOUT
    )


def _shared(pool: ConnectionPool) -> SlidingWindowCounterRateLimiter:
    storage = RedisStorage(
        "async+redis://",
        wrap_exceptions=True,
        implementation="redispy",
        key_prefix="heza:rates",
        connection_pool=pool,  # type: ignore[arg-type]
    )
    return SlidingWindowCounterRateLimiter(storage)
