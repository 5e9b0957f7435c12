"""Signing in through an identity provider: OpenID Connect, authorization code with PKCE.

The provider proves who somebody is, by its own password and second factor; its groups say
which roles they have here, anew at each sign-in. Every call has a limit of time and size.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, encode_basic_auth
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from yarl import URL

from portal.staff.permissions import Role
from portal.staff.settings import OidcSettings

logger = logging.getLogger(__name__)
SECONDS = 5.0
_MOST_BYTES = 256 * 1024
_LEEWAY_SECONDS = 60
_KEPT_SECONDS = 3600.0
_ALGORITHMS = ["RS256", "PS256", "ES256"]
"""Signatures by keys that only the provider has; never ``none``, never one made with our own secret."""


class ProviderError(Exception):
    """The provider does not answer, or its answer does not hold; the message is for the log."""


@dataclass(frozen=True)
class Login:
    """A sign-in under way, as the browser brings it back (encrypted)."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str


@dataclass(frozen=True)
class Person:
    """Somebody whom the provider has identified."""

    issuer: str
    subject: str
    name: str
    roles: frozenset[Role]


class Provider:
    """The identity provider.

    Args:
        settings: which one, and what its groups mean.
        seconds: limit of one call.
    """

    def __init__(self, settings: OidcSettings, seconds: float = SECONDS) -> None:
        self._settings = settings
        self._timeout = ClientTimeout(total=seconds)
        self._client: ClientSession | None = None
        self._found: tuple[float, dict[str, Any]] | None = None
        self._keys: KeySet | None = None

    async def close(self) -> None:
        """Give back all connections."""
        if self._client:
            await self._client.close()

    async def address(self, login: Login) -> str:
        """Return where the browser has to go to sign in.

        Raises:
            ProviderError: the provider does not answer.
        """
        endpoint = URL((await self._metadata())["authorization_endpoint"])
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": login.redirect_uri,
            "scope": self._settings.scope,
            "state": login.state,
            "nonce": login.nonce,
            "code_challenge": create_s256_code_challenge(login.verifier),
            "code_challenge_method": "S256",
        }
        return str(endpoint.update_query(asked))

    async def person(self, code: str, login: Login) -> Person:
        """Return who came back with a code.

        Raises:
            ProviderError: the provider does not answer, refuses the code, or its token does not hold.
        """
        metadata = await self._metadata()
        tokens = await self._fetch(
            "POST",
            metadata["token_endpoint"],
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": login.redirect_uri,
                "code_verifier": login.verifier,
            },
            headers={"Authorization": self._credentials()},
        )
        claims = await self._claims(str(tokens.get("id_token")), login.nonce, tokens.get("access_token"))
        name = claims.get("preferred_username") or claims["sub"]
        roles = _roles(claims, self._settings)
        return Person(self._settings.issuer, str(claims["sub"]), str(name), roles)

    def _credentials(self) -> str:
        settings = self._settings
        return encode_basic_auth(_quoted(settings.client_id), _quoted(settings.client_secret))

    async def _claims(self, token: str, nonce: str, access_token: str | None) -> dict[str, Any]:
        """Return what an ID token says, once its signature and all its limits hold (Core 1.0, 3.1.3.7)."""
        try:
            decoded = await self._decoded(token)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                options={
                    "iss": {"essential": True, "value": self._settings.issuer},
                    "aud": {"essential": True, "value": self._settings.client_id},
                    "nonce": {"essential": True, "value": nonce},
                },
                params={
                    "nonce": nonce,
                    "client_id": self._settings.client_id,
                    "access_token": access_token,
                },
            )
            claims.validate(now=int(time.time()), leeway=_LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError) as error:
            raise ProviderError(f"the ID token does not hold: {error}") from error
        return dict(claims)

    async def _decoded(self, token: str) -> jwt.Token:
        """Check the signature; fetch the keys once more if it was made with one that is new."""
        known = self._keys is not None
        try:
            return jwt.decode(token, await self._key_set(), algorithms=_ALGORITHMS)
        except (JoseError, ValueError):
            if not known:
                raise
        self._keys = None
        return jwt.decode(token, await self._key_set(), algorithms=_ALGORITHMS)

    async def _key_set(self) -> KeySet:
        if self._keys is None:
            found = await self._fetch("GET", (await self._metadata())["jwks_uri"])
            try:
                self._keys = KeySet.import_key_set(found)  # type: ignore[arg-type]
            except (JoseError, KeyError, TypeError, ValueError) as error:
                raise ProviderError(f"the provider's keys cannot be read: {error}") from error
        return self._keys

    async def _metadata(self) -> dict[str, Any]:
        if self._found is None or time.monotonic() - self._found[0] > _KEPT_SECONDS:
            found = await self._fetch("GET", get_well_known_url(self._settings.issuer, external=True))
            if found.get("issuer") != self._settings.issuer:
                raise ProviderError(f"the provider calls itself {found.get('issuer')!r}")
            missing = {"authorization_endpoint", "token_endpoint", "jwks_uri"} - found.keys()
            if missing:
                raise ProviderError(f"the provider does not name its {', '.join(sorted(missing))}")
            self._found = time.monotonic(), found
        return self._found[1]

    async def _fetch(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        if self._client is None:
            self._client = ClientSession(timeout=self._timeout)
        try:
            async with self._client.request(method, url, allow_redirects=False, **options) as reply:
                raw = await reply.content.read(_MOST_BYTES + 1)
                while len(raw) <= _MOST_BYTES and (more := await reply.content.read(_MOST_BYTES)):
                    raw += more
                status = reply.status
        except (ClientError, TimeoutError, ValueError) as error:
            raise ProviderError(f"{url} does not answer: {type(error).__name__} {error}") from error
        if status != 200 or len(raw) > _MOST_BYTES:
            raise ProviderError(f"{url} answered {status} with {len(raw)} bytes")
        try:
            found = json.loads(raw)
        except ValueError as error:
            raise ProviderError(f"{url} did not answer with JSON") from error
        if not isinstance(found, dict):
            raise ProviderError(f"{url} did not answer with an object")
        return found


def _roles(claims: dict[str, Any], settings: OidcSettings) -> frozenset[Role]:
    """Return the roles that somebody's groups give them."""
    value: Any = claims
    for name in settings.claim.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    groups: Iterable[Any] = value if isinstance(value, list) else [value]
    return frozenset(
        settings.roles[group] for group in groups if isinstance(group, str) and group in settings.roles
    )


def _quoted(text: str) -> str:
    """Return a part of the client's credentials as RFC 6749, section 2.3.1, wants it."""
    return URL.build(query={"c": text}).raw_query_string.removeprefix("c=")
