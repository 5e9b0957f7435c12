"""The read-only copy: it serves while the server is down, says so, and goes with the session."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Route, expect
from sqlalchemy import select

from portal.staff.permissions import Role
from portal.staff.tables import staff_calls
from tests.browser.conftest import knowledge_file  # noqa: F401 - the same small content
from tests.browser.console.conftest import MakeConsole, open_office
from tests.browser.console.office import Console, Office
from tests.portal.staff.conftest import Person

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


WAITING = """async () => {
  const opening = indexedDB.open('heza-staff-calls', 1);
  const db = await new Promise((done) => { opening.onsuccess = () => done(opening.result) });
  const all = db.transaction('calls').objectStore('calls').getAll();
  const kept = await new Promise((done) => { all.onsuccess = () => done(all.result) });
  db.close();
  return kept.sort((a, b) => a.at - b.at).map(({by, call}) => ({by, solved: call.solved}));
}"""


async def until_kept(console: Console, many: int = 1) -> None:
    async with asyncio.timeout(20):
        while await console.page.evaluate(KEPT) != many:  # noqa: ASYNC110 - the page tells nobody of it
            await asyncio.sleep(0.05)
    if many:
        await console.page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def pending(console: Console, many: int) -> Locator:
    """The note that says how many calls wait."""
    return console.page.get_by_text(console.texts()["pendingCalls"].format(n=many))


async def waiting(console: Console) -> list[dict[str, Any]]:
    """Return whose calls the browser keeps, in their order."""
    kept: list[dict[str, Any]] = await console.page.evaluate(WAITING)
    return kept


async def ask(console: Console, typed: str) -> None:
    await console.page.locator("#search").fill(typed)
    await console.page.locator("#result-0").wait_for()
    await console.press("Enter")
    await console.page.locator(".card").wait_for()


async def without_server(
    make_console: MakeConsole, knowledge: Path, folder: Path
) -> tuple[Console, Person, int]:
    """Return a console with its copy, its officer, and the port on which nobody answers any more."""
    shutil.copy(knowledge, folder)
    async with open_office(folder) as office:
        person = office.person(Role.OFFICER)
        console = await make_console(person=person, at=office, worker=True)
        await until_kept(console)
        return console, person, int(office.url.rsplit(":", 1)[1])


async def test_while_the_server_is_down_the_copy_answers(
    make_console: MakeConsole,
    tmp_path: Path,
    knowledge_file: Path,  # noqa: F811
) -> None:
    console, _person, port = await without_server(make_console, knowledge_file, tmp_path)
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
    # It comes back: the session goes on where it was.
    async with open_office(tmp_path, port):
        await console.page.get_by_text(console.texts()["offline"]).wait_for(state="detached", timeout=30_000)
        await ask(console, "giay phep")
        assert told not in await card.inner_text()


async def test_calls_logged_while_the_server_is_away_arrive_once(
    make_console: MakeConsole,
    tmp_path: Path,
    knowledge_file: Path,  # noqa: F811
) -> None:
    console, person, port = await without_server(make_console, knowledge_file, tmp_path)
    await ask(console, "giay phep")
    for key in ("y", "n"):
        await console.press("k", key)
        await expect(console.page.get_by_role("dialog")).to_have_count(0)
        await console.page.locator("#card-name").focus()
    await expect(pending(console, 2)).to_be_visible()
    assert await waiting(console) == [{"by": person.name, "solved": yes} for yes in (True, False)]
    # Whoever closes the page, or has to sign in again, loses none.
    await console.page.reload()
    await expect(pending(console, 2)).to_be_visible()
    async with open_office(tmp_path, port) as office:
        await expect(pending(console, 2)).to_have_count(0, timeout=30_000)
        assert await waiting(console) == []
        with office.staff.reading() as connection:
            logged = connection.execute(select(staff_calls).order_by(staff_calls.c.at)).all()
        assert [(one.account, one.topic, one.solved) for one in logged] == [
            (person.id, "procedure", True),
            (person.id, "procedure", False),
        ]
        assert all(one.entry == "procedure.permit" and one.version == 1 for one in logged)


async def test_a_call_whose_receipt_got_lost_is_logged_once(
    make_console: MakeConsole, office: Office
) -> None:
    person = office.person(Role.OFFICER)
    console = await make_console(person=person)

    async def lose(route: Route) -> None:
        await route.fetch()  # the portal has it, the browser does not hear so
        await route.abort()

    await console.page.route("**/staff/api/calls", lose)
    await console.press("Escape", "k", "y")
    await expect(pending(console, 1)).to_be_visible()
    await console.page.unroute("**/staff/api/calls")
    await expect(pending(console, 1)).to_have_count(0, timeout=30_000)
    with office.staff.reading() as connection:
        mine = connection.execute(select(staff_calls).where(staff_calls.c.account == person.id)).all()
    assert [(one.topic, one.solved) for one in mine] == [("other", True)]


async def test_what_waits_is_sent_in_nobody_elses_name(make_console: MakeConsole, office: Office) -> None:
    person, other = office.person(Role.OFFICER), office.person(Role.OFFICER)
    console = await make_console(person=person)
    await console.page.route("**/staff/api/calls", lambda route: route.abort())
    await console.press("Escape", "k", "y")
    await expect(pending(console, 1)).to_be_visible()
    await console.button(console.texts()["signOut"]).click()
    await expect(pending(console, 1)).to_have_count(0)
    await console.page.unroute("**/staff/api/calls")
    await console.enter(other)
    await expect(console.page.locator(".who")).to_have_text(other.name)
    await expect(pending(console, 1)).to_have_count(0)
    assert len(await waiting(console)) == 1
    async with console.page.expect_response("**/staff/api/calls") as sent:
        await console.enter(person)
    assert (await sent.value).status == 201
    with office.staff.reading() as connection:
        accounts = list(connection.execute(select(staff_calls.c.account)).scalars())
    assert (accounts.count(person.id), accounts.count(other.id)) == (1, 0)


async def test_signing_out_leaves_no_copy(make_console: MakeConsole) -> None:
    console = await make_console(Role.OFFICER, worker=True)
    await until_kept(console)
    await console.button(console.texts()["signOut"]).click()
    await until_kept(console, 0)
    assert await console.page.evaluate(KEPT) == 0
    await console.page.context.set_offline(True)
    await console.page.reload()
    await expect(console.page.get_by_text(console.texts()["unreachable"]).first).to_be_visible()
    await expect(console.page.locator("#search")).to_have_count(0)
    await console.page.context.set_offline(False)


async def test_who_signs_out_while_the_server_is_down_is_out_when_it_is_back(
    make_console: MakeConsole,
    tmp_path: Path,
    knowledge_file: Path,  # noqa: F811
) -> None:
    shutil.copy(knowledge_file, tmp_path)
    async with open_office(tmp_path) as office:
        console = await make_console(Role.OFFICER, at=office, worker=True)
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
    console = await make_console(Role.OFFICER, worker=True)
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
    console = await make_console(Role.OFFICER, worker=True)
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
