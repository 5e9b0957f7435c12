"""Second factor: time-based codes (TOTP, RFC 6238) that count once, and recovery codes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time

import pyotp

ISSUER = "HEZA"
STEP_SECONDS = 30
_TOLERATED = (0, -1, 1)
"""Steps by which a clock may be off (RFC 6238, section 5.2)."""
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread


def new_secret() -> str:
    """Return a new secret for an authenticator (160 random bits, base 32)."""
    return pyotp.random_base32()


def address(secret: str, name: str) -> str:
    """Return the ``otpauth`` address that an authenticator takes up (as a QR code or by hand)."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: float | None = None) -> int | None:
    """Return the time step whose code this is; none if it belongs to no step near to now."""
    totp = pyotp.TOTP(secret)
    current = int((time.time() if now is None else now) // STEP_SECONDS)
    found = None
    for step in (current + off for off in _TOLERATED):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()) and found is None:
            found = step
    return found


def new_recovery_codes() -> list[str]:
    """Return codes that each replace the authenticator once (59 random bits)."""
    return ["-".join(_letters(4) for _ in range(3)) for _ in range(RECOVERY_CODES)]


def recovery_hash(account: str, code: str) -> str:
    """Return what is stored of a recovery code; long random codes need no slow hash."""
    plain = "".join(letter for letter in code.lower() if letter in _ALPHABET)
    return hashlib.sha256(f"{account}:{plain}".encode()).hexdigest()


def _letters(number: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(number))
