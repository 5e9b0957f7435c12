"""Takes the pictures of ``docs/images``: ``python -m tests.browser.screenshots`` (``make screenshots``).

The answers are those of the knowledge base that ships, as the portal would give them; only Rasa's choice of
the entry is played, and so is the dossier, whose code, dates and unit are made up.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, async_playwright

from actions.base import Desk
from dossiers.holidays import load_calendar
from knowledge.content import read
from knowledge.dates import HANOI
from knowledge.loading import load
from knowledge.rendering import Renderer, When
from knowledge.store import Store
from portal.app import make_apps
from portal.handoff.hours import DeskHours, read_hours
from portal.handoff.settings import HandoffSettings
from portal.settings import Settings
from portal.staff.access import STAFF
from portal.staff.passwords import Passwords
from portal.staff.permissions import Role
from portal.staff.sealing import Sealer
from portal.staff.signing_in import SigningIn
from portal.staff.wiring import KEYS as STAFF_KEYS
from tests.browser.conftest import ARGUMENTS, ROOT, WWW, play
from tests.browser.console.office import Console, Office
from tests.browser.console.questions import ask_in_vain
from tests.browser.console.samples import fill_richly
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


async def officer(browser: Browser, office: Office, address: str, role: Role, name: str) -> Console:
    """Return the console with somebody signed in; a name is given once in an office."""
    page = await browser.new_page(locale="vi-VN", viewport={"width": 1280, "height": 860})
    console = Console(page, office)
    await console.sign_in(office.person(role, name=name), address)
    return console


async def console_desk(browser: Browser, office: Office) -> Page:
    """A visitor talks to an officer; another one waits."""
    console = await officer(browser, office, "#/desk", Role.OFFICER, "officer.hong")
    t = console.texts("desk")
    await console.page.locator(".tag.good", has_text=t["open"]).wait_for()
    for question, note in DESK:
        page = await browser.new_page()
        await page.goto(f"{office.url}/?lang=vi")
        widget = Widget(page)
        await widget.launcher.wait_for()
        await widget.open()
        await widget.ask(question)
        await widget.button(widget.texts["person"]).click()
        await page.get_by_label(widget.texts["note"]).fill(note)
        await widget.button(widget.texts["request"]).click()
        await page.locator("li.state").wait_for()
        if question == DESK[0][0]:
            await console.page.locator(".entry.queued").wait_for()
            await console.press("t")
            box = console.page.get_by_label(t["message"])
            await box.fill("Chào anh/chị, tôi là cán bộ Ban Quản lý. Anh/chị cho biết hồ sơ nộp ngày nào?")
            await box.press("Enter")
            await page.locator("li.agent").wait_for()
            await widget.send("Tôi nộp sáng thứ Hai, trực tuyến.")
            await console.page.locator(".said .visitor", has_text="thứ Hai").wait_for()
    await console.page.locator(".entry.queued").nth(1).wait_for()
    await console.page.locator(".toast").wait_for(state="detached")
    await console.page.evaluate("scrollTo(0, 0)")
    return console.page


async def console_reports(browser: Browser, office: Office) -> Page:
    """A month of invented figures."""
    await asyncio.to_thread(fill_richly, office.staff.engine, datetime.now(HANOI))
    console = await officer(browser, office, "#/reports", Role.EDITOR, "editor.hong")
    await console.page.set_viewport_size({"width": 1280, "height": 1240})
    await console.page.locator("canvas").nth(4).wait_for()
    await console.page.wait_for_timeout(500)  # charts are drawn in the next frames
    return console.page


async def console_unanswered(browser: Browser, office: Office) -> Page:
    """Questions that wait for a decision."""
    await asyncio.to_thread(ask_in_vain, office.staff, office.person(Role.OFFICER).id)
    console = await officer(browser, office, "#/unanswered", Role.EDITOR, "editor.thu")
    await console.page.get_by_role("heading", level=3).first.wait_for()
    await console.page.locator("summary").first.click()
    return console.page


DESK = (
    (
        "Cấp giấy phép lao động mất bao lâu?",
        "Hồ sơ cấp giấy phép lao động đã quá hẹn, xin hỏi tình trạng.",
    ),
    ("Ưu đãi thuế thu nhập doanh nghiệp trong khu kinh tế", "Dự án cấp phép năm 2019 có được hưởng ưu đãi?"),
    ("How long does a work permit take?", "We need an officer who speaks English."),
)
STAFF_PICTURES: dict[str, Callable[[Browser, Office], Awaitable[Page]]] = {
    "console-desk": console_desk,
    "console-reports": console_reports,
    "console-unanswered": console_unanswered,
}


class Open(DeskHours):
    """A desk that is open whenever the pictures are taken."""

    def is_open(self, moment: datetime) -> bool:
        """Say yes."""
        return True


def always(text: str = "Mon-Fri 07:30-11:30,13:00-17:00") -> HandoffSettings:
    """Return a desk that is always open."""
    calendar = load_calendar()
    return HandoffSettings(Open(text, read_hours(text, calendar).spans, calendar))


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
                handoff=always(),
            )
            apps = make_apps(settings)
            async with TestServer(apps.public) as portal, async_playwright() as playwright:
                sealer = Sealer.from_file(Path(folder) / STAFF_KEYS)
                signing_in = SigningIn(apps.public[STAFF], Passwords(), sealer)
                office = Office(str(portal.make_url("")).rstrip("/"), apps, signing_in)
                path = shutil.which("chromium")
                browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
                wanted = sys.argv[1:] or [*PICTURES, *STAFF_PICTURES]
                for name in wanted:
                    if name in PICTURES:
                        await take(browser, office.url, name)
                    else:
                        page = await STAFF_PICTURES[name](browser, office)
                        await page.screenshot(path=IMAGES / f"{name}.png")
                    print(IMAGES / f"{name}.png")
                await browser.close()
        store.close()


if __name__ == "__main__":
    asyncio.run(main())
