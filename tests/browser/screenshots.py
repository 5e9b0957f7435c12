"""Takes the pictures of ``docs/images``: ``python -m tests.browser.screenshots`` (``make screenshots``).

The answers are those of the knowledge base that ships, as the portal would give them; only Rasa's choice of
the entry is played, and so is the dossier, whose code, dates and unit are made up.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, async_playwright

from actions.base import Desk
from knowledge.content import read
from knowledge.loading import load
from knowledge.rendering import Renderer, When
from knowledge.store import Store
from portal.app import make_apps
from portal.settings import Settings
from tests.browser.conftest import ARGUMENTS, ROOT, WWW, play
from tests.browser.test_conversation import DOSSIER, DOSSIER_CODE
from tests.browser.widget import Widget
from tests.portal.stubs import SECRET, StubRasa, answer

IMAGES = ROOT / "docs" / "images"
QUESTIONS = {
    "Cấp giấy phép lao động mất bao lâu?": ("procedure.work-permit", ["time_limit"]),
    "How long does a work permit take?": ("procedure.work-permit", ["time_limit"]),
    "Ưu đãi thuế thu nhập doanh nghiệp trong khu kinh tế": ("incentive.cit-economic-zone", ["answer"]),
}
LOOKUP = "Tra cứu tình trạng hồ sơ"
NEEDS_CODE = answer(
    "Xin nhập mã hồ sơ và mã xác nhận.",
    outcome="needs_identity",
    blocks=[
        {
            "type": "para",
            "text": "Xin nhập mã hồ sơ trên giấy biên nhận và bốn số cuối điện thoại đã đăng ký.",
        },
        {"type": "form", "form": "dossier_lookup"},
    ],
    citations=[],
    entries=[],
    suggestions=[],
)

Shoot = Callable[[Widget], Awaitable[None]]


def answers(store: Store) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return what plays Rasa: known questions answered out of the knowledge base."""

    def reply(call: dict[str, Any]) -> dict[str, Any]:
        if call["text"] == LOOKUP:
            return NEEDS_CODE
        entry, facets = QUESTIONS[call["text"]]
        lang = "en" if call["text"].startswith("How") else "vi"
        return Renderer(store, lang).answer(entry, facets, When()).model_dump(mode="json")

    return reply


async def closed(_widget: Widget) -> None:
    """The demo page with the launcher."""


async def sourced(widget: Widget) -> None:
    """An answer with its sources."""
    await widget.open()
    await widget.ask("Cấp giấy phép lao động mất bao lâu?")


async def english(widget: Widget) -> None:
    """The same in English."""
    await widget.open()
    await widget.ask("How long does a work permit take?")


async def table(widget: Widget) -> None:
    """A table, in the wide panel."""
    await widget.open()
    await widget.button(widget.texts["widen"]).click()
    await widget.ask("Ưu đãi thuế thu nhập doanh nghiệp trong khu kinh tế")


async def dossier(widget: Widget) -> None:
    """The state of a dossier."""
    await play(widget.page, "/v1/dossiers/lookup", DOSSIER)
    await widget.open()
    form = await widget.ask(LOOKUP)
    await form.get_by_label(widget.texts["code"]).fill(DOSSIER_CODE)
    await form.get_by_label(widget.texts["factor"]).fill("1234")
    await form.get_by_role("button", name=widget.texts["lookUp"]).click()
    await widget.page.locator(".dossier").wait_for()


PICTURES: dict[str, tuple[Shoot, dict[str, Any]]] = {
    "closed": (closed, {}),
    "answer": (sourced, {}),
    "answer-en": (english, {"lang": "en"}),
    "table": (table, {}),
    "dossier": (dossier, {}),
    "dark": (sourced, {"color_scheme": "dark"}),
    "mobile": (sourced, {"viewport": {"width": 390, "height": 780}, "device_scale_factor": 2}),
}


async def take(browser: Browser, url: str, name: str) -> None:
    """Take one picture."""
    shoot, options = PICTURES[name]
    lang = options.get("lang", "vi")
    context = {key: value for key, value in options.items() if key != "lang"}
    page = await browser.new_page(**{"viewport": {"width": 1280, "height": 860}, **context})
    await page.goto(f"{url}/?lang={lang}")
    widget = Widget(page, lang)
    await widget.launcher.wait_for()
    await shoot(widget)
    await page.evaluate("document.activeElement?.blur()")
    await page.screenshot(path=IMAGES / f"{name}.png")
    await page.close()


async def main() -> None:
    """Start the portal over the content that ships and take all pictures."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/knowledge.sqlite"
        store = Store(url)
        load(store, read())
        rasa = StubRasa(reply=answers(store))
        async with TestServer(rasa.app()) as channel:
            settings = Settings(
                secret=SECRET,
                rasa_url=str(channel.make_url("")).rstrip("/"),
                var=Path(folder),
                www=WWW,
                actions_port=1,
                desk=Desk("0000 000 000", "8:00–17:00, thứ Hai đến thứ Sáu"),
            )
            async with TestServer(make_apps(settings).public) as portal, async_playwright() as playwright:
                path = shutil.which("chromium")
                browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
                for name in PICTURES:
                    await take(browser, str(portal.make_url("")).rstrip("/"), name)
                    print(IMAGES / f"{name}.png")
                await browser.close()
        store.close()


if __name__ == "__main__":
    asyncio.run(main())
