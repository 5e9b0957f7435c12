"""A real SMTP server on loopback that keeps what it is given, or refuses it as a test says."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class MailServer:
    """Plays the mail server of a deployment.

    Args:
        port: where it listens.
        tls: offers and demands STARTTLS.
    """

    port: int
    tls: ssl.SSLContext | None = None
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipient_reply: str = "250 OK"
    data_reply: str = "250 OK"
    encrypted: list[bool] = field(default_factory=list)
    _controller: Controller | None = None

    def start(self) -> None:
        """Listen."""
        secured = self.tls is not None
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, tls_context=self.tls, require_starttls=secured
        )
        self._controller.start()

    def stop(self) -> None:
        """Go away."""
        if self._controller:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take or refuse a recipient."""
        if self.recipient_reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.recipient_reply

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:
        """Take or refuse a mail."""
        if self.data_reply.startswith("2"):
            self.raw.append(envelope.content)
            self.encrypted.append(session.ssl is not None)
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.data_reply


def free_port() -> int:
    """Return a port of loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def words(mail: EmailMessage) -> str:
    """Return what a mail says."""
    return str(mail.get_content())
