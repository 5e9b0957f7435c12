"""The calls of the desk do what their descriptions say."""

from __future__ import annotations

import asyncio
import json

import pytest

from portal.api.staff.openapi import describe
from portal.handoff.settings import HandoffSettings
from tests.portal.handoff.conftest import CLOSED, OPEN, MakeOffice
from tests.portal.stubs import Reply, check
from tests.portal.test_openapi_fuzz import calls


async def test_what_officers_get_is_as_described(make_office: MakeOffice) -> None:
    office = await make_office()
    token, handoff = await office.claimed()
    await office.visitor.ask(token)
    await office.queued(note="hồ sơ")
    for path in ("/desk/queue", "/desk/units", "/desk/handoffs/{handoff}", "/desk/tickets"):
        said = await office.officer.call("GET", path.format(handoff=handoff))
        reply = Reply(said.status, said.headers, json.dumps(said.json))
        check(describe(), "GET", f"/staff/api{path}", reply, "application/json")
        assert said.status == 200


async def test_a_ticket_is_as_described(make_office: MakeOffice) -> None:
    office = await make_office(CLOSED)
    token = await office.visitor.session()
    await office.ask(token, contact="lan@example.com", consent=True)
    [listed] = (await office.officer.call("GET", "/desk/tickets")).json["tickets"]
    said = await office.officer.call("GET", f"/desk/tickets/{listed['id']}")
    reply = Reply(said.status, said.headers, json.dumps(said.json))
    check(describe(), "GET", "/staff/api/desk/tickets/{ticket}", reply, "application/json")


@pytest.mark.parametrize("settings", [OPEN, CLOSED], ids=["open", "closed"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_any_request_for_an_officer_gets_a_described_reply(
    make_office: MakeOffice, settings: HandoffSettings
) -> None:
    office = await make_office(settings)
    headers = {"Authorization": f"Bearer {await office.visitor.session()}"}
    base = str(office.visitor.client.make_url("")).rstrip("/")
    fitting = {"contact": "lan@example.com", "consent": True, "note": "hồ sơ"}
    await asyncio.to_thread(calls("/v1/handoff", "post", base, headers, fitting))
