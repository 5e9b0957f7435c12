"""The wiring of recall: one function adds it to the portal."""

from __future__ import annotations

import asyncio
from functools import partial

from aiohttp import web
from sqlalchemy import Engine

from knowledge.store import Store
from portal.api.staff.recall import RecallApi
from portal.handoff.settings import HandoffSettings
from portal.handoff.tickets import Tickets
from portal.hub import Hub
from portal.privacy.keys import PrivacyKey
from portal.privacy.masking import Masker
from portal.recall.orders import Orders
from portal.recall.reports import Recalls
from portal.recall.telling import Telling
from portal.recall.uses import Uses
from portal.repeating import repeat
from portal.staff.access import STAFF
from portal.subscriptions.addresses import Addresses

GO_ON_SECONDS = 2.0


def add_recall(
    app: web.Application,
    engine: Engine,
    store: Store,
    handoff: HandoffSettings,
    key: PrivacyKey,
    mail: bool,
    masker: Masker,
    hub: Hub,
) -> None:
    """Add recall to the portal, after the staff.

    Args:
        app: the public application.
        engine: database of the portal.
        store: the knowledge base.
        handoff: settings of the desk, which keeps the tickets.
        key: encrypts contacts and addresses.
        mail: whether mail is sent.
        masker: finds personal data in what visitors are to be told.
        hub: wakes the visitors' streams.
    """
    orders = Orders(engine, store)
    box = Tickets(engine, handoff, key)
    telling = Telling(engine, store, orders, box, Addresses(key) if mail else None)
    app.add_routes(RecallApi(Uses(engine, store), orders, Recalls(app[STAFF]), masker).routes())

    async def go_on() -> None:
        for session in await asyncio.to_thread(telling.go_on):
            hub.wake(session)

    app.cleanup_ctx.append(partial(repeat, every=GO_ON_SECONDS, work=go_on))
