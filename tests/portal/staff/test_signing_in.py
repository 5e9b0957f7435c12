"""Signing in and out: what is asked for, what a failure tells, how long a session lasts."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from portal.staff import passwords as passwords_module
from portal.staff.accounts import by_id
from portal.staff.audit import latest
from portal.staff.passwords import Passwords
from portal.staff.permissions import Role
from portal.staff.sessions import COOKIE
from portal.staff.settings import StaffSettings
from portal.staff.tables import staff_sessions
from portal.staff.throttle import ACCOUNT, ADDRESS
from tests.portal.staff.conftest import CHEAP, Desk, MakeDesk


async def test_name_password_and_code_open_a_session(desk: Desk) -> None:
    lan = desk.person("Lan", Role.OFFICER)
    browser = await desk.new_browser()
    said = await browser.sign_in(lan)
    assert said.status == 200
    assert (said.json["name"], said.json["roles"]) == ("lan", ["officer"])
    cookie = said.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "Path=/", "SameSite=Strict", "Secure"} <= set(cookie.split("; "))
    assert (await browser.call("GET", "/me")).json["permissions"] == ["desk", "dossiers", "read"]


async def test_the_database_knows_neither_session_nor_secret(desk: Desk) -> None:
    lan = desk.person("lan", Role.OFFICER)
    browser = await desk.new_browser()
    cookie = (await browser.sign_in(lan)).headers["Set-Cookie"].split(";")[0].partition("=")[2]
    with desk.staff.reading() as connection:
        assert cookie not in str(connection.execute(staff_sessions.select()).all())
        assert lan.secret.encode() not in (by_id(connection, lan.id).totp_secret or b"")


@pytest.mark.parametrize(
    "wrong", [{"name": "huong"}, {"password": "another one, longer"}, {"code": "000000"}]
)
async def test_a_failure_does_not_tell_what_was_wrong(desk: Desk, wrong: dict[str, str]) -> None:
    browser = await desk.new_browser()
    said = await browser.sign_in(desk.person("lan", Role.OFFICER), **wrong)
    assert (said.status, said.json["type"]) == (401, "urn:heza:problem:sign_in_failed")
    assert "Set-Cookie" not in said.headers


async def test_the_same_is_computed_for_an_account_that_does_not_exist(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    matches = Passwords.matches

    def counted(self: Passwords, stored: str | None, password: str) -> bool:
        done.append("hash")
        return matches(self, stored, password)

    verify = passwords_module.PasswordHasher.verify
    monkeypatch.setattr(Passwords, "matches", counted)
    monkeypatch.setattr(
        passwords_module.PasswordHasher, "verify", lambda *a: (done.append("argon2"), verify(*a))[1]
    )
    lan = desk.person("lan", Role.OFFICER)
    browser = await desk.new_browser()
    await browser.sign_in(lan, password="another one, longer")
    known, done[:] = list(done), []
    await browser.sign_in(lan, name="nobody")
    assert done == known == ["hash", "argon2"]
    with desk.staff.reading() as connection:
        assert [row.target for row in latest(connection, None, 2)] == ["unknown", "lan"]


async def test_a_code_counts_once(desk: Desk) -> None:
    lan = desk.person("lan", Role.OFFICER)
    code = lan.code()
    first, second = await desk.new_browser(), await desk.new_browser()
    assert (await first.sign_in(lan, code=code)).status == 200
    assert (await second.sign_in(lan, code=code)).status == 401


async def test_a_code_sent_many_times_at_once_counts_once(desk: Desk) -> None:
    lan = desk.person("lan", Role.OFFICER)
    code = lan.code()
    browsers = [await desk.new_browser() for _ in range(4)]
    said = await asyncio.gather(*(browser.sign_in(lan, code=code) for browser in browsers))
    assert sorted(s.status for s in said) == [200, 401, 401, 401]


async def test_an_earlier_code_than_the_last_one_used_is_refused(desk: Desk) -> None:
    lan = desk.person("lan", Role.OFFICER)
    earlier, later = lan.code(), lan.code()
    browser = await desk.new_browser()
    assert (await browser.sign_in(lan, code=later)).status == 200
    assert (await browser.sign_in(lan, code=earlier)).status == 401


async def test_a_recovery_code_replaces_the_authenticator_once(desk: Desk) -> None:
    lan = desk.person("lan", Role.OFFICER)
    browser = await desk.new_browser()
    code = lan.recovery_codes[0].upper().replace("-", " ")
    assert (await browser.sign_in(lan, code=code)).status == 200
    assert (await browser.sign_in(lan, code=code)).status == 401
    assert (await browser.sign_in(lan, code=lan.recovery_codes[1])).status == 200


async def test_signing_out_ends_the_session(desk: Desk) -> None:
    browser = await desk.browser(Role.OFFICER)
    assert (await browser.call("POST", "/sign-out")).status == 204
    said = await browser.call("GET", "/me")
    assert (said.status, said.json["type"]) == (401, "urn:heza:problem:staff_sign_in")


@pytest.mark.parametrize(
    ("settings", "column"),
    [
        (StaffSettings(idle=timedelta(minutes=30)), "seen_at"),
        (StaffSettings(absolute=timedelta(hours=10)), "created_at"),
    ],
)
async def test_a_session_ends(make_desk: MakeDesk, settings: StaffSettings, column: str) -> None:
    desk = await make_desk(staff=settings)
    browser = await desk.browser(Role.OFFICER)
    limit = settings.idle if column == "seen_at" else settings.absolute
    for late, status in ((-timedelta(minutes=1), 200), (timedelta(minutes=1), 401)):
        with desk.staff.writing() as connection:
            row = connection.execute(staff_sessions.select()).one()
            past = row._mapping["created_at" if column == "created_at" else "seen_at"] - limit - late
            connection.execute(staff_sessions.update().values({column: past}))
        assert (await browser.call("GET", "/me")).status == status
        with desk.staff.writing() as connection:
            connection.execute(staff_sessions.update().values({column: row._mapping[column]}))


async def test_work_keeps_a_session_from_idling(desk: Desk) -> None:
    browser = await desk.browser(Role.OFFICER)
    with desk.staff.writing() as connection:
        before = connection.execute(staff_sessions.select()).one().seen_at - timedelta(minutes=20)
        connection.execute(staff_sessions.update().values(seen_at=before))
    await browser.call("GET", "/me")
    with desk.staff.reading() as connection:
        assert connection.execute(staff_sessions.select()).one().seen_at > before + timedelta(minutes=19)


async def test_guessing_is_slowed_down_for_an_account_that_exists_or_not(desk: Desk) -> None:
    lan = desk.person("lan", Role.OFFICER)
    for name in ("lan", "nobody"):
        browser = await desk.new_browser()
        said = [
            await browser.sign_in(lan, name=name, password="guess, guess") for _ in range(ACCOUNT.free + 2)
        ]
        assert [s.status for s in said] == [401] * (ACCOUNT.free + 1) + [429]
        assert said[-1].headers["Retry-After"] == "2"
    said = [await browser.sign_in(lan)]
    assert said[0].status == 429  # the right password does not help either, until the delay is over


async def test_guesses_sent_at_once_gain_nothing(desk: Desk) -> None:
    lan = desk.person("lan", Role.OFFICER)
    browsers = [await desk.new_browser() for _ in range(12)]
    said = await asyncio.gather(*(b.sign_in(lan, password="guess, guess") for b in browsers))
    assert [s.status for s in said].count(401) == ACCOUNT.free + 1


async def test_an_address_is_slowed_down_over_all_accounts(desk: Desk) -> None:
    lan = desk.person("lan", Role.OFFICER)
    browser = await desk.new_browser()
    said = [await browser.sign_in(lan, name=f"guess{n}") for n in range(ADDRESS.free + 2)]
    assert [s.status for s in said] == [401] * (ADDRESS.free + 1) + [429]


def test_delays_grow_and_have_an_end() -> None:
    assert [ACCOUNT.delay(n) for n in (4, 5, 6, 7, 50)] == [0, 2, 4, 8, 900]


async def test_a_hash_of_former_parameters_is_made_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    lan = desk.person("lan", Role.OFFICER)
    with desk.staff.reading() as connection:
        before = by_id(connection, lan.id).password
    changed = Passwords(CHEAP.__class__(**{**vars_of(CHEAP), "time_cost": 2}))
    monkeypatch.setattr(desk.signing_in, "_passwords", changed)
    await asyncio.to_thread(desk.signing_in.sign_in, "lan", lan.password, lan.code(), "192.0.2.1")
    with desk.staff.reading() as connection:
        after = by_id(connection, lan.id).password
    assert "t=1" in str(before)
    assert "t=2" in str(after)
    assert changed.matches(after, lan.password)


def vars_of(parameters: object) -> dict[str, object]:
    return {name: getattr(parameters, name) for name in parameters.__dataclass_fields__}  # type: ignore[attr-defined]
