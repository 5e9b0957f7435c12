from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pytest_aiohttp import AiohttpClient, AiohttpServer

from knowledge.loading import load
from knowledge.store import Store
from portal import services as portal_services
from portal.app import Apps, make_apps
from portal.rasa import RasaClient
from portal.settings import Settings
from tests.portal.stubs import SECRET, Portal, StubRasa
from tests.samples import make_content, make_entry, make_zone, rule

PERMIT = make_entry(
    "procedure.permit",
    "Cấp giấy phép lao động",
    "Work permit",
    facets={
        "time_limit": [
            rule("Trong 15 ngày.", "Within 15 days.", effective_to="2025-09-30", figures=["15 day"]),
            rule("Trong 10 ngày.", "Within 10 days.", effective_from="2025-10-01", figures=["10 day"]),
        ]
    },
)
TRANG_DUE = make_zone("trang-due", "KCN Tràng Duệ", "Trang Due park", area_ha=400)

MakeSettings = Callable[..., Settings]
MakePortal = Callable[..., Awaitable[Portal]]


@pytest.fixture
def make_settings(tmp_path: Path) -> MakeSettings:
    """Return a maker of settings under which a portal runs in a folder of its own."""
    defaults: dict[str, Any] = {"secret": SECRET, "var": tmp_path, "actions_port": 1, "rate_limits": False}
    return partial(Settings, rasa_url="http://127.0.0.1:1", **defaults)


@pytest.fixture(scope="session")
def knowledge_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small content, loaded once; each portal gets a copy."""
    path = tmp_path_factory.mktemp("knowledge") / "knowledge.sqlite"
    store = Store(f"sqlite:///{path}")
    load(store, make_content(PERMIT, TRANG_DUE))
    store.close()
    return path


@pytest.fixture
def make_all(
    make_settings: MakeSettings, knowledge_file: Path, tmp_path: Path, today: date
) -> Callable[..., Apps]:
    """Return a maker of the three applications over a small content."""
    shutil.copy(knowledge_file, tmp_path)
    return lambda **settings: make_apps(make_settings(**settings))


@pytest.fixture
async def rasa() -> StubRasa:
    return StubRasa()


@pytest.fixture
async def rasa_url(aiohttp_server: AiohttpServer, rasa: StubRasa) -> str:
    """The address at which ``rasa`` answers."""
    server = await aiohttp_server(rasa.app())
    return str(server.make_url("")).rstrip("/")


@pytest.fixture
def make_portal(
    make_all: Callable[..., Apps],
    aiohttp_client: AiohttpClient,
    rasa_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> MakePortal:
    """Return a maker of running portals; ``deadline`` is that of a turn, in seconds."""

    async def make(deadline: float = 10, **settings: Any) -> Portal:
        monkeypatch.setattr(portal_services, "RasaClient", partial(RasaClient, deadline=deadline))
        apps = make_all(**{"rasa_url": rasa_url, **settings})
        return Portal(await aiohttp_client(apps.public))

    return make


@pytest.fixture
async def portal(make_portal: MakePortal) -> Portal:
    return await make_portal()
