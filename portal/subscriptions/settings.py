"""Settings of mail: the server, the sender, the address under which links lead to the portal."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Literal

from yarl import URL

Security = Literal["tls", "starttls", "if_offered"]
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True)
class MailSettings:
    """How mail is sent.

    Args:
        host: of the mail server.
        port: of the mail server.
        security: TLS from the start, STARTTLS demanded, or STARTTLS if offered (on loopback only).
        user: to sign in with; none for a server that asks for none.
        password: of the user.
        sender: name and address in ``From``.
        public_url: address of the portal as readers of a mail reach it, without a slash at its end.
    """

    host: str
    port: int
    security: Security
    sender: Address
    public_url: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def read_mail_settings(env: Mapping[str, str]) -> MailSettings | None:
    """Read ``HEZA_SMTP_URL``, ``HEZA_MAIL_FROM`` and ``HEZA_PUBLIC_URL``; None: no mail is sent.

    Raises:
        ValueError: one of the first two is missing, or a value cannot be read; the message says which.
    """
    given = [name for name in ("HEZA_SMTP_URL", "HEZA_MAIL_FROM") if env.get(name)]
    if not given:
        return None
    for name in ("HEZA_SMTP_URL", "HEZA_MAIL_FROM", "HEZA_PUBLIC_URL"):
        if not env.get(name):
            raise ValueError(f"{name} is not set: mail needs it beside {given[0]}.")
    url = _server(env["HEZA_SMTP_URL"])
    loopback = _is_loopback(url.host or "")
    security: Security = "tls" if url.scheme == "smtps" else "if_offered" if loopback else "starttls"
    return MailSettings(
        host=url.host or "",
        port=url.explicit_port or _PORTS[url.scheme],
        security=security,
        sender=_sender(env["HEZA_MAIL_FROM"]),
        public_url=_public(env["HEZA_PUBLIC_URL"]),
        user=url.user,
        password=url.password,
    )


def _server(text: str) -> URL:
    """Read the address of the mail server; it may hold a password, so no error shows it."""
    try:
        url = URL(text)
        fits = url.scheme in _PORTS and bool(url.host) and url.path in {"", "/"} and not url.query_string
    except ValueError:
        fits = False
    if not fits or bool(url.user) != bool(url.password):
        raise ValueError("HEZA_SMTP_URL has to look like smtp://user:password@host:587 or smtps://…:465.")
    return url


def _sender(text: str) -> Address:
    name, address = parseaddr(text)
    try:
        if "." not in address.partition("@")[2] or not address.isascii():
            raise ValueError("no address")
        return Address(display_name=name, addr_spec=address)
    except ValueError as error:
        raise ValueError(f"HEZA_MAIL_FROM={text!r} is no address, or name with <address>.") from error


def _public(text: str) -> str:
    url = URL(text)
    secure = url.scheme == "https" or (url.scheme == "http" and _is_loopback(url.host or ""))
    if not secure or not url.host or url.query_string or url.fragment or url.user:
        raise ValueError(f"HEZA_PUBLIC_URL={text!r} is no https address.")
    return str(url).rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
