"""Who calls the staff API, and whether they may: the one way to guard a handler is `require`.

A handler that performs a privileged act looks like this::

    async def disable(self, request: web.Request) -> web.Response:
        principal = await require(request, Permission.ACCOUNTS)
        await asyncio.to_thread(self._disable, principal, request.match_info["account"])
        ...

    def _disable(self, principal: Principal, account: str) -> None:
        with self._staff.writing() as connection:
            ...
            audit(connection, principal, "account.disable", account)
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import web
from sqlalchemy import Connection, Engine

from portal.problems import Problem
from portal.proxies import CALLER
from portal.staff.permissions import Permission, Role, granted
from portal.staff.sessions import COOKIE, SEEN_EVERY, StaffSession, csrf_token, find_session, touch
from portal.staff.settings import StaffSettings

CSRF_HEADER = "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Principal:
    """Somebody who is signed in.

    Args:
        account: id.
        name: as the audit log shows it.
        roles: of the account, as they are now.
        session: hash of the session.
        session_id: of the session; never stored or logged.
        ends_at: when the session ends in any case (UTC).
        idle_ends_at: when it ends if nothing is done until then.
    """

    account: str
    name: str
    roles: frozenset[Role]
    session: str
    session_id: str = field(repr=False)
    ends_at: datetime
    idle_ends_at: datetime

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the roles allow."""
        return granted(self.roles)

    def may(self, permission: Permission) -> bool:
        """Tell whether something is allowed."""
        return permission in self.permissions


@dataclass(frozen=True)
class Staff:
    """What every part of the staff's side works with.

    Args:
        engine: database of the portal.
        settings: how long sessions last.
    """

    engine: Engine
    settings: StaffSettings

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection for reading."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that writes: all of it or nothing, the audit log included."""
        with self.engine.execution_options(writes=True).begin() as connection:
            yield connection

    def session(self, session_id: str) -> StaffSession | None:
        """Return the session of an id, and note that it is in use."""
        with self.reading() as connection:
            found = find_session(connection, session_id, self.settings.idle, self.settings.absolute)
        if found and datetime.now(UTC) - found.seen_at >= SEEN_EVERY:
            with self.writing() as connection:
                touch(connection, found)
        return found


STAFF = web.AppKey("staff", Staff)


async def require(request: web.Request, permission: Permission | None) -> Principal:
    """Return who makes a call, if they may.

    Calls that change something also have to come from our own page: its origin, and the token of the
    session in ``X-CSRF-Token``.

    Args:
        request: the call.
        permission: what it takes; none where being signed in is enough.

    Raises:
        Problem: 401 nobody is signed in (any more); 403 a foreign page, no token, or not permitted.
    """
    session_id = request.cookies.get(COOKIE)
    if request.method not in _SAFE:
        check_origin(request)
    session = await asyncio.to_thread(request.app[STAFF].session, session_id) if session_id else None
    if session is None or session_id is None:
        raise Problem(401, "staff_sign_in")
    if request.method not in _SAFE:
        given = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), csrf_token(session_id).encode()):
            raise Problem(403, "csrf")
    principal = principal_of(session, session_id)
    if permission is not None and not principal.may(permission):
        raise Problem(403, "not_permitted")
    return principal


def principal_of(session: StaffSession, session_id: str) -> Principal:
    """Return who a session belongs to."""
    return Principal(
        account=session.account.id,
        name=session.account.name,
        roles=session.account.roles,
        session=session.hash,
        session_id=session_id,
        ends_at=session.ends_at,
        idle_ends_at=session.idle_ends_at,
    )


def check_origin(request: web.Request) -> None:
    """Refuse what other sites' pages send; sites that may embed the chat are other sites here.

    Raises:
        Problem: 403.
    """
    origin = request.headers.get("Origin")
    if origin is not None and origin != own_origin(request):
        raise Problem(403, "foreign_origin")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise Problem(403, "foreign_origin")


def own_origin(request: web.Request) -> str:
    """Return the origin under which the portal was called."""
    caller = request[CALLER]
    return f"{caller.scheme}://{caller.host}"


def address_of(request: web.Request) -> str:
    """Return the network address that a call comes from."""
    return str(request[CALLER].address or "")
