"""The wiring of the reports."""

from __future__ import annotations

import os

from aiohttp import web
from sqlalchemy import Engine

from dossiers.holidays import calendar_from
from knowledge.store import Store
from portal.api.staff.reports import ReportsApi
from portal.reports.report import Reports
from portal.staff.access import STAFF


def add_reports(app: web.Application, engine: Engine, dossiers: Engine, store: Store) -> None:
    """Add the reports to the portal, whose staff's side is there already.

    Args:
        app: the public application.
        engine: database of the portal.
        dossiers: database of the dossiers.
        store: the knowledge base.
    """
    reports = Reports(engine, dossiers, store, calendar_from(os.environ))
    app.add_routes(ReportsApi(app[STAFF], reports).routes())
