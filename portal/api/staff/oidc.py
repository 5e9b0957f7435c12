"""Signing in through the identity provider: to it, and back from it."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import secrets
from typing import Any

from aiohttp import web

from portal.api.describing import problems, query
from portal.api.staff.describing import STRING
from portal.api.staff.signing_in import give_cookie
from portal.problems import Problem
from portal.staff import accounts
from portal.staff.access import Staff, own_origin
from portal.staff.audit import System, audit
from portal.staff.oidc import Login, Person, Provider, ProviderError
from portal.staff.sealing import Sealer
from portal.staff.sessions import open_session, sweep

logger = logging.getLogger(__name__)
COOKIE = "__Host-heza-staff-login"
SECONDS = 600
_CALLBACK = "/staff/api/oidc/callback"
_PROVIDER = System("identity provider")
_GONE = {"302": {"description": "To the provider, or to the console"}}
MODELS: list[Any] = []
PATHS: dict[str, Any] = {
    "/staff/api/oidc/sign-in": {
        "get": {
            "summary": "Sign in through the identity provider",
            "responses": {**_GONE, **problems(404, 502)},
        }
    },
    _CALLBACK: {
        "get": {
            "summary": "Back from the identity provider",
            "parameters": [query(name, STRING) for name in ("code", "state", "iss", "error")],
            "responses": {**_GONE, **problems(401, 403, 404, 502)},
        }
    },
}


class OidcApi:
    """``/staff/api/oidc``.

    Args:
        staff: database and settings.
        provider: the identity provider; none where none is set.
        sealer: encrypts what the browser carries there and back.
    """

    def __init__(self, staff: Staff, provider: Provider | None, sealer: Sealer) -> None:
        self._staff = staff
        self._provider = provider
        self._sealer = sealer

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/staff/api/oidc/sign-in", self.begin),
            web.get(_CALLBACK, self.come_back),
        ]

    async def begin(self, request: web.Request) -> web.Response:
        """Send the browser to the provider."""
        provider = self._provider_or_404()
        redirect_uri = self._redirect_uri(request)
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        login = Login(state, nonce, verifier, redirect_uri)
        try:
            address = await provider.address(login)
        except ProviderError as error:
            raise _no_provider(error) from error
        response = web.Response(status=302, headers={"Location": address, "Cache-Control": "no-store"})
        sealed = self._sealer.seal(json.dumps(vars(login))).decode()
        # The way back begins at the provider: a strict cookie would stay behind.
        response.set_cookie(
            COOKIE, sealed, max_age=SECONDS, path="/", secure=True, httponly=True, samesite="Lax"
        )
        return response

    async def come_back(self, request: web.Request) -> web.Response:
        """Open a session for who comes back from the provider."""
        provider = self._provider_or_404()
        login, code = self._login(request), request.query.get("code", "")
        if self._staff.settings.oidc and request.query.get("iss", self._staff.settings.oidc.issuer) != (
            self._staff.settings.oidc.issuer
        ):
            raise Problem(401, "sign_in_failed")  # RFC 9207: the answer of another provider
        if not code or "error" in request.query:
            raise Problem(401, "sign_in_failed")
        try:
            person = await provider.person(code, login)
        except ProviderError as error:
            raise _no_provider(error) from error
        session_id = await asyncio.to_thread(self._open, person)
        response = web.Response(status=302, headers={"Location": "/staff/", "Cache-Control": "no-store"})
        give_cookie(response, session_id)
        response.del_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
        return response

    def _login(self, request: web.Request) -> Login:
        """Return the sign-in that this browser began.

        Raises:
            Problem: 401, it began none, or another one, or too long ago.
        """
        opened = self._sealer.open(request.cookies.get(COOKIE, "").encode(), SECONDS)
        if opened is None:
            raise Problem(401, "sign_in_failed")
        login = Login(**json.loads(opened))
        if not hmac.compare_digest(request.query.get("state", "").encode(), login.state.encode()):
            raise Problem(401, "sign_in_failed")
        return login

    def _open(self, person: Person) -> str:
        """Open a session; the account is made at the first time, its roles are those of today.

        Raises:
            Problem: 403 no role, or the account is out of use; 409 the name belongs to a local account.
        """
        with self._staff.writing() as connection:
            account = accounts.by_subject(connection, person.issuer, person.subject)
            if not person.roles or (account and account.disabled_at):
                audit(connection, _PROVIDER, "sign_in.failed", account.name if account else "unknown")
                refused = True
            else:
                refused = False
                if account is None:
                    account = accounts.add(
                        connection, person.name, person.roles, issuer=person.issuer, subject=person.subject
                    )
                    audit(connection, _PROVIDER, "account.add", account.name, roles=sorted(person.roles))
                elif account.roles != person.roles:
                    accounts.set_roles(connection, account, person.roles)
                    audit(connection, _PROVIDER, "account.roles", account.name, roles=sorted(person.roles))
                session_id = open_session(connection, account)
                sweep(connection, self._staff.settings.absolute)
                audit(connection, account, "sign_in", account.name, oidc=True)
        if refused:
            raise Problem(403, "not_permitted")
        return session_id

    def _redirect_uri(self, request: web.Request) -> str:
        settings = self._staff.settings.oidc
        return (settings.redirect_uri if settings else None) or f"{own_origin(request)}{_CALLBACK}"

    def _provider_or_404(self) -> Provider:
        if self._provider is None:
            raise Problem(404, "not_found")
        return self._provider


def _no_provider(error: ProviderError) -> Problem:
    logger.warning("signing in through the identity provider failed: %s", error)
    return Problem(502, "no_provider")
