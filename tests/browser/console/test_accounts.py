"""Accounts from invitation to disabling, the audit log, one's own password."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pyotp
import pytest
from playwright.async_api import expect

from portal.staff import accounts
from portal.staff.permissions import Role
from tests.browser.console.conftest import MakeConsole
from tests.browser.console.office import Console, Office
from tests.portal.staff.conftest import PASSWORD, Person

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEW = "sông Cấm chảy ra biển"


async def invite(console: Console, name: str, *roles: str) -> tuple[str, str]:
    """Invite somebody; return the address and the invitation."""
    t = console.texts("accounts")
    await console.button(t["invite"]).click()
    dialog = console.page.get_by_role("dialog")
    await dialog.get_by_label(t["name"]).fill(name)
    for role in roles:
        await dialog.get_by_label(console.texts("me")[role]).check()
    await dialog.get_by_role("button", name=t["send"]).click()
    await dialog.locator(".invitation").wait_for()
    address = re.search(r"http\S+", await dialog.inner_text())
    assert address
    invitation = await dialog.locator(".invitation").inner_text()
    await console.press("Escape")
    return address[0], invitation


def account(office: Office, name: str) -> accounts.Account:
    """Return an account as it is stored."""
    with office.staff.reading() as connection:
        found = accounts.find(connection, name)
    assert found is not None
    return found


async def enrol(console: Console, invitation: str) -> Person:
    """Open an account in the browser, as who was invited does."""
    t = console.texts("sign-in")
    page = console.page
    name = await page.get_by_label(t["user"]).input_value()
    await page.get_by_label(t["invitation"], exact=True).fill(invitation)
    await console.button(t["next"]).click()
    await page.get_by_role("img", name=t["qr"]).wait_for()
    secret = (await page.locator(".sheet .code").inner_text()).replace(" ", "")
    await page.get_by_label(t["newPassword"], exact=True).fill(NEW)
    await page.get_by_label(t["again"]).fill(NEW)
    await page.get_by_label(t["enrolCode"]).fill(pyotp.TOTP(secret).now())
    await console.button(t["finish"]).click()
    await page.get_by_role("heading", name=t["done"]).wait_for()
    codes = await page.locator(".codes li").all_inner_texts()
    await console.button(t["toSignIn"]).click()
    return Person(name, secret, codes, password=NEW)


async def test_from_an_invitation_to_work(make_console: MakeConsole) -> None:
    admin = await make_console(Role.ADMINISTRATOR, address="#/accounts")
    address, invitation = await invite(admin, "mai.officer")
    row = admin.page.get_by_role("row").filter(has_text="mai.officer")
    await row.locator(".tag.warns").wait_for()
    mai = await make_console()
    await mai.page.goto(address)
    await mai.page.reload()
    person = await enrol(mai, invitation)
    t = mai.texts("sign-in")
    await mai.page.get_by_label(t["user"]).fill(person.name)
    await mai.page.get_by_label(t["password"]).fill(person.password)
    await mai.page.get_by_label(t["code"], exact=True).fill(person.recovery_codes[0])
    await mai.button(t["signIn"]).click()
    await mai.page.locator("#search").wait_for()
    links = await mai.page.get_by_role("navigation").get_by_role("link").all_inner_texts()
    assert mai.texts("accounts")["title"] not in links


async def test_two_entries_of_a_password_must_agree(make_console: MakeConsole, office: Office) -> None:
    admin = await make_console(Role.ADMINISTRATOR, address="#/accounts")
    address, invitation = await invite(admin, "nam.editor", "editor")
    nam = await make_console()
    await nam.page.goto(address)
    await nam.page.reload()
    t = nam.texts("sign-in")
    await nam.page.get_by_label(t["invitation"], exact=True).fill(invitation)
    await nam.button(t["next"]).click()
    await nam.page.get_by_label(t["newPassword"], exact=True).fill(NEW)
    await nam.page.get_by_label(t["again"]).fill(NEW[:-1])
    await nam.page.get_by_label(t["enrolCode"]).fill("123456")
    await nam.button(t["finish"]).click()
    await expect(nam.page.get_by_role("alert").filter(has_text=t["different"])).to_be_visible()
    await expect(nam.page.get_by_label(t["again"])).to_be_focused()
    await expect(nam.page.get_by_role("heading", name=t["done"])).to_have_count(0)
    assert account(office, "nam.editor").state == "invited", "the invitation still counts"


async def test_who_is_disabled_is_out_at_once(make_console: MakeConsole, office: Office) -> None:
    person = office.person(Role.OFFICER, name="hoa.officer")
    hoa = await make_console(person=person)
    admin = await make_console(Role.ADMINISTRATOR, address="#/accounts")
    t: Any = admin.texts("accounts")
    await admin.button(f"{t['disable']}: hoa.officer").click()
    await admin.page.get_by_role("dialog").get_by_role("button", name=t["disable"], exact=True).click()
    await admin.page.get_by_text(t["disabled"].replace("{name}", "hoa.officer")).wait_for()
    await hoa.page.locator("#search").fill("thuế")
    await hoa.page.get_by_text(hoa.texts()["ended"], exact=True).wait_for()
    assert await hoa.page.locator(".toast").count() == 0
    await admin.button(f"{t['enable']}: hoa.officer").click()
    await admin.page.get_by_text(t["enabled"].replace("{name}", "hoa.officer")).wait_for()


async def test_roles_are_changed_and_the_log_tells(make_console: MakeConsole, office: Office) -> None:
    office.person(Role.OFFICER, name="tam.officer")
    admin = await make_console(Role.ADMINISTRATOR, address="#/accounts")
    t = admin.texts("accounts")
    await admin.button(f"{t['change']}: tam.officer").click()
    dialog = admin.page.get_by_role("dialog")
    await dialog.get_by_label(admin.texts("me")["editor"]).check()
    await dialog.get_by_role("button", name=t["save"]).click()
    await admin.page.get_by_text(t["changed"].replace("{name}", "tam.officer")).wait_for()
    await admin.page.get_by_role("link", name=admin.texts("audit")["title"]).click()
    row = admin.page.get_by_role("row").filter(has_text="account.roles").filter(has_text="tam.officer")
    assert "editor" in await row.first.inner_text()


async def test_a_reset_gives_a_new_invitation(make_console: MakeConsole, office: Office) -> None:
    before = office.person(Role.OFFICER, name="binh.officer")
    admin = await make_console(Role.ADMINISTRATOR, address="#/accounts")
    t = admin.texts("accounts")
    await admin.button(f"{t['reset']}: binh.officer").click()
    await admin.page.get_by_role("dialog").get_by_role("button", name=t["reset"], exact=True).click()
    invitation = await admin.page.locator(".invitation").inner_text()
    await admin.button(t["copy"]).click()
    await expect(admin.page.get_by_text(t["copied"])).to_be_visible()
    assert invitation in await admin.page.evaluate("navigator.clipboard.readText()")
    with office.staff.reading() as connection:
        invited = accounts.invited(connection, "binh.officer", invitation)
    assert invited is not None
    assert invited.id == before.id
    assert invited.password is None, "the former password counts no more"


async def test_ones_own_password(make_console: MakeConsole, office: Office) -> None:
    person = office.person(Role.OFFICER)
    console = await make_console(person=person, address="#/me")
    t = console.texts("me")
    await console.page.get_by_label(t["current"]).fill(PASSWORD)
    await console.page.get_by_label(t["new"], exact=True).fill(NEW)
    await console.page.get_by_label(t["again"]).fill(NEW)
    await console.button(t["change"]).click()
    await expect(console.page.get_by_text(t["changed"])).to_be_visible()
    again = await make_console()
    await again.sign_in(replace(person, password=NEW))
    await expect(again.page.locator(".who")).to_have_text(person.name)
