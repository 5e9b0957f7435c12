"""The wiring: everything is built here, once, and handed down."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiohttp import web

from actions.base import Tools
from actions.server import make_actions_app
from knowledge.database import migrate
from knowledge.store import Store
from portal.api import Api
from portal.conversations import Conversations
from portal.guard import headers_middleware, origin_middleware
from portal.intake import MAX_BODY_BYTES
from portal.metrics import Metrics, make_metrics_app
from portal.one_question import OneQuestion
from portal.openapi import describe
from portal.pages import Pages
from portal.problems import problems_middleware
from portal.rasa import RasaClient
from portal.settings import Settings
from portal.tokens import TokenSigner
from portal.turns import TurnService
from portal.widget_files import WidgetFiles


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
    turns = TurnService(conversations, rasa, settings.desk, settings.model, metrics)
    signer = TokenSigner.from_file(settings.var / "token-keys.json")
    health = f"http://127.0.0.1:{settings.actions_port}/health"
    api = Api(conversations, signer, turns, rasa, tools, health)
    app = web.Application(
        client_max_size=MAX_BODY_BYTES,
        middlewares=[
            headers_middleware(settings.origins),
            problems_middleware,
            origin_middleware(settings.origins),
        ],
    )

    async def close(_app: web.Application) -> None:
        await api.finish_pending()
        await rasa.close()
        conversations.close()
        tools.store.close()

    async def warm(_app: web.Application) -> None:
        await asyncio.to_thread(tools.store.warm)

    app.on_startup.append(warm)
    app.on_cleanup.append(close)
    pages = Pages(
        tools.store,
        settings.desk,
        WidgetFiles(settings.www / "widget"),
        OneQuestion(conversations, turns),
        settings.origins,
    )
    app.add_routes([*api.routes(), *pages.routes(), web.get("/v1/openapi.json", _openapi)])
    return app


async def _openapi(_request: web.Request) -> web.Response:
    return web.json_response(describe())
