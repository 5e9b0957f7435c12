"""Recall in the console: an approver withdraws a version, and the visitor's widget is corrected live."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page

from knowledge.editing import edit, rollback
from knowledge.items import dump
from knowledge.store import Store
from portal.staff.permissions import Role
from tests.browser.console.axe import violations
from tests.browser.console.conftest import MakeConsole
from tests.browser.console.office import Console, Office
from tests.browser.widget import Widget

pytestmark = pytest.mark.asyncio(loop_scope="session")

ENTRY = "customs.coordination-regulation"
QUESTION = "quy chế phối hợp giữa Ban Quản lý và hải quan là gì"
WRONG, RIGHT = "Quy chế này chưa từng được ký.", "Ban Quản lý Khu kinh tế Hải Phòng và Cục Hải quan"
CORRECTION = "Quy chế đã được ký; câu trả lời trước đó là sai."
LIVE = 30_000
"""Milliseconds for a correction to arrive: turns that are under way are waited for."""


@pytest.fixture
def wrong_version(office: Office) -> Iterator[int]:
    """An entry that says something wrong since its latest version; return the number of that version."""
    database = Path(str(office.staff.engine.url.database)).with_name("knowledge.sqlite")
    store = Store(f"sqlite:///{database}")
    first = store.versions[ENTRY]
    data = dump(store.recorded[ENTRY])
    rule = data["facets"]["answer"]["rules"][0]
    rule["text"] = {"vi": WRONG, "en": "This regulation was never signed."}
    for part in ("details", "dates", "figures"):
        rule.pop(part, None)
    yield edit(store, ENTRY, data, "Minh")
    rollback(store, ENTRY, first, "Minh")
    store.close()


async def visitor(console: Console) -> Widget:
    """A visitor in a browser window of their own, with the widget open."""
    browser = console.page.context.browser
    assert browser is not None
    page: Page = await (await browser.new_context(locale="vi-VN")).new_page()
    await page.goto(f"{console.office.url}/?lang=vi")
    widget = Widget(page, "vi")
    await widget.open()
    return widget


def uses_of(console: Console, version: int) -> Locator:
    t = console.texts("recall")
    return console.button(f"{t['open']}: {t['usesOf'].format(n=version)}")


async def withdraw(console: Console, wrong: int) -> None:
    """Find the entry, look at the uses of its wrong version, and withdraw it."""
    t, page = console.texts("recall"), console.page
    await page.get_by_label(t["entry"], exact=True).fill("quy chế phối hợp hải quan")
    await console.button(t["find"]).click()
    found = page.get_by_role("row").filter(has_text=ENTRY)
    await found.get_by_role("button").click()
    await uses_of(console, wrong).click()
    form = page.get_by_role("form", name=t["withdraw"])
    await form.get_by_label(t["reason"]).fill("Nói là chưa ký, trong khi quy chế đã ký.")
    await form.get_by_label(t["textVi"]).fill(CORRECTION)
    await form.get_by_label(t["textEn"]).fill("The regulation was signed; the earlier answer was wrong.")
    await form.get_by_label(t["act"]).select_option(label=t["actRollback"].format(n=wrong - 1))
    await form.get_by_role("button", name=t["withdraw"]).click()
    await page.get_by_role("dialog").get_by_role("button", name=t["withdraw"]).click()
    await page.get_by_text(t["withdrawnNow"]).wait_for()


def read(path: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(Path(path).read_text(encoding="utf-8"))
    return found


def corrections(widget: Widget) -> Locator:
    return widget.answers.filter(has_text=CORRECTION)


async def test_the_widget_is_corrected_live_and_once(make_console: MakeConsole, wrong_version: int) -> None:
    console = await make_console(Role.APPROVER, address="#/recall")
    widget = await visitor(console)
    answered = await widget.ask(QUESTION)
    assert WRONG in await answered.inner_text()
    await withdraw(console, wrong_version)
    await corrections(widget).wait_for(timeout=LIVE)
    told = await corrections(widget).inner_text()
    assert "Đính chính" in told
    assert QUESTION in told
    assert RIGHT in told, "what the entry says at present"
    assert await widget.page.locator("li.turn").count() == 2
    await widget.page.reload()
    await widget.open()
    await corrections(widget).wait_for()
    assert await corrections(widget).count() == 1
    await widget.page.context.close()


async def test_the_report_is_kept_as_a_file(make_console: MakeConsole, wrong_version: int) -> None:
    console = await make_console(Role.APPROVER, address="#/recall")
    await withdraw(console, wrong_version)
    row = (
        console.page.get_by_role("region", name=console.texts("recall")["recalls"]).get_by_role("row").nth(1)
    )
    async with console.page.expect_download() as download:
        await row.get_by_role("button", name="JSON").click()
    report = read(str(await (await download.value).path()))
    assert (report["entry"], report["versions"], report["act"]) == (ENTRY, [wrong_version], "rollback")


async def test_an_officer_sees_what_was_withdrawn_and_whom_to_call(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER, address="#/recall")
    t = console.texts("recall")
    await console.page.get_by_role("heading", name=t["calling"]).wait_for()
    await console.page.get_by_role("heading", name=t["recalls"]).wait_for()
    assert await console.page.get_by_role("heading", name=t["findTitle"]).count() == 0


@pytest.mark.parametrize("look", [("vi", "light", 1280), ("en", "dark", 390)])
async def test_axe_finds_nothing(
    make_console: MakeConsole, wrong_version: int, look: tuple[str, str, int]
) -> None:
    lang, scheme, width = look
    address = f"#/recall/{ENTRY}"
    roles = (Role.APPROVER, Role.OFFICER)
    console = await make_console(*roles, lang=lang, width=width, address=address, color_scheme=scheme)
    await uses_of(console, wrong_version).click()
    await console.page.get_by_role("form", name=console.texts("recall")["withdraw"]).wait_for()
    assert await violations(console) == []
