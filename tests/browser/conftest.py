"""A real Chromium in front of the real portal; Rasa and the host page are played by the tests."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, async_playwright

from actions.base import Desk
from portal.app import make_apps
from portal.settings import Settings
from tests.browser.samples import reply
from tests.browser.widget import Widget
from tests.portal.conftest import knowledge_file  # noqa: F401 - the same small content
from tests.portal.stubs import SECRET, StubRasa

ROOT = Path(__file__).resolve().parents[2]
WWW = ROOT / "var" / "www"
HOTLINE = "0000 000 000"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STRICTEST = (
    "default-src 'none'; style-src 'none'; script-src {portal}; connect-src {portal}; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
WATCH = """
window.seen = {violations: [], shifts: 0};
document.addEventListener('securitypolicyviolation', (e) => seen.violations.push(e.violatedDirective));
new PerformanceObserver((list) => { for (const entry of list.getEntries()) seen.shifts += entry.value; })
  .observe({type: "layout-shift", buffered: true});
"""


def lacking(what: str) -> None:
    """Skip on a developer's machine, fail in continuous integration."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


@dataclass
class House:
    """The running servers.

    Args:
        url: the portal.
        host: a foreign page that embeds the widget.
        rasa: plays Rasa.
        host_page: what the foreign page says, a test may change it.
    """

    url: str
    host: str
    rasa: StubRasa
    host_page: dict[str, str]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(
    tmp_path_factory: pytest.TempPathFactory,
    knowledge_file: Path,  # noqa: F811
) -> AsyncIterator[House]:
    """Start everything once."""
    if not (WWW / "widget" / "integrity.json").exists():
        lacking("the widget is not built: npm ci && npm run build")
    page: dict[str, str] = {}

    async def host_page(_request: web.Request) -> web.Response:
        return web.Response(
            text=page["html"], content_type="text/html", headers={"Content-Security-Policy": page["policy"]}
        )

    host_app = web.Application()
    host_app.router.add_get("/", host_page)
    rasa = StubRasa()
    async with TestServer(host_app) as host, TestServer(rasa.app()) as channel:
        var = tmp_path_factory.mktemp("portal")
        shutil.copy(knowledge_file, var)
        settings = Settings(
            secret=SECRET,
            rasa_url=str(channel.make_url("")).rstrip("/"),
            var=var,
            www=WWW,
            actions_port=1,
            origins=frozenset({str(host.make_url("")).rstrip("/")}),
            desk=Desk(HOTLINE, "8:00–17:00"),
            rate_limits=False,  # every test opens its own session, all from one address
        )
        async with TestServer(make_apps(settings).public) as portal:
            url = str(portal.make_url("")).rstrip("/")
            yield House(url, str(host.make_url("")).rstrip("/"), rasa, page)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Start Chromium once."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        lacking("Chromium is not installed")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        await chromium.close()


@pytest.fixture(autouse=True)
def _plain_answers(house: House) -> None:
    house.rasa.reply = reply
    house.rasa.status = 200
    house.rasa.gate.set()
    house.rasa.calls.clear()
    policy = STRICTEST.format(portal=house.url)
    script = f'<script src="{house.url}/widget/latest/widget.js" defer></script>'
    house.host_page.update(
        policy=policy, html=f"<!doctype html><html lang=vi><title>Host</title>{script}<p>Host"
    )


MakeWidget = Callable[..., Awaitable[Widget]]


@pytest_asyncio.fixture(loop_scope="session")
async def make_widget(browser: Browser, house: House) -> AsyncIterator[MakeWidget]:
    """Return a maker of pages with the widget in it; each in a browser profile of its own.

    What it takes: ``path`` (or a whole address), ``lang``, and what a browser context takes.
    """
    contexts = []

    async def make(
        path: str = "/", lang: str = "vi", width: int = 1280, height: int = 860, **more: Any
    ) -> Widget:
        context = await browser.new_context(
            locale="vi-VN" if lang == "vi" else "en-GB",
            viewport={"width": width, "height": height},
            permissions=["clipboard-read", "clipboard-write"],
            **more,
        )
        contexts.append(context)
        await context.add_init_script(WATCH)
        page = await context.new_page()
        page.set_default_timeout(10_000)
        widget = Widget(page, lang)
        await page.goto(path if path.startswith("http") else f"{house.url}{path}")
        await page.locator("button.launcher, .panel").first.wait_for()
        return widget

    yield make
    for context in contexts:
        await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def widget(make_widget: MakeWidget) -> Widget:
    """The demo page in Vietnamese on a desktop screen."""
    return await make_widget()


async def play(
    page: Page, path: str, body: Any = None, status: int = 200, record: list[Any] | None = None
) -> None:
    """Play a call that this portal does not have (yet), and record what it is sent."""

    async def answer(route: Any) -> None:
        request = route.request
        if record is not None:
            record.append(json.loads(request.post_data) if request.post_data else request.method)
        text = "" if body is None else json.dumps(body)
        await route.fulfill(status=status, body=text, content_type="application/json")

    await page.route(f"**{path}", answer)


@pytest.fixture(name="play")
def _play() -> Callable[..., Awaitable[None]]:
    return play
