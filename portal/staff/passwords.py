"""Passwords: Argon2id (RFC 9106), the same work whether there is an account or not."""

from __future__ import annotations

import unicodedata
from functools import cached_property

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from portal.problems import Problem
from vietnamese.folding import fold

LEAST_LETTERS = 12
MOST_BYTES = 512


class Passwords:
    """Hashes and checks passwords.

    Args:
        parameters: of Argon2; by default the second recommendation of RFC 9106, section 4
            (64 MiB, 3 passes, 4 lanes). A password hashed under others is hashed anew
            when its owner signs in.
    """

    def __init__(self, parameters: Parameters = RFC_9106_LOW_MEMORY) -> None:
        self._hasher = PasswordHasher.from_parameters(parameters)

    def hash(self, password: str) -> str:
        """Return the hash to be stored."""
        return self._hasher.hash(_normal(password))

    def matches(self, stored: str | None, password: str) -> bool:
        """Tell whether a password is the one; without a stored hash the work is done all the same."""
        try:
            agrees = self._hasher.verify(stored or self._nobodys, _normal(password))
        except (VerificationError, InvalidHashError):
            return False
        return agrees and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Tell whether a hash was made under other parameters."""
        return self._hasher.check_needs_rehash(stored)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("nobody's")


def check_new(password: str, name: str) -> None:
    """Check that a new password is good enough: its length counts (NIST SP 800-63B, section 3.1.1.2).

    Raises:
        Problem: 400, it is too short, too long, made of few different letters, or the name of the account.
    """
    if len(password.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise Problem(400, "invalid", field="password")
    normal = unicodedata.normalize("NFKC", password)
    if len(normal) < LEAST_LETTERS or len(set(normal)) < 5 or fold(name) in fold(normal):
        raise Problem(400, "weak_password", letters=LEAST_LETTERS)


def _normal(password: str) -> bytes:
    """Return a password as every keyboard writes it: accents may arrive composed or not."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
