from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from knowledge.editing import edit
from knowledge.items import dump
from knowledge.loading import load
from knowledge.model import Entry
from knowledge.store import Store
from portal.handoff.tickets import Tickets
from portal.privacy.keys import PrivacyKey
from portal.recall import telling, wiring
from portal.recall.orders import Orders
from portal.recall.telling import Telling
from portal.staff.permissions import Role
from portal.subscriptions.addresses import Addresses
from tests.portal.handoff.conftest import CLOSED, Office
from tests.portal.staff.conftest import Browser, MakeDesk, Said, make_desk
from tests.portal.stubs import Portal, StubRasa, answer
from tests.samples import make_content, make_entry, rule

__all__ = ["make_desk"]

ENTRY = "procedure.permit"
WRONG, RIGHT = "Trong mười lăm ngày.", "Trong mười ngày."
TEXT = {"vi": "Thời hạn đúng là mười ngày.", "en": "The right time limit is ten days."}


def permit(vi: str, en: str) -> Entry:
    """The entry, with a time limit."""
    facets = {"time_limit": [rule(vi, en)]}
    return make_entry(ENTRY, "Cấp giấy phép lao động", "Work permit", facets=facets)


@dataclass
class House:
    """A portal whose knowledge has a wrong second version, with an approver, an officer and visitors."""

    office: Office
    approver: Browser
    store: Store
    rasa: StubRasa
    key: PrivacyKey

    @property
    def engine(self) -> Engine:
        return self.office.engine

    async def shown(self, lang: str = "vi", version: int = 2) -> str:
        """A visitor who was shown a version of the entry; return the token."""
        self.rasa.reply = answer(
            WRONG,
            lang=lang,
            entries=[{"id": ENTRY, "version": version, "facets": ["time_limit"]}],
        )
        token = await self.office.visitor.session(lang=lang)
        await self.office.visitor.ask(token, "bao lâu")
        return token

    async def withdraw(self, **changed: Any) -> Said:
        """Order that the second version is withdrawn and the first one brought back."""
        order = {
            "client_id": str(uuid4()),
            "entry": ENTRY,
            "versions": [2],
            "reason": "mười lăm thay vì mười",
            "text": TEXT,
            "act": "rollback",
            "target": 1,
        }
        return await self.approver.call("POST", "/recalls", json={**order, **changed})

    def telling(self, mail: bool = False) -> Telling:
        """What another portal over the same database goes on with."""
        addresses = Addresses(self.key) if mail else None
        orders = Orders(self.engine, self.store)
        return Telling(self.engine, self.store, orders, Tickets(self.engine, CLOSED, self.key), addresses)

    async def go_on(self, mail: bool = False) -> list[str]:
        return await asyncio.to_thread(self.telling(mail).go_on)

    async def corrections(self, token: str) -> list[dict[str, Any]]:
        return [turn for turn in await self.office.events(token, "turn") if turn.get("corrects")]


MakeHouse = Callable[..., Awaitable[House]]


@pytest.fixture
async def make_house(
    make_desk: MakeDesk,
    rasa_url: str,
    rasa: StubRasa,
    database: str,
    tmp_path: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[MakeHouse]:
    """Return a maker of houses on either database; nothing goes on by itself unless ``by_itself``."""
    stores: list[Store] = []

    async def make(by_itself: bool = False, **settings: Any) -> House:
        monkeypatch.setattr(telling, "SETTLE", timedelta())
        monkeypatch.setattr(wiring, "GO_ON_SECONDS", 0.1 if by_itself else 3600.0)
        store = Store(database)
        stores.append(store)
        load(store, make_content(permit(RIGHT, "Within ten days.")))
        edit(store, ENTRY, dump(permit(WRONG, "Within fifteen days.")), "Minh")
        desk = await make_desk(rasa_url=rasa_url, database_url=database, handoff=CLOSED, **settings)
        officer = await desk.browser(Role.OFFICER, name="officer")
        office = Office(desk, officer, Portal((await desk.new_browser()).client))
        approver = await desk.browser(Role.APPROVER, name="approver")
        return House(office, approver, store, rasa, PrivacyKey.from_file(tmp_path / "privacy-key"))

    yield make
    for store in stores:
        store.close()


@pytest.fixture
async def house(make_house: MakeHouse) -> House:
    return await make_house()
