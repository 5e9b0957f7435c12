"""The wiring: everything is built here, once, and handed down."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from actions.base import Tools
from actions.server import make_actions_app
from knowledge.database import migrate
from knowledge.store import Store
from portal.api.about import About
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
    visits = Visits(conversations.engine, settings.handoff)
    direct = DirectAnswers(tools.store)
    turns = TurnService(
        conversations, rasa, settings.desk, settings.model, metrics, hub, direct, visits.silence
    )
    signer = TokenSigner.from_file(keys_path(settings.var))
    health = f"http://127.0.0.1:{settings.actions_port}/health"
    access = Access(conversations, signer)
    masker = Masker([settings.desk.hotline] if settings.desk.hotline else [])
    key = PrivacyKey.from_file(settings.var / "privacy-key")
    vault, erasures = make_vault(settings.redis_url, key), Erasures(conversations.engine)
    eraser = Eraser(erasures, vault, rasa)
    messages = Messages(access, conversations, turns, masker, key, metrics)
    stream = Stream(access, conversations, hub, metrics)
    rates = Rates(settings.limits, settings.redis_url)
    metrics.watch_breaker(lambda: rasa.breaker.is_open)
    sections = (
        Sessions(access, conversations, signer, masker, eraser),
        messages,
        stream,
        RecordCalls(access, Records(conversations.engine), metrics, masker),
        Search(tools),
        About(settings.desk, Notices(settings.notices)),
        Health(conversations, rasa, tools, health),
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
        await hub.start()

    async def leave(_app: web.Application) -> None:
        await stream.close()

    async def close(_app: web.Application) -> None:
        await messages.finish_pending()
        await hub.close()
        await rates.close()
        await vault.close()
        await rasa.close()
        conversations.close()
        tools.store.close()

    app.on_startup.append(start)
    app.on_shutdown.append(leave)
    app.on_cleanup.append(close)
    app.cleanup_ctx.append(partial(repeat, every=RECOVER_SECONDS, work=turns.recover))
    app.cleanup_ctx.append(partial(repeat, every=RETRY_SECONDS, work=eraser.retry))
    app.cleanup_ctx.append(
        partial(repeat, every=RETENTION_SECONDS, work=partial(run_if_due, erasures, settings.retention_days))
    )
    for section in sections:
        app.add_routes(section.routes())
    add_staff(app, settings.staff, settings.var, settings.conversations_url, tools)
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


async def _openapi(_request: web.Request) -> web.Response:
    return web.json_response(describe())
