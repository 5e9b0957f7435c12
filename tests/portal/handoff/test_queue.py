"""A conversation goes to an officer and comes back; meanwhile the assistant is silent."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from dossiers.demo import demo_codes
from dossiers.simulator import FACTOR
from knowledge.content import read
from knowledge.loading import load
from knowledge.store import Store
from portal.conversations import Conversations
from portal.handoff.desk import Desk
from portal.handoff.presence import VANISHED
from portal.handoff.tables import desk_presence, handoffs
from portal.handoff.units import units
from portal.handoff.visits import Visits
from portal.problems import Problem
from portal.staff import accounts
from portal.staff.access import Principal
from portal.staff.permissions import Role
from portal.staff.tables import staff_audit
from tests.portal.conftest import PERMIT
from tests.portal.handoff.conftest import CLOSED, OPEN, MakeOffice, Office
from tests.portal.staff.conftest import MakeDesk
from tests.portal.stubs import Portal, StubRasa
from tests.samples import make_content


@pytest.fixture
async def office(make_office: MakeOffice) -> Office:
    return await make_office()


def acts(office: Office) -> list[str]:
    with office.engine.connect() as connection:
        found = connection.execute(select(staff_audit.c.act).order_by(staff_audit.c.seq)).scalars()
        return [act for act in found if act.startswith(("handoff", "ticket"))]


async def test_a_visitor_waits_for_an_officer(office: Office) -> None:
    token = await office.visitor.session(lang="en")
    reply = await office.ask(token, note="my dossier, call 0912 345 678")
    assert (reply.status, reply.json) == (200, {"state": "queued", "position": 1})
    turn = (await office.events(token, "turn"))[-1]
    assert (turn["outcome"], turn["lang"]) == ("handed_off", "en")
    assert turn["question"] == "my dossier, call [telephone number]"
    assert await office.events(token, "state") == [{"state": "queued", "position": 1}]
    assert (await office.ask(await office.visitor.session())).json["position"] == 2
    again = await office.ask(token)
    assert again.json == {"state": "queued", "position": 1}
    assert len(await office.events(token, "turn")) == 1, "asking again is no new act"


async def test_the_packet_tells_the_officer_what_it_is_about(office: Office) -> None:
    token = await office.visitor.session()
    await office.visitor.ask(token, "cấp giấy phép mất bao lâu, sđt 0912345678")
    await office.ask(token)
    queue = (await office.officer.call("GET", "/desk/queue")).json
    assert (queue["open"], queue["present"]) == (True, ["lan"])
    [waits] = queue["handoffs"]
    assert (waits["state"], waits["lang"], waits["outcome"]) == ("queued", "vi", "answered")
    assert waits["subjects"] == [{"id": "procedure.permit", "name": "Cấp giấy phép lao động"}]
    assert waits["summary"] == "cấp giấy phép mất bao lâu, sđt [số điện thoại]"
    packet = await office.officer.call("GET", f"/desk/handoffs/{waits['id']}")
    assert packet.status == 200
    assert [(s["visitor"], s["outcome"]) for s in packet.json["said"]] == [
        ("cấp giấy phép mất bao lâu, sđt [số điện thoại]", "answered"),
        ("Tôi muốn gặp cán bộ.", "handed_off"),
    ]
    assert "0912345678" not in str(packet.json)
    assert acts(office) == ["handoff.view"]


async def test_while_claimed_the_assistant_is_silent_and_the_two_talk(office: Office, rasa: StubRasa) -> None:
    token, handoff = await office.claimed()
    calls = len(rasa.calls)
    first, second = [await office.visitor.ask(token, text) for text in ("Alo?", "Có ai không?")]
    assert (first["outcome"], second["outcome"]) == ("handed_off", "handed_off")
    assert "Cán bộ đang tiếp nhận" in first["text"]
    assert second["text"] == "Tin nhắn đã được chuyển đến cán bộ."
    assert len(rasa.calls) == calls
    assert (await office.act(handoff, "messages", text="Chào anh/chị.")).status == 204
    [said] = await office.events(token, "agent")
    assert (said["text"], said["name"]) == ("Chào anh/chị.", "Cán bộ Ban Quản lý")
    packet = await office.officer.call("GET", f"/desk/handoffs/{handoff}", params={"after": "1"})
    spoken = [(s["visitor"], s["officer"]) for s in packet.json["said"]]
    assert spoken == [("Alo?", None), ("Có ai không?", None), (None, "Chào anh/chị.")]
    assert (await office.act(handoff, "return")).status == 204
    assert (await office.visitor.ask(token, "lệ phí"))["outcome"] == "answered"
    assert [s["state"] for s in await office.events(token, "state")] == ["queued", "claimed", "bot"]
    assert acts(office) == ["handoff.claim", "handoff.say", "handoff.return"]


async def test_while_waiting_the_assistant_still_answers(office: Office) -> None:
    token, _ = await office.queued()
    assert (await office.visitor.ask(token))["outcome"] == "answered"


async def test_closing_says_what_it_was_about_and_whether_it_was_solved(office: Office) -> None:
    token, handoff = await office.claimed()
    assert (await office.act(handoff, "close", topic="weather", solved=True)).status == 400
    assert (await office.act(handoff, "close", topic="procedure", solved=True)).status == 204
    assert (await office.visitor.call("GET", "/v1/handoff", token)).json["state"] == "closed"
    with office.engine.connect() as connection:
        row = connection.execute(handoffs.select()).one()
    assert (row.state, row.topic, row.solved) == ("closed", "procedure", True)
    assert (await office.act(handoff, "messages", text="x")).status == 409
    assert (await office.ask(token)).json["state"] == "queued", "one may ask for an officer again"


async def test_forwarding_puts_it_into_the_queue_of_a_unit(office: Office) -> None:
    token, handoff = await office.claimed()
    assert (await office.act(handoff, "forward", unit="police")).status == 404
    assert (await office.act(handoff, "forward", unit="customs")).status == 204
    [waits] = (await office.officer.call("GET", "/desk/queue")).json["handoffs"]
    assert (waits["state"], waits["unit"], waits["officer"]) == ("queued", "customs", None)
    assert (await office.events(token, "state"))[-1] == {"state": "queued", "position": 1, "unit": "customs"}


def test_every_unit_is_named_by_its_entry() -> None:
    entries = read().entries
    for unit in units().values():
        entry = entries[unit["entry"]]
        words = str(entry.model_dump()).casefold()
        name = unit["name"]["vi"].casefold().removeprefix("phòng ")
        assert name in words, unit["id"]


async def test_only_who_has_the_conversation_may_act_in_it(office: Office) -> None:
    _, handoff = await office.claimed()
    other = await office.desk.browser(Role.OFFICER, name="minh")
    for act, body in (("messages", {"text": "x"}), ("return", {}), ("claim", {})):
        said = await other.call("POST", f"/desk/handoffs/{handoff}/{act}", json=body)
        assert said.status == 409, act
    admin = await office.desk.browser(Role.ADMINISTRATOR, name="hoa")
    assert (await admin.call("GET", "/desk/queue")).status == 403
    assert (await office.officer.call("GET", "/desk/handoffs/unknown")).status == 404


async def test_a_claim_is_released_when_its_officer_vanishes(office: Office) -> None:
    token, handoff = await office.claimed()
    store = office.store()
    assert store.sweep() == []
    _age_presence(office, VANISHED + timedelta(seconds=1))
    other = await office.desk.browser(Role.OFFICER, name="minh")
    await other.call("POST", "/desk/heartbeat")
    assert len(store.sweep()) == 1
    assert store.sweep() == []
    assert (await office.events(token, "state"))[-1] == {"state": "queued", "position": 1}
    assert (await other.call("POST", f"/desk/handoffs/{handoff}/claim")).status == 204
    assert acts(office) == ["handoff.claim", "handoff.release", "handoff.claim"]


async def test_who_waits_is_told_the_new_place(office: Office) -> None:
    _, first = await office.queued()
    token, _ = await office.queued()
    assert office.store().sweep() == []
    assert (await office.act(first, "claim")).status == 204
    assert len(office.store().sweep()) == 1
    assert office.store().sweep() == []
    assert [s["position"] for s in await office.events(token, "state")] == [2, 1]


async def test_waiting_ends_when_nobody_is_left(office: Office) -> None:
    token, _ = await office.queued()
    assert office.store(CLOSED).sweep() != []
    over = {"state": "closed", "reason": "unanswered"}
    assert (await office.events(token, "state"))[-1] == over
    told = (await office.visitor.call("GET", "/v1/handoff", token)).json
    assert {name: told[name] for name in over} == over
    assert acts(office) == ["handoff.unanswered"]


async def test_without_a_desk_there_is_no_hand_off(make_office: MakeOffice) -> None:
    office = await make_office(OPEN.__class__())
    reply = await office.ask(await office.visitor.session())
    assert (reply.status, reply.json["type"]) == (404, "urn:heza:problem:no_desk")


def _age_presence(office: Office, by: timedelta) -> None:
    with office.engine.begin() as connection:
        connection.execute(update(desk_presence).values(seen_at=datetime.now(UTC) - by))


def officer(connection: Any, number: int) -> Principal:
    now = datetime.now(UTC)
    account = accounts.add(connection, f"officer {number}", [Role.OFFICER])
    return Principal(account.id, account.name, account.roles, "-", "-", now, now)


async def test_of_fifty_who_claim_at_once_one_has_it(database: str, tmp_path: Path) -> None:
    conversations = Conversations(database)
    engine = conversations.engine
    desk, session = Desk(engine, OPEN), conversations.open_session("vi", None)
    with engine.execution_options(writes=True).begin() as connection:
        officers = [officer(connection, n) for n in range(50)]
    desk.heartbeat(officers[0])
    assert Visits(engine, OPEN).request(session, "vi", None) == {"state": "queued", "position": 1}
    with engine.connect() as connection:
        handoff = connection.execute(select(handoffs.c.id)).scalar_one()
    start = asyncio.Event()

    async def claim(principal: Principal) -> str:
        await start.wait()
        await asyncio.to_thread(desk.claim, principal, handoff)
        return principal.account

    tries = [asyncio.create_task(claim(principal)) for principal in officers]
    start.set()
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    winners = [account for account in outcomes if isinstance(account, str)]
    assert [o.key for o in outcomes if isinstance(o, Problem)] == 49 * ["not_waiting"]
    with engine.connect() as connection:
        row = connection.execute(handoffs.select()).one()
        claims = connection.execute(select(staff_audit.c.who).where(staff_audit.c.act == "handoff.claim"))
        assert len(claims.all()) == 1
    assert winners == [row.claimed_by]
    assert [e.data for e in conversations.events_after(session, 0) if e.kind == "state"][-1] == {
        "state": "claimed"
    }
    conversations.close()


@pytest.fixture
def shared(database: str) -> str:
    """The URL of a database that holds some knowledge."""
    store = Store(database)
    load(store, make_content(PERMIT))
    store.close()
    return database


async def test_visitor_and_officer_may_be_at_different_portals(
    make_office: MakeOffice, make_desk: MakeDesk, shared: str, rasa_url: str
) -> None:
    office = await make_office(database_url=shared)
    elsewhere = await make_desk(rasa_url=rasa_url, handoff=OPEN, database_url=shared)
    there = replace(office, visitor=Portal((await elsewhere.new_browser()).client))
    token, handoff = await there.claimed()
    assert (await there.visitor.ask(token))["outcome"] == "handed_off"
    assert (await there.act(handoff, "messages", text="Chào anh/chị.")).status == 204
    assert [said["text"] for said in await there.events(token, "agent")] == ["Chào anh/chị."]


async def test_the_desk_works_on_either_database(make_office: MakeOffice, shared: str) -> None:
    office = await make_office(database_url=shared)
    token, handoff = await office.claimed()
    assert (await office.act(handoff, "close", topic="other", solved=False)).status == 204
    assert (await office.visitor.call("DELETE", "/v1/session", token)).status == 204
    with office.engine.connect() as connection:
        assert connection.execute(handoffs.select()).all() == []


async def test_the_assistant_says_what_it_is_in_its_own_first_answer(office: Office, rasa: StubRasa) -> None:
    """Also where a request for an officer came first."""
    token, handoff = await office.claimed()
    await office.visitor.ask(token, "chào cán bộ")
    assert (await office.act(handoff, "return")).status == 204
    for _ in range(2):
        await office.visitor.ask(token, "lệ phí")
    assert [call["metadata"]["first"] for call in rasa.calls] == [True, False]


async def test_the_packet_shows_the_dossier_that_was_told_without_its_code(
    make_office: MakeOffice,
) -> None:
    office = await make_office(demo=True)
    token = await office.visitor.session()
    code, factor = demo_codes()[0], FACTOR
    told = await office.visitor.ask(token, f"{code} {factor}")
    assert told["outcome"] == "dossier"
    await office.ask(token)
    [waits] = (await office.officer.call("GET", "/desk/queue")).json["handoffs"]
    assert waits["dossier"] == told["dossier"]
    assert code not in str(waits)
