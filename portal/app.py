"""The wiring: everything is built here, once, and handed down."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from actions.base import Tools
from actions.server import make_actions_app
from dossiers.feed_keys import FEED_KEYS, FeedKeys
from dossiers.holidays import calendar_from
from dossiers.opening import open_dossiers, settle_demo
from dossiers.procedures import Procedures
from dossiers.service import KEYS, Dossiers
from knowledge.database import migrate
from knowledge.store import Store
from portal.api.about import About
from portal.api.dossiers import Lookup
from portal.api.feed import DossierFeed
from portal.api.health import Health
from portal.api.http import Access
from portal.api.messages import Messages
from portal.api.records import RecordCalls
from portal.api.search import Search
from portal.api.sessions import Sessions
from portal.api.stream import Stream
from portal.conversations import Conversations
from portal.direct import DirectAnswers
from portal.guard import make_headers, origin_middleware
from portal.handoff.visits import Visits
from portal.handoff.wiring import add_desk
from portal.hub import Hub
from portal.identity.answers import Answers
from portal.identity.desk import DossierDesk
from portal.intake import MAX_BODY_BYTES
from portal.keys import keys_path
from portal.logs import name_request, requests_middleware
from portal.metrics import Metrics, make_metrics_app
from portal.notices import Notices
from portal.one_question import OneQuestion
from portal.openapi import describe
from portal.pages import Pages
from portal.privacy.erasure import Eraser, Erasures
from portal.privacy.keys import PrivacyKey
from portal.privacy.masking import Masker
from portal.privacy.retention import run_if_due
from portal.privacy.vault import make_vault
from portal.problems import problems_middleware
from portal.proxies import Proxies
from portal.rasa import RasaClient
from portal.rates import Rates, rates_middleware
from portal.records import Records
from portal.repeating import repeat
from portal.settings import Settings
from portal.staff.wiring import add_staff
from portal.subscriptions.wiring import add_subscriptions
from portal.tokens import TokenSigner
from portal.turns import TurnService
from portal.widget_files import WidgetFiles

RECOVER_SECONDS = 5.0
RETRY_SECONDS = 30.0
RETENTION_SECONDS = 600.0


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
        actions=make_actions_app(tools, settings.secret),
        metrics=make_metrics_app(metrics),
    )


def make_public_app(settings: Settings, tools: Tools, metrics: Metrics) -> web.Application:
    """Build the public application."""
    conversations = Conversations(settings.conversations_url)
    rasa = RasaClient(settings.rasa_url, settings.secret)
    hub = Hub(settings.redis_url)
    key = PrivacyKey.from_file(settings.var / "privacy-key")
    vault, erasures = make_vault(settings.redis_url, key), Erasures(conversations.engine)
    dossiers = make_dossiers(settings, tools, metrics)
    desk = DossierDesk(dossiers, vault, Answers(tools.store, calendar_from(os.environ), settings.desk))
    visits = Visits(conversations.engine, settings.handoff)
    direct = DirectAnswers(tools.store)
    turns = TurnService(
        conversations, rasa, settings.desk, settings.model, metrics, hub, direct, desk, visits.silence
    )
    signer = TokenSigner.from_file(keys_path(settings.var))
    health = f"http://127.0.0.1:{settings.actions_port}/health"
    access = Access(conversations, signer)
    masker = Masker([settings.desk.hotline] if settings.desk.hotline else [])
    eraser = Eraser(erasures, vault, rasa)
    messages = Messages(access, conversations, turns, masker, key, metrics, desk)
    stream = Stream(access, conversations, hub, metrics)
    rates = Rates(settings.limits, settings.redis_url)
    metrics.watch_breaker(lambda: rasa.breaker.is_open)
    sections = (
        Sessions(access, conversations, signer, masker, eraser),
        messages,
        stream,
        Lookup(access, conversations, turns, desk),
        DossierFeed(dossiers, FeedKeys(settings.var / FEED_KEYS), conversations, hub),
        RecordCalls(access, Records(conversations.engine), metrics, masker),
        Search(tools),
        About(settings.desk, Notices(settings.notices)),
        Health(conversations, rasa, tools, health, dossiers),
    )
    app = web.Application(
        client_max_size=MAX_BODY_BYTES,
        middlewares=[
            requests_middleware(Proxies(settings.proxies, settings.forwarded), metrics),
            problems_middleware,
            origin_middleware(settings.origins),
            *([rates_middleware(rates, access, metrics)] if settings.rate_limits else []),
        ],
    )
    app.on_response_prepare.extend((make_headers(settings.origins), name_request))

    async def start(_app: web.Application) -> None:
        await asyncio.to_thread(tools.store.warm)
        await asyncio.to_thread(direct.warm)
        await asyncio.to_thread(settle_demo, dossiers, settings.demo)
        await hub.start()

    async def leave(_app: web.Application) -> None:
        await stream.close()

    async def close(_app: web.Application) -> None:
        await turns.finish_pending()
        await hub.close()
        await rates.close()
        await vault.close()
        await rasa.close()
        conversations.close()
        dossiers.close()
        tools.store.close()

    app.on_startup.append(start)
    app.on_shutdown.append(leave)
    app.on_cleanup.append(close)
    app.cleanup_ctx.append(partial(repeat, every=RECOVER_SECONDS, work=turns.recover))
    app.cleanup_ctx.append(partial(repeat, every=RETRY_SECONDS, work=eraser.retry))
    forget = partial(run_if_due, erasures, settings.retention_days, dossiers)
    app.cleanup_ctx.append(partial(repeat, every=RETENTION_SECONDS, work=forget))
    for section in sections:
        app.add_routes(section.routes())
    add_staff(app, settings.staff, settings.var, settings.conversations_url, tools)
    add_subscriptions(app, access, conversations.engine, key, settings.mail, metrics)
    add_desk(
        app,
        settings.handoff,
        conversations.engine,
        tools.store,
        access,
        visits,
        masker,
        key,
        hub,
        metrics,
    )
    pages = Pages(
        tools.store,
        settings.desk,
        WidgetFiles(settings.www / "widget"),
        OneQuestion(conversations, turns, masker, key),
        settings.origins,
    )
    app.add_routes([*pages.routes(), web.get("/v1/openapi.json", _openapi)])
    return app


def make_dossiers(settings: Settings, tools: Tools, metrics: Metrics) -> Dossiers:
    """Open the store of dossiers."""
    return open_dossiers(
        Procedures.of(tools.store.recorded),
        metrics.looked_up,
        url=settings.dossiers_url,
        keys=settings.var / KEYS,
    )


async def _openapi(_request: web.Request) -> web.Response:
    return web.json_response(describe())
