from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine

from dossiers.holidays import load_calendar
from portal.handoff.desk import Desk as DeskStore
from portal.handoff.hours import DeskHours, read_hours
from portal.handoff.settings import HandoffSettings
from portal.staff.permissions import Role
from tests.portal.staff.conftest import Browser, Desk, MakeDesk, make_desk
from tests.portal.stubs import Portal, Reply

__all__ = ["make_desk"]


class Always(DeskHours):
    """A desk that is open day and night, so that no test depends on the hour at which it runs."""

    def is_open(self, moment: Any) -> bool:
        return True


class Never(DeskHours):
    """A desk that is closed now, and works as its hours say."""

    def is_open(self, moment: Any) -> bool:
        return False


def hours(kind: type[DeskHours] = DeskHours, text: str = "Mon-Fri 07:30-11:30,13:00-17:00") -> DeskHours:
    calendar = load_calendar()
    return kind(text, read_hours(text, calendar).spans, calendar)


OPEN = HandoffSettings(hours(Always))
CLOSED = HandoffSettings(hours(Never))


@dataclass
class Office:
    """A portal with a desk, an officer who is there, and visitors."""

    desk: Desk
    officer: Browser
    visitor: Portal

    @property
    def engine(self) -> Engine:
        return self.desk.staff.engine

    def store(self, settings: HandoffSettings = OPEN) -> DeskStore:
        return DeskStore(self.engine, settings)

    async def ask(self, token: str, **body: Any) -> Reply:
        return await self.visitor.call("POST", "/v1/handoff", token, json=body)

    async def queued(self, **body: Any) -> tuple[str, str]:
        """A visitor who waits; return token and id of the conversation."""
        token = await self.visitor.session()
        assert (await self.ask(token, **body)).json["state"] == "queued"
        listed = (await self.officer.call("GET", "/desk/queue")).json["handoffs"]
        return token, str(listed[-1]["id"])

    async def claimed(self) -> tuple[str, str]:
        token, handoff = await self.queued()
        assert (await self.act(handoff, "claim")).status == 204
        return token, handoff

    async def act(self, handoff: str, act: str, **body: Any) -> Any:
        return await self.officer.call("POST", f"/desk/handoffs/{handoff}/{act}", json=body)

    async def events(self, token: str, kind: str) -> list[Any]:
        polled = await self.visitor.call("GET", "/v1/messages?after=0", token)
        return [event["data"] for event in polled.json["events"] if event["event"] == kind]


MakeOffice = Callable[..., Awaitable[Office]]


@pytest.fixture
def make_office(make_desk: MakeDesk, rasa_url: str) -> MakeOffice:
    """Return a maker of offices; ``there``: whether the officer has given a sign of life."""

    async def make(settings: HandoffSettings = OPEN, there: bool = True, **more: Any) -> Office:
        desk = await make_desk(rasa_url=rasa_url, handoff=settings, **more)
        officer = await desk.browser(Role.OFFICER)
        if there:
            assert (await officer.call("POST", "/desk/heartbeat")).status == 204
        return Office(desk, officer, Portal((await desk.new_browser()).client))

    return make
