"""Settings of the portal, read from the environment once, at start."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from actions.base import Desk

RETENTION_DAYS = 30


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
    database_url: str | None = None
    redis_url: str | None = None
    origins: frozenset[str] = frozenset()
    rate_limits: bool = True
    model: str = "heza"
    desk: Desk = field(default_factory=Desk)
    retention_days: int = RETENTION_DAYS

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
        database_url=env.get("DATABASE_URL") or None,
        redis_url=env.get("REDIS_URL") or None,
        origins=frozenset(o.strip().rstrip("/") for o in env.get("HEZA_ORIGINS", "").split(",") if o.strip()),
        rate_limits=limits,
        model=env.get("HEZA_MODEL", "heza"),
        desk=Desk(env.get("HEZA_HOTLINE") or None, env.get("HEZA_HOTLINE_HOURS") or None),
        retention_days=retention_days(env),
    )


def retention_days(env: Mapping[str, str]) -> int:
    """Return after how many days without a message a session is erased (``HEZA_RETENTION_DAYS``).

    Raises:
        SettingsError: not a whole number from 1 on; keeping for ever is no choice.
    """
    value = env.get("HEZA_RETENTION_DAYS") or str(RETENTION_DAYS)
    if not (value.isascii() and value.isdigit()) or not 1 <= int(value) <= 3650:
        raise SettingsError(f"HEZA_RETENTION_DAYS={value!r} is no number of days from 1 to 3650.")
    return int(value)


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
