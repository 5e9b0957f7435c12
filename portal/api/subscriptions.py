"""Subscriptions to changes of a dossier: asked for in a session, confirmed and stopped by links of mails."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web
from pydantic import Field

from portal.api.describing import GUARDED, body, json_reply, problems, query
from portal.api.http import Access, json_response
from portal.intake import Body, read_body
from portal.problems import LANG, Problem, request_language
from portal.subscriptions.addresses import MOST_LETTERS, PATTERN, Addresses, Purpose
from portal.subscriptions.letters import PATHS as LINKS
from portal.subscriptions.pages import notice_page, question_page
from portal.subscriptions.store import Subscriptions


class SubscriptionRequest(Body):
    """``POST /v1/subscriptions``."""

    email: str = Field(max_length=MOST_LETTERS, pattern=PATTERN)


def _state(state: str) -> dict[str, Any]:
    return {"type": "object", "required": ["state"], "properties": {"state": {"const": state}}}


def _link_calls(what: str, done: str) -> dict[str, Any]:
    """Describe the two calls of a link."""
    token = query("token", {"type": "string"})
    page = {"text/html": {"schema": {"type": "string"}}}
    gone = problems(403, 404, 429)
    gone["404"] = {"description": "No such link, or no longer", "content": {**gone["404"]["content"], **page}}
    reply = json_reply(_state(done), "Done; a page for browsers")
    reply["content"] |= page
    return {
        "get": {
            "summary": f"A page with a button to {what}; opening it does nothing",
            "parameters": [token],
            "responses": {"200": {"description": "The page", "content": page}, **gone},
        },
        "post": {
            "summary": f"{what[0].upper()}{what[1:]}",
            "parameters": [token],
            "responses": {"200": reply, **problems(413), **gone},
        },
    }


MODELS = [(SubscriptionRequest, "validation")]
PATHS: dict[str, Any] = {
    "/v1/subscriptions": {
        "post": {
            "summary": "Ask to be told by e-mail of changes of the session's dossier",
            "security": GUARDED,
            "requestBody": body("SubscriptionRequest"),
            "responses": {
                "202": json_reply(_state("pending"), "The owner of the address has to confirm"),
                **problems(400, 401, 403, 404, 409, 413, 429),
            },
        }
    },
    LINKS["confirm"]: _link_calls("confirm", "confirmed"),
    LINKS["stop"]: _link_calls("stop and delete the address (RFC 8058)", "stopped"),
}


class SubscriptionCalls:
    """``/v1/subscriptions``.

    Args:
        access: whose session a call belongs to.
        subscriptions: the store.
        addresses: checks the links.
        open_: whether mail is sent, so that somebody can subscribe.
    """

    def __init__(
        self, access: Access, subscriptions: Subscriptions, addresses: Addresses, open_: bool
    ) -> None:
        self._access = access
        self._subscriptions = subscriptions
        self._addresses = addresses
        self._open = open_

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.post("/v1/subscriptions", self.ask),
            web.get(LINKS["confirm"], self.confirm_page),
            web.post(LINKS["confirm"], self.confirm),
            web.get(LINKS["stop"], self.stop_page),
            web.post(LINKS["stop"], self.stop),
        ]

    async def ask(self, request: web.Request) -> web.Response:
        """Have the owner of an address asked to confirm; the reply is the same for any address."""
        session = await self._access.session(request)
        if not self._open:
            raise Problem(404, "no_mail")
        wanted = await read_body(request, SubscriptionRequest)
        lang = request_language(request)
        await asyncio.to_thread(self._subscriptions.ask, session, wanted.email, lang)
        return json_response({"state": "pending"}, status=202)

    async def confirm_page(self, request: web.Request) -> web.Response:
        """Show the button."""
        subscription, token = self._link(request, "confirm")
        found = await self._found(request, subscription)
        if found is None:
            return _gone(request)
        if found == "confirmed":
            return notice_page("confirm.done", request_language(request))
        return question_page("confirm", token, request_language(request))

    async def confirm(self, request: web.Request) -> web.Response:
        """Confirm."""
        subscription, _ = self._link(request, "confirm")
        if await self._found(request, subscription) is None:
            return _gone(request)
        if not subscription or not await asyncio.to_thread(self._subscriptions.confirm, subscription):
            return _gone(request)
        if _reads_pages(request):
            return notice_page("confirm.done", request_language(request))
        return json_response({"state": "confirmed"})

    async def stop_page(self, request: web.Request) -> web.Response:
        """Show the button; of a subscription that is gone, that it is stopped."""
        subscription, token = self._link(request, "stop")
        if subscription is None:
            return _gone(request)
        if await self._found(request, subscription) is None:
            return notice_page("stop.done", request_language(request))
        return question_page("stop", token, request_language(request))

    async def stop(self, request: web.Request) -> web.Response:
        """Stop, once or repeatedly: the reader's button, or the mail program's own (RFC 8058)."""
        subscription, _ = self._link(request, "stop")
        if subscription is None:
            return _gone(request)
        await self._found(request, subscription)
        await asyncio.to_thread(self._subscriptions.stop, subscription)
        if _reads_pages(request):
            return notice_page("stop.done", request_language(request))
        return json_response({"state": "stopped"})

    def _link(self, request: web.Request, purpose: Purpose) -> tuple[str | None, str]:
        token = request.query.get("token", "")
        return self._addresses.subscription(token, purpose), token

    async def _found(self, request: web.Request, subscription: str | None) -> str | None:
        """Return the state of a subscription; the reply is in its language from now on."""
        if subscription is None:
            return None
        found = await asyncio.to_thread(self._subscriptions.find, subscription)
        if found is None:
            return None
        state, request[LANG] = found
        return state


def _reads_pages(request: web.Request) -> bool:
    return "text/html" in request.headers.get("Accept", "")


def _gone(request: web.Request) -> web.Response:
    """Say that a link is no longer valid.

    Raises:
        Problem: 404, to programs.
    """
    if _reads_pages(request):
        return notice_page("gone.text", request_language(request))
    raise Problem(404, "unknown_link")
