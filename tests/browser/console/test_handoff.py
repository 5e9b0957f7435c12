"""Two browsers at once: a visitor asks for a person in the widget, an officer answers in the console."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, expect
from sqlalchemy import func, select

from dossiers.holidays import load_calendar
from knowledge.loading import load
from knowledge.store import Store
from portal.app import make_apps
from portal.handoff.hours import DeskHours, read_hours
from portal.handoff.settings import HandoffSettings
from portal.handoff.tables import handoffs
from portal.privacy.erasure import Erasures
from portal.staff import wiring
from portal.staff.access import STAFF
from portal.staff.passwords import Passwords
from portal.staff.permissions import Role
from portal.staff.sealing import Sealer
from portal.staff.signing_in import SigningIn
from portal.tables import sessions
from tests.browser.conftest import WWW, lacking
from tests.browser.console.conftest import MakeConsole, make_settings
from tests.browser.console.office import Console, Office
from tests.browser.test_accessibility import TAGS, axe
from tests.browser.widget import Widget
from tests.portal.conftest import PERMIT, TRANG_DUE
from tests.portal.staff.conftest import CHEAP
from tests.portal.stubs import StubRasa
from tests.samples import make_content

pytestmark = pytest.mark.asyncio(loop_scope="session")
TEXT = "Mon-Fri 07:30-11:30,13:00-17:00"


class Switched(DeskHours):
    """Hours that tests open and close, so that none depends on when it runs."""

    def is_open(self, moment: Any) -> bool:
        return DAY["open"]


DAY = {"open": True}
HOURS = Switched(TEXT, read_hours(TEXT, load_calendar()).spans, load_calendar())


@pytest.fixture(scope="module")
def rasa() -> StubRasa:
    return StubRasa()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(tmp_path_factory: pytest.TempPathFactory, rasa: StubRasa) -> AsyncIterator[Office]:
    """A portal with a desk, whose Rasa is played."""
    if not (WWW / "staff" / "index.html").exists():
        lacking("the console is not built: npm ci && npm run build")
    var = tmp_path_factory.mktemp("handoff")
    store = Store(f"sqlite:///{var / 'knowledge.sqlite'}")
    load(store, make_content(PERMIT, TRANG_DUE))
    store.close()
    async with TestServer(rasa.app()) as channel:
        url = str(channel.make_url("")).rstrip("/")
        settings = make_settings(var, rasa_url=url, handoff=HandoffSettings(HOURS))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(wiring, "Passwords", partial(Passwords, CHEAP))
            apps = make_apps(settings)
        async with TestServer(apps.public) as portal:
            signing_in = SigningIn(apps.public[STAFF], Passwords(CHEAP), Sealer.from_file(var / wiring.KEYS))
            yield Office(str(portal.make_url("")).rstrip("/"), apps, signing_in)


@pytest.fixture(autouse=True)
def _a_new_day(office: Office) -> None:
    """The desk is open, and nobody of the test before waits."""
    DAY["open"] = True
    with office.staff.reading() as connection:
        old = list(connection.execute(select(sessions.c.id)).scalars())
    for session in old:
        Erasures(office.staff.engine).erase(session)


MakeVisitor = Callable[[], Awaitable[Widget]]


@pytest_asyncio.fixture(loop_scope="session")
async def make_visitor(browser: Browser, office: Office) -> AsyncIterator[MakeVisitor]:
    """Return a maker of visitors with the widget open."""
    made: list[Widget] = []

    async def make() -> Widget:
        context = await browser.new_context(locale="vi-VN", viewport={"width": 1100, "height": 820})
        page = await context.new_page()
        page.set_default_timeout(10_000)
        await page.goto(f"{office.url}/?lang=vi")
        widget = Widget(page)
        made.append(widget)
        await widget.launcher.wait_for()
        await widget.open()
        return widget

    yield make
    for widget in made:
        await widget.page.context.close()


async def ask_person(visitor: Widget, note: str = "", contact: str = "") -> None:
    t = visitor.texts
    await visitor.button(t["person"]).click()
    form = visitor.page.get_by_role("form", name=t["contactTitle"])
    await form.get_by_label(t["note"]).fill(note)
    if contact:
        await form.get_by_label(t["contact"]).fill(contact)
        await form.get_by_label(t["consent"]).check()
    await form.get_by_role("button", name=t["request"]).click()


async def queued(visitor: Widget, note: str) -> None:
    await ask_person(visitor, note)
    await visitor.page.locator("li.state", has_text="Đang chờ cán bộ").wait_for()


def entry(console: Console, text: str) -> Any:
    return console.page.locator(".queue .entry", has_text=text)


async def say(console: Console, text: str) -> None:
    box = console.page.get_by_label(console.texts("desk")["message"])
    await box.fill(text)
    await box.press("Enter")


async def finish(console: Console, topic: str = "procedure", solved: str = "yes") -> None:
    t = console.texts("desk")
    await console.button(t["close"]).click()
    dialog = console.page.get_by_role("dialog")
    await dialog.get_by_label(t["topic"]).select_option(topic)
    await dialog.get_by_label(t["solvedAsk"]).select_option(solved)
    await dialog.get_by_role("button", name=t["close"], exact=True).last.click()
    await dialog.wait_for(state="detached")


async def test_a_visitor_and_an_officer_talk_while_the_assistant_is_silent(
    make_console: MakeConsole, make_visitor: MakeVisitor, rasa: StubRasa
) -> None:
    officer = await make_console(Role.OFFICER, address="#/desk")
    colleague = await make_console(Role.OFFICER, address="#/desk")
    t, visitor = officer.texts("desk"), await make_visitor()
    await visitor.ask("giấy phép lao động")
    await queued(visitor, "Tôi cần hỏi về hồ sơ, sđt 0912345678")
    # It is announced on whatever page the officer is, and the clock runs.
    await officer.page.get_by_role("alert").filter(has_text="Khách đang chờ cán bộ: 1.").wait_for()
    waiting = entry(officer, "Cấp giấy phép lao động")
    await expect(waiting.locator(".clock")).to_have_text("chờ 0:03", timeout=15_000)
    await waiting.click()
    packet = officer.page.locator(".packet")
    await expect(packet).to_contain_text("Tôi cần hỏi về hồ sơ, sđt [số điện thoại]")
    await expect(packet).to_contain_text("giấy phép lao động")
    await officer.button(t["claim"]).click()
    await visitor.page.locator("li.state", has_text=visitor.texts["claimed"]).wait_for()
    await expect(entry(colleague, "Cấp giấy phép lao động")).to_contain_text("đang tiếp nhận")
    asked = len(rasa.calls)
    await visitor.send("Chào cán bộ, hồ sơ của tôi thiếu gì?")
    await officer.page.locator(".said .visitor", has_text="hồ sơ của tôi thiếu gì?").wait_for()
    await say(officer, "Chào anh/chị, xin bổ sung bản sao hộ chiếu.")
    message = visitor.page.locator("li.agent", has_text="xin bổ sung bản sao hộ chiếu")
    await message.wait_for()
    assert await message.locator(".eyebrow").text_content() == "Cán bộ Ban Quản lý"
    assert len(rasa.calls) == asked, "the assistant was silent"
    await officer.button(t["giveBack"]).click()
    await visitor.page.locator("li.state", has_text=visitor.texts["backToBot"]).wait_for()
    await visitor.ask("lệ phí")
    assert len(rasa.calls) == asked + 1
    await expect(officer.page.locator(".queue .entry")).to_have_count(0)


async def test_a_conversation_is_passed_on_to_a_unit_and_closed(
    make_console: MakeConsole, make_visitor: MakeVisitor
) -> None:
    officer = await make_console(Role.OFFICER, address="#/desk")
    t, visitor = officer.texts("desk"), await make_visitor()
    await queued(visitor, "vướng mắc hải quan")
    await entry(officer, "vướng mắc hải quan").wait_for()
    await officer.press("t")  # takes over who has waited longest
    await visitor.page.locator("li.state", has_text=visitor.texts["claimed"]).wait_for()
    await officer.button(t["forward"]).click()
    dialog = officer.page.get_by_role("dialog")
    unit = dialog.get_by_role("combobox", name=t["forwardTo"])
    names = await unit.locator("option").all_text_contents()
    customs = next(name for name in names if "Hải quan" in name)
    await unit.select_option(label=customs)
    await dialog.get_by_role("button", name=t["forward"], exact=True).click()
    again = entry(officer, "vướng mắc hải quan")
    await expect(again.locator(".tag.warns")).to_have_text(customs)
    await again.click()
    await officer.button(t["claim"]).click()
    await finish(officer, "customs")
    await visitor.page.locator("li.state", has_text=visitor.texts["backToBot"]).wait_for()
    await expect(officer.page.locator(".desk-detail")).to_contain_text(t["choose"])


async def test_an_officer_stays_at_the_desk_on_other_pages_and_hears_of_visitors(
    make_console: MakeConsole, make_visitor: MakeVisitor
) -> None:
    officer = await make_console(Role.OFFICER, address="#/desk")
    t, visitor = officer.texts("desk"), await make_visitor()
    await officer.page.locator(".tag.good", has_text=t["open"]).wait_for()
    await officer.page.evaluate("location.hash = '#/me'")
    await queued(visitor, "việc khẩn")
    alert = officer.page.get_by_role("alert").filter(has_text="Khách đang chờ cán bộ: 1.")
    await alert.wait_for(timeout=20_000)
    await alert.get_by_role("link", name=t["toDesk"]).click()
    await entry(officer, "việc khẩn").click()
    await officer.button(t["claim"]).click()
    await expect(alert).to_have_count(0)
    await finish(officer, "other", "no")
    # Who is away is told of nobody, and visitors are not sent to an empty desk.
    await officer.button(t["onDuty"]).click()
    await officer.button(t["offDuty"]).wait_for()


async def test_what_the_visitor_erases_is_gone_for_the_officer(
    make_console: MakeConsole, make_visitor: MakeVisitor, office: Office
) -> None:
    officer = await make_console(Role.OFFICER, address="#/desk")
    t, visitor = officer.texts("desk"), await make_visitor()
    await queued(visitor, "sẽ xóa")
    await entry(officer, "sẽ xóa").click()
    await officer.button(t["claim"]).click()
    await officer.page.get_by_label(t["message"]).wait_for()
    menu = await visitor.menu()
    await menu.get_by_role("button", name=visitor.texts["erase"]).click()
    await menu.get_by_role("button", name=visitor.texts["eraseYes"], exact=True).click()
    await expect(officer.page.get_by_text(t["gone"])).to_be_visible()
    await expect(officer.page.locator(".said")).to_have_count(0)
    await expect(entry(officer, "sẽ xóa")).to_have_count(0)
    with office.staff.reading() as connection:
        assert connection.execute(select(func.count()).select_from(handoffs)).scalar() == 0


async def test_out_of_hours_a_ticket_is_left_answered_and_read(
    make_console: MakeConsole, make_visitor: MakeVisitor
) -> None:
    DAY["open"] = False
    visitor = await make_visitor()
    await ask_person(visitor, "Xin hướng dẫn thủ tục", "lan@example.com")
    mark = visitor.page.locator("li.state", has_text="Phiếu yêu cầu")
    secret = str(await mark.locator("code").text_content())
    officer = await make_console(Role.OFFICER, address="#/desk/tickets")
    t = officer.texts("desk")
    ticket = entry(officer, "Xin hướng dẫn thủ tục")
    await expect(ticket.locator(".clock")).to_contain_text("còn")
    code = str(await ticket.locator(".code").text_content())
    assert code in str(await mark.text_content())
    await ticket.click()
    await expect(officer.page.locator(".desk-detail")).to_contain_text("lan@example.com")
    await officer.page.get_by_role("textbox", name=t["reply"]).fill("Xin nộp tại bộ phận một cửa.")
    await officer.button(t["replySend"]).click()
    # In the widget, where the conversation still is, and by code and secret in another browser.
    await visitor.page.locator("li.agent", has_text="Xin nộp tại bộ phận một cửa.").wait_for()
    other = await make_visitor()
    menu = await other.menu()
    await menu.locator("summary", has_text=other.texts["ticketLookup"]).click()
    await menu.get_by_label(other.texts["ticketCode"]).fill(code)
    await menu.get_by_label(other.texts["secret"]).fill(secret)
    await menu.get_by_role("button", name=other.texts["lookUp"]).click()
    await menu.get_by_text("Xin nộp tại bộ phận một cửa.").wait_for()
    await finish(officer, "procedure")
    await expect(officer.page.locator(".desk-detail")).to_contain_text(t["ticketClosed"])


async def test_who_waits_when_the_hours_end_can_leave_a_ticket(
    make_console: MakeConsole, make_visitor: MakeVisitor, office: Office
) -> None:
    officer = await make_console(Role.OFFICER, address="#/desk")
    await officer.page.locator(".tag.good", has_text=officer.texts("desk")["open"]).wait_for()
    visitor = await make_visitor()
    await queued(visitor, "chờ lâu")
    DAY["open"] = False
    mark = visitor.page.locator("li.state", has_text=visitor.texts["unanswered"])
    await mark.get_by_role("button", name=visitor.texts["request"]).click(timeout=20_000)
    await expect(visitor.page.get_by_role("form", name=visitor.texts["contactTitle"])).to_be_visible()
    await expect(officer.page.locator(".queue .entry")).to_have_count(0)
    with office.staff.reading() as connection:
        states = list(connection.execute(select(handoffs.c.state)).scalars())
    assert states == ["unanswered"]


async def found(console: Console) -> list[str]:
    """Run axe over the page."""
    await console.page.evaluate(axe())
    result = await console.page.evaluate("(tags) => axe.run(document, {runOnly: tags})", TAGS)
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in result["violations"]]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
async def test_axe_finds_nothing_at_the_desk(
    make_console: MakeConsole, make_visitor: MakeVisitor, scheme: Any, width: int
) -> None:
    visitor = await make_visitor()
    DAY["open"] = False
    await ask_person(visitor, "phiếu", "lan@example.com")
    await visitor.page.locator("li.state code").wait_for()
    DAY["open"] = True
    officer = await make_console(Role.OFFICER, address="#/desk", width=width, color_scheme=scheme)
    t = officer.texts("desk")
    await officer.page.locator(".tag.good", has_text=t["open"]).wait_for()
    another = await make_visitor()
    await another.ask("giấy phép lao động")
    await queued(another, "kiểm tra")
    await entry(officer, "Cấp giấy phép lao động").click()
    await officer.button(t["claim"]).click()
    await say(officer, "Xin chào.")
    await officer.page.locator(".said .officer").wait_for()
    assert await found(officer) == []
    await officer.button(t["close"]).click()
    assert await found(officer) == []
    await officer.press("Escape")
    await finish(officer)
    await officer.page.evaluate("location.hash = '#/desk/tickets'")
    await entry(officer, "phiếu").first.click()
    await officer.button(t["replySend"]).wait_for()
    assert await found(officer) == []
