"""Who may call what: roles, the token of the session, the page that a call comes from."""

from __future__ import annotations

import pytest

from portal.staff import accounts
from portal.staff.permissions import GRANTS, Permission, Role, granted
from tests.portal.staff.conftest import Desk, MakeDesk


def test_every_permission_is_granted_to_a_role() -> None:
    assert granted(Role) == frozenset(Permission)
    assert set(GRANTS) == set(Role)


def test_who_runs_the_system_sees_no_dossier_and_no_conversation() -> None:
    assert granted([Role.ADMINISTRATOR]).isdisjoint({Permission.DOSSIERS, Permission.DESK, Permission.EDIT})


async def test_nobody_gets_in_without_a_session(desk: Desk) -> None:
    said = await (await desk.new_browser()).call("GET", "/accounts")
    assert (said.status, said.json["type"]) == (401, "urn:heza:problem:staff_sign_in")


@pytest.mark.parametrize("role", [Role.OFFICER, Role.EDITOR, Role.APPROVER])
async def test_other_roles_do_not_administer(desk: Desk, role: Role) -> None:
    browser = await desk.browser(role)
    for path in ("/accounts", "/audit"):
        said = await browser.call("GET", path)
        assert (said.status, said.json["type"]) == (403, "urn:heza:problem:not_permitted")


async def test_roles_taken_away_are_gone_with_the_next_call(desk: Desk) -> None:
    browser = await desk.browser(Role.ADMINISTRATOR)
    with desk.staff.writing() as connection:
        account = accounts.find(connection, "lan")
        assert account
        accounts.set_roles(connection, account, [Role.OFFICER])
    assert (await browser.call("GET", "/accounts")).status == 403


@pytest.mark.parametrize("token", ["", "guessed", "đoán"])
async def test_a_change_needs_the_token_of_the_session(desk: Desk, token: str) -> None:
    browser = await desk.browser(Role.ADMINISTRATOR)
    browser.csrf = token
    said = await browser.call("POST", "/accounts", json={"name": "huong", "roles": ["officer"]})
    assert (said.status, said.json["type"]) == (403, "urn:heza:problem:csrf")


async def test_the_token_of_another_session_does_not_count(desk: Desk) -> None:
    lan, huong = await desk.browser(Role.OFFICER), await desk.browser(Role.OFFICER, name="huong")
    lan.csrf = huong.csrf
    assert (await lan.call("POST", "/sign-out")).status == 403


async def test_a_site_that_may_embed_the_chat_may_not_act_for_officers(make_desk: MakeDesk) -> None:
    desk = await make_desk(origins=frozenset({"https://www.example.vn"}))
    browser = await desk.browser(Role.OFFICER)
    browser.origin = "https://www.example.vn"
    said = await browser.call("POST", "/sign-out")
    assert (said.status, said.json["type"]) == (403, "urn:heza:problem:foreign_origin")
    browser.origin = str(browser.client.make_url("")).rstrip("/")
    assert (await browser.call("POST", "/sign-out")).status == 204


async def test_what_the_browser_calls_cross_site_is_refused_even_for_signing_in(desk: Desk) -> None:
    browser = await desk.new_browser()
    browser.headers["Sec-Fetch-Site"] = "cross-site"
    assert (await browser.sign_in(desk.person("lan", Role.OFFICER))).status == 403
