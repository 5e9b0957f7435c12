"""Accounts, for administrators: list, add, change roles, disable and enable, reset."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from aiohttp import web
from pydantic import Field
from sqlalchemy import Connection

from portal.api.describing import body, json_reply, problems
from portal.api.http import json_response
from portal.api.staff.describing import GUARDED, STRING, object_of, path_parameter
from portal.intake import Body, read_body
from portal.problems import Problem
from portal.staff import accounts
from portal.staff.access import Principal, Staff, require
from portal.staff.accounts import Account
from portal.staff.audit import audit
from portal.staff.permissions import Permission, Role

Roles = Annotated[list[Annotated[Role, Field(strict=False)]], Field(min_length=1, max_length=len(Role))]


class AccountRequest(Body):
    """``POST /staff/api/accounts``."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    roles: Roles


class RolesRequest(Body):
    """``PUT /staff/api/accounts/{account}/roles``."""

    roles: Roles


MODELS = [(AccountRequest, "validation"), (RolesRequest, "validation")]
_ACCOUNT = object_of(
    id=STRING,
    name=STRING,
    roles={"type": "array", "items": {"enum": list(Role)}},
    state={"enum": ["active", "invited", "disabled"]},
    sign_in={"enum": ["password", "oidc"]},
    created_at=STRING,
)
_INVITED = object_of(account=_ACCOUNT, invitation=STRING)
_ONE = [path_parameter("account")]


def _change(summary: str, reply: dict[str, Any], **more: Any) -> dict[str, Any]:
    responses = {"200": reply, **problems(400, 401, 403, 404, 409)}
    return {"summary": summary, "security": GUARDED, "parameters": _ONE, "responses": responses, **more}


PATHS: dict[str, Any] = {
    "/staff/api/accounts": {
        "get": {
            "summary": "All accounts",
            "security": GUARDED,
            "responses": {
                "200": json_reply(object_of(accounts={"type": "array", "items": _ACCOUNT}), "By name"),
                **problems(401, 403),
            },
        },
        "post": {
            "summary": "Invite somebody",
            "security": GUARDED,
            "requestBody": body("AccountRequest"),
            "responses": {"201": json_reply(_INVITED, "Invited"), **problems(400, 401, 403, 409, 413)},
        },
    },
    "/staff/api/accounts/{account}/roles": {
        "put": _change("Give other roles", json_reply(_ACCOUNT, "Changed"), requestBody=body("RolesRequest"))
    },
    "/staff/api/accounts/{account}/disable": {
        "post": _change("Take out of use", json_reply(_ACCOUNT, "Changed"))
    },
    "/staff/api/accounts/{account}/enable": {
        "post": _change("Take back into use", json_reply(_ACCOUNT, "Changed"))
    },
    "/staff/api/accounts/{account}/reset": {
        "post": _change("Invite anew; password and authenticator end", json_reply(_INVITED, "Invited"))
    },
}


class AccountsApi:
    """``/staff/api/accounts``."""

    def __init__(self, staff: Staff) -> None:
        self._staff = staff

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        one = "/staff/api/accounts/{account}"
        return [
            web.get("/staff/api/accounts", self.everyone),
            web.post("/staff/api/accounts", self.add),
            web.put(f"{one}/roles", self.set_roles),
            web.post(f"{one}/disable", self.disable),
            web.post(f"{one}/enable", self.enable),
            web.post(f"{one}/reset", self.reset),
        ]

    async def everyone(self, request: web.Request) -> web.Response:
        """List all accounts."""
        await require(request, Permission.ACCOUNTS)
        return json_response({"accounts": await asyncio.to_thread(self._everyone)})

    async def add(self, request: web.Request) -> web.Response:
        """Invite somebody."""
        principal = await require(request, Permission.ACCOUNTS)
        given = await read_body(request, AccountRequest)
        return json_response(await asyncio.to_thread(self._add, principal, given), status=201)

    async def set_roles(self, request: web.Request) -> web.Response:
        """Give an account other roles."""
        principal = await require(request, Permission.ACCOUNTS)
        roles = (await read_body(request, RolesRequest)).roles

        def change(connection: Connection, account: Account) -> None:
            if Role.ADMINISTRATOR not in roles:
                _keep_one_administrator(connection, account)
            accounts.set_roles(connection, account, set(roles))
            audit(connection, principal, "account.roles", account.name, roles=sorted(set(roles)))

        return json_response(await asyncio.to_thread(self._change, request, change))

    async def disable(self, request: web.Request) -> web.Response:
        """Take an account out of use."""
        principal = await require(request, Permission.ACCOUNTS)

        def change(connection: Connection, account: Account) -> None:
            _keep_one_administrator(connection, account)
            accounts.disable(connection, account)
            audit(connection, principal, "account.disable", account.name)

        return json_response(await asyncio.to_thread(self._change, request, change))

    async def enable(self, request: web.Request) -> web.Response:
        """Take an account back into use."""
        principal = await require(request, Permission.ACCOUNTS)

        def change(connection: Connection, account: Account) -> None:
            accounts.enable(connection, account)
            audit(connection, principal, "account.enable", account.name)

        return json_response(await asyncio.to_thread(self._change, request, change))

    async def reset(self, request: web.Request) -> web.Response:
        """Invite the owner of an account anew."""
        principal = await require(request, Permission.ACCOUNTS)
        invitations = []

        def change(connection: Connection, account: Account) -> None:
            if account.issuer:
                raise Problem(409, "no_password")
            _keep_one_administrator(connection, account)
            invitations.append(accounts.invite(connection, account))
            audit(connection, principal, "account.reset", account.name)

        account = await asyncio.to_thread(self._change, request, change)
        return json_response({"account": account, "invitation": invitations[0]})

    def _everyone(self) -> list[dict[str, Any]]:
        with self._staff.reading() as connection:
            return [account.as_json() for account in accounts.everyone(connection)]

    def _add(self, principal: Principal, given: AccountRequest) -> dict[str, Any]:
        with self._staff.writing() as connection:
            account = accounts.add(connection, given.name, set(given.roles))
            invitation = accounts.invite(connection, account)
            audit(connection, principal, "account.add", account.name, roles=sorted(set(given.roles)))
        return {"account": account.as_json(), "invitation": invitation}

    def _change(self, request: web.Request, change: Any) -> dict[str, Any]:
        with self._staff.writing() as connection:
            change(connection, accounts.by_id(connection, request.match_info["account"]))
            return accounts.by_id(connection, request.match_info["account"]).as_json()


def _keep_one_administrator(connection: Connection, account: Account) -> None:
    """Refuse what would leave nobody who can administer accounts.

    Raises:
        Problem: 409.
    """
    if [a.id for a in accounts.administrators(connection)] == [account.id]:
        raise Problem(409, "last_administrator")
