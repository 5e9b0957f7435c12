"""Editing in two browsers: one proposes, another approves, the widget answers anew."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Locator, expect

from knowledge.rendering import Renderer, When
from knowledge.store import Store
from portal.staff.permissions import Role
from tests.browser.console.conftest import MakeConsole, open_office
from tests.browser.console.office import Console, Office
from tests.browser.test_accessibility import TAGS, axe
from tests.browser.widget import Widget
from tests.portal.stubs import StubRasa

pytestmark = pytest.mark.asyncio(loop_scope="session")

ENTRY = "procedure.work-permit"
FACET = "time_limit"
QUESTION = "Cấp giấy phép lao động mất bao lâu?"
ANEW = "Thử nghiệm: trong 10 ngày làm việc; nếu từ chối thì trả lời trong 3 ngày làm việc."
ANEW_EN = "Test: within 10 working days; a refusal within 3 working days."


@asynccontextmanager
async def answering(var: Path) -> AsyncIterator[Office]:
    """Open an office in which the assistant finds the entry that is asked about, whatever it says."""
    rasa = StubRasa()
    async with TestServer(rasa.app()) as channel:
        url = str(channel.make_url("")).rstrip("/")
        async with open_office(var, rasa_url=url) as office:
            store = Store(f"sqlite:///{var / 'knowledge.sqlite'}")
            rasa.reply = lambda _call: answer(store)
            yield office
            store.close()


def answer(store: Store) -> dict[str, Any]:
    store.forget_cache()
    return Renderer(store, "vi").answer(ENTRY, [FACET], When()).model_dump(mode="json")


@pytest_asyncio.fixture(loop_scope="session")
async def office(tmp_path: Path, loaded: Path) -> AsyncIterator[Office]:
    """An office of one's own: what is edited here is nobody else's."""
    shutil.copy(loaded, tmp_path)
    async with answering(tmp_path) as office:
        yield office


def words(console: Console) -> dict[str, str]:
    return console.texts("editing")


async def facet(console: Console, name: str = FACET) -> Locator:
    """Open a facet of the form."""
    part = console.page.locator(f"details[data-part={name}]")
    await part.locator("summary").click()
    return part


async def write(console: Console, vi: str, en: str) -> None:
    """Write another answer into the facet, with the same figures."""
    part = await facet(console)
    await part.locator("textarea[lang=vi]").first.fill(vi)
    await part.locator("textarea[lang=en]").first.fill(en)


async def proposed(console: Console) -> None:
    """Propose what was written."""
    t = words(console)
    await expect(console.page.locator(".wrong")).to_have_text(t["valid"])
    await console.button(f"{t['propose']}…").click()
    dialog = console.page.get_by_role("dialog")
    await dialog.get_by_label(t["note"]).fill("Quy định mới")
    await dialog.get_by_role("button", name=t["propose"], exact=True).click()
    await expect(console.page.get_by_text(t["needsSecond"])).to_be_visible()


async def propose_change(console: Console) -> None:
    await write(console, ANEW, ANEW_EN)
    await proposed(console)


async def first_proposal(console: Console) -> None:
    """Open the only proposal that waits."""
    await console.page.get_by_role("rowheader").get_by_role("link").click()
    await expect(console.page.locator(".difference")).to_be_visible()


async def asked(browser: Browser, office: Office) -> str:
    """Ask the widget on the demo page, in a browser of its own, and return what it answers."""
    page = await browser.new_page(locale="vi-VN")
    await page.goto(f"{office.url}/?lang=vi")
    widget = Widget(page, "vi")
    await widget.launcher.wait_for()
    await widget.open()
    said = await (await widget.ask(QUESTION)).inner_text()
    await page.close()
    return said


async def test_one_proposes_another_approves_and_the_widget_answers_anew(
    make_console: MakeConsole, office: Office, browser: Browser
) -> None:
    lan = await make_console(Role.EDITOR, address=f"#/editing/item/{ENTRY}")
    minh = await make_console(Role.APPROVER, address="#/editing")
    assert ANEW not in await asked(browser, office)
    await propose_change(lan)
    await minh.page.reload()
    await first_proposal(minh)
    await expect(minh.page.locator(".preview")).to_contain_text(ANEW)
    await expect(minh.page.locator(".difference")).to_contain_text("nghiệm:")
    assert ANEW not in await asked(browser, office)
    await minh.button(words(minh)["approve"]).click()
    await expect(minh.page.get_by_text(words(minh)["state_published"])).to_be_visible()
    assert ANEW in await asked(browser, office)


async def test_an_author_cannot_approve(make_console: MakeConsole) -> None:
    minh = await make_console(Role.APPROVER, address=f"#/editing/item/{ENTRY}")
    await propose_change(minh)
    assert await minh.button(words(minh)["approve"]).count() == 0


async def test_what_is_refused_goes_back_to_its_author_with_the_reason(make_console: MakeConsole) -> None:
    lan = await make_console(Role.EDITOR, address=f"#/editing/item/{ENTRY}")
    minh = await make_console(Role.APPROVER, address="#/editing")
    await propose_change(lan)
    await minh.page.reload()
    await first_proposal(minh)
    t = words(minh)
    await minh.button(f"{t['refuse']}…").click()
    dialog = minh.page.get_by_role("dialog")
    await dialog.get_by_label(t["reason"]).fill("Thiếu căn cứ.")
    await dialog.get_by_role("button", name=t["refuse"], exact=True).click()
    await expect(minh.page.get_by_text(t["state_refused"])).to_be_visible()
    await lan.page.reload()
    await expect(lan.page.get_by_text("Thiếu căn cứ.")).to_be_visible()
    await lan.button(t["goOn"]).click()
    await expect(lan.page.locator(f"details[data-part={FACET}]")).to_be_visible()


async def test_problems_and_preview_follow_what_is_typed(make_console: MakeConsole) -> None:
    lan = await make_console(Role.EDITOR, address=f"#/editing/item/{ENTRY}")
    part = await facet(lan)
    await part.locator("textarea[lang=vi]").first.fill("Trong thời hạn 12 ngày làm việc.")
    await expect(part.get_by_text("Bản tiếng Việt nêu số 12")).to_be_visible()
    await expect(lan.page.locator(".preview")).to_contain_text("Trong thời hạn 12 ngày làm việc.")
    await part.locator("textarea[lang=en]").first.fill("")
    await expect(part.get_by_text("Cần điền mục này.")).to_be_visible()
    field = part.locator("textarea[lang=en]").first
    assert await field.get_attribute("aria-invalid") == "true"
    described = await field.get_attribute("aria-describedby")
    assert await lan.page.locator(f"#{described}").inner_text() == "Cần điền mục này."
    await lan.page.locator(".wrong button").click()
    assert await lan.page.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"


async def test_a_problem_that_is_proposed_is_told_in_the_dialog(make_console: MakeConsole) -> None:
    lan = await make_console(Role.EDITOR, lang="en", address=f"#/editing/item/{ENTRY}")
    part = await facet(lan)
    await part.locator("textarea[lang=en]").first.fill("")
    t = words(lan)
    await lan.button(f"{t['propose']}…").click()
    dialog = lan.page.get_by_role("dialog")
    await dialog.get_by_label(t["note"]).fill("test")
    await dialog.get_by_role("button", name=t["propose"], exact=True).click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Nothing was changed")


async def test_a_draft_is_found_again(make_console: MakeConsole) -> None:
    lan = await make_console(Role.EDITOR, address=f"#/editing/item/{ENTRY}")
    part = await facet(lan)
    await part.locator("textarea[lang=vi]").first.fill("Bản nháp chưa xong.")
    await lan.button(words(lan)["saveDraft"]).click()
    await expect(lan.page.get_by_text(words(lan)["saved"])).to_be_visible()
    await lan.page.reload()
    part = await facet(lan)
    await expect(part.locator("textarea[lang=vi]").first).to_have_value("Bản nháp chưa xong.")


async def test_who_was_slower_sees_what_the_other_changed(make_console: MakeConsole) -> None:
    lan = await make_console(Role.EDITOR, address=f"#/editing/item/{ENTRY}")
    hoa = await make_console(Role.EDITOR, address=f"#/editing/item/{ENTRY}")
    minh = await make_console(Role.APPROVER, address="#/editing")
    await propose_change(lan)
    await minh.page.reload()
    await first_proposal(minh)
    await minh.button(words(minh)["approve"]).click()
    await expect(minh.page.get_by_text(words(minh)["state_published"])).to_be_visible()
    await write(hoa, f"Khác. {ANEW}", f"Otherwise. {ANEW_EN}")
    t = words(hoa)
    await expect(hoa.page.locator(".wrong")).to_have_text(t["valid"])
    await hoa.button(f"{t['propose']}…").click()
    dialog = hoa.page.get_by_role("dialog")
    await dialog.get_by_label(t["note"]).fill("Sửa")
    await dialog.get_by_role("button", name=t["propose"], exact=True).click()
    told = hoa.page.get_by_role("dialog").filter(has_text=t["outdatedTitle"])
    await expect(told.locator(".difference")).to_contain_text("nghiệm:")
    await told.get_by_role("button", name=t["keepMine"]).click()
    await expect(hoa.page.get_by_text(t["saved"])).to_be_visible()


async def test_a_former_version_is_brought_back(
    make_console: MakeConsole, office: Office, browser: Browser
) -> None:
    lan = await make_console(Role.EDITOR, address=f"#/editing/item/{ENTRY}")
    minh = await make_console(Role.APPROVER, address="#/editing")
    await propose_change(lan)
    await minh.page.reload()
    await first_proposal(minh)
    await minh.button(words(minh)["approve"]).click()
    await expect(minh.page.get_by_text(words(minh)["state_published"])).to_be_visible()
    assert ANEW in await asked(browser, office)
    await minh.open(f"#/editing/history/{ENTRY}")
    t = words(minh)
    await minh.button(f"{t['backTo'].format(n=1)}…").click()
    dialog = minh.page.get_by_role("dialog")
    await dialog.get_by_label(t["reason"]).fill("Nhầm.")
    await dialog.get_by_role("button", name=t["back"], exact=True).click()
    await expect(minh.page.get_by_text(t["broughtBack"])).to_be_visible()
    assert ANEW not in await asked(browser, office)


async def test_what_is_switched_off_is_said_by_the_widget(
    make_console: MakeConsole, office: Office, browser: Browser
) -> None:
    minh = await make_console(Role.APPROVER, address=f"#/editing/item/{ENTRY}")
    t = words(minh)
    await minh.button(f"{t['switchOff']}…").click()
    dialog = minh.page.get_by_role("dialog")
    await dialog.get_by_label(t["reason"]).fill("Nghị định mới")
    await dialog.get_by_role("button", name=t["switchOff"], exact=True).click()
    await expect(minh.page.get_by_text("Nghị định mới")).to_be_visible()
    assert "đang được rà soát" in await asked(browser, office)
    await minh.open("#/editing")
    await minh.page.get_by_role("button", name=f"{t['switchOn']}: ").click()
    await dialog.get_by_label(t["reason"]).fill("Đã rà soát")
    await dialog.get_by_role("button", name=t["switchOn"], exact=True).click()
    await expect(minh.page.get_by_text(t["noneOff"])).to_be_visible()
    assert "đang được rà soát" not in await asked(browser, office)


async def test_an_officer_confirms_in_their_own_name(make_console: MakeConsole, office: Office) -> None:
    person = office.person(Role.EDITOR, name="hoa")
    hoa = await make_console(person=person, address=f"#/editing/item/{ENTRY}")
    t = words(hoa)
    await hoa.button(f"{t['verify']}…").click()
    dialog = hoa.page.get_by_role("dialog")
    await dialog.get_by_label(t["against"]).fill("Nghị định 219/2025/NĐ-CP")
    await dialog.get_by_role("button", name=t["verify"], exact=True).click()
    confirmed = hoa.page.locator(".standing")
    await expect(confirmed).to_contain_text("hoa xác nhận")
    await expect(confirmed).to_contain_text("Nghị định 219/2025/NĐ-CP")
    await expect(hoa.page.locator(".preview .tag.warns")).to_have_count(0)


async def test_entries_are_found_by_name_and_documents_by_number(make_console: MakeConsole) -> None:
    lan = await make_console(Role.EDITOR, address="#/editing")
    box = lan.page.get_by_label(words(lan)["find"])
    await box.fill("giay phep lao dong")
    await expect(lan.page.locator(f".found a[href$='{ENTRY}']")).to_be_visible()
    await box.fill("219/2025")
    await lan.page.locator(".found a", has_text="219/2025").first.click()
    await (
        lan.page.get_by_role("main").get_by_role("link", name="219/2025/NĐ-CP").click()
    )  # its own page leads there
    await expect(lan.page.locator(".standing")).to_contain_text("219/2025/NĐ-CP")


async def test_the_review_lists_name_what_rests_on_ended_law(make_console: MakeConsole) -> None:
    lan = await make_console(Role.EDITOR, lang="en", address="#/editing")
    t = words(lan)
    await lan.page.locator("summary").filter(has_text=t["resting"]).click()
    table = lan.page.get_by_role("region", name=t["resting"])
    await expect(table).to_contain_text("61/2020/QH14")


async def test_a_new_entry_begins_with_what_it_needs(make_console: MakeConsole) -> None:
    lan = await make_console(Role.EDITOR, address="#/editing/new/incentive")
    names = lan.texts("editing-fields")
    await lan.page.get_by_label(names["id"]).fill("incentive.thu-nghiem")
    await expect(lan.page.locator(".wrong")).to_contain_text("lỗi")
    day = await lan.page.get_by_label(names["collected_on"]).input_value()
    assert abs((date.fromisoformat(day) - date.today()).days) <= 1


@pytest.mark.parametrize("address", ["#/editing", f"#/editing/item/{ENTRY}", f"#/editing/history/{ENTRY}"])
async def test_the_pages_are_accessible(make_console: MakeConsole, address: str) -> None:
    lan = await make_console(Role.EDITOR, address=address)
    await lan.page.locator("main section, main form, main .versions").first.wait_for()
    await lan.page.wait_for_load_state("networkidle")
    await lan.page.evaluate(axe())
    found = await lan.page.evaluate("(tags) => axe.run(document, {runOnly: tags})", TAGS)
    assert [f"{v['id']}: {v['nodes'][0]['html']}" for v in found["violations"]] == []
