"""A small but genuine OpenID provider on a local port: discovery, keys, codes with PKCE, signed ID tokens.

It follows the specifications where the client could go wrong: a code counts once, for the
client, the address and the PKCE verifier that it was given for; the client authenticates.
Tests set who signs in, and what the provider does wrong.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import unquote_plus

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT_ID, CLIENT_SECRET = "heza console", "secret: with/odd+signs"


@cache
def new_key(kid: str) -> RSAKey:
    """The key of a name: made once, since that takes long."""
    return RSAKey.generate_key(2048, {"kid": kid})


@dataclass
class LocalProvider:
    """The provider; ``claims`` go into the next ID token over the right ones, a null one is left out."""

    issuer: str = ""
    subject: str = "u-17"
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: new_key("1"))
    published: list[Any] | None = None
    algorithm: str = "RS256"
    delay: float = 0.0
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes(
            [
                web.get("/.well-known/openid-configuration", self.discovery),
                web.get("/keys", self.keys),
                web.get("/authorize", self.authorize),
                web.post("/token", self.token),
            ]
        )
        return app

    async def discovery(self, _request: web.Request) -> web.Response:
        await asyncio.sleep(self.delay)
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        )

    async def keys(self, _request: web.Request) -> web.Response:
        keys = self.published or [self.key]
        return web.json_response(KeySet(keys).as_dict(private=False))

    async def authorize(self, request: web.Request) -> web.Response:
        """Play a person who signs in: send the browser back with a code."""
        asked = dict(request.query)
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return web.json_response({"code": code, "state": asked["state"], "back": asked["redirect_uri"]})

    async def token(self, request: web.Request) -> web.Response:
        given = dict(await request.post())
        asked = self.codes.pop(str(given["code"]), None)
        client = base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
        verifier = hashlib.sha256(str(given["code_verifier"]).encode()).digest()
        if (
            asked is None
            or given["redirect_uri"] != asked["redirect_uri"]
            or base64.urlsafe_b64encode(verifier).decode().rstrip("=") != asked["code_challenge"]
            or unquote_plus(client.partition(":")[2]) != CLIENT_SECRET
            or unquote_plus(client.partition(":")[0]) != CLIENT_ID
        ):
            return web.json_response({"error": "invalid_grant"}, status=400)
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
            "preferred_username": "Trần Minh",
            "groups": ["hotline"],
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        key = OctKey.import_key(CLIENT_SECRET) if self.algorithm == "HS256" else self.key
        header = {"alg": self.algorithm, "kid": self.key.kid}
        id_token = jwt.encode(header, claims, key, algorithms=[self.algorithm])
        return web.json_response({"access_token": "a", "token_type": "Bearer", "id_token": id_token})
