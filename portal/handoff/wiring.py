"""The wiring of the desk: one function adds both its sides to the portal."""

from __future__ import annotations

import asyncio
from functools import partial

from aiohttp import web
from sqlalchemy import Engine

from knowledge.store import Store
from portal.api.handoff import HandoffCalls
from portal.api.http import Access
from portal.api.staff.handoff import HandoffApi
from portal.api.staff.tickets import TicketsApi
from portal.handoff.desk import Desk
from portal.handoff.packets import Packets
from portal.handoff.settings import HandoffSettings
from portal.handoff.tickets import Tickets
from portal.handoff.visits import Visits
from portal.hub import Hub
from portal.metrics import Metrics
from portal.privacy.keys import PrivacyKey
from portal.privacy.masking import Masker
from portal.repeating import repeat

SWEEP_SECONDS = 10.0
FORGET_SECONDS = 3600.0


def add_desk(
    app: web.Application,
    settings: HandoffSettings,
    engine: Engine,
    store: Store,
    access: Access,
    visits: Visits,
    masker: Masker,
    key: PrivacyKey,
    hub: Hub,
    metrics: Metrics,
) -> None:
    """Add the desk to the portal, the visitor's side and the officers'.

    Args:
        app: the public application.
        settings: when the desk is open; without hours the visitor's side says that there is none.
        engine: database of the portal.
        store: the knowledge base.
        access: whose session a call belongs to.
        visits: the queue as visitors see it.
        masker: takes personal data out of notes.
        key: encrypts contacts.
        hub: wakes the visitors' streams.
        metrics: count requests.
    """
    desk, tickets = Desk(engine, settings), Tickets(engine, settings, key)
    sections = (
        HandoffCalls(access, visits, tickets, settings, masker, hub, metrics),
        HandoffApi(desk, Packets(engine, settings, store), hub),
        TicketsApi(tickets, hub),
    )
    for section in sections:
        app.add_routes(section.routes())

    async def sweep() -> None:
        for session in await asyncio.to_thread(desk.sweep):
            hub.wake(session)

    async def forget() -> None:
        await asyncio.to_thread(tickets.forget_contacts)

    if settings.hours:
        app.cleanup_ctx.append(partial(repeat, every=SWEEP_SECONDS, work=sweep))
    app.cleanup_ctx.append(partial(repeat, every=FORGET_SECONDS, work=forget))
