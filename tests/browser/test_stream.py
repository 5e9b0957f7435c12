"""Events as they happen: the stream, its breaks, officers, typing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import expect

from tests.browser.conftest import WWW
from tests.browser.streaming import StreamingPortal
from tests.browser.widget import Widget

pytestmark = pytest.mark.asyncio(loop_scope="session")
_PAGE = "<!doctype html><html lang=vi><title>Host</title><script src=/widget.js defer></script>"


@pytest.fixture
def portal() -> StreamingPortal:
    return StreamingPortal()


@pytest_asyncio.fixture(loop_scope="session")
async def widget(portal: StreamingPortal, make_widget: Any) -> AsyncIterator[Widget]:
    """The widget on a page of the streaming portal, opened."""
    app = portal.app()
    newest = max(WWW.glob("widget/*/widget.js"), key=lambda path: path.stat().st_mtime)

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text=_PAGE, content_type="text/html")

    async def script(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(newest)

    app.router.add_get("/", page)
    app.router.add_get("/widget.js", script)
    async with TestServer(app) as server:
        made: Widget = await make_widget(str(server.make_url("/")))
        await made.open()
        yield made
        await made.page.close()


async def test_answers_come_by_the_stream(widget: Widget, portal: StreamingPortal) -> None:
    await widget.ask("một")
    await widget.ask("hai")
    assert portal.resumed_after == ["1"] or portal.resumed_after == [None]
    assert await widget.answers.count() == 2


@pytest.mark.parametrize("drops", [10, pytest.param(50, marks=pytest.mark.long)])
async def test_nothing_is_lost_or_doubled_when_every_connection_breaks(
    widget: Widget, portal: StreamingPortal, drops: int
) -> None:
    portal.breaks_after = 1
    words = [f"tin {n}" for n in range(1, drops + 1)]
    await widget.ask("một")
    for word in words:
        await portal.push("agent", id=word, text=word, name=None)
        await widget.page.get_by_text(word, exact=True).wait_for()
    await widget.send("hai")
    await widget.answers.nth(1).wait_for(timeout=30_000)
    shown = await widget.page.locator("li.agent article > p:not(.eyebrow)").all_text_contents()
    assert shown == words
    assert await widget.answers.count() == 2
    connections = portal.resumed_after
    assert len(connections) > len(words) / 2  # it really broke
    assert connections[1:] == sorted(connections[1:], key=lambda last: int(last or 0))


async def test_an_officer_takes_over_and_is_heard(widget: Widget, portal: StreamingPortal) -> None:
    await widget.ask("một")
    await widget.listen()
    await portal.push("state", state="queued", position=2)
    await widget.page.get_by_text("Vị trí trong hàng: 2.").first.wait_for()
    await portal.push("state", state="claimed")
    await portal.push("typing", who="agent", on=True)
    await widget.page.get_by_text(widget.texts["officerTyping"]).wait_for()
    await portal.push("agent", id="m1", text="Chào quý vị.", name="Cán bộ Ban Quản lý")
    message = widget.page.locator("li.agent")
    await message.wait_for()
    assert await message.locator(".eyebrow").text_content() == "Cán bộ Ban Quản lý"
    assert await widget.page.get_by_text(widget.texts["officerTyping"]).count() == 0
    await portal.push("state", state="bot")
    await widget.page.locator("li.state", has_text=widget.texts["backToBot"]).wait_for()
    spoken = await widget.spoken()
    assert spoken.count("Cán bộ: Chào quý vị.") == 1
    assert widget.texts["claimed"] in spoken


async def test_who_waited_in_vain_is_told_so_and_can_leave_a_request(
    widget: Widget, portal: StreamingPortal
) -> None:
    await widget.ask("một")
    await portal.push("state", state="queued", position=1)
    await portal.push("state", state="closed", reason="unanswered")
    mark = widget.page.locator("li.state", has_text=widget.texts["unanswered"])
    await mark.get_by_role("button", name=widget.texts["request"]).click()
    form = widget.page.get_by_role("form", name=widget.texts["contactTitle"])
    await expect(form.get_by_label(widget.texts["note"])).to_be_visible()


async def test_news_of_the_dossier_are_no_word_about_officers(
    widget: Widget, portal: StreamingPortal
) -> None:
    await widget.ask("một")
    await portal.push("state", state="dossier_changed")
    await widget.page.locator("li.state", has_text=widget.texts["dossierNews"]).wait_for()
    assert await widget.page.get_by_text(widget.texts["backToBot"]).count() == 0


async def test_what_was_said_while_the_page_was_away_is_shown(
    widget: Widget, portal: StreamingPortal
) -> None:
    await widget.ask("một")
    await widget.page.goto("about:blank")
    await portal.push("agent", id="m1", text="Xin bổ sung hồ sơ.", name=None)
    await widget.page.go_back()
    await widget.open()
    await widget.page.get_by_text("Xin bổ sung hồ sơ.").wait_for()
    assert await widget.answers.count() == 1
