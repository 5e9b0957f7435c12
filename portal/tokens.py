"""Session tokens: signed, bound to one conversation, with a limited life (JWT, RFC 7519)."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt

from portal.problems import Problem

_ALGORITHM = "HS256"
LIFETIME = timedelta(hours=12)


class TokenSigner:
    """Signs and checks tokens with a set of keys named by ``kid``; the last one signs.

    Args:
        keys: secret by key id, oldest first; old ones are kept until their tokens have expired.
    """

    def __init__(self, keys: dict[str, str]) -> None:
        self._keys = keys

    @classmethod
    def from_file(cls, path: Path) -> TokenSigner:
        """Read the keys; make a first one where there is none (readable by the owner only)."""
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(json.dumps({"1": secrets.token_urlsafe(48)}), encoding="utf-8")
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def issue(self, session: str, now: datetime | None = None) -> tuple[str, datetime]:
        """Return a token for a session and the time (UTC) at which it expires."""
        kid = list(self._keys)[-1]
        expires = (now or datetime.now(UTC)).replace(microsecond=0) + LIFETIME
        claims = {"sub": session, "exp": expires}
        return jwt.encode(claims, self._keys[kid], _ALGORITHM, headers={"kid": kid}), expires

    def session_of(self, token: str) -> tuple[str, datetime]:
        """Return the session that a token belongs to, and when (UTC) the token expires.

        Raises:
            Problem: 401, expired or not ours.
        """
        try:
            key = self._keys[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(token, key, algorithms=[_ALGORITHM], options={"require": ["sub", "exp"]})
        except jwt.ExpiredSignatureError as error:
            raise Problem(401, "expired") from error
        except (jwt.InvalidTokenError, KeyError, ValueError) as error:
            raise Problem(401, "unauthorized") from error
        return str(claims["sub"]), datetime.fromtimestamp(claims["exp"], UTC)
