"""From a version of an entry to the turns, calls and tickets that used it."""

from __future__ import annotations

from portal.privacy.erasure import Erasures
from portal.staff.permissions import Role
from portal.tables import sessions
from tests.portal.recall.conftest import ENTRY, House


async def test_turns_calls_and_tickets_of_a_version_are_found(house: House) -> None:
    token = await house.shown()
    await house.shown("en")
    await house.shown(version=1)
    asked = {"contact": "lan@example.com", "consent": True, "note": "gọi 0912345678"}
    assert (await house.office.ask(token, **asked)).json["state"] == "ticket"
    call = {"lang": "en", "entry": ENTRY, "version": 2, "solved": True}
    assert (await house.office.officer.call("POST", "/calls", json=call)).status == 201
    found = (await house.approver.call("GET", f"/uses/{ENTRY}/2")).json
    assert found["figures"] == {
        "turns": 2,
        "sessions": 2,
        "open_sessions": 2,
        "languages": {"vi": 1, "en": 1},
        "calls": 1,
        "tickets": 1,
    }
    assert [turn["question"] for turn in found["turns"]] == ["bao lâu", "bao lâu"]
    assert [(call["officer"], call["lang"]) for call in found["calls"]] == [("officer", "en")]
    assert [ticket["has_contact"] for ticket in found["tickets"]] == [True]
    assert "lan@example.com" not in str(found)


async def test_versions_stand_with_how_often_each_was_used(house: House) -> None:
    await house.shown()
    await house.shown(version=1)
    found = (await house.approver.call("GET", f"/uses/{ENTRY}")).json
    assert (found["current"], found["off"], found["name"]["en"]) == (2, False, "Work permit")
    listed = [(v["version"], v["what"], v["turns"], v["withdrawn"]) for v in found["versions"]]
    assert listed == [(2, "edit", 1, False), (1, "load", 1, False)]


async def test_what_was_erased_is_used_no_longer(house: House) -> None:
    await house.shown()
    with house.engine.connect() as connection:
        [session] = connection.execute(sessions.select()).all()
    Erasures(house.engine).erase(session.id)
    found = (await house.approver.call("GET", f"/uses/{ENTRY}/2")).json
    assert (found["figures"]["turns"], found["turns"]) == (0, [])


async def test_only_approvers_look_uses_up(house: House) -> None:
    editor = await house.office.desk.browser(Role.EDITOR, name="editor")
    assert (await editor.call("GET", f"/uses/{ENTRY}/2")).status == 403
    assert (await house.approver.call("GET", f"/uses/{ENTRY}/9")).status == 404
    assert (await house.approver.call("GET", f"/uses/{ENTRY}/²")).status == 404
    assert (await house.approver.call("GET", "/uses/procedure.none")).status == 404
