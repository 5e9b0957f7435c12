"""What the mails say: that there is news, and how to stop them; or a correction. No state, no name."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlencode

from knowledge.texts import Texts, load_texts
from portal.subscriptions.addresses import Addresses, Purpose
from portal.subscriptions.outbox import Mail
from portal.subscriptions.settings import MailSettings

_TEXTS = Path(__file__).parent / "texts"
# A link is longer than the usual 78 characters, beyond which a header would be encoded and no link any more.
_POLICY = policy.SMTP.clone(max_line_length=900)
PATHS: dict[Purpose, str] = {"confirm": "/v1/subscriptions/confirm", "stop": "/v1/subscriptions/stop"}


def subscription_texts(lang: str) -> Texts:
    """Return the catalogue of mails and their pages."""
    return load_texts(_TEXTS, lang)


def compose(mail: Mail, to: str, settings: MailSettings, addresses: Addresses) -> EmailMessage:
    """Write a mail.

    Args:
        mail: which one; its id becomes the ``Message-ID``, the same at every attempt.
        to: the address.
        settings: sender and links.
        addresses: signs the links.

    One click stops the mails: RFC 8058.
    """
    t = subscription_texts(mail.lang)
    links = (
        {purpose: _link(mail.subscription, purpose, settings, addresses) for purpose in PATHS}
        if mail.subscription
        else {}
    )
    message = EmailMessage(_POLICY)
    message["From"] = settings.sender
    message["To"] = to
    message["Subject"] = t(f"mail.{mail.kind}.subject", **(mail.data or {}))
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.id.lower()}@{settings.sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if links:
        message["List-Unsubscribe"] = f"<{links['stop']}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    body = t(f"mail.{mail.kind}.text", **links, **(mail.data or {}), site=settings.public_url)
    message.set_content(f"{body.rstrip()}\n\n-- \n{t('site')}\n", cte="quoted-printable")
    message["Content-Language"] = mail.lang
    return message


def _link(subscription: str, purpose: Purpose, settings: MailSettings, addresses: Addresses) -> str:
    token = addresses.token(subscription, purpose)
    return f"{settings.public_url}{PATHS[purpose]}?{urlencode({'token': token})}"
