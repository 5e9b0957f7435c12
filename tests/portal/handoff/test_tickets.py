"""Tickets: issued out of hours, read with code and secret, answered, and their contacts forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.handoff.tables import tickets
from portal.handoff.tickets import Tickets
from portal.privacy.erasure import Erasures
from portal.privacy.keys import PrivacyKey
from portal.privacy.retention import erase_older
from portal.staff.tables import staff_audit
from portal.tables import events, sessions, turns
from tests.portal.handoff.conftest import CLOSED, OPEN, MakeOffice, Office
from tests.portal.privacy.planted import leaking_files

CONTACT = "lan@example.com"


@pytest.fixture
async def office(make_office: MakeOffice) -> Office:
    return await make_office(CLOSED)


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path


async def issue(office: Office, **body: Any) -> tuple[str, dict[str, Any]]:
    token = await office.visitor.session()
    given = {"contact": CONTACT, "consent": True, "note": "Hồ sơ của tôi, sđt 0912345678", **body}
    reply = await office.ask(token, **given)
    assert reply.status == 200, reply.text
    return token, reply.json


async def look_up(office: Office, code: str, secret: str) -> Any:
    return await office.visitor.call("POST", "/v1/tickets/lookup", json={"code": code, "secret": secret})


def rows(office: Office, table: Any) -> str:
    with office.engine.connect() as connection:
        return str(connection.execute(table.select()).all())


async def the_ticket(office: Office) -> str:
    listed = (await office.officer.call("GET", "/desk/tickets")).json["tickets"]
    return str(listed[0]["id"])


async def test_out_of_hours_a_ticket_is_issued(office: Office) -> None:
    token, given = await issue(office)
    assert given["state"] == "ticket"
    assert len(given["secret"]) == 22, "128 bits in base64"
    assert datetime.fromisoformat(given["answer_by"]) > datetime.now(UTC)
    turn = (await office.events(token, "turn"))[-1]
    assert turn["outcome"] == "ticket"
    assert given["code"] in turn["text"]
    assert turn["question"] == "Hồ sơ của tôi, sđt [số điện thoại]"
    assert await office.events(token, "state") == [{"state": "ticket", "code": given["code"]}]


async def test_the_database_holds_neither_contact_nor_secret_in_the_clear(office: Office) -> None:
    _, given = await issue(office)
    for table in (tickets, turns, events):
        kept = rows(office, table)
        assert [value for value in (CONTACT, given["secret"], "0912345678") if value in kept] == []


async def test_no_file_holds_them_either(office: Office, var: Path) -> None:
    _, given = await issue(office)
    ticket = await the_ticket(office)
    assert (await office.officer.call("GET", f"/desk/tickets/{ticket}")).json["contact"] == CONTACT
    assert leaking_files(var, [CONTACT, given["secret"]]) == {}


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, "contact_needed"),
        ({"consent": True}, "contact_needed"),
        ({"contact": CONTACT}, "consent_needed"),
        ({"contact": CONTACT, "consent": False}, "consent_needed"),
    ],
)
async def test_a_ticket_needs_contact_and_consent(office: Office, body: dict[str, Any], problem: str) -> None:
    token = await office.visitor.session()
    reply = await office.ask(token, **body)
    assert (reply.status, reply.json["type"]) == (422, f"urn:heza:problem:{problem}")
    assert await office.events(token, "turn") == []


async def test_with_nobody_there_it_is_a_ticket_in_office_hours_too(make_office: MakeOffice) -> None:
    office = await make_office(OPEN, there=False)
    assert (await issue(office))[1]["state"] == "ticket"


async def test_the_reply_comes_by_code_and_secret_and_in_the_conversation(office: Office) -> None:
    token, given = await issue(office)
    ticket = await the_ticket(office)
    reply = await office.officer.call(
        "POST", f"/desk/tickets/{ticket}/reply", json={"text": "Đã có kết quả."}
    )
    assert reply.status == 204
    found = await look_up(office, given["code"].lower(), given["secret"])
    assert (found.status, found.json["state"], found.json["reply"]) == (200, "answered", "Đã có kết quả.")
    assert [said["text"] for said in await office.events(token, "agent")] == ["Đã có kết quả."]


async def test_an_unknown_code_and_a_wrong_secret_are_one_reply(office: Office) -> None:
    _, given = await issue(office)
    wrong = await look_up(office, given["code"], "A" * 22)
    unknown = await look_up(office, "AAAAA-AAAAA", given["secret"])
    assert wrong.status == unknown.status == 404
    assert wrong.json == unknown.json


async def test_look_ups_are_limited(make_office: MakeOffice) -> None:
    office = await make_office(CLOSED, rate_limits=True)
    replies = [(await look_up(office, "AAAAA-AAAAA", "x")).status for _ in range(31)]
    assert replies == [404] * 30 + [429]


async def test_officers_work_through_tickets(office: Office) -> None:
    await issue(office)
    ticket = await the_ticket(office)
    listed = (await office.officer.call("GET", "/desk/tickets?state=open")).json["tickets"][0]
    assert (listed["has_contact"], listed["overdue"]) == (True, False)
    assert CONTACT not in str(listed)
    assert (await office.officer.call("GET", f"/desk/tickets/{ticket}")).json["contact"] == CONTACT
    calls = (
        ("forward", {"unit": "labour"}),
        ("reply", {"text": "Rồi."}),
        ("close", {"topic": "other", "solved": True}),
    )
    for act, body in calls:
        assert (await office.officer.call("POST", f"/desk/tickets/{ticket}/{act}", json=body)).status == 204
    again = await office.officer.call("POST", f"/desk/tickets/{ticket}/reply", json={"text": "x"})
    assert again.status == 409
    closed = (await office.officer.call("GET", "/desk/tickets?state=closed")).json["tickets"][0]
    assert (closed["unit"], closed["topic"], closed["solved"]) == ("labour", "other", True)
    with office.engine.connect() as connection:
        logged = connection.execute(select(staff_audit.c.act, staff_audit.c.detail)).all()
    acts = [row.act for row in logged if row.act.startswith("ticket")]
    assert acts == ["ticket.view", "ticket.forward", "ticket.reply", "ticket.close"]
    assert CONTACT not in str(logged)


async def test_what_is_late_is_listed(office: Office) -> None:
    await issue(office)
    assert (await office.officer.call("GET", "/desk/tickets?overdue=true")).json["tickets"] == []
    _change(office, due_at=datetime.now(UTC) - timedelta(minutes=1))
    [late] = (await office.officer.call("GET", "/desk/tickets?overdue=true")).json["tickets"]
    assert late["overdue"]


async def test_contacts_are_forgotten_some_days_after_closing(office: Office, var: Path) -> None:
    await issue(office)
    store = Tickets(office.engine, CLOSED, PrivacyKey.from_file(var / "privacy-key"))
    limit = datetime.now(UTC) - timedelta(days=CLOSED.contact_days)
    _change(office, state="closed", closed_at=limit + timedelta(hours=1))
    assert store.forget_contacts() == 0
    _change(office, closed_at=limit - timedelta(hours=1))
    assert store.forget_contacts() == 1
    assert (await office.officer.call("GET", f"/desk/tickets/{await the_ticket(office)}")).json[
        "contact"
    ] is None


async def test_a_session_with_a_ticket_that_is_due_is_kept_and_erased_on_request(office: Office) -> None:
    token, _ = await issue(office)
    long_ago = datetime.now(UTC) - timedelta(days=40)
    with office.engine.begin() as connection:
        connection.execute(update(sessions).values(created_at=long_ago))
        connection.execute(update(turns).values(created_at=long_ago))
    erasures = Erasures(office.engine)
    assert erase_older(erasures, 30) == 0
    _change(office, due_at=long_ago)
    assert erase_older(erasures, 30) == 1
    assert rows(office, tickets) == "[]"
    assert (await office.visitor.call("GET", "/v1/handoff", token)).status == 403


def _change(office: Office, **values: Any) -> None:
    with office.engine.begin() as connection:
        connection.execute(update(tickets).values(values))
