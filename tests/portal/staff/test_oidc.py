"""Signing in through an identity provider, against one that runs on a local port."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from joserfc.jwk import RSAKey
from pytest_aiohttp import AiohttpServer
from yarl import URL

from portal.settings import SettingsError, read_settings
from portal.staff import accounts, wiring
from portal.staff.audit import latest
from portal.staff.oidc import Provider
from portal.staff.permissions import Role
from portal.staff.settings import OidcSettings, StaffSettings, read_staff_settings
from tests.portal.staff.conftest import Browser, Desk, MakeDesk
from tests.portal.staff.provider import CLIENT_ID, CLIENT_SECRET, LocalProvider, new_key


@pytest.fixture
async def provider(aiohttp_server: AiohttpServer) -> LocalProvider:
    provider = LocalProvider()
    server = await aiohttp_server(provider.app())
    provider.issuer = str(server.make_url("")).rstrip("/")
    return provider


@pytest.fixture
async def desk(make_desk: MakeDesk, provider: LocalProvider) -> Desk:
    roles = {"hotline": Role.OFFICER, "editors": Role.EDITOR}
    return await make_desk(
        staff=StaffSettings(oidc=OidcSettings(provider.issuer, CLIENT_ID, CLIENT_SECRET, roles))
    )


async def begin(browser: Browser) -> dict[str, str]:
    """Go to the provider, sign in there; return what the browser comes back with."""
    said = await browser.call("GET", "/oidc/sign-in", allow_redirects=False)
    assert said.status == 302, said.json
    assert "SameSite=Lax" in said.headers["Set-Cookie"]
    async with ClientSession() as at_provider, at_provider.get(said.headers["Location"]) as reply:
        answered: dict[str, str] = await reply.json()
    assert URL(answered["back"]).path == "/staff/api/oidc/callback"
    return {"code": answered["code"], "state": answered["state"]}


async def sign_in(browser: Browser, **changed: str) -> Any:
    params = {**await begin(browser), **changed}
    return await browser.call("GET", "/oidc/callback", params=params, allow_redirects=False)


async def test_who_the_provider_knows_gets_a_session_and_the_roles_of_their_groups(desk: Desk) -> None:
    browser = await desk.new_browser()
    said = await sign_in(browser)
    assert (said.status, said.headers["Location"]) == (302, "/staff/")
    assert "SameSite=Strict" in said.headers.getall("Set-Cookie")[0]
    me = (await browser.call("GET", "/me")).json
    assert (me["name"], me["roles"]) == ("trần minh", ["officer"])
    with desk.staff.reading() as connection:
        assert [(r.who, r.act) for r in latest(connection, None, 2)] == [
            ("trần minh", "sign_in"),
            ("identity provider", "account.add"),
        ]


async def test_roles_follow_the_groups_at_each_sign_in(desk: Desk, provider: LocalProvider) -> None:
    browser = await desk.new_browser()
    await sign_in(browser)
    provider.claims = {"groups": ["editors", "others"], "preferred_username": "another name"}
    await sign_in(browser)
    me = (await browser.call("GET", "/me")).json
    assert (me["name"], me["roles"]) == ("trần minh", ["editor"])


async def test_a_claim_may_be_nested_and_single(make_desk: MakeDesk, provider: LocalProvider) -> None:
    settings = OidcSettings(
        provider.issuer, CLIENT_ID, CLIENT_SECRET, {"hotline": Role.OFFICER}, claim="realm.group"
    )
    desk = await make_desk(staff=StaffSettings(oidc=settings))
    provider.claims = {"groups": None, "realm": {"group": "hotline"}}
    browser = await desk.new_browser()
    assert (await sign_in(browser)).status == 302


@pytest.mark.parametrize("groups", [["others"], [], None, "hotlines", {"hotline": 1}])
async def test_somebody_without_a_role_does_not_get_in(
    desk: Desk, provider: LocalProvider, groups: Any
) -> None:
    provider.claims = {"groups": groups}
    browser = await desk.new_browser()
    said = await sign_in(browser)
    assert (said.status, said.json["type"]) == (403, "urn:heza:problem:not_permitted")
    assert (await browser.call("GET", "/me")).status == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "another client"},
        {"aud": [CLIENT_ID, "another"], "azp": "another"},
        {"nonce": "replayed"},
        {"nonce": None},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"at_hash": "wrong"},
    ],
)
async def test_a_token_that_does_not_hold_is_refused(
    desk: Desk, provider: LocalProvider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    said = await sign_in(await desk.new_browser())
    assert (said.status, said.json["type"]) == (502, "urn:heza:problem:no_provider")


async def test_a_token_signed_by_somebody_else_is_refused(desk: Desk, provider: LocalProvider) -> None:
    provider.published = [RSAKey.generate_key(2048, {"kid": "1"})]
    assert (await sign_in(await desk.new_browser())).status == 502


async def test_a_token_signed_with_our_own_secret_is_refused(desk: Desk, provider: LocalProvider) -> None:
    provider.algorithm = "HS256"
    assert (await sign_in(await desk.new_browser())).status == 502


async def test_a_provider_may_change_its_keys(desk: Desk, provider: LocalProvider) -> None:
    assert (await sign_in(await desk.new_browser())).status == 302
    provider.key = new_key("2")
    assert (await sign_in(await desk.new_browser())).status == 302


async def test_another_browser_cannot_take_up_a_sign_in(desk: Desk) -> None:
    victim, attacker = await desk.new_browser(), await desk.new_browser()
    code = await begin(attacker)
    said = await victim.call("GET", "/oidc/callback", params=code, allow_redirects=False)
    assert said.status == 401
    await begin(victim)
    said = await victim.call("GET", "/oidc/callback", params=code, allow_redirects=False)
    assert said.status == 401


@pytest.mark.parametrize("changed", [{"state": "guessed"}, {"code": ""}, {"iss": "https://evil.example"}])
async def test_an_answer_that_does_not_belong_to_the_sign_in_is_refused(
    desk: Desk, changed: dict[str, str]
) -> None:
    assert (await sign_in(await desk.new_browser(), **changed)).status == 401


async def test_a_code_counts_once(desk: Desk) -> None:
    browser = await desk.new_browser()
    code = await begin(browser)
    kept = {c.key: c.value for c in browser.client.session.cookie_jar}
    said = [
        await browser.call("GET", "/oidc/callback", params=code, allow_redirects=False, cookies=kept)
        for _ in range(2)
    ]
    assert [s.status for s in said] == [302, 502]


async def test_a_name_that_a_local_account_has_is_not_taken_over(desk: Desk) -> None:
    desk.person("trần minh", Role.ADMINISTRATOR)
    said = await sign_in(await desk.new_browser())
    assert (said.status, said.json["type"]) == (409, "urn:heza:problem:name_taken")


async def test_an_account_out_of_use_stays_out(desk: Desk) -> None:
    browser = await desk.new_browser()
    await sign_in(browser)
    with desk.staff.writing() as connection:
        account = accounts.find(connection, "trần minh")
        assert account
        accounts.disable(connection, account)
    assert (await browser.call("GET", "/me")).status == 401
    assert (await sign_in(browser)).status == 403


async def test_a_provider_that_hangs_does_not_hang_us(
    make_desk: MakeDesk, provider: LocalProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "Provider", partial(Provider, seconds=0.05))
    settings = OidcSettings(provider.issuer, CLIENT_ID, CLIENT_SECRET, {"hotline": Role.OFFICER})
    desk = await make_desk(staff=StaffSettings(oidc=settings))
    provider.delay = 0.5
    said = await (await desk.new_browser()).call("GET", "/oidc/sign-in", allow_redirects=False)
    assert (said.status, said.json["type"]) == (502, "urn:heza:problem:no_provider")


async def test_a_provider_that_calls_itself_otherwise_is_not_ours(
    desk: Desk, provider: LocalProvider
) -> None:
    provider.issuer = "https://evil.example"
    said = await (await desk.new_browser()).call("GET", "/oidc/sign-in", allow_redirects=False)
    assert said.status == 502


async def test_without_a_provider_there_is_no_such_way(make_desk: MakeDesk) -> None:
    browser = await (await make_desk()).new_browser()
    assert (await browser.call("GET", "/oidc/sign-in")).status == 404
    assert (await browser.call("GET", "/sign-in")).json == {"password": True, "oidc": False}


def test_settings_name_issuer_client_and_roles(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n", encoding="utf-8")
    env = {
        "HEZA_OIDC_ISSUER": "https://id.example.vn/realms/heza",
        "HEZA_OIDC_CLIENT_ID": "console",
        "HEZA_OIDC_CLIENT_SECRET_FILE": str(secret),
        "HEZA_OIDC_ROLES": "cn=hotline,ou=x=officer".replace(",", ";") + ", admins=administrator",
    }
    found = read_staff_settings(env).oidc
    assert found
    assert found.client_secret == "s3cret"
    assert found.roles == {"cn=hotline;ou=x": Role.OFFICER, "admins": Role.ADMINISTRATOR}


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"HEZA_OIDC_ISSUER": "https://id.example.vn"}, "HEZA_OIDC_CLIENT_ID"),
        ({"HEZA_OIDC_ISSUER": "http://id.example.vn"}, "https://"),
        ({"HEZA_OIDC_ROLES": "hotline"}, "group=role"),
        ({"HEZA_OIDC_ROLES": "hotline=king"}, "group=role"),
        ({"HEZA_OIDC_CLIENT_SECRET_FILE": "/nowhere"}, "cannot be read"),
        ({"HEZA_STAFF_IDLE_MINUTES": "-1"}, "HEZA_STAFF_IDLE_MINUTES"),
        ({"HEZA_STAFF_SESSION_HOURS": "long"}, "HEZA_STAFF_SESSION_HOURS"),
    ],
)
def test_settings_that_make_no_sense_are_refused(tmp_path: Path, env: dict[str, str], said: str) -> None:
    secret = tmp_path / "secret"
    secret.touch()
    whole = {
        "HEZA_SECRET": "x",
        "HEZA_RASA_URL": "http://127.0.0.1:1",
        "HEZA_OIDC_ISSUER": "https://id.example.vn",
        "HEZA_OIDC_CLIENT_ID": "" if "HEZA_OIDC_CLIENT_ID" in said else "console",
        "HEZA_OIDC_CLIENT_SECRET_FILE": str(secret),
        "HEZA_OIDC_ROLES": "hotline=officer",
        **env,
    }
    with pytest.raises(SettingsError, match=said):
        read_settings(whole)
