"""The wiring of the staff's side: one function adds all of it to the portal."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from pathlib import Path

from aiohttp import web

from actions.base import Tools
from dossiers.holidays import calendar_from
from dossiers.service import Dossiers
from knowledge.database import connect
from knowledge.review import Reviewer
from knowledge.store import Store
from portal.api.staff.accounts import AccountsApi
from portal.api.staff.audit import AuditApi
from portal.api.staff.desk import DeskApi
from portal.api.staff.dossiers import DossiersApi
from portal.api.staff.editing import EditingApi
from portal.api.staff.oidc import OidcApi
from portal.api.staff.openapi import OpenApi
from portal.api.staff.proposals import ProposalsApi
from portal.api.staff.signing_in import SigningInApi
from portal.repeating import repeat
from portal.staff.access import STAFF, Staff
from portal.staff.dossiers import Views
from portal.staff.editing import Editing
from portal.staff.editing_views import EditingViews
from portal.staff.oidc import Provider
from portal.staff.passwords import Passwords
from portal.staff.sealing import Sealer
from portal.staff.settings import StaffSettings
from portal.staff.signing_in import SigningIn

KEYS = "staff-keys.json"
TRAINED = "nlu-trained.json"
"""What the trained model has learned, as `launcher.training` keeps it."""
START_SECONDS = 5.0
"""Seconds between two looks at what was approved for a time to come."""


def add_staff(
    app: web.Application, settings: StaffSettings, var: Path, url: str, tools: Tools, dossiers: Dossiers
) -> None:
    """Add the staff API to the portal.

    Args:
        app: the public application.
        settings: of the staff's side.
        var: folder of keys.
        url: database of the portal, its tables up to date.
        tools: the knowledge base.
        dossiers: the store of dossiers.
    """
    staff = Staff(connect(url), settings)
    sealer = Sealer.from_file(var / KEYS)
    signing_in = SigningIn(staff, Passwords(), sealer)
    provider = Provider(settings.oidc) if settings.oidc else None
    app[STAFF] = staff
    sections = (
        SigningInApi(staff, signing_in),
        OidcApi(staff, provider, sealer),
        DeskApi(staff, tools.store),
        DossiersApi(staff, dossiers, tools.store, calendar_from(os.environ), Views(sealer)),
        AccountsApi(staff),
        AuditApi(staff),
        OpenApi(),
    )
    for section in sections:
        app.add_routes(section.routes())
    _add_editing(app, staff, tools.store, var / TRAINED)

    async def close(_app: web.Application) -> None:
        if provider:
            await provider.close()
        staff.engine.dispose()

    app.on_cleanup.append(close)


def _add_editing(app: web.Application, staff: Staff, store: Store, trained: Path) -> None:
    editing, views = Editing(staff, store), EditingViews(store, Reviewer(store, trained))
    app.add_routes([*EditingApi(editing, views).routes(), *ProposalsApi(editing, views).routes()])

    async def start_due() -> None:
        await asyncio.to_thread(editing.start_due)

    app.cleanup_ctx.append(partial(repeat, every=START_SECONDS, work=start_due))
