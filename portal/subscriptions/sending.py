"""The sender: hands mails of the outbox to the mail server, at least once each.

One portal at a time sends (a duty of all of them); should two ever do so, the leases of the
outbox keep them from sending the same mail. A mail that the server took just before the
portal died is sent again under the same ``Message-ID``, by which mailboxes drop repetitions.
"""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import timedelta
from typing import Literal

import aiosmtplib
from sqlalchemy import Engine

from portal.metrics import Metrics
from portal.privacy.erasure import Erasures
from portal.subscriptions.addresses import Addresses
from portal.subscriptions.letters import compose
from portal.subscriptions.outbox import Mail, Outbox
from portal.subscriptions.settings import MailSettings

logger = logging.getLogger(__name__)
EVERY = timedelta(seconds=15)
"""One of the portals sends at most so long, and then another one may."""
_STEP_SECONDS = 10.0
_WHOLE_SECONDS = 60.0
Outcome = Literal["sent", "postponed", "refused"]


class Sender:
    """Sends what is due.

    Args:
        engine: of the portal's database.
        settings: the mail server and the sender.
        addresses: decrypts addresses and signs links.
        metrics: count mails.
    """

    def __init__(
        self, engine: Engine, settings: MailSettings, addresses: Addresses, metrics: Metrics
    ) -> None:
        self._outbox = Outbox(engine)
        self._duties = Erasures(engine)
        self._settings = settings
        self._addresses = addresses
        self._metrics = metrics

    async def send_if_due(self) -> None:
        """Send if it is this portal's turn, until nothing is due or the turn is over."""
        if not await asyncio.to_thread(self._duties.take_duty, "mail", EVERY):
            return
        end = time.monotonic() + EVERY.total_seconds()
        while time.monotonic() < end and await self.send_one() in {"sent", "refused"}:
            pass

    async def send_one(self) -> Outcome | None:
        """Send the mail that is due longest; None if there is none.

        ``postponed`` mostly means that the server is away, so the next mail had better wait too.
        """
        mail = await asyncio.to_thread(self._outbox.lease)
        if mail is None:
            return None
        outcome = await self._settle(mail)
        self._metrics.mailed(mail.kind, outcome)
        return outcome

    async def _settle(self, mail: Mail) -> Outcome:
        to = self._addresses.open(mail.sealed)
        if to is None:
            return await self._refused(mail, "unreadable")
        try:
            async with asyncio.timeout(_WHOLE_SECONDS):
                await self._hand_over(mail, to)
        except (aiosmtplib.SMTPException, OSError) as error:  # TimeoutError is an OSError
            code = _permanent(error)
            if code:
                return await self._refused(mail, str(code))
            kept = await asyncio.to_thread(self._outbox.postponed, mail, type(error).__name__)
            logger.warning("a mail %s (%s)", "waits" if kept else "is given up", type(error).__name__)
            return "postponed" if kept else "refused"
        await asyncio.to_thread(self._outbox.sent, mail)
        return "sent"

    async def _refused(self, mail: Mail, failure: str) -> Outcome:
        await asyncio.to_thread(self._outbox.refused, mail, failure)
        logger.warning("a mail is given up (%s)", failure)
        return "refused"

    async def _hand_over(self, mail: Mail, to: str) -> None:
        settings = self._settings
        await aiosmtplib.send(
            # As bytes, because aiosmtplib would fold the headers anew, and the links in them break.
            compose(mail, to, settings, self._addresses).as_bytes(),
            sender=settings.sender.addr_spec,
            recipients=[to],
            hostname=settings.host,
            port=settings.port,
            username=settings.user,
            password=settings.password,
            use_tls=settings.security == "tls",
            start_tls={"tls": False, "starttls": True, "if_offered": None}[settings.security],
            timeout=_STEP_SECONDS,
        )


def _permanent(error: Exception) -> int | None:
    """Return the code by which the server refused this mail for good.

    A refusal to talk to us (sign-in, sender, greeting) is the operator's matter, and the mail waits for it.
    """
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        codes = [recipient.code for recipient in error.recipients]
        return min(codes) if codes and min(codes) >= 500 else None
    if isinstance(error, aiosmtplib.SMTPDataError | aiosmtplib.SMTPRecipientRefused):
        return error.code if error.code >= 500 else None
    return None
