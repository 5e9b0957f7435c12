"""Time from the empty search box of the staff console to the rendered answer card, by keyboard.

Chromium types names of entries that ship into the console, letter by letter at the pace of a person,
in front of a portal over all of them. Once the results of what was typed are there, the arrow keys
go to the entry meant, and Enter opens it. The clock runs from the focus in the empty box until the
card shows what to read aloud. Reading the results is not played, so a person takes longer by that.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, async_playwright

from benchmarks.generated import bare
from benchmarks.measuring import machine, percentile
from knowledge.content import read
from knowledge.loading import load
from knowledge.model import Entry, Kind
from knowledge.store import Store
from portal.app import make_apps
from portal.settings import Settings
from portal.staff import accounts
from portal.staff.access import STAFF
from portal.staff.permissions import Role
from portal.staff.sessions import COOKIE, open_session

PACE = 0.2
"""Seconds a key: 60 words a minute of five letters, who types every day."""
MOST_LETTERS = 20
"""How much of a name is typed: results come while typing, nobody writes it out."""
GOAL = 5.0
"""Seconds from the empty box to the answer."""
_WARM_UP = 3
_WAIT = 20_000
_ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_OPEN = """(entry) => document.querySelector('.card .aloud p')?.textContent
  && document.querySelector('.card .eyebrow').textContent.endsWith(`· ${entry}`)"""


@dataclass(frozen=True)
class Question:
    """What a caller asks about.

    Args:
        entry: that answers it.
        typed: what the officer types.
    """

    entry: str
    typed: str


def main(argv: list[str] | None = None) -> int:
    """Measure, print the table and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.staff_console", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--questions", type=int, default=60, help="how many to ask")
    parser.add_argument("--pace", type=float, default=PACE, help="seconds from key to key")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--www", type=Path, default=Path("var/www"), help="where the console was built to")
    parser.add_argument("--output", type=Path, help="write the result with raw rows to this JSON file")
    arguments = parser.parse_args(argv)
    result = asyncio.run(measure(arguments.questions, arguments.pace, arguments.seed, arguments.www))
    if arguments.output:
        arguments.output.write_text(json.dumps(result) + "\n", encoding="utf-8")
    print(table(result))
    return 0


async def measure(number: int, pace: float, seed: int, www: Path) -> dict[str, Any]:
    """Return the times of ``number`` questions."""
    content = read()
    asked = questions(content.entries.values(), number + _WARM_UP, seed)
    with tempfile.TemporaryDirectory(prefix="heza-console-") as folder:
        settings = Settings("no Rasa", "http://127.0.0.1:1", var=Path(folder), actions_port=1, www=www)
        with closing(Store(settings.knowledge_url)) as store:
            load(store, content)
        async with _portal(settings) as (url, session), _chromium() as browser:
            page = await _console(browser, url, session)
            rows = [await row(page, question, pace) for question in asked][_WARM_UP:]
            version = browser.version
    about = {"machine": machine(), "chromium": version, "entries": len(content.entries), "seed": seed}
    return {**about, "pace": pace, **summary(rows, pace), "rows": rows}


def questions(entries: Iterable[Entry], number: int, seed: int) -> list[Question]:
    """Choose entries and, of each, the beginning of one of its names; half of them without accents."""
    chooser = random.Random(f"console {seed}")
    known = [entry for entry in entries if entry.kind is not Kind.DOCUMENT]
    chosen = chooser.sample(known, min(number, len(known)))
    return [Question(entry.id, typed(_name(entry, chooser), chooser.random() < 0.5)) for entry in chosen]


def typed(name: str, plain: bool) -> str:
    """Return as many words of a name as fit into ``MOST_LETTERS``, at least one."""
    words = (bare(name) if plain else name).split()
    while len(words) > 1 and len(" ".join(words)) > MOST_LETTERS:
        words.pop()
    return " ".join(words)


def _name(entry: Entry, chooser: random.Random) -> str:
    return chooser.choice([entry.name.get("vi"), *entry.aliases.get("vi")])


@asynccontextmanager
async def _portal(settings: Settings) -> AsyncIterator[tuple[str, str]]:
    """Run the portal; yield its address and the session of an officer."""
    public = make_apps(settings).public
    with public[STAFF].writing() as connection:
        account = accounts.add(connection, "officer", {Role.OFFICER})
        session = open_session(connection, account)
    async with TestServer(public) as server:
        yield str(server.make_url("")).rstrip("/"), session


