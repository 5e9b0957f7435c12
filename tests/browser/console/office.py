"""The staff's side of a running portal, and how officers work with the console."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page

from portal.app import Apps
from portal.staff import accounts
from portal.staff.access import STAFF, Staff
from portal.staff.permissions import Role
from portal.staff.sessions import COOKIE, open_session
from portal.staff.signing_in import SigningIn
from tests.portal.staff.conftest import PASSWORD, Person

_TEXTS = Path(__file__).resolve().parents[3] / "console" / "src" / "texts"


@dataclass
class Office:
    """A portal with its staff.

    Args:
        url: of the portal.
        apps: what runs there.
        signing_in: gives people accounts.
    """

    url: str
    apps: Apps
    signing_in: SigningIn
    _people: int = field(default=0)

    @property
    def staff(self) -> Staff:
        """The portal's own view of its staff."""
        return self.apps.public[STAFF]

    def person(self, *roles: Role, name: str = "") -> Person:
        """Give somebody an account with a name of its own."""
        self._people += 1
        with self.staff.writing() as connection:
            account = accounts.add(connection, name or f"lan.{self._people}", roles)
            given = self.signing_in.equip(connection, account, PASSWORD)
        return Person(account.name, given.secret, given.recovery_codes, id=account.id)

    def session(self, person: Person) -> str:
        """Sign somebody in past the form; return what their browser keeps."""
        with self.staff.writing() as connection:
            return open_session(connection, accounts.by_id(connection, person.id))


@dataclass
class Console:
    """The console in one page of a browser."""

    page: Page
    office: Office
    lang: str = "vi"

    def texts(self, part: str = "") -> dict[str, str]:
        """Return a catalogue of the console: the common one, or that of a page."""
        path = _TEXTS / part / f"{self.lang}.json"
        found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        return found

    async def open(self, address: str = "") -> None:
        """Load the console at an address inside it, such as ``#/search``."""
        await self.page.goto(f"{self.office.url}/staff/{address}")
        await self.page.get_by_role("heading", level=1).wait_for()

    async def enter(self, person: Person, address: str = "") -> None:
        """Open the console as somebody who has signed in before."""
        # A cookie for https only; the browser trusts the loopback address as well, and sends it there.
        secure = self.office.url.replace("http://", "https://", 1)
        cookie: Any = {"name": COOKIE, "value": self.office.session(person), "url": secure}
        await self.page.context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Strict"}])
        await self.open(address)

    async def sign_in(self, person: Person, address: str = "") -> None:
        """Sign in as a person does, through the form."""
        await self.open(address)
        t = self.texts("sign-in")
        await self.page.get_by_label(t["user"]).fill(person.name)
        await self.page.get_by_label(t["password"]).fill(person.password)
        await self.page.get_by_label(t["code"], exact=True).fill(person.code())
        await self.button(t["signIn"]).click()
        # The first code is that of the time step before: too old if the next step begins just then.
        out = self.button(self.texts()["signOut"])
        failed = self.page.locator(".complaint:not(:empty)")
        await out.or_(failed).first.wait_for()
        if await failed.count():
            await self.page.get_by_label(t["code"], exact=True).fill(person.code())
            await self.button(t["signIn"]).click()
        await out.wait_for()

    def button(self, name: str) -> Locator:
        """Return a button by its accessible name."""
        return self.page.get_by_role("button", name=name, exact=True)

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def seen(self) -> dict[str, Any]:
        """Return what the page has noticed: violations of its policy, errors of its scripts."""
        found: dict[str, Any] = await self.page.evaluate("window.seen")
        return found
