"""Topics switched off and on in the console: kinds, entries, facets; with a reason, for all to see."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect
from sqlalchemy import select

from portal.staff.permissions import Role
from portal.staff.tables import staff_audit
from tests.browser.console.axe import violations
from tests.browser.console.conftest import MakeConsole, open_office
from tests.browser.console.office import Console, Office

pytestmark = pytest.mark.asyncio(loop_scope="session")

ENTRY, FACET = "procedure.work-permit", "fee"
NAME, LABEL = "Cấp giấy phép lao động cho người nước ngoài", "Phí, lệ phí"
REASON, AGAIN = "Nghị quyết mới về phí, lệ phí", "Đã rà soát xong"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(tmp_path_factory: pytest.TempPathFactory, loaded: Path) -> AsyncIterator[Office]:
    """An office of its own: what is switched off here is off for nobody else."""
    var = tmp_path_factory.mktemp("topics")
    shutil.copy(loaded, var)
    async with open_office(var) as office:
        yield office


def off_now(console: Console) -> Locator:
    return console.page.get_by_role("region", name=console.texts("editing")["off"])


def row(console: Console, name: str) -> Locator:
    """The line in which something can be switched."""
    lists = console.page.get_by_role("row").filter(
        has=console.page.get_by_role("rowheader", name=name, exact=True)
    )
    return lists.last


async def switch(console: Console, name: str, act: str, reason: str) -> None:
    """Press the button of a line and give a reason."""
    t = console.texts("editing")
    await row(console, name).get_by_role("button", name=f"{t[act]}: {name}").click()
    dialog = console.page.get_by_role("dialog")
    await dialog.get_by_label(t["reason"]).fill(reason)
    await dialog.get_by_role("button", name=t[act], exact=True).click()
    await expect(dialog).to_have_count(0)


def audited(office: Office, who: str) -> list[tuple[str, str, str]]:
    """Return act, topic and reason of what somebody switched."""
    query = select(staff_audit).where(staff_audit.c.who == who).order_by(staff_audit.c.seq)
    with office.staff.reading() as connection:
        return [(r.act, r.target, json.loads(r.detail)["reason"]) for r in connection.execute(query)]


async def outcome(console: Console, facet: str) -> str:
    """Return the sentence that the answer card reads aloud of a facet."""
    path = f"/staff/api/card/{ENTRY}?facet={facet}&lang=vi"
    card = await console.page.evaluate("(path) => fetch(path).then((reply) => reply.json())", path)
    return str(card["aloud"]["text"])


async def test_a_facet_is_switched_off_and_on_by_an_administrator(
    make_console: MakeConsole, office: Office
) -> None:
    person = office.person(Role.ADMINISTRATOR, name="hanh.administrator")
    console = await make_console(person=person, address="#/topics")
    t = console.texts("topics")
    await expect(console.page.get_by_text(console.texts("editing")["noneOff"])).to_be_visible()
    await console.press("/")
    await console.page.keyboard.type("giay phep lao dong")
    await console.page.locator(f".found a[href$='{ENTRY}']").click()
    await switch(console, LABEL, "switchOff", REASON)
    line = off_now(console).get_by_role("row").nth(1)
    for said in (f"{NAME} – {LABEL}", f"{ENTRY}#{FACET}", REASON, person.name):
        await expect(line).to_contain_text(said)
    await expect(row(console, LABEL)).to_contain_text(t["off"])
    await expect(row(console, t["whole"].format(name=NAME))).to_contain_text(t["answered"])
    assert "đang được rà soát" in await outcome(console, FACET)
    assert "đang được rà soát" not in await outcome(console, "time_limit")
    await switch(console, LABEL, "switchOn", AGAIN)
    await expect(console.page.get_by_text(console.texts("editing")["noneOff"])).to_be_visible()
    assert "đang được rà soát" not in await outcome(console, FACET)
    topic = f"{ENTRY}#{FACET}"
    assert audited(office, person.name) == [("topic.off", topic, REASON), ("topic.on", topic, AGAIN)]


async def test_a_whole_kind_covers_what_belongs_to_it(make_console: MakeConsole, office: Office) -> None:
    person = office.person(Role.APPROVER, name="minh.approver")
    console = await make_console(person=person, address=f"#/topics/{ENTRY}")
    t, kind = console.texts("topics"), "Thủ tục hành chính"
    whole = t["whole"].format(name=NAME)
    await expect(row(console, whole)).to_contain_text(t["answered"])
    await switch(console, kind, "switchOff", REASON)
    await expect(row(console, whole)).to_contain_text(t["offWith"].format(name=kind))
    await expect(row(console, "Ưu đãi")).to_contain_text(t["answered"])
    assert "đang được rà soát" in await outcome(console, "time_limit")
    await console.page.reload()
    await expect(off_now(console)).to_contain_text(REASON)
    await switch(console, kind, "switchOn", AGAIN)
    await expect(row(console, whole)).to_contain_text(t["answered"])
    assert audited(office, person.name) == [
        ("topic.off", "procedure", REASON),
        ("topic.on", "procedure", AGAIN),
    ]


async def test_without_a_reason_nothing_is_switched(make_console: MakeConsole, office: Office) -> None:
    person = office.person(Role.APPROVER, name="tuan.approver")
    console = await make_console(person=person, address="#/topics")
    t = console.texts("editing")
    await row(console, "Hải quan").get_by_role("button").click()
    dialog = console.page.get_by_role("dialog")
    await dialog.get_by_role("button", name=t["switchOff"], exact=True).click()
    await expect(dialog.get_by_role("alert")).to_have_text(console.texts()["required"])
    await console.press("Escape")
    await expect(console.page.get_by_text(t["noneOff"])).to_be_visible()
    assert audited(office, person.name) == []


async def test_an_editor_reads_what_is_off_and_switches_nothing(
    make_console: MakeConsole, office: Office
) -> None:
    approver = await make_console(Role.APPROVER, address="#/topics")
    await switch(approver, "Số liệu", "switchOff", REASON)
    editor = await make_console(Role.EDITOR, address="#/editing")
    await expect(off_now(editor)).to_contain_text(REASON)
    t = editor.texts("editing")
    assert await editor.page.get_by_role("button", name=t["switchOn"]).count() == 0
    title = editor.texts("topics")["title"]
    assert await editor.page.get_by_role("navigation").get_by_role("link", name=title).count() == 0
    await editor.open("#/topics")
    await expect(editor.page.get_by_role("heading", level=1)).to_have_text(editor.texts()["noPage"])
    await switch(approver, "Số liệu", "switchOn", AGAIN)


@pytest.mark.parametrize("look", [("vi", "light", 1280), ("en", "dark", 390)])
async def test_axe_finds_nothing(make_console: MakeConsole, look: tuple[str, str, int]) -> None:
    lang, scheme, width = look
    console = await make_console(
        Role.ADMINISTRATOR, lang=lang, width=width, address=f"#/topics/{ENTRY}", color_scheme=scheme
    )
    await expect(console.page.get_by_role("region")).to_have_count(2)
    assert await violations(console) == []
    assert await console.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    await console.page.get_by_role("row").last.get_by_role("button").click()
    assert await violations(console) == []
