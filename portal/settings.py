"""Settings of the portal, read from the environment once, at start."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from actions.base import Desk


class SettingsError(Exception):
    """A setting is missing or contradicts another; the message says what to do."""


@dataclass(frozen=True)
class Settings:
    """Where the portal listens, whom it trusts, where its files are."""

    secret: str
    rasa_url: str
    host: str = "127.0.0.1"
    port: int = 8080
    actions_port: int = 5055
    metrics_port: int = 9464
    var: Path = Path("var")
    www: Path = Path("var/www")
    database_url: str | None = None
    origins: frozenset[str] = frozenset()
    rate_limits: bool = True
    model: str = "heza"
    desk: Desk = field(default_factory=Desk)

    @property
    def knowledge_url(self) -> str:
        """Database of the knowledge base."""
        return self.database_url or f"sqlite:///{self.var / 'knowledge.sqlite'}"

    @property
    def conversations_url(self) -> str:
        """Database of sessions and turns."""
        return self.database_url or f"sqlite:///{self.var / 'portal.sqlite'}"


def read_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Args:
        env: environment variables; the process's own by default.

    Raises:
        SettingsError: no secret, a port that is no number, rate limits off on a public address.
    """
    env = os.environ if env is None else env
    if not env.get("HEZA_SECRET") or not env.get("HEZA_RASA_URL"):
        raise SettingsError("HEZA_SECRET and HEZA_RASA_URL are not set: start the portal with 'make run'.")
    host = env.get("HEZA_HOST", "127.0.0.1")
    limits = env.get("HEZA_RATE_LIMITS", "on") != "off"
    if not limits and not _is_loopback(host):
        raise SettingsError(f"HEZA_RATE_LIMITS=off is refused on {host}: it is for tests on loopback.")
    return Settings(
        secret=env["HEZA_SECRET"],
        rasa_url=env["HEZA_RASA_URL"].rstrip("/"),
        host=host,
        port=_port(env, "HEZA_PORT", 8080),
        actions_port=_port(env, "HEZA_ACTIONS_PORT", 5055),
        metrics_port=_port(env, "HEZA_METRICS_PORT", 9464),
        var=Path(env.get("HEZA_VAR", "var")),
        www=Path(env.get("HEZA_WWW") or "var/www"),
        database_url=env.get("DATABASE_URL") or None,
        origins=frozenset(o.strip().rstrip("/") for o in env.get("HEZA_ORIGINS", "").split(",") if o.strip()),
        rate_limits=limits,
        model=env.get("HEZA_MODEL", "heza"),
        desk=Desk(env.get("HEZA_HOTLINE") or None, env.get("HEZA_HOTLINE_HOURS") or None),
    )


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    try:
        return int(env.get(name) or default)
    except ValueError as error:
        raise SettingsError(f"{name}={env[name]!r} is no port number.") from error


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
