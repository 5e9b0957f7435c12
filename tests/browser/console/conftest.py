"""The staff console in a real Chromium, in front of the real portal over the content that ships."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, expect

from knowledge.content import read
from knowledge.loading import load
from knowledge.store import Store
from portal.app import make_apps
from portal.settings import Settings
from portal.staff import wiring
from portal.staff.access import STAFF
from portal.staff.passwords import Passwords
from portal.staff.permissions import Role
from portal.staff.sealing import Sealer
from portal.staff.signing_in import SigningIn
from tests.browser.conftest import WWW, lacking
from tests.browser.console.office import Console, Office
from tests.portal.staff.conftest import CHEAP, Person
from tests.portal.stubs import SECRET

WATCH = """
window.seen = {violations: [], errors: []};
document.addEventListener('securitypolicyviolation', (e) => seen.violations.push(e.violatedDirective));
addEventListener('error', (e) => seen.errors.push(e.message));
addEventListener('unhandledrejection', (e) => seen.errors.push(String(e.reason)));
"""

PATIENCE = 20_000
"""Milliseconds after which what is waited for does not come any more."""

MakeConsole = Callable[..., Awaitable[Console]]


@pytest.fixture(autouse=True)
def _plain_answers() -> None:
    """The assistant takes no part here."""


@pytest.fixture(scope="session", autouse=True)
def _patience() -> None:
    """A page over all the content, on a machine with other work, may take longer than five seconds."""
    expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content that ships, loaded once."""
    path = tmp_path_factory.mktemp("loaded") / "knowledge.sqlite"
    with closing(Store(f"sqlite:///{path}")) as store:
        load(store, read())
    return path


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def office(tmp_path_factory: pytest.TempPathFactory, loaded: Path) -> AsyncIterator[Office]:
    """Start the portal once, with the invented dossiers."""
    var = tmp_path_factory.mktemp("office")
    shutil.copy(loaded, var)
    async with open_office(var) as office:
        yield office


@asynccontextmanager
async def open_office(var: Path, port: int | None = None, **settings: Any) -> AsyncIterator[Office]:
    """Start a portal over the knowledge base in ``var``; passwords are hashed cheaply."""
    if not (WWW / "staff" / "index.html").exists():
        lacking("the console is not built: npm ci && npm run build")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "Passwords", partial(Passwords, CHEAP))
        apps = make_apps(make_settings(var, **settings))
    async with TestServer(apps.public, port=port) as portal:
        signing_in = SigningIn(apps.public[STAFF], Passwords(CHEAP), Sealer.from_file(var / wiring.KEYS))
        yield Office(str(portal.make_url("")).rstrip("/"), apps, signing_in)


def make_settings(var: Path, **more: Any) -> Settings:
    """Return settings of a portal, without Rasa unless ``more`` names one."""
    defaults: dict[str, Any] = {"actions_port": 1, "rate_limits": False, "demo": True, "www": WWW}
    return Settings(secret=SECRET, var=var, **{"rasa_url": "http://127.0.0.1:1", **defaults, **more})


@pytest_asyncio.fixture(loop_scope="session")
async def make_console(browser: Browser, office: Office) -> AsyncIterator[MakeConsole]:
    """Return a maker of browser profiles with the console in them.

    What it takes: roles of somebody who then is signed in (none: nobody is), ``lang``, ``address`` inside the
    console, the office that it is ``at``, ``worker`` (whether the page is kept for the time without a
    server), and what a browser context takes. Whatever its page noticed fails the test in the end.
    """
    made: list[Console] = []

    async def make(
        *roles: Role,
        lang: str = "vi",
        width: int = 1280,
        height: int = 860,
        address: str = "",
        person: Person | None = None,
        at: Office | None = None,
        worker: bool = False,
        **more: Any,
    ) -> Console:
        context = await browser.new_context(
            locale="vi-VN" if lang == "vi" else "en-GB",
            viewport={"width": width, "height": height},
            permissions=["clipboard-read", "clipboard-write"],
            service_workers="allow" if worker else "block",
            **more,
        )
        await context.add_init_script(WATCH)
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        console = Console(page, at or office, lang)
        made.append(console)
        someone = person or (console.office.person(*roles) if roles else None)
        await (console.enter(someone, address) if someone else console.open(address))
        return console

    yield make
    noticed = [await console.seen() for console in made]
    for console in made:
        await console.page.context.close()
    assert all(one == {"violations": [], "errors": []} for one in noticed), noticed
