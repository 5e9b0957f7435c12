"""axe finds nothing on any page, in both languages, light and dark; narrow screens do not scroll sideways."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from dossiers.demo import demo_codes
from dossiers.simulator import FACTOR
from portal.staff.permissions import Role
from tests.browser.console.conftest import MakeConsole
from tests.browser.console.office import Console
from tests.browser.test_accessibility import TAGS, axe

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOOKS = [("vi", "light", 1280), ("en", "dark", 1280), ("vi", "dark", 390), ("en", "light", 320)]
CARD = "#/search/procedure.work-permit?facet=agency"
OLD_LAW = "#/search/customs.foreign-trade-decree?as_of=2024-06-01"


async def violations(console: Console) -> list[str]:
    """Run axe over the page; return what it finds, each with its first place."""
    await console.page.evaluate(axe())
    found = await console.page.evaluate("(tags) => axe.run(document, {runOnly: tags})", TAGS)
    return [
        f"{v['id']}: {v['nodes'][0]['html']} {v['nodes'][0]['failureSummary']}" for v in found["violations"]
    ]


async def check(console: Console) -> None:
    assert await violations(console) == []
    assert await console.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


async def results(console: Console) -> None:
    await console.page.locator("#search").fill("giấy phép lao động")
    await console.page.locator("#result-0").wait_for()


async def cards(console: Console) -> None:
    await console.open(CARD)
    await console.page.locator(".card .warnings").wait_for()
    await check(console)
    for key in ("r", "k", "?"):
        await console.press(key)
        await console.page.locator("dialog[open]").wait_for()
        await check(console)
        await console.press("Escape")
    await console.open(OLD_LAW)
    await console.page.locator(".card .expired-law").wait_for()


async def dossier(console: Console) -> None:
    t = console.texts("dossiers")
    await console.open("#/dossiers")
    await console.page.get_by_label(t["code"], exact=True).fill(demo_codes()[1])
    await console.page.get_by_label(t["factor"]).fill(FACTOR)
    await console.button(t["lookUp"]).click()
    await console.page.locator(".dossier-panel").wait_for()
    await console.page.locator(".overdue tbody tr").first.wait_for()
    await console.button(t["uncover"]).click()
    await console.page.locator(".uncovered").wait_for()


async def administration(console: Console) -> None:
    await console.open("#/accounts")
    await console.page.locator("tbody tr").first.wait_for()
    await check(console)
    await console.button(console.texts("accounts")["invite"]).click()
    await check(console)
    await console.press("Escape")
    await console.open("#/audit")
    await console.page.locator("tbody tr").first.wait_for()
    await check(console)
    await console.open("#/me")


@pytest.mark.parametrize(("lang", "scheme", "width"), LOOKS)
async def test_axe_finds_nothing(make_console: MakeConsole, lang: str, scheme: str, width: int) -> None:
    look = {"lang": lang, "width": width, "height": 800, "color_scheme": scheme}
    outside = await make_console(**look)
    await check(outside)
    await outside.button(outside.texts("sign-in")["invited"]).click()
    await check(outside)
    console = await make_console(Role.OFFICER, Role.ADMINISTRATOR, **look)
    acts: tuple[Callable[[Console], Awaitable[None]], ...] = (results, cards, dossier, administration)
    for act in acts:
        await act(console)
        await check(console)
