"""Settings of the staff's side, read from the environment with those of the portal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from portal.staff.permissions import Role

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class OidcSettings:
    """The identity provider (OpenID Connect) and what its claims mean here.

    Args:
        issuer: as the provider's discovery document and tokens write it.
        client_id: ours.
        client_secret: ours; kept in a file.
        roles: the role that each value of the claim gives.
        claim: which claim names the groups; dots go into nested ones.
        scope: what is asked for.
        redirect_uri: where the provider sends the browser back to; by default the address that was called.
    """

    issuer: str
    client_id: str
    client_secret: str
    roles: Mapping[str, Role]
    claim: str = "groups"
    scope: str = "openid profile"
    redirect_uri: str | None = None


@dataclass(frozen=True)
class StaffSettings:
    """How long sessions last, and who else may sign people in."""

    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=10)
    oidc: OidcSettings | None = None


def read_staff_settings(env: Mapping[str, str]) -> StaffSettings:
    """Read the settings.

    Raises:
        ValueError: one is missing or makes no sense; the message says which.
    """
    idle = timedelta(minutes=_positive(env, "HEZA_STAFF_IDLE_MINUTES", 30))
    absolute = timedelta(hours=_positive(env, "HEZA_STAFF_SESSION_HOURS", 10))
    return StaffSettings(idle, absolute, _oidc(env) if env.get("HEZA_OIDC_ISSUER") else None)


def _oidc(env: Mapping[str, str]) -> OidcSettings:
    missing = [
        name
        for name in ("HEZA_OIDC_CLIENT_ID", "HEZA_OIDC_CLIENT_SECRET_FILE", "HEZA_OIDC_ROLES")
        if not env.get(name)
    ]
    if missing:
        raise ValueError(f"HEZA_OIDC_ISSUER is set, but not {', '.join(missing)}.")
    issuer = env["HEZA_OIDC_ISSUER"]
    address = urlsplit(issuer)
    if address.scheme != "https" and address.hostname not in _LOOPBACK:
        raise ValueError(f"HEZA_OIDC_ISSUER={issuer!r} has to begin with https://.")
    try:
        secret = Path(env["HEZA_OIDC_CLIENT_SECRET_FILE"]).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ValueError(f"HEZA_OIDC_CLIENT_SECRET_FILE cannot be read: {error}") from error
    return OidcSettings(
        issuer=issuer,
        client_id=env["HEZA_OIDC_CLIENT_ID"],
        client_secret=secret,
        roles=_roles(env["HEZA_OIDC_ROLES"]),
        claim=env.get("HEZA_OIDC_CLAIM") or "groups",
        scope=env.get("HEZA_OIDC_SCOPE") or "openid profile",
        redirect_uri=env.get("HEZA_OIDC_REDIRECT_URI") or None,
    )


def _roles(written: str) -> dict[str, Role]:
    """Read ``group=role,group=role``; a group may hold ``=``, since the last one counts."""
    found: dict[str, Role] = {}
    for pair in filter(None, (p.strip() for p in written.split(","))):
        group, _, role = pair.rpartition("=")
        if not group or role not in set(Role):
            raise ValueError(f"HEZA_OIDC_ROLES: {pair!r} is not group=role (roles: {', '.join(Role)}).")
        found[group.strip()] = Role(role)
    return found


def _positive(env: Mapping[str, str], name: str, default: int) -> float:
    try:
        value = float(env.get(name) or default)
    except ValueError:
        value = 0
    if not 0 < value < float("inf"):
        raise ValueError(f"{name}={env.get(name)!r} is no positive number.")
    return value
