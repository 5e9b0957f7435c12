"""Reports in the console: figures, charts, their tables, files."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from portal.staff.permissions import Role
from tests.browser.console.conftest import MakeConsole
from tests.browser.console.office import Console, Office
from tests.browser.console.samples import fill_log
from tests.browser.test_accessibility import TAGS, axe

pytestmark = pytest.mark.asyncio(loop_scope="session")
NOVEMBER = "#/reports?from=2025-11-01&to=2025-11-30"


@pytest.fixture(autouse=True)
def _log(office: Office) -> None:
    fill_log(office.staff.engine)


def part(console: Console, sheet: str) -> Any:
    return console.page.locator(f'[data-sheet="{sheet}"]')


def read(path: Path) -> list[list[str]]:
    """The lines of a file that was saved, without its heading."""
    text = path.read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))[1:]


async def rows(console: Console, sheet: str) -> list[list[str]]:
    """The table of a part as it is shown."""
    return (
        await part(console, sheet)
        .locator("tbody tr")
        .evaluate_all("(rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent))")
    )


async def test_a_chart_is_drawn_and_its_table_says_what_the_file_says(make_console: MakeConsole) -> None:
    console = await make_console(Role.EDITOR, address=NOVEMBER, accept_downloads=True)
    t = console.texts("reports")
    topics = part(console, "topics")
    await topics.locator("canvas").wait_for()
    colours = """async (canvas) => {
      await new Promise((next) => setTimeout(next, 300));
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const seen = new Set();
      for (let at = 0; at < data.length; at += 4) {
        const [red, green, blue, solid] = data.slice(at, at + 4);
        if (solid === 255) seen.add(red * 65536 + green * 256 + blue);
      }
      return [...seen].map((one) => '#' + one.toString(16).padStart(6, '0'));
    }"""
    drawn = await topics.locator("canvas").evaluate(colours)
    assert {"#0b5563", "#c79a3b"} <= set(drawn), "bars of chats and of calls"
    await topics.locator("summary").click()
    shown = await rows(console, "topics")
    async with console.page.expect_download() as download:
        await topics.get_by_role("button", name=t["csvOf"].format(name=t["topics"])).click()
    saved = await download.value
    assert saved.suggested_filename == "heza-topics-2025-11-01-2025-11-30.csv"
    filed = read(Path(str(await saved.path())))
    by_name = {line[0]: line for line in filed}
    assert len(shown) == len(filed) == 9
    for name, conversations, turns, *_ in shown:
        assert by_name[name][1:3] == [conversations, turns]


async def test_another_span_is_another_report(make_console: MakeConsole) -> None:
    console = await make_console(Role.EDITOR, address=NOVEMBER)
    t = console.texts("reports")
    tile = console.page.locator(".tiles > div").first
    await expect(tile.get_by_text("6", exact=True)).to_be_visible()
    assert len(await rows(console, "days")) == 30
    await console.page.get_by_label(t["from"]).fill("2025-11-20")
    await console.page.get_by_label(t["to"]).fill("2025-11-01")
    await console.button(t["show"]).click()
    await expect(console.page.get_by_text(t["badSpan"])).to_be_visible()
    await expect(tile.get_by_text("6", exact=True)).to_be_visible()
    await console.page.get_by_label(t["to"]).fill("2025-11-30")
    await console.button(t["show"]).click()
    await expect(tile.get_by_text("0", exact=True)).to_be_visible()
    assert len(await rows(console, "days")) == 11
    await expect(console.page).to_have_url(re.compile("from=2025-11-20&to=2025-11-30"))


async def test_an_administrator_reads_figures_and_no_words(make_console: MakeConsole) -> None:
    console = await make_console(Role.ADMINISTRATOR, address=NOVEMBER)
    await part(console, "topics").wait_for()
    assert await part(console, "questions").count() == 0
    await console.page.get_by_text(console.texts("reports")["wordsHidden"]).wait_for()


async def test_unanswered_questions_stand_in_a_table(make_console: MakeConsole) -> None:
    console = await make_console(Role.EDITOR, address=NOVEMBER)
    await part(console, "questions").wait_for()
    assert (await rows(console, "questions"))[0][:2] == ["Thuê đất bao nhiêu?", "3"]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
async def test_axe_finds_nothing(make_console: MakeConsole, scheme: Any, width: int) -> None:
    console = await make_console(Role.EDITOR, address=NOVEMBER, width=width, color_scheme=scheme)
    await part(console, "topics").locator("canvas").wait_for()
    for summary in await console.page.locator(".part summary").all():
        await summary.click()
    await console.page.evaluate(axe())
    found = await console.page.evaluate("(tags) => axe.run(document, {runOnly: tags})", TAGS)
    assert [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found["violations"]] == []
