"""The console's frame: the way in and out, who sees which pages, language, keys, its policy."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from portal.staff.permissions import Role
from tests.browser.console.conftest import MakeConsole
from tests.browser.console.office import Console, Office

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def asked(console: Console) -> int:
    """Ask the portal who is signed in; return the status of its answer."""
    return int(await console.page.evaluate("fetch('/staff/api/me').then((reply) => reply.status)"))


async def test_signing_in_and_out(make_console: MakeConsole, office: Office) -> None:
    console = await make_console()
    person = office.person(Role.OFFICER)
    await console.sign_in(person)
    await expect(console.page.locator(".who")).to_have_text(person.name)
    assert await asked(console) == 200
    await console.button(console.texts()["signOut"]).click()
    title = console.page.get_by_role("heading", name=console.texts("sign-in")["title"])
    await expect(title).to_be_visible()
    await console.page.reload()
    await expect(title).to_be_visible()
    assert await asked(console) == 401, "the session is over, not only out of sight"


async def test_a_wrong_password_is_told_in_the_language_of_the_console(
    make_console: MakeConsole, office: Office
) -> None:
    console = await make_console(lang="en")
    t = console.texts("sign-in")
    await console.page.get_by_label(t["user"]).fill("nobody")
    await console.page.get_by_label(t["password"]).fill("wrong")
    await console.page.get_by_label(t["code"], exact=True).fill("000000")
    await console.button(t["signIn"]).click()
    complaint = console.page.get_by_role("alert").filter(has_text="not")
    await complaint.wait_for()
    assert await console.page.get_by_label(t["code"], exact=True).input_value() == ""


async def test_an_empty_field_gets_the_focus(make_console: MakeConsole) -> None:
    console = await make_console()
    await console.button(console.texts("sign-in")["signIn"]).click()
    name = console.page.get_by_label(console.texts("sign-in")["user"])
    assert await name.get_attribute("aria-invalid") == "true"
    assert await name.evaluate("e => e === document.activeElement")


async def test_the_language_changes_everything_that_is_shown(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER, address="#/me")
    await console.button("English").click()
    await console.page.get_by_role("heading", name="My account", level=1).wait_for()
    assert await console.page.evaluate("document.documentElement.lang") == "en"
    assert await console.page.title() == "My account – Hotline desk"


async def test_the_help_lists_keys_and_switches_them_off(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER, address="#/me")
    await console.press("?")
    dialog = console.page.get_by_role("dialog")
    await dialog.get_by_label(console.texts()["keysEnabled"]).uncheck()
    await console.press("Escape")
    await dialog.wait_for(state="detached")
    await console.press("?")
    assert await dialog.count() == 0


async def test_an_address_without_a_page_says_so(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER, address="#/nowhere")
    await expect(console.page.get_by_role("heading", level=1)).to_have_text(console.texts()["noPage"])
    await expect(console.page.get_by_role("main")).to_contain_text(console.texts()["noPageText"])
    await expect(console.page.get_by_role("navigation").locator("[aria-current]")).to_have_count(0)


async def test_what_is_served_may_run_no_foreign_script(make_console: MakeConsole) -> None:
    console = await make_console()
    script = """() => { const e = document.createElement('div');
      try { e.innerHTML = '<b>x</b>'; return 'taken' } catch (error) { return error.name } }"""
    assert await console.page.evaluate(script) == "TypeError"
    await console.page.evaluate("seen.violations.length = 0")
