"""Takes the pictures of the console: ``python -m tests.browser.console.screenshots`` (``make screenshots``).

The content is the one that ships; dossiers, officers and the day's law are as anybody finds them there.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

from dossiers.demo import demo_codes
from dossiers.simulator import FACTOR
from knowledge.content import read
from knowledge.loading import load
from knowledge.store import Store
from portal.staff.permissions import Role
from tests.browser.conftest import ARGUMENTS, ROOT
from tests.browser.console.conftest import open_office
from tests.browser.console.office import Console, Office

IMAGES = ROOT / "docs" / "images"

Shoot = Callable[[Console], Awaitable[None]]


async def search(console: Console) -> None:
    """Results while typing, without accents."""
    await console.page.locator("#search").fill("giay phep lao dong")
    await console.page.locator("#result-0").wait_for()


async def card(console: Console) -> None:
    """The same, opened by keyboard."""
    await search(console)
    await console.press("Enter")
    await console.page.locator(".card").wait_for()
    await console.press("6")  # the time limit
    await console.page.locator("#tab-time_limit[aria-selected=true]").wait_for()


async def english(console: Console) -> None:
    """A card for a caller who speaks English, with a caveat."""
    await console.open("#/search/procedure.work-permit?facet=agency&lang=en")
    await console.page.locator(".card .warnings").wait_for()


async def dossier(console: Console) -> None:
    """A dossier that waits for supplements; its texts are covered."""
    t = console.texts("dossiers")
    await console.open("#/dossiers")
    await console.page.get_by_label(t["code"], exact=True).fill(demo_codes()[1])
    await console.page.get_by_label(t["factor"]).fill(FACTOR)
    await console.button(t["lookUp"]).click()
    await console.page.locator(".dossier-panel").wait_for()
    await console.page.locator(".overdue tbody tr").first.wait_for()


async def accounts(console: Console) -> None:
    """The accounts, for administrators."""
    await console.open("#/accounts")
    await console.page.locator("tbody tr").first.wait_for()


async def editing(console: Console) -> None:
    """A facet in the form, while it is written, and the answer in both languages."""
    await console.open("#/editing/item/procedure.work-permit")
    part = console.page.locator("details[data-part=time_limit]")
    await part.locator("summary").click()
    text = part.locator("textarea[lang=vi]").first
    await text.fill((await text.input_value()).replace("10 ngày", "12 ngày", 1))
    await part.locator(".complaint:not(:empty)").first.wait_for()
    await part.locator("legend").first.scroll_into_view_if_needed()
    await console.page.evaluate("scrollBy(0, 330)")


async def topics(console: Console) -> None:
    """An entry whose parts can be switched off."""
    await console.open("#/topics/procedure.work-permit")
    await console.page.get_by_role("region").nth(1).wait_for()


PICTURES: dict[str, tuple[Shoot, dict[str, Any]]] = {
    "console-search": (search, {}),
    "console-card": (card, {}),
    "console-card-en": (english, {"lang": "en"}),
    "console-card-dark": (card, {"color_scheme": "dark"}),
    "console-dossier": (dossier, {}),
    "console-editing": (editing, {"roles": (Role.APPROVER,)}),
    "console-accounts": (accounts, {"roles": (Role.ADMINISTRATOR,)}),
    "console-topics": (topics, {"roles": (Role.APPROVER,)}),
    "console-mobile": (card, {"viewport": {"width": 390, "height": 780}, "device_scale_factor": 2}),
}


async def take(browser: Browser, office: Office, name: str) -> None:
    """Take one picture."""
    shoot, options = PICTURES[name]
    lang, roles = options.get("lang", "vi"), options.get("roles", (Role.OFFICER,))
    more = {key: value for key, value in options.items() if key not in {"lang", "roles"}}
    locale = "vi-VN" if lang == "vi" else "en-GB"
    context = await browser.new_context(
        **{"locale": locale, "viewport": {"width": 1440, "height": 900}, **more}
    )
    console = Console(await context.new_page(), office, lang)
    await console.sign_in(office.person(*roles))
    await shoot(console)
    await console.page.evaluate("document.activeElement?.blur()")
    await console.page.screenshot(path=IMAGES / f"{name}.png")
    await context.close()


async def main() -> None:
    """Start a portal over the content that ships and take all pictures."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/knowledge.sqlite")
        load(store, read())
        store.close()
        async with open_office(Path(folder)) as office, async_playwright() as playwright:
            path = shutil.which("chromium")
            browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            for name in PICTURES:
                await take(browser, office, name)
                print(IMAGES / f"{name}.png")
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
