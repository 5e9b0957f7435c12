"""The wiring of the staff's side: one function adds all of it to the portal."""

from __future__ import annotations

import os
from pathlib import Path

from aiohttp import web

from actions.base import Tools
from dossiers.holidays import calendar_from
from dossiers.service import Dossiers
from knowledge.database import connect
from portal.api.staff.accounts import AccountsApi
from portal.api.staff.audit import AuditApi
from portal.api.staff.desk import DeskApi
from portal.api.staff.dossiers import DossiersApi
from portal.api.staff.oidc import OidcApi
from portal.api.staff.openapi import OpenApi
from portal.api.staff.signing_in import SigningInApi
from portal.staff.access import STAFF, Staff
from portal.staff.dossiers import Views
from portal.staff.oidc import Provider
from portal.staff.passwords import Passwords
from portal.staff.sealing import Sealer
from portal.staff.settings import StaffSettings
from portal.staff.signing_in import SigningIn

KEYS = "staff-keys.json"


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

    async def close(_app: web.Application) -> None:
        if provider:
            await provider.close()
        staff.engine.dispose()

    app.on_cleanup.append(close)
