"""Unanswered questions in the console: from a remark to a proposal that somebody else accepts."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from portal.staff.permissions import Role
from tests.browser.console.axe import violations
from tests.browser.console.conftest import MakeConsole
from tests.browser.console.office import Console

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def remark(console: Console, question: str) -> None:
    """Say that something is missing, through the form that every page may open."""
    t, of = console.texts("unanswered"), console.texts("remark")
    await console.button(t["add"]).click()
    dialog = console.page.get_by_role("dialog")
    await dialog.get_by_label(of["question"], exact=True).fill(question)
    await dialog.get_by_label(of["remark"]).fill("Chưa có trong kho tri thức.")
    await dialog.get_by_role("button", name=of["send"]).click()
    await console.page.get_by_text(of["sent"]).wait_for()


async def decide(console: Console, question: str, decision: str) -> None:
    """Open the form of a decision on a question."""
    await console.button(f"{console.texts('unanswered')[f'do_{decision}']}: {question}").click()


async def test_a_question_becomes_a_proposal_that_somebody_else_accepts(make_console: MakeConsole) -> None:
    editor = await make_console(Role.EDITOR, address="#/unanswered")
    t, question = editor.texts("unanswered"), "mức phạt tiếng ồn trong khu công nghiệp"
    await remark(editor, question)
    await decide(editor, question, "out_of_scope")
    dialog = editor.page.get_by_role("dialog")
    await dialog.get_by_label(t["texts_out_of_scope"]).fill("phạt tiếng ồn bao nhiêu\nồn ào bị phạt thế nào")
    await dialog.get_by_role("button", name=t["propose"]).click()
    await editor.page.get_by_text(t["proposed"]).wait_for()
    await editor.page.get_by_role("heading", name=question).wait_for(state="detached")
    approver = await make_console(Role.APPROVER, address="#/unanswered")
    row = approver.page.get_by_role("row").filter(has_text="ồn ào bị phạt thế nào")
    await row.locator("summary").click()
    assert "intent: out_of_scope" in await row.locator("pre").inner_text()
    await row.get_by_role("button", name=t["accept"]).click()
    await row.get_by_text(t["accepted"]).wait_for()


async def test_nobody_is_offered_their_own_proposal_to_accept(make_console: MakeConsole) -> None:
    console = await make_console(Role.APPROVER, address="#/unanswered")
    t, question = console.texts("unanswered"), "đăng ký biển số xe công ty"
    await remark(console, question)
    await decide(console, question, "example")
    dialog = console.page.get_by_role("dialog")
    await dialog.get_by_label(t["intent"]).select_option("request_human")
    await dialog.get_by_label(t["texts_example"]).fill("cho gặp người phụ trách xe")
    await dialog.get_by_role("button", name=t["propose"]).click()
    row = console.page.get_by_role("row").filter(has_text="cho gặp người phụ trách xe")
    await row.wait_for()
    assert await row.get_by_role("button", name=t["accept"]).count() == 0


async def test_what_is_dismissed_goes(make_console: MakeConsole) -> None:
    console = await make_console(Role.EDITOR, lang="en", address="#/unanswered")
    t, question = console.texts("unanswered"), "best noodle soup near the port"
    await remark(console, question)
    await decide(console, question, "dismiss")
    await console.page.get_by_role("dialog").get_by_role("button", name=t["do_dismiss"]).click()
    await expect(console.page.get_by_text(t["dismissed"])).to_be_visible()
    await expect(console.page.get_by_role("heading", name=question)).to_have_count(0)
    await console.page.reload()
    await expect(console.page.get_by_role("heading", name=t["proposals"])).to_be_visible()
    await expect(console.page.get_by_role("heading", name=question)).to_have_count(0)
    await expect(console.page.get_by_role("row").filter(has_text=question)).to_have_count(0)


async def test_personal_data_is_refused_in_words(make_console: MakeConsole) -> None:
    console = await make_console(Role.EDITOR, lang="en", address="#/unanswered")
    t, question = console.texts("unanswered"), "who mends the road to berth nine"
    await remark(console, question)
    await decide(console, question, "out_of_scope")
    dialog = console.page.get_by_role("dialog")
    await dialog.get_by_label(t["texts_out_of_scope"]).fill("call 0912345678 about the road")
    await dialog.get_by_role("button", name=t["propose"]).click()
    await expect(dialog.get_by_role("alert")).to_contain_text("personal data")
    await console.press("Escape")
    await expect(console.page.get_by_role("heading", name=question)).to_be_visible()
    await expect(console.page.get_by_role("row").filter(has_text="berth nine")).to_have_count(0)


@pytest.mark.parametrize("look", [("vi", "light", 1280), ("en", "dark", 390)])
async def test_axe_finds_nothing(make_console: MakeConsole, look: tuple[str, str, int]) -> None:
    lang, scheme, width = look
    console = await make_console(
        Role.APPROVER, lang=lang, width=width, address="#/unanswered", color_scheme=scheme
    )
    question = f"câu hỏi thử {lang}"
    await remark(console, question)
    await console.page.get_by_role("heading", name=question).wait_for()
    assert await violations(console) == []
    await decide(console, question, "entry")
    assert await violations(console) == []
