"""Session tokens: signed, bound to one conversation, with a limited life (JWT, RFC 7519)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import jwt

from portal.keys import LIFETIME, KeyFile
from portal.problems import Problem

_ALGORITHM = "HS256"


class TokenSigner:
    """Signs and checks tokens with a set of keys named by ``kid``; the last one signs.

    Args:
        keys: gives secret by key id, oldest first; old ones are kept until their tokens have expired.
    """

    def __init__(self, keys: Callable[[], dict[str, str]]) -> None:
        self._keys = keys

    @classmethod
    def from_file(cls, path: Path) -> TokenSigner:
        """Sign with the keys of a file, as it is at the moment."""
        return cls(KeyFile(path).secrets)

    def issue(self, session: str, now: datetime | None = None) -> tuple[str, datetime]:
        """Return a token for a session and the time (UTC) at which it expires."""
        keys = self._keys()
        kid = list(keys)[-1]
        expires = (now or datetime.now(UTC)).replace(microsecond=0) + LIFETIME
        claims = {"sub": session, "exp": expires}
        return jwt.encode(claims, keys[kid], _ALGORITHM, headers={"kid": kid}), expires

    def session_of(self, token: str) -> tuple[str, datetime]:
        """Return the session that a token belongs to, and when (UTC) the token expires.

        Raises:
            Problem: 401, expired or not ours.
        """
        try:
            key = self._keys()[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(token, key, algorithms=[_ALGORITHM], options={"require": ["sub", "exp"]})
            expires = datetime.fromtimestamp(claims["exp"], UTC)
        except jwt.ExpiredSignatureError as error:
            raise Problem(401, "expired") from error
        except (jwt.InvalidTokenError, KeyError, ValueError, OverflowError) as error:
            raise Problem(401, "unauthorized") from error
        return str(claims["sub"]), expires
