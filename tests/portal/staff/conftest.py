from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pyotp
import pytest
from aiohttp import ClientResponse, CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from argon2 import Parameters
from argon2.low_level import ARGON2_VERSION, Type

from portal.app import Apps
from portal.staff import accounts, wiring
from portal.staff.access import STAFF, Staff
from portal.staff.passwords import Passwords
from portal.staff.permissions import Role
from portal.staff.sealing import Sealer
from portal.staff.signing_in import SigningIn

PASSWORD = "cầu Rào buổi sáng sớm"
CHEAP = Parameters(
    type=Type.ID, version=ARGON2_VERSION, salt_len=16, hash_len=32, time_cost=1, memory_cost=8, parallelism=1
)


@dataclass
class Said:
    """What the staff API answered."""

    status: int
    json: Any
    headers: Any


@dataclass
class Browser:
    """A browser at the staff API: keeps cookies and sends the token of its session."""

    client: TestClient[Any, Any]
    csrf: str = ""
    origin: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    async def call(self, method: str, path: str, **options: Any) -> Said:
        headers = {**({"X-CSRF-Token": self.csrf} if self.csrf else {}), **self.headers}
        if self.origin:
            headers["Origin"] = self.origin
        url = f"/staff/api{path}"
        reply: ClientResponse = await self.client.request(method, url, headers=headers, **options)
        is_json = "json" in reply.headers.get("Content-Type", "")
        return Said(reply.status, await reply.json() if is_json else await reply.text(), reply.headers)

    async def sign_in(self, person: Person, **changed: str) -> Said:
        given = {"name": person.name, "password": person.password, "code": person.code(), **changed}
        said = await self.call("POST", "/sign-in", json=given)
        if said.status == 200:
            self.csrf = said.json["csrf"]
        return said


@dataclass
class Person:
    """Somebody who has an account, with what they know and have."""

    name: str
    secret: str
    recovery_codes: list[str]
    password: str = PASSWORD
    id: str = ""
    _ahead: int = -1

    def code(self) -> str:
        """The next code that was not used yet: the tolerance for clocks has room for three."""
        totp = pyotp.TOTP(self.secret)
        code = totp.generate_otp(int(time.time() // 30) + self._ahead)
        self._ahead += 1
        return str(code)


@dataclass
class Desk:
    """A portal with its staff."""

    app: web.Application
    staff: Staff
    signing_in: SigningIn
    new_browser: Callable[[], Awaitable[Browser]]

    def person(self, name: str, *roles: Role) -> Person:
        """Give somebody an account."""
        with self.staff.writing() as connection:
            account = accounts.add(connection, name, roles)
            given = self.signing_in.equip(connection, account, PASSWORD)
        return Person(account.name, given.secret, given.recovery_codes, id=account.id)

    async def browser(self, *roles: Role, name: str = "lan") -> Browser:
        """Return a browser in which somebody is signed in."""
        browser = await self.new_browser()
        person = self.person(name, *roles)
        first = await browser.sign_in(person)
        # The first code is that of the time step before: too old if the next step begins just then.
        assert first.status == 200 or (await browser.sign_in(person)).status == 200
        return browser


MakeDesk = Callable[..., Awaitable[Desk]]


@pytest.fixture
async def make_desk(
    make_all: Callable[..., Apps], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[MakeDesk]:
    """Return a maker of running portals with a staff; passwords are hashed cheaply."""
    monkeypatch.setattr(wiring, "Passwords", partial(Passwords, CHEAP))
    opened: list[TestClient[Any, Any] | TestServer] = []

    async def make(**settings: Any) -> Desk:
        public = make_all(**settings).public
        server = TestServer(public)
        await server.start_server()
        opened.append(server)

        async def new_browser() -> Browser:
            # The cookies are for https; a browser trusts the loopback address as well.
            jar = CookieJar(unsafe=True, treat_as_secure_origin=server.make_url("/"))
            client = TestClient(server, cookie_jar=jar)
            opened.append(client)
            return Browser(client)

        staff = public[STAFF]
        signing_in = SigningIn(staff, Passwords(CHEAP), Sealer.from_file(tmp_path / wiring.KEYS))
        return Desk(public, staff, signing_in, new_browser)

    yield make
    for each in reversed(opened):
        await each.close()


@pytest.fixture
async def desk(make_desk: MakeDesk) -> Desk:
    return await make_desk()
