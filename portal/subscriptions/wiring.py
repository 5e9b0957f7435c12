"""The wiring of subscriptions: one function adds all of it to the portal."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

from aiohttp import web
from sqlalchemy import Engine

from portal.api.http import Access
from portal.api.subscriptions import SubscriptionCalls
from portal.metrics import Metrics
from portal.privacy.erasure import Erasures
from portal.privacy.keys import PrivacyKey
from portal.repeating import repeat
from portal.subscriptions.addresses import Addresses
from portal.subscriptions.sending import Sender
from portal.subscriptions.settings import MailSettings
from portal.subscriptions.store import Subscriptions, tidy

_SEND_SECONDS = 5.0
_TIDY_SECONDS = 600.0
_TIDY_EVERY = timedelta(hours=1)


def add_subscriptions(
    app: web.Application,
    access: Access,
    engine: Engine,
    key: PrivacyKey,
    mail: MailSettings | None,
    metrics: Metrics,
) -> None:
    """Add subscriptions to the portal.

    Without mail nobody can subscribe any more, but links in old mails still stop subscriptions.

    Args:
        app: the public application.
        access: whose session a call belongs to.
        engine: of the portal's database.
        key: hashes and encrypts addresses.
        mail: how mail is sent, if it is.
        metrics: count mails.
    """
    addresses = Addresses(key)
    calls = SubscriptionCalls(access, Subscriptions(engine, addresses), addresses, open_=mail is not None)
    app.add_routes(calls.routes())
    app.cleanup_ctx.append(partial(repeat, every=_TIDY_SECONDS, work=partial(_tidy_if_due, engine)))
    if mail is not None:
        sender = Sender(engine, mail, addresses, metrics)
        app.cleanup_ctx.append(partial(repeat, every=_SEND_SECONDS, work=sender.send_if_due))


async def _tidy_if_due(engine: Engine) -> None:
    """Delete what has expired if this portal is the one to do it now."""
    if await asyncio.to_thread(Erasures(engine).take_duty, "subscriptions", _TIDY_EVERY):
        await asyncio.to_thread(tidy, engine)
