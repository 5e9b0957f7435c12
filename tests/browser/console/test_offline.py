"""The read-only copy: it serves while the server is down, says so, and goes with the session."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from portal.staff.permissions import Role
from tests.browser.conftest import knowledge_file  # noqa: F401 - the same small content
from tests.browser.console.conftest import MakeConsole, open_office
from tests.browser.console.office import Console

pytestmark = pytest.mark.asyncio(loop_scope="session")

KEPT = """async () => {
  const opening = indexedDB.open('heza-staff', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('copy');
  const db = await new Promise((done) => { opening.onsuccess = () => done(opening.result) });
  const count = db.transaction('copy').objectStore('copy').count();
  const many = await new Promise((done) => { count.onsuccess = () => done(count.result) });
  db.close();
  return many;
}"""


async def until_kept(console: Console, many: int = 1) -> None:
    await console.page.wait_for_function(f"(async () => (await ({KEPT})()) === {many})()")
    if many:
        await console.page.evaluate("navigator.serviceWorker.ready.then(() => true)")


async def ask(console: Console, typed: str) -> None:
    await console.page.locator("#search").fill(typed)
    await console.page.locator("#result-0").wait_for()
    await console.press("Enter")
    await console.page.locator(".card").wait_for()


async def test_while_the_server_is_down_the_copy_answers(
    make_console: MakeConsole,
    tmp_path: Path,
    knowledge_file: Path,  # noqa: F811
) -> None:
    shutil.copy(knowledge_file, tmp_path)
    async with open_office(tmp_path) as office:
        console = await make_console(Role.OFFICER, at=office)
        await until_kept(console)
        port = int(office.url.rsplit(":", 1)[1])
    t = console.texts("search")
    # The page that is open …
    await ask(console, "giay phep")
    card = console.page.locator(".card")
    assert "Trong mười ngày" in await card.locator(".aloud p").inner_text()
    assert "35/2022/NĐ-CP" in await card.locator(".sources").inner_text()
    told = t["fromCopy"].split("{day}")[0]
    assert told in await card.inner_text()
    await console.page.get_by_text(console.texts()["offline"]).wait_for()
    # … and one that is opened without a server.
    await console.page.reload()
    await ask(console, "work permit")
    assert told in await card.inner_text()
    await console.press("k", "y")
    await console.page.get_by_role("dialog").get_by_text(console.texts()["unreachable"]).wait_for()
    await console.press("Escape")
    # It comes back: the session goes on where it was.
    async with open_office(tmp_path, port) as office:
        await console.page.get_by_text(console.texts()["offline"]).wait_for(state="detached", timeout=30_000)
        await ask(console, "giay phep")
        assert told not in await card.inner_text()


async def test_signing_out_leaves_no_copy(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER)
    await until_kept(console)
    await console.button(console.texts()["signOut"]).click()
    await until_kept(console, 0)


async def test_who_signs_out_while_the_server_is_down_is_out_when_it_is_back(
    make_console: MakeConsole,
    tmp_path: Path,
    knowledge_file: Path,  # noqa: F811
) -> None:
    shutil.copy(knowledge_file, tmp_path)
    async with open_office(tmp_path) as office:
        console = await make_console(Role.OFFICER, at=office)
        await until_kept(console)
        port = int(office.url.rsplit(":", 1)[1])
    await console.button(console.texts()["signOut"]).click()
    await console.page.get_by_text(console.texts()["leftOffline"]).wait_for()
    await until_kept(console, 0)
    async with open_office(tmp_path, port):
        await console.page.reload()
        await console.page.get_by_role("heading", name=console.texts("sign-in")["title"]).wait_for()
        reply = await console.page.evaluate("fetch('/staff/api/me').then((r) => r.status)")
        assert reply == 401


async def test_a_copy_of_a_session_that_is_over_is_not_shown(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER)
    await until_kept(console)
    await console.page.evaluate(
        """async () => {
          const opening = indexedDB.open('heza-staff', 1);
          const db = await new Promise((done) => { opening.onsuccess = () => done(opening.result) });
          const store = db.transaction('copy', 'readwrite').objectStore('copy');
          const get = store.get('copy');
          const kept = await new Promise((done) => { get.onsuccess = () => done(get.result) });
          const put = store.put({...kept, ends_at: '2026-01-01T00:00:00Z'}, 'copy');
          await new Promise((done) => { put.onsuccess = done });
          db.close();
        }"""
    )
    await console.page.context.set_offline(True)
    await console.page.reload()
    await console.page.get_by_role("heading", name=console.texts("sign-in")["title"]).wait_for()
    await console.page.get_by_text(console.texts()["unreachable"]).first.wait_for()
    assert await console.page.evaluate(KEPT) == 0
    await console.page.context.set_offline(False)


async def test_no_call_of_the_api_is_in_the_cache_of_the_worker(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER)
    await until_kept(console)
    kept = await console.page.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys())
            for (const {url} of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
          return found;
        }"""
    )
    assert "/staff/" in kept
    assert all(path == "/staff/" or path.startswith("/staff/assets/") for path in kept)
