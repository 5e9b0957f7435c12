"""Addresses of e-mail and the links that go to them: recognised by keyed hashes, kept encrypted.

No link is stored: its token is the id of the subscription with a keyed hash, so whoever
reads the database can neither confirm nor stop one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import Literal

from cryptography.fernet import Fernet, InvalidToken

from portal.privacy.keys import PrivacyKey

Purpose = Literal["confirm", "stop"]

# Without "?", which RFC 5322 allows: so nothing can be an encoded word, which a header would decode.
_WORD = r"[A-Za-z0-9!#$%&'*+/=^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
PATTERN = rf"^{_WORD}(\.{_WORD})*@({_LABEL}\.)+{_LABEL}$"
"""Addresses that mails are sent to."""
MOST_LETTERS = 254


def is_address(text: str) -> bool:
    """Tell whether a text is an address that mails are sent to, and nothing else."""
    return len(text) <= MOST_LETTERS and re.fullmatch(PATTERN, text) is not None


class Addresses:
    """Hashes, encrypts and signs.

    Args:
        key: the portal's key, which is not in the database.
    """

    def __init__(self, key: PrivacyKey) -> None:
        self._names = key.derive("subscription addresses")
        self._links = key.derive("subscription links")
        self._cipher = Fernet(base64.urlsafe_b64encode(key.derive("subscription mail")))

    def hash(self, email: str) -> str:
        """Return a keyed hash; capital letters make no other address."""
        return hmac.new(self._names, email.lower().encode(), hashlib.sha256).hexdigest()

    def seal(self, email: str) -> bytes:
        """Encrypt an address."""
        return self._cipher.encrypt(email.encode())

    def open(self, sealed: bytes) -> str | None:
        """Decrypt an address; None if the key was changed since."""
        try:
            return self._cipher.decrypt(sealed).decode()
        except InvalidToken:
            return None

    def token(self, subscription: str, purpose: Purpose) -> str:
        """Return the token of a link."""
        return f"{subscription}.{self._sign(subscription, purpose)}"

    def subscription(self, token: str, purpose: Purpose) -> str | None:
        """Return the subscription that a token is for; None if we did not make it for this purpose."""
        subscription, _, signature = token.partition(".")
        expected = self._sign(subscription, purpose)
        return subscription if hmac.compare_digest(signature.encode(), expected.encode()) else None

    def _sign(self, subscription: str, purpose: Purpose) -> str:
        text = f"{purpose} {subscription}".encode("utf-8", "surrogatepass")
        return base64.urlsafe_b64encode(hmac.digest(self._links, text, "sha256")[:18]).decode()
