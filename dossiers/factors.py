"""The second factor: what the applicant knows and a passer-by does not, kept as keyed hashes."""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from dossiers.keys import Key, Keys

FactorKind = Literal["phone", "secret", "tax_code"]
KINDS: tuple[FactorKind, ...] = get_args(FactorKind)
DEFAULT_KINDS: frozenset[FactorKind] = frozenset({"phone", "secret"})
"""A tax code is public, so it opens nothing unless the deployment says so."""

SALT_BYTES = 16
LEAST_SECRET = 8
"""Characters of a receipt's secret, at least."""
_MOST = 64
_GAPS = re.compile(r"[\s.\-()]+")
_PHONE = re.compile(r"(?:\+?84|0)\d{8,10}")
_TAX_CODE = re.compile(r"\d{10}(?:\d{3})?|\d{12}")
_NOTHING = "\0"
"""Stands for a value of another kind, so that as much is hashed for it; equals no value."""


def normal(kind: FactorKind, value: str) -> str | None:
    """Return a value as it is hashed, or None if it can be none of this kind.

    A phone number is kept as its last four digits, and either these or all of it may be typed.
    """
    value = _GAPS.sub("", unicodedata.normalize("NFKC", value)[:_MOST]).upper()
    if kind == "phone":
        return value[-4:] if _PHONE.fullmatch(value) or re.fullmatch(r"[0-9]{4}", value) else None
    if kind == "tax_code":
        return value if _TAX_CODE.fullmatch(value) else None
    return value if len(value) >= LEAST_SECRET and value.isalnum() and value.isascii() else None


def is_plausible(value: str) -> bool:
    """Tell whether a value has the form of a factor of any kind."""
    return any(normal(kind, value) for kind in KINDS)


def is_weak(value: str) -> bool:
    """Tell whether a factor can be guessed: the digits of a phone or a public tax code, not a secret."""
    return any(normal(kind, value) for kind in ("phone", "tax_code")) or normal("secret", value) is None


@dataclass(frozen=True)
class Factors:
    """The hashes of one dossier's factors. Each is ``key id + ":" + hex``; None where the feed gave none."""

    salt: bytes
    phone: str | None = None
    secret: str | None = None
    tax_code: str | None = None

    def hashed(self, values: Mapping[FactorKind, str], key: Key) -> dict[str, str]:
        """Return the hashes of given values, normal form expected."""
        return {kind: f"{key.id}:{key.hash(kind, v, self.salt).hex()}" for kind, v in values.items()}

    def match(self, typed: str, keys: Keys, kinds: frozenset[FactorKind] = DEFAULT_KINDS) -> bool:
        """Tell whether ``typed`` is one of the factors.

        The work is the same whether it is, is not, or there is nothing to compare with:
        one hash for each kind that counts, one comparison for each.
        """
        found = False
        for kind in KINDS:
            if kind in kinds:
                found |= self._match(kind, normal(kind, typed) or _NOTHING, keys)
        return found

    def _match(self, kind: FactorKind, value: str, keys: Keys) -> bool:
        stored: str = getattr(self, kind) or f"{keys.current.id}:{_NOTHING}"
        key_id, _, digest = stored.partition(":")
        key = keys.of(key_id) or keys.current
        return hmac.compare_digest(key.hash(kind, value, self.salt).hex(), digest)
