"""Administration of accounts: invitations, roles, taking out of use, one's own password."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest

from portal.staff.audit import latest
from portal.staff.permissions import Role
from portal.staff.tables import staff_accounts
from tests.portal.staff.conftest import PASSWORD, Browser, Desk, Person, Said

NEW = "một mật khẩu khác hẳn"


async def invite(admin: Browser, name: str = "Hương", *roles: str) -> Said:
    given = {"name": name, "roles": list(roles or ("officer",))}
    return await admin.call("POST", "/accounts", json=given)


async def enrol(browser: Browser, name: str, invitation: str, **changed: str) -> tuple[Said, str]:
    """Take up an invitation; return what was said at the end, and the secret of the authenticator."""
    invited = {"name": name, "invitation": invitation}
    offer = await browser.call("POST", "/enrolment", json=invited)
    if offer.status != 200:
        return offer, ""
    code = pyotp.TOTP(offer.json["secret"]).now()
    given = {**invited, "ticket": offer.json["ticket"], "password": PASSWORD, "code": code, **changed}
    return await browser.call("POST", "/enrolment/finish", json=given), offer.json["secret"]


async def test_somebody_invited_enrols_and_signs_in(desk: Desk) -> None:
    admin = await desk.browser(Role.ADMINISTRATOR)
    invited = await invite(admin)
    assert invited.status == 201
    assert (invited.json["account"]["name"], invited.json["account"]["state"]) == ("hương", "invited")
    browser = await desk.new_browser()
    said, secret = await enrol(browser, "Hương", invited.json["invitation"])
    assert said.status == 200
    huong = Person("hương", secret, said.json["recovery_codes"], _ahead=1)
    assert (await browser.sign_in(huong)).status == 200
    assert (await browser.sign_in(huong, code=said.json["recovery_codes"][0])).status == 200


async def test_the_code_that_confirmed_an_authenticator_does_not_sign_in(desk: Desk) -> None:
    admin = await desk.browser(Role.ADMINISTRATOR)
    invitation = (await invite(admin)).json["invitation"]
    browser = await desk.new_browser()
    said, secret = await enrol(browser, "hương", invitation)
    person = Person("hương", secret, said.json["recovery_codes"])
    assert (await browser.sign_in(person, code=pyotp.TOTP(secret).now())).status == 401


async def test_an_invitation_counts_once_and_not_for_ever(desk: Desk) -> None:
    admin = await desk.browser(Role.ADMINISTRATOR)
    invitation = (await invite(admin)).json["invitation"]
    browser = await desk.new_browser()
    assert (await enrol(browser, "hương", "guessed"))[0].status == 401
    with desk.staff.writing() as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        kept = connection.execute(staff_accounts.select().where(staff_accounts.c.name == "hương")).one()
        connection.execute(staff_accounts.update().values(invited_until=past))
    assert (await enrol(browser, "hương", invitation))[0].status == 401
    with desk.staff.writing() as connection:
        connection.execute(staff_accounts.update().values(invited_until=kept.invited_until))
    assert (await enrol(browser, "hương", invitation))[0].status == 200
    assert (await enrol(browser, "hương", invitation))[0].status == 401


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"password": "ngắn quá"}, "weak_password"),
        ({"password": "hương hương hương"}, "weak_password"),
        ({"password": "aaaaaaaaaaaaaaaa"}, "weak_password"),
        ({"code": "000000"}, "invalid"),
        ({"ticket": "forged"}, "invalid"),
    ],
)
async def test_a_poor_enrolment_is_refused(desk: Desk, changed: dict[str, str], problem: str) -> None:
    admin = await desk.browser(Role.ADMINISTRATOR)
    invitation = (await invite(admin)).json["invitation"]
    said, _ = await enrol(await desk.new_browser(), "hương", invitation, **changed)
    assert (said.status, said.json["type"]) == (400, f"urn:heza:problem:{problem}")


async def test_an_authenticator_offered_to_one_does_not_enrol_another(desk: Desk) -> None:
    admin, browser = await desk.browser(Role.ADMINISTRATOR), await desk.new_browser()
    huong = (await invite(admin, "hương")).json["invitation"]
    minh = (await invite(admin, "minh")).json["invitation"]
    offer = await browser.call("POST", "/enrolment", json={"name": "hương", "invitation": huong})
    said, _ = await enrol(browser, "minh", minh, ticket=offer.json["ticket"])
    assert said.json["type"] == "urn:heza:problem:invalid"


async def test_accounts_are_listed_without_what_proves_them(desk: Desk) -> None:
    admin = await desk.browser(Role.ADMINISTRATOR)
    listed = (await admin.call("GET", "/accounts")).json["accounts"]
    assert [(a["name"], a["state"], a["sign_in"]) for a in listed] == [("lan", "active", "password")]
    assert set(listed[0]) == {"id", "name", "roles", "state", "sign_in", "created_at"}


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"name": "LAN", "roles": ["officer"]}, 409),
        ({"name": "hương", "roles": ["king"]}, 400),
        ({"name": "hương", "roles": []}, 400),
        ({"name": "<b>", "roles": ["officer"]}, 400),
    ],
)
async def test_an_impossible_account_is_refused(desk: Desk, given: dict[str, Any], status: int) -> None:
    admin = await desk.browser(Role.ADMINISTRATOR)
    assert (await admin.call("POST", "/accounts", json=given)).status == status


async def test_disabling_ends_sessions_at_once_and_enabling_undoes_it(desk: Desk) -> None:
    admin = await desk.browser(Role.ADMINISTRATOR)
    minh = desk.person("minh", Role.OFFICER)
    browser = await desk.new_browser()
    await browser.sign_in(minh)
    assert (await admin.call("POST", f"/accounts/{minh.id}/disable")).json["state"] == "disabled"
    assert (await browser.call("GET", "/me")).status == 401
    assert (await browser.sign_in(minh)).status == 401
    assert (await admin.call("POST", f"/accounts/{minh.id}/enable")).json["state"] == "active"
    assert (await browser.sign_in(minh)).status == 200


async def test_a_reset_ends_the_old_password_and_session(desk: Desk) -> None:
    admin = await desk.browser(Role.ADMINISTRATOR)
    minh = desk.person("minh", Role.OFFICER)
    browser = await desk.new_browser()
    await browser.sign_in(minh)
    said = await admin.call("POST", f"/accounts/{minh.id}/reset")
    assert said.json["account"]["state"] == "invited"
    assert (await browser.call("GET", "/me")).status == 401
    assert (await browser.sign_in(minh)).status == 401
    assert (await enrol(browser, "minh", said.json["invitation"]))[0].status == 200


@pytest.mark.parametrize("act", ["disable", "reset", "roles"])
async def test_the_last_administrator_remains(desk: Desk, act: str) -> None:
    admin = await desk.browser(Role.ADMINISTRATOR)
    lan = (await admin.call("GET", "/accounts")).json["accounts"][0]["id"]
    method, body = ("PUT", {"roles": ["officer"]}) if act == "roles" else ("POST", {})
    said = await admin.call(method, f"/accounts/{lan}/{act}", json=body)
    assert (said.status, said.json["type"]) == (409, "urn:heza:problem:last_administrator")
    desk.person("minh", Role.ADMINISTRATOR)
    assert (await admin.call(method, f"/accounts/{lan}/{act}", json=body)).status == 200


async def test_ones_own_password_needs_the_current_one_and_ends_other_sessions(desk: Desk) -> None:
    minh = desk.person("minh", Role.OFFICER)
    here, there = await desk.new_browser(), await desk.new_browser()
    await here.sign_in(minh)
    await there.sign_in(minh)
    wrong = await here.call("POST", "/me/password", json={"current": "guess, guess", "new": NEW})
    assert wrong.status == 401
    said = await here.call("POST", "/me/password", json={"current": PASSWORD, "new": NEW})
    assert said.status == 204
    assert [(await b.call("GET", "/me")).status for b in (here, there)] == [200, 401]
    assert (await there.sign_in(minh, password=NEW)).status == 200


async def test_every_act_stands_in_the_audit_log(desk: Desk) -> None:
    admin = await desk.browser(Role.ADMINISTRATOR)
    account = (await invite(admin)).json["account"]["id"]
    await admin.call("PUT", f"/accounts/{account}/roles", json={"roles": ["editor", "officer"]})
    await admin.call("POST", f"/accounts/{account}/reset")
    await admin.call("POST", f"/accounts/{account}/disable")
    await admin.call("POST", f"/accounts/{account}/enable")
    with desk.staff.reading() as connection:
        rows = [(row.who, row.act, row.target) for row in latest(connection, None, 5)]
    acts = ["account.enable", "account.disable", "account.reset", "account.roles", "account.add"]
    assert rows == [("lan", act, "hương") for act in acts]
    read = (await admin.call("GET", "/audit?limit=2")).json["rows"]
    assert [row["act"] for row in read] == acts[:2]
    older = (await admin.call("GET", f"/audit?limit=1&before={read[1]['seq']}")).json["rows"]
    assert older[0]["act"] == "account.reset"
    assert (await admin.call("GET", "/audit?limit=1")).json["rows"][0]["act"] == "audit.read"
