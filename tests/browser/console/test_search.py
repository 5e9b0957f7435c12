"""From the caller's question to the answer, without a mouse; and what the officer does with the answer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import expect
from sqlalchemy import select

from portal.problems import portal_texts
from portal.staff.permissions import Role
from portal.staff.tables import staff_calls
from portal.unanswered.tables import officer_remarks
from tests.browser.console.conftest import MakeConsole
from tests.browser.console.office import Console, Office

pytestmark = pytest.mark.asyncio(loop_scope="session")

WORK_PERMIT = "#/search/procedure.work-permit?facet=time_limit&lang=vi"


async def focused(console: Console) -> str:
    found = await console.page.evaluate("document.activeElement.id || document.activeElement.tagName")
    return str(found)


async def card(console: Console, entry: str = "procedure.work-permit") -> Any:
    found = console.page.locator(".card").filter(has_text=entry)
    await found.wait_for()
    return found


async def calls(office: Office, before: list[Any] | None = None) -> list[Any]:
    """Return the calls that were logged, but those of ``before``."""
    known = {row.id for row in before or []}
    with office.staff.reading() as connection:
        return [row for row in connection.execute(select(staff_calls)) if row.id not in known]


def remarks(office: Office, question: str) -> list[Any]:
    """Return what officers said of a question."""
    query = select(officer_remarks).where(officer_remarks.c.question == question)
    with office.staff.reading() as connection:
        return list(connection.execute(query))


async def test_from_the_empty_box_to_the_answer_by_keyboard(make_console: MakeConsole) -> None:
    """How long it takes is measured by `benchmarks.staff_console`."""
    console = await make_console(Role.OFFICER, address="#/me")
    await console.press("/")
    await console.page.locator("#search").wait_for()
    await console.page.keyboard.type("thoi han giay phep lao dong")
    await console.press("Enter")
    shown = await card(console)
    assert "mười ngày làm việc" in await shown.locator(".aloud p").inner_text()
    assert await focused(console) == "card-name"


@pytest.mark.parametrize("typed", ["giấy phép lao động", "giay phep lao dong", "219/20"])
async def test_results_come_while_typing(make_console: MakeConsole, typed: str) -> None:
    console = await make_console(Role.OFFICER)
    assert await focused(console) == "search"
    await console.page.keyboard.type(typed)
    option = console.page.get_by_role("option").filter(
        has_text="219/2025/NĐ-CP" if "/" in typed else "Cấp giấy phép lao động"
    )
    await option.first.wait_for()
    assert await console.page.locator("#search").get_attribute("aria-expanded") == "true"


async def test_arrows_choose_and_escape_clears(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER)
    box = console.page.locator("#search")
    await box.fill("giấy phép lao động")
    await console.page.locator("#result-1").wait_for()
    await console.press("ArrowDown")
    assert await box.get_attribute("aria-activedescendant") == "result-1"
    second = str(await console.page.locator("#result-1").get_attribute("data-entry"))
    await console.press("ArrowUp", "ArrowUp")
    last = await console.page.locator("#results [role=option]").count() - 1
    assert await box.get_attribute("aria-activedescendant") == f"result-{last}"
    await console.press("ArrowDown", "ArrowDown", "Enter")
    await card(console, second)
    await console.press("/")
    assert await focused(console) == "search"
    await console.press("Escape")
    assert await box.input_value() == ""
    assert await console.page.locator("#results [role=option]").count() == 0


async def test_enter_before_the_results_opens_the_first(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER)

    async def slow(route: Any) -> None:
        await asyncio.sleep(0.5)
        await route.continue_()

    await console.page.route("**/staff/api/search?**", slow)
    await console.page.locator("#search").fill("giấy phép lao động")
    await console.press("Enter")
    await expect(console.page.locator("#results [role=option]")).to_have_count(0)
    await card(console)
    first = await console.page.locator("#result-0").get_attribute("data-entry")
    assert first == "procedure.work-permit"
    assert await focused(console) == "card-name"


async def test_nothing_found_is_said(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER)
    await console.page.keyboard.type("qqqqqq wwwww")
    await console.page.get_by_text(console.texts("search")["nothing"]).wait_for()
    await console.press("Enter")
    assert await console.page.locator(".card").count() == 0


async def test_facets_by_keys_and_the_other_language(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER, address=WORK_PERMIT)
    shown = await card(console)
    tabs = shown.get_by_role("tab")
    assert await tabs.first.get_attribute("aria-selected") == "true"
    second = str(await tabs.nth(1).locator("span").inner_text())
    await console.press("2")
    chosen = shown.get_by_role("tab", selected=True)
    await chosen.filter(has_text=second).wait_for()
    assert await tabs.nth(1).get_attribute("aria-selected") == "true"  # the order stays
    await tabs.nth(1).focus()
    await console.press("ArrowRight")
    await expect(tabs.nth(2)).to_have_attribute("aria-selected", "true")
    await expect(tabs.nth(2)).to_be_focused()
    await console.press("1", "e")
    await shown.get_by_text("within ten working days").first.wait_for()
    assert await shown.locator(".aloud p").get_attribute("lang") == "en"
    assert await console.page.locator("h1").inner_text() == console.texts("search")["title"]


async def test_no_key_is_lost_to_the_next_one(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER, address=WORK_PERMIT)
    shown = await card(console)
    second = str(await shown.get_by_role("tab").nth(1).get_attribute("id"))
    # Both in one task: no new address is told in between.
    await console.page.evaluate(
        """() => ["2", "e"].forEach((key) => document.body.dispatchEvent(
            new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })))"""
    )
    await expect(shown.locator(".aloud p")).to_have_attribute("lang", "en")
    await expect(shown.get_by_role("tab", selected=True)).to_have_id(second)


async def test_dates_chosen_before_the_search_are_kept(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER)
    await console.page.locator(".dates input").first.fill("2020-06-01")
    await console.page.locator(".dates input").first.press("Enter")
    await console.page.locator("#search").fill("giấy phép lao động")
    await console.press("Enter")
    await card(console)
    assert "as_of=2020-06-01" in console.page.url


async def test_caveats_stand_before_what_is_read(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER, address="#/search/procedure.work-permit?facet=agency")
    shown = await card(console)
    warning = shown.locator(".warnings .notice")
    assert "Chưa xác nhận" in await warning.first.inner_text()
    script = "(e) => Boolean(e.compareDocumentPosition(document.querySelector('.aloud')) & 4)"
    assert await warning.first.evaluate(script)


async def test_law_of_a_former_day_stands_out(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER, address="#/search/customs.foreign-trade-decree")
    shown = await card(console, "customs.foreign-trade-decree")
    assert await shown.locator(".expired-law").count() == 0
    await console.press("d")
    await console.page.keyboard.type("06012024")  # the browser's own field, in its own order
    await console.page.locator("#search").focus()
    await shown.locator(".expired-law").wait_for()
    assert "as_of=2024-0" in console.page.url
    assert "2024" in await shown.locator(".sources > .muted").inner_text()
    await console.button(console.texts("search")["clearDates"]).click()
    await shown.locator(".expired-law").wait_for(state="detached")
    assert "as_of" not in console.page.url


async def test_a_licence_date_that_is_none_is_not_sent(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER, address=WORK_PERMIT)
    await card(console)
    field = console.page.get_by_label(console.texts("search")["licensedOn"])
    await field.fill("31/02/2024")
    await field.press("Tab")
    await console.page.get_by_text(console.texts("search")["noDate"]).wait_for()
    assert "licensed_on" not in console.page.url
    await field.fill("5/2024")
    await field.press("Tab")
    await console.page.wait_for_url("**licensed_on=2024-05**")


async def test_a_statement_too_long_to_be_shortened_is_shown(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER)
    entry, facet = await console.page.evaluate(
        """async () => {
          const copy = await (await fetch('/staff/api/copy')).json();
          for (const {entry, vi} of copy.entries)
            for (const {facet, aloud} of vi.facets) if (aloud === null) return [entry, facet];
        }"""
    )
    await console.open(f"#/search/{entry}?facet={facet}&lang=vi")
    shown = await card(console, entry)
    assert console.texts("search")["notShort"] in await shown.locator(".aloud h3").inner_text()
    assert len(await shown.locator(".aloud p").inner_text()) > 100


async def test_copy_with_source_and_copy_link(make_console: MakeConsole, office: Office) -> None:
    console = await make_console(Role.OFFICER, address=WORK_PERMIT)
    await card(console)
    await console.press("c")
    await console.page.get_by_text(console.texts("search")["copied"]).wait_for()
    copied = str(await console.page.evaluate("navigator.clipboard.readText()"))
    assert "10 ngày làm việc" in copied
    assert "219/2025/NĐ-CP" in copied
    await console.press("l")
    link = f"{office.url}/a/procedure.work-permit?lang=vi&facet=time_limit"
    await console.page.get_by_text(link).wait_for()
    assert await console.page.evaluate("navigator.clipboard.readText()") == link
    await console.page.goto(link)
    assert "10 ngày làm việc" in await console.page.locator("main").inner_text()
    await console.open(WORK_PERMIT)


async def test_the_large_reading_view(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER, address=WORK_PERMIT)
    shown = await card(console)
    await console.press("r")
    large = console.page.get_by_role("dialog").locator(".large-aloud")
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    assert await large.evaluate(size) > await shown.locator(".aloud p").evaluate(size) > 20
    await console.press("Escape")
    await large.wait_for(state="detached")


@pytest.mark.parametrize(("key", "solved"), [("y", True), ("n", False), ("Enter", True)])
async def test_a_call_is_logged_in_two_keys(
    make_console: MakeConsole, office: Office, key: str, solved: bool
) -> None:
    console = await make_console(Role.OFFICER, address=WORK_PERMIT)
    await card(console)
    before = await calls(office)
    await console.press("k", key)
    await console.page.get_by_text(console.texts("search")["logged"]).wait_for()
    logged = await calls(office, before)
    assert [(row.topic, row.lang, row.entry, row.version > 0, row.solved) for row in logged] == [
        ("procedure", "vi", "procedure.work-permit", True, solved)
    ]
    assert await focused(console) == "search"  # ready for the next call


async def test_a_call_without_a_card_has_a_topic(make_console: MakeConsole, office: Office) -> None:
    console = await make_console(Role.OFFICER)
    before = await calls(office)
    await console.press("Escape", "k")
    await console.page.get_by_label(console.texts("search")["topic"]).select_option("dossier")
    await console.page.get_by_role("button", name=console.texts("search")["logNo"]).click()
    await console.page.get_by_text(console.texts("search")["logged"]).wait_for()
    (logged,) = await calls(office, before)
    assert (logged.topic, logged.entry, logged.version, logged.solved) == ("dossier", None, None, False)


async def test_an_answer_is_reported_from_its_card(make_console: MakeConsole, office: Office) -> None:
    console = await make_console(Role.OFFICER)
    t, typed = console.texts("remark"), "giấy phép lao động hết bao nhiêu"
    await console.page.locator("#search").fill(typed)
    await console.press("Enter")
    await card(console)
    await console.press("g")
    dialog = console.page.get_by_role("dialog")
    await expect(dialog.get_by_label(t["question"], exact=True)).to_have_value(typed)
    await dialog.get_by_label(t["kind"]).select_option("unclear")
    await dialog.get_by_label(t["remark"]).fill("Nêu rõ cơ quan thu.")
    await dialog.get_by_role("button", name=t["send"]).click()
    await expect(console.page.get_by_text(t["sent"])).to_be_visible()
    (stored,) = remarks(office, typed)
    assert (stored.kind, stored.lang, stored.remark) == ("unclear", "vi", "Nêu rõ cơ quan thu.")
    assert (stored.entry, stored.version > 0) == ("procedure.work-permit", True)


async def test_what_is_missing_is_reported_without_a_card(make_console: MakeConsole, office: Office) -> None:
    console = await make_console(Role.OFFICER)
    t, typed = console.texts("remark"), "wwwww qqqqqq"
    await console.page.keyboard.type(typed)
    await console.page.get_by_text(console.texts("search")["nothing"]).wait_for()
    await console.page.locator("h1").focus()
    await console.press("g")
    dialog = console.page.get_by_role("dialog")
    await expect(dialog.get_by_label(t["kind"])).to_have_value("missing")
    await dialog.get_by_role("button", name=t["send"]).click()
    await expect(console.page.get_by_text(t["sent"])).to_be_visible()
    assert [(one.kind, one.entry) for one in remarks(office, typed)] == [("missing", None)]


async def test_an_entry_that_is_gone_says_so(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER, address="#/search/procedure.no-such-entry")
    unknown = portal_texts("vi")("problem.unknown_entry.detail")
    await expect(console.page.locator(".toast.bad p")).to_have_text(unknown)
    await expect(console.page.locator(".card")).to_have_count(0)
