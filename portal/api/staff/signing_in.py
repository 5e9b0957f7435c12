"""Signing in and out, enrolling, one's own account."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from aiohttp import web
from pydantic import Field

from portal.api.describing import body, json_reply, problems
from portal.api.http import json_response
from portal.api.staff.describing import GUARDED, STRING, object_of
from portal.intake import Body, read_body
from portal.staff.access import Principal, Staff, address_of, check_origin, principal_of, require
from portal.staff.audit import audit
from portal.staff.sessions import COOKIE, close_session, csrf_token
from portal.staff.signing_in import SigningIn

Short = Annotated[str, Field(min_length=1, max_length=200)]
Secret = Annotated[str, Field(min_length=1, max_length=1000)]


class SignInRequest(Body):
    """``POST /staff/api/sign-in``: all at once, so that a failure does not say what was wrong."""

    name: Short
    password: Secret
    code: Short


class InvitationRequest(Body):
    """``POST /staff/api/enrolment``."""

    name: Short
    invitation: Short


class EnrolmentRequest(InvitationRequest):
    """``POST /staff/api/enrolment/finish``."""

    ticket: Secret
    password: Secret
    code: Short


class PasswordRequest(Body):
    """``POST /staff/api/me/password``."""

    current: Secret
    new: Secret


MODELS = [
    (model, "validation") for model in (SignInRequest, InvitationRequest, EnrolmentRequest, PasswordRequest)
]
_LIST = {"type": "array", "items": STRING}
_ME = object_of(name=STRING, roles=_LIST, permissions=_LIST, csrf=STRING, ends_at=STRING, idle_ends_at=STRING)
PATHS: dict[str, Any] = {
    "/staff/api/sign-in": {
        "get": {
            "summary": "Ways to sign in",
            "responses": {
                "200": json_reply(object_of(password={"type": "boolean"}, oidc={"type": "boolean"}), "Ways")
            },
        },
        "post": {
            "summary": "Sign in with password and second factor",
            "requestBody": body("SignInRequest"),
            "responses": {"200": json_reply(_ME, "Signed in"), **problems(400, 401, 403, 413, 429)},
        },
    },
    "/staff/api/sign-out": {
        "post": {
            "summary": "Sign out",
            "security": GUARDED,
            "responses": {"204": {"description": "Done"}, **problems(401, 403)},
        }
    },
    "/staff/api/enrolment": {
        "post": {
            "summary": "Show an invitation, get an authenticator",
            "requestBody": body("InvitationRequest"),
            "responses": {
                "200": json_reply(object_of(secret=STRING, address=STRING, ticket=STRING), "Authenticator"),
                **problems(400, 401, 403, 413, 429),
            },
        }
    },
    "/staff/api/enrolment/finish": {
        "post": {
            "summary": "Set password and authenticator",
            "requestBody": body("EnrolmentRequest"),
            "responses": {
                "200": json_reply(object_of(recovery_codes=_LIST), "Enrolled"),
                **problems(400, 401, 403, 413, 429),
            },
        }
    },
    "/staff/api/me": {
        "get": {
            "summary": "Who is signed in",
            "security": GUARDED,
            "responses": {"200": json_reply(_ME, "Account and session"), **problems(401)},
        }
    },
    "/staff/api/me/password": {
        "post": {
            "summary": "Change one's own password",
            "security": GUARDED,
            "requestBody": body("PasswordRequest"),
            "responses": {"204": {"description": "Done"}, **problems(400, 401, 403, 409, 413, 429)},
        }
    },
}


class SigningInApi:
    """``/staff/api/sign-in``, ``…/sign-out``, ``…/enrolment``, ``…/me``.

    Args:
        staff: database and settings.
        signing_in: proves who somebody is.
    """

    def __init__(self, staff: Staff, signing_in: SigningIn) -> None:
        self._staff = staff
        self._signing_in = signing_in
        self._hashing = asyncio.Semaphore(HASHED_AT_ONCE)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/staff/api/sign-in", self.ways),
            web.post("/staff/api/sign-in", self.sign_in),
            web.post("/staff/api/sign-out", self.sign_out),
            web.post("/staff/api/enrolment", self.offer),
            web.post("/staff/api/enrolment/finish", self.enrol),
            web.get("/staff/api/me", self.me),
            web.post("/staff/api/me/password", self.change_password),
        ]

    async def ways(self, _request: web.Request) -> web.Response:
        """Tell how one can sign in."""
        return json_response({"password": True, "oidc": self._staff.settings.oidc is not None})

    async def sign_in(self, request: web.Request) -> web.Response:
        """Open a session."""
        check_origin(request)
        given = await read_body(request, SignInRequest)
        async with self._hashing:
            session_id = await asyncio.to_thread(
                self._signing_in.sign_in, given.name, given.password, given.code, address_of(request)
            )
        response = json_response(await asyncio.to_thread(self._told, session_id))
        give_cookie(response, session_id)
        return response

    async def sign_out(self, request: web.Request) -> web.Response:
        """End the session."""
        principal = await require(request, None)
        await asyncio.to_thread(self._close, principal)
        response = web.Response(status=204)
        response.del_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Strict")
        return response

    async def offer(self, request: web.Request) -> web.Response:
        """Give an authenticator to somebody who was invited."""
        check_origin(request)
        given = await read_body(request, InvitationRequest)
        offer = await asyncio.to_thread(
            self._signing_in.offer, given.name, given.invitation, address_of(request)
        )
        return json_response(vars(offer))

    async def enrol(self, request: web.Request) -> web.Response:
        """Store what somebody signs in with from now on."""
        check_origin(request)
        given = await read_body(request, EnrolmentRequest)
        async with self._hashing:
            codes = await asyncio.to_thread(
                self._signing_in.enrol, **given.model_dump(), address=address_of(request)
            )
        return json_response({"recovery_codes": codes})

    async def me(self, request: web.Request) -> web.Response:
        """Tell who is signed in, and the token for changes."""
        return json_response(_me(await require(request, None)))

    async def change_password(self, request: web.Request) -> web.Response:
        """Change one's own password."""
        principal = await require(request, None)
        given = await read_body(request, PasswordRequest)
        async with self._hashing:
            await asyncio.to_thread(
                self._signing_in.change_password, principal, given.current, given.new, address_of(request)
            )
        return web.Response(status=204)

    def _told(self, session_id: str) -> dict[str, Any]:
        session = self._staff.session(session_id)
        assert session is not None  # it was opened just now
        return _me(principal_of(session, session_id))

    def _close(self, principal: Principal) -> None:
        with self._staff.writing() as connection:
            close_session(connection, principal.session)
            audit(connection, principal, "sign_out", principal.name)


HASHED_AT_ONCE = 2
"""Passwords hashed at the same time at most: each takes 64 MiB."""


def give_cookie(response: web.Response, session_id: str) -> None:
    """Put a session into the browser: for this site only, unseen by scripts, never sent from elsewhere."""
    response.set_cookie(COOKIE, session_id, path="/", secure=True, httponly=True, samesite="Strict")


def _me(principal: Principal) -> dict[str, Any]:
    return {
        "name": principal.name,
        "roles": sorted(principal.roles),
        "permissions": sorted(principal.permissions),
        "csrf": csrf_token(principal.session_id),
        "ends_at": principal.ends_at.isoformat(),
        "idle_ends_at": principal.idle_ends_at.isoformat(),
    }