@asynccontextmanager
async def _chromium() -> AsyncIterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        await browser.close()


async def _console(browser: Browser, url: str, session: str) -> Page:
    """Open the console as the officer."""
    context = await browser.new_context(locale="vi-VN", viewport={"width": 1440, "height": 900})
    secure = url.replace("http://", "https://", 1)  # the loopback address is trusted like one
    cookie: Any = {"name": COOKIE, "value": session, "url": secure, "httpOnly": True}
    await context.add_cookies([cookie])
    page = await context.new_page()
    page.set_default_timeout(_WAIT)
    await page.goto(f"{url}/staff/")
    await page.locator("#search").wait_for()
    return page


async def row(page: Page, question: Question, pace: float) -> dict[str, Any]:
    """Ask one question; ``seconds`` is null if the entry is not among the results."""
    await page.keyboard.press("/")
    await page.keyboard.press("Escape")
    hand = Hand(page, pace)
    async with page.expect_request_finished(lambda request: asks(request.url, question.typed)):
        for letter in question.typed:
            await hand.press(letter)
    await page.evaluate(_PAINTED)
    listed = await page.locator("#results [data-entry]").evaluate_all(
        "(all) => all.map((e) => e.dataset.entry)"
    )
    place = listed.index(question.entry) if question.entry in listed else None
    seconds = None
    if place is not None:
        for key in ["ArrowDown"] * place + ["Enter"]:
            await hand.press(key)
        await page.wait_for_function(_OPEN, arg=question.entry)
        seconds = round(hand.seconds, 3)
    return {**vars(question), "place": place, "keys": hand.keys, "seconds": seconds}


class Hand:
    """Presses keys at a pace; a key that comes late, because the page was slow, is not caught up with.

    Args:
        page: that gets the keys.
        pace: seconds from key to key.
    """

    def __init__(self, page: Page, pace: float) -> None:
        self._page = page
        self._pace = pace
        self._begun = self._last = time.perf_counter()
        self.keys = 0

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.perf_counter() - self._begun

    async def press(self, key: str) -> None:
        """Wait until it is time for the next key, and press it."""
        await asyncio.sleep(max(0.0, self._last + self._pace - time.perf_counter()))
        self._last = time.perf_counter()
        # Letters with accents have no key of their own: an input method puts them in.
        await (self._page.keyboard.press(key) if len(key) > 1 else self._page.keyboard.type(key))
        self.keys += 1


def asks(url: str, typed: str) -> bool:
    """Tell whether a request searches for all of what is typed."""
    parts = urlsplit(url)
    return parts.path == "/staff/api/search" and parse_qs(parts.query).get("q") == [typed]


def summary(rows: list[dict[str, Any]], pace: float) -> dict[str, Any]:
    """Return percentiles in seconds; ``waited`` is what the console took besides the keys."""
    found = [row for row in rows if row["seconds"] is not None]
    times = [row["seconds"] for row in found]
    waited = [row["seconds"] - row["keys"] * pace for row in found]
    return {
        "questions": len(rows),
        "found": len(found),
        "first": sum(row["place"] == 0 for row in found),
        "keys": statistics.median(row["keys"] for row in found),
        **{f"p{percent}": _percentile(times, percent) for percent in (50, 95)},
        "max": round(max(times), 2),
        "within_goal": sum(seconds < GOAL for seconds in times),
        **{f"waited_p{percent}": _percentile(waited, percent) for percent in (50, 95)},
    }


def _percentile(seconds: list[float], percent: int) -> float:
    """Return a percentile to a hundredth of a second."""
    return round(percentile([1000 * one for one in seconds], percent) / 1000, 2)


def table(result: dict[str, Any]) -> str:
    """Return the result in Markdown."""
    found = result["found"]
    rows = [
        ("questions", result["questions"]),
        ("entry among the results; first of them", f"{found}; {result['first']}"),
        ("keys, median", result["keys"]),
        ("from the empty box to the card, p50", f"{result['p50']} s"),
        ("the same, p95", f"{result['p95']} s"),
        ("the slowest", f"{result['max']} s"),
        (f"under {GOAL:g} s", f"{result['within_goal']} of {found}"),
        ("of it besides the keys, p50 and p95", f"{result['waited_p50']} s, {result['waited_p95']} s"),
    ]
    return "\n".join(["| what | figure |", "|---|--:|", *(f"| {what} | {figure} |" for what, figure in rows)])


if __name__ == "__main__":
    sys.exit(main())
