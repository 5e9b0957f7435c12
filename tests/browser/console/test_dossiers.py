"""The caller's dossier: with the confirmation, with a reason, texts covered, unlocking, what is overdue."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dossiers.demo import demo_codes
from dossiers.simulator import FACTOR, SUPPLEMENT
from portal.staff.permissions import Role
from portal.staff.tables import staff_audit
from tests.browser.console.conftest import MakeConsole
from tests.browser.console.office import Console, Office

pytestmark = pytest.mark.asyncio(loop_scope="session")

PROCESSING, SUPPLEMENTED, *_ = demo_codes()
REASON = "Đối chiếu hồ sơ giấy tại quầy"


async def look_up(console: Console, code: str, factor: str = FACTOR) -> None:
    """Ask as an officer does, by keyboard only."""
    await console.press("Escape")
    await console.page.locator("h1").focus()
    await console.press("h")
    await console.page.keyboard.type(code)
    await console.press("Tab")
    await console.page.keyboard.type(factor)
    await console.press("Enter")


def acts(office: Office, name: str) -> list[str]:
    with office.staff.reading() as connection:
        query = select(staff_audit.c.act).where(staff_audit.c.who == name).order_by(staff_audit.c.seq)
        return list(connection.execute(query).scalars())


async def test_the_state_by_keyboard_and_texts_when_asked_for(
    make_console: MakeConsole, office: Office
) -> None:
    officer = office.person(Role.OFFICER, name="chi.officer")
    console = await make_console(person=officer, address="#/dossiers")
    await look_up(console, SUPPLEMENTED)
    panel = console.page.locator(".dossier-panel")
    await panel.wait_for()
    assert SUPPLEMENTED not in await panel.inner_text()
    assert SUPPLEMENT not in await panel.inner_text()
    await console.button(console.texts("dossiers")["uncover"]).click()
    await panel.get_by_text(SUPPLEMENT).wait_for()
    assert acts(office, "chi.officer")[-2:] == ["dossier.lookup", "dossier.texts"]


async def test_what_does_not_match_names_a_reference(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER, address="#/dossiers")
    await look_up(console, PROCESSING, "9876")
    complaint = console.page.locator(".complaint", has_text="-")
    await complaint.wait_for()
    reference = console.texts("dossiers")["locked"].split("{")[0]
    assert reference in await complaint.inner_text()
    assert await console.page.locator(".dossier-panel").count() == 0


async def test_without_the_confirmation_it_takes_a_reason(make_console: MakeConsole, office: Office) -> None:
    officer = office.person(Role.OFFICER, name="duc.officer")
    console = await make_console(person=officer, address="#/dossiers")
    t = console.texts("dossiers")
    await console.page.get_by_label(t["code"], exact=True).fill(PROCESSING)
    await console.button(t["noFactor"]).click()
    await console.page.get_by_label(t["reason"]).fill("ngắn")
    await console.button(t["view"]).click()
    await console.page.locator(".asking-dossier .complaint:not(:empty)").wait_for()
    assert "dossier.view" not in acts(office, "duc.officer")
    await console.page.get_by_label(t["reason"]).fill(REASON)
    await console.button(t["view"]).click()
    await console.page.locator(".dossier-panel").wait_for()
    assert "dossier.view" in acts(office, "duc.officer")


async def test_unlocking(make_console: MakeConsole, office: Office) -> None:
    officer = office.person(Role.OFFICER, name="thu.officer")
    console = await make_console(person=officer, address="#/dossiers")
    t = console.texts("dossiers")
    await console.button(t["unlock"]).click()
    dialog = console.page.get_by_role("dialog")
    await dialog.get_by_label(t["reference"]).fill(PROCESSING)
    await dialog.get_by_label(t["reason"]).fill(REASON)
    await dialog.get_by_role("button", name=t["unlock"], exact=True).click()
    await console.page.get_by_text(t["unlocked"]).wait_for()
    assert acts(office, "thu.officer")[-1] == "dossier.unlock"


async def test_overdue_dossiers(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER, address="#/dossiers")
    row = console.page.locator(".overdue tbody tr")
    await row.first.wait_for()
    assert int(await row.first.locator(".late").inner_text()) > 0
    assert "••" in await row.first.locator(".code").inner_text()


async def test_who_has_no_business_with_dossiers_does_not_see_the_page(make_console: MakeConsole) -> None:
    console = await make_console(Role.EDITOR, address="#/dossiers")
    await console.page.get_by_role("heading", name=console.texts()["noPage"]).wait_for()
    title = console.texts("dossiers")["title"]
    assert await console.page.get_by_role("navigation").get_by_role("link", name=title).count() == 0
