"""The wiring: everything is built here, once, and handed down."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from aiohttp import web

from actions.base import Tools
from actions.server import make_actions_app
from dossiers.feed_keys import FEED_KEYS, FeedKeys
from dossiers.opening import settle_demo
from knowledge.database import migrate
from knowledge.store import Store
from portal.api.about import About
from portal.api.dossiers import Lookup
from portal.api.feed import DossierFeed
from portal.api.health import Health
from portal.api.messages import Messages
from portal.api.records import RecordCalls
from portal.api.search import Search
from portal.api.sessions import Sessions
from portal.api.stream import Stream
from portal.figures import Check, Figures
from portal.guard import make_headers, origin_middleware
from portal.handoff.wiring import add_desk
from portal.intake import MAX_BODY_BYTES
from portal.logs import name_request, requests_middleware
from portal.metrics import Metrics, make_metrics_app
from portal.notices import Notices
from portal.one_question import OneQuestion
from portal.openapi import describe
from portal.pages import Pages
from portal.privacy.retention import run_if_due
from portal.problems import deadline_middleware, problems_middleware
from portal.proxies import Proxies
from portal.rates import rates_middleware
from portal.recall.wiring import add_recall
from portal.records import Records
from portal.repeating import repeat
from portal.reports.wiring import add_reports
from portal.services import Services, make_services
from portal.settings import Settings
from portal.staff.console import ConsoleFiles
from portal.staff.wiring import add_staff
from portal.subscriptions.wiring import add_subscriptions
from portal.unanswered.wiring import add_unanswered
from portal.widget_files import WidgetFiles

RECOVER_SECONDS = 5.0
RETRY_SECONDS = 30.0
LOOK_SECONDS = 1.0
RETENTION_SECONDS = 600.0
FIGURES_SECONDS = 60.0


class Section(Protocol):
    """The calls of one matter."""

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""


@dataclass(frozen=True)
class Apps:
    """The three web applications of the portal process, each for a port of its own."""

    public: web.Application
    actions: web.Application
    metrics: web.Application


def make_apps(settings: Settings) -> Apps:
    """Build the portal and what it serves on the private ports."""
    store = Store(settings.knowledge_url)
    migrate(store.engine, "knowledge")
    tools = Tools.over(store, settings.desk)
    metrics = Metrics()
    return Apps(
        public=make_public_app(settings, tools, metrics),
        actions=make_actions_app(tools, settings.secret, metrics.acted),
        metrics=make_metrics_app(metrics),
    )


def make_public_app(settings: Settings, tools: Tools, metrics: Metrics) -> web.Application:
    """Build the public application."""
    services = make_services(settings, tools, metrics)
    app = _bare_app(settings, services, metrics)
    stream = Stream(services.access, services.conversations, services.hub, metrics)
    _follow_life(app, settings, services, tools, stream, metrics)
    for section in (*_sections(settings, services, tools, metrics), stream):
        app.add_routes(section.routes())
    engine, access, key = services.conversations.engine, services.access, services.key
    add_staff(app, settings.staff, settings.var, settings.conversations_url, tools, services.dossiers)
    add_reports(app, engine, services.dossiers.engine, tools.store)
    add_subscriptions(app, access, engine, key, settings.mail, metrics)
    visits, masker, hub = services.visits, services.masker, services.hub
    add_desk(app, settings.handoff, engine, tools.store, access, visits, masker, key, hub, metrics)
    add_recall(app, engine, tools.store, settings.handoff, key, settings.mail is not None, masker, hub)
    add_unanswered(app, tools.store, settings.var, key, masker, settings.retention_days)
    app.add_routes([*_pages(settings, services, tools).routes(), web.get("/v1/openapi.json", _openapi)])
    app.add_routes(ConsoleFiles(settings.www / "staff").routes())
    return app


def _bare_app(settings: Settings, services: Services, metrics: Metrics) -> web.Application:
    """Return the application without routes: what every call passes through."""
    limits = [rates_middleware(services.rates, services.access, metrics)] if settings.rate_limits else []
    app = web.Application(
        client_max_size=MAX_BODY_BYTES,
        middlewares=[
            requests_middleware(Proxies(settings.proxies, settings.forwarded), metrics),
            problems_middleware,
            deadline_middleware,
            origin_middleware(settings.origins),
            *limits,
        ],
    )
    app.on_response_prepare.extend((make_headers(settings.origins), name_request))
    return app


def _sections(settings: Settings, services: Services, tools: Tools, metrics: Metrics) -> tuple[Section, ...]:
    """Return the calls of ``/v1`` and health, without the stream."""
    s = services
    return (
        Sessions(s.access, s.conversations, s.signer, s.masker, s.eraser),
        Messages(s.access, s.conversations, s.turns, s.masker, s.key, metrics, s.desk),
        Lookup(s.access, s.conversations, s.turns, s.desk),
        DossierFeed(s.dossiers, FeedKeys(settings.var / FEED_KEYS), s.conversations, s.hub),
        RecordCalls(s.access, Records(s.conversations.engine), metrics, s.masker),
        Search(tools),
        About(settings.desk, Notices(settings.notices)),
        Health(s.conversations, s.rasa, tools, settings.actions_health, s.dossiers),
    )


def _pages(settings: Settings, services: Services, tools: Tools) -> Pages:
    """Return the pages: demo, iframe, permanent answers, the one without scripts."""
    s = services
    asks = OneQuestion(s.conversations, s.turns, s.masker, s.key)
    return Pages(tools.store, settings.desk, WidgetFiles(settings.www / "widget"), asks, settings.origins)


def _follow_life(
    app: web.Application,
    settings: Settings,
    services: Services,
    tools: Tools,
    stream: Stream,
    metrics: Metrics,
) -> None:
    """Start, repeat and end with the application what does not come from a call."""

    async def start(_app: web.Application) -> None:
        await asyncio.to_thread(tools.store.warm)
        await asyncio.to_thread(services.direct.warm)
        await asyncio.to_thread(settle_demo, services.dossiers, settings.demo)
        await services.hub.start()

    async def leave(_app: web.Application) -> None:
        await stream.close()

    async def close(_app: web.Application) -> None:
        await services.close()
        tools.store.close()

    app.on_startup.append(start)
    app.on_shutdown.append(leave)
    app.on_cleanup.append(close)
    forget = partial(run_if_due, services.erasures, settings.retention_days, services.dossiers)
    for every, work in (
        (RECOVER_SECONDS, services.turns.recover),
        (RETRY_SECONDS, services.eraser.retry),
        (LOOK_SECONDS, services.rasa.look_for_absent),
        (RETENTION_SECONDS, forget),
        (FIGURES_SECONDS, _figures(settings, services, tools, metrics).read),
    ):
        app.cleanup_ctx.append(partial(repeat, every=every, work=work))


def _figures(settings: Settings, services: Services, tools: Tools, metrics: Metrics) -> Figures:
    """Return what waits and how old things are, for `/metrics`."""
    s = services
    actions = partial(s.rasa.reaches, settings.actions_health)
    parts: dict[str, Check] = {"rasa": s.rasa.ready, "actions": actions}
    return Figures(metrics.registry, s.conversations.engine, s.dossiers.engine, tools.store, parts)


async def _openapi(_request: web.Request) -> web.Response:
    return web.json_response(describe())
