"""Settings of the portal, read from the environment once, at start."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_args
from urllib.parse import urlsplit

from actions.base import Desk
from dossiers.demo import demo_wanted
from portal.guard import normal_origin
from portal.handoff.settings import HandoffSettings, read_handoff_settings
from portal.logs import LogForm
from portal.proxies import Family, Network
from portal.rates import DEFAULTS, Limits, Matter, default_limits, read_limits
from portal.staff.settings import StaffSettings, read_staff_settings
from portal.subscriptions.settings import MailSettings, read_mail_settings

Value = TypeVar("Value")

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
    private_host: str = "127.0.0.1"
    actions_port: int = 5055
    metrics_port: int = 9464
    var: Path = Path("var")
    www: Path = Path("var/www")
    database_url: str | None = None
    redis_url: str | None = None
    origins: frozenset[str] = frozenset()
    proxies: tuple[Network, ...] = ()
    forwarded: Family = "x-forwarded"
    rate_limits: bool = True
    limits: Mapping[Matter, Limits] = field(default_factory=default_limits)
    notices: Path | None = None
    log: LogForm = "text"
    model: str = "heza"
    desk: Desk = field(default_factory=Desk)
    retention_days: int = RETENTION_DAYS
    demo: bool = False
    staff: StaffSettings = field(default_factory=StaffSettings)
    mail: MailSettings | None = None
    handoff: HandoffSettings = field(default_factory=HandoffSettings)

    @property
    def actions_health(self) -> str:
        """Where the actions tell that they live, as this process reaches them."""
        everywhere = self.private_host in {"0.0.0.0", "::"}  # noqa: S104 - loopback is part of it
        host = "127.0.0.1" if everywhere else self.private_host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.actions_port}/health"

    @property
    def knowledge_url(self) -> str:
        """Database of the knowledge base."""
        return self.database_url or f"sqlite:///{self.var / 'knowledge.sqlite'}"

    @property
    def conversations_url(self) -> str:
        """Database of sessions and turns."""
        return self.database_url or f"sqlite:///{self.var / 'portal.sqlite'}"

    @property
    def dossiers_url(self) -> str:
        """Database of dossiers."""
        return self.database_url or f"sqlite:///{self.var / 'dossiers.sqlite'}"


def read_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Args:
        env: environment variables; the process's own by default.

    Raises:
        SettingsError: no secret, rate limits off on a public address, a value that cannot be read.
    """
    env = os.environ if env is None else env
    if not env.get("HEZA_SECRET") or not env.get("HEZA_RASA_URL"):
        raise SettingsError("HEZA_SECRET and HEZA_RASA_URL are not set: start the portal with 'make run'.")
    return Settings(
        secret=env["HEZA_SECRET"],
        rasa_url=",".join(_read(env, "HEZA_RASA_URL", _private_address)),
        database_url=env.get("DATABASE_URL") or None,
        redis_url=env.get("REDIS_URL") or None,
        origins=frozenset(_read(env, "HEZA_ORIGINS", normal_origin)),
        log=_one_of(env, "HEZA_LOG", get_args(LogForm)),
        model=env.get("HEZA_MODEL", "heza"),
        retention_days=retention_days(env),
        demo=demo_wanted(env),
        **_addresses(env),
        **_files(env),
        **_limiting(env),
        **_parts(env),
    )


def _addresses(env: Mapping[str, str]) -> dict[str, Any]:
    """Read where the portal listens."""
    return {
        "host": _host(env),
        "port": _port(env, "HEZA_PORT", 8080),
        "private_host": env.get("HEZA_PRIVATE_HOST") or "127.0.0.1",
        "actions_port": _port(env, "HEZA_ACTIONS_PORT", 5055),
        "metrics_port": _port(env, "HEZA_METRICS_PORT", 9464),
    }


def _files(env: Mapping[str, str]) -> dict[str, Any]:
    """Read where its files are."""
    return {
        "var": Path(env.get("HEZA_VAR", "var")),
        "www": Path(env.get("HEZA_WWW") or "var/www"),
        "notices": Path(env["HEZA_NOTICES"]) if env.get("HEZA_NOTICES") else None,
    }


def _limiting(env: Mapping[str, str]) -> dict[str, Any]:
    """Read who calls and how often: proxies and rate limits, which may be off on loopback only."""
    on = env.get("HEZA_RATE_LIMITS", "on") != "off"
    host = _host(env)
    if not on and not _is_loopback(host):
        raise SettingsError(f"HEZA_RATE_LIMITS=off is refused on {host}: it is for tests on loopback.")
    proxies = tuple(_read(env, "HEZA_TRUSTED_PROXIES", ipaddress.ip_network))
    if not on and proxies:
        raise SettingsError("HEZA_RATE_LIMITS=off is refused behind a proxy: it is for tests on loopback.")
    forwarded = _one_of(env, "HEZA_FORWARDED", get_args(Family))
    return {"rate_limits": on, "limits": _limits(env), "proxies": proxies, "forwarded": forwarded}


def _parts(env: Mapping[str, str]) -> dict[str, Any]:
    """Read the settings of the parts that have their own: staff, mail, the desk."""
    try:
        handoff = read_handoff_settings(env)
        staff, mail = read_staff_settings(env), read_mail_settings(env)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    hotline, hours = env.get("HEZA_HOTLINE") or None, env.get("HEZA_HOTLINE_HOURS") or None
    desk = Desk(hotline, hours, handoff=handoff.hours is not None)
    return {"staff": staff, "mail": mail, "handoff": handoff, "desk": desk}


def _host(env: Mapping[str, str]) -> str:
    return env.get("HEZA_HOST", "127.0.0.1")


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


def _private_address(value: str) -> str:
    """Return the address of a private part.

    Raises:
        ValueError: it is none of HTTP.
    """
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("http://host:port is wanted")
    return value.rstrip("/")


def _read(env: Mapping[str, str], name: str, read: Callable[[str], Value]) -> list[Value]:
    """Read a list, divided by commas."""
    found = []
    for item in filter(None, (item.strip() for item in env.get(name, "").split(","))):
        try:
            found.append(read(item))
        except ValueError as error:
            raise SettingsError(f"{name}: {item!r} is not valid ({error}).") from error
    return found


def _one_of(env: Mapping[str, str], name: str, allowed: tuple[Any, ...]) -> Any:
    """Read one of ``allowed``; the first one is the default."""
    value = env.get(name) or allowed[0]
    if value not in allowed:
        raise SettingsError(f"{name}={value!r} is none of {', '.join(allowed)}.")
    return value


def _limits(env: Mapping[str, str]) -> dict[Matter, Limits]:
    """Read ``HEZA_LIMIT_<MATTER>``."""
    found = default_limits()
    for matter in DEFAULTS:
        name = f"HEZA_LIMIT_{matter.upper()}"
        try:
            found[matter] = read_limits(env.get(name, ""), found[matter])
        except ValueError as error:
            raise SettingsError(f"{name}: {error}.") from error
    return found


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
