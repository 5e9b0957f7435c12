"""Corrections by ticket, by mail or by an officer who calls; and the incident report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.headerregistry import Address

import pytest
from sqlalchemy import select, update

from portal.metrics import Metrics
from portal.recall.tables import recall_tickets
from portal.staff.permissions import Role
from portal.subscriptions.addresses import Addresses
from portal.subscriptions.sending import Sender
from portal.subscriptions.settings import MailSettings
from portal.tables import outbox
from tests.portal.recall.conftest import ENTRY, TEXT, House
from tests.portal.subscriptions.mail_server import MailServer, free_port

MAIL, PHONE = "lan@example.com", "0912345678"


@pytest.fixture
def server() -> Iterator[MailServer]:
    server = MailServer(free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture
def sender(house: House, server: MailServer) -> Sender:
    address = Address("HEZA", addr_spec="no-reply@heza.example.org")
    settings = MailSettings("127.0.0.1", server.port, "if_offered", address, "https://assistant.example.org")
    return Sender(house.engine, settings, Addresses(house.key), Metrics())


async def ticket(house: House, contact: str, lang: str = "vi") -> str:
    token = await house.shown(lang)
    given = (await house.office.ask(token, contact=contact, consent=True)).json
    assert given["state"] == "ticket"
    return str(given["code"])


def states(house: House) -> list[str]:
    with house.engine.connect() as connection:
        return sorted(connection.execute(select(recall_tickets.c.state)).scalars())


async def test_an_address_gets_a_mail(house: House, sender: Sender, server: MailServer) -> None:
    code = await ticket(house, MAIL, "en")
    await house.withdraw()
    await house.go_on(mail=True)
    assert states(house) == ["mailing"]
    assert await sender.send_one() == "sent"
    [mail] = server.mails
    assert (mail["To"], mail["Subject"]) == (MAIL, "Correction: Work permit")
    body = mail.get_content()
    assert TEXT["en"] in body
    assert code in body
    assert mail["List-Unsubscribe"] is None, "nothing was subscribed to"
    await house.go_on(mail=True)
    assert states(house) == ["mailed"]
    assert await sender.send_one() is None


async def test_the_outbox_does_not_hold_the_address_in_the_clear(house: House) -> None:
    await ticket(house, MAIL)
    await house.withdraw()
    await house.go_on(mail=True)
    with house.engine.connect() as connection:
        assert MAIL not in str(connection.execute(outbox.select()).all())


async def test_a_number_is_for_an_officer_to_call(house: House) -> None:
    code = await ticket(house, PHONE)
    await house.withdraw()
    await house.go_on(mail=True)
    listed = await house.office.officer.call("GET", "/desk/corrections")
    [one] = listed.json["corrections"]
    assert (one["code"], one["text"], one["entry"]) == (code, TEXT["vi"], ENTRY)
    assert PHONE not in str(listed.json)
    path = f"/desk/corrections/{one['id']}/told"
    assert [(await house.office.officer.call("POST", path)).status for _ in range(2)] == [204, 204]
    assert (await house.office.officer.call("GET", "/desk/corrections")).json["corrections"] == []
    assert states(house) == ["called"]
    assert (await house.office.officer.call("POST", "/desk/corrections/none/told")).status == 404
    assert (await house.approver.call("GET", "/desk/corrections")).status == 403


async def test_without_mail_every_ticket_is_called(house: House) -> None:
    await ticket(house, MAIL)
    await house.withdraw()
    await house.go_on(mail=False)
    assert states(house) == ["call"]


async def test_of_a_mail_that_is_refused_an_officer_is_told(house: House) -> None:
    await ticket(house, MAIL)
    await house.withdraw()
    await house.go_on(mail=True)
    refused = {"failed_at": datetime.now(UTC), "failure": "550"}
    with house.engine.execution_options(writes=True).begin() as connection:
        connection.execute(update(outbox).values(refused))
    await house.go_on(mail=True)
    assert states(house) == ["call"]
    with house.engine.connect() as connection:
        assert connection.execute(outbox.select()).all() == [], "the address is not kept"


async def test_the_report_counts_and_names_nobody(house: House) -> None:
    await ticket(house, PHONE)
    await ticket(house, MAIL, "en")
    await house.shown("en")
    call = {"lang": "vi", "entry": ENTRY, "version": 2, "solved": True}
    await house.office.officer.call("POST", "/calls", json=call)
    made = (await house.withdraw()).json
    await house.go_on(mail=True)
    report = (await house.approver.call("GET", f"/recalls/{made['id']}/report?format=json")).json
    assert report["seen"] == {"sessions": 3, "turns": 3, "languages": {"vi": 1, "en": 2}, "told": 3}
    assert report["calls"] == {"vi": 1, "en": 0}
    assert report["tickets"] == {
        "mailing": 1,
        "mailed": 0,
        "call": 1,
        "called": 0,
        "unreachable": 0,
        "erased": 0,
    }
    assert (report["by"], report["versions"], report["reason"]) == ("approver", [2], "mười lăm thay vì mười")
    said = await house.approver.call("GET", f"/recalls/{made['id']}/report?lang=en")
    assert said.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert f"heza-incident-{made['id']}.md" in said.headers["Content-Disposition"]
    assert "| Conversations that were shown it | 3 |" in said.json
    assert "Version 1 was brought back as version 3" in said.json
    for personal in (MAIL, PHONE, "bao lâu"):
        assert personal not in said.json + str(report)


async def test_its_figures_outlive_the_sessions(house: House) -> None:
    token = await house.shown()
    made = (await house.withdraw()).json
    await house.go_on()
    assert (await house.office.visitor.call("DELETE", "/v1/session", token)).status in {200, 202, 204}
    report = (await house.approver.call("GET", f"/recalls/{made['id']}")).json
    assert (report["seen"]["sessions"], report["seen"]["told"]) == (1, 1)


async def test_every_colleague_may_read_reports(house: House) -> None:
    made = (await house.withdraw()).json
    for role in Role:
        browser = await house.office.desk.browser(role, name=f"b-{role}")
        assert (await browser.call("GET", f"/recalls/{made['id']}/report")).status == 200
    assert (await house.approver.call("GET", "/recalls/none/report")).status == 404
