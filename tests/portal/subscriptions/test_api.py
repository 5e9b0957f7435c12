"""Subscriptions through the public port: asked for, confirmed by a button, stopped by one click."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from knowledge.database import connect
from portal.subscriptions.settings import MailSettings
from portal.subscriptions.store import changed
from tests.portal.conftest import MakePortal
from tests.portal.stubs import Portal, Reply
from tests.portal.subscriptions.conftest import EMAIL, HANDLE, PUBLIC, verify
from tests.portal.subscriptions.mail_server import MailServer, words
from tests.portal.test_api import assert_problem

BROWSER = {"Accept": "text/html,application/xhtml+xml"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def open_portal(
    make_portal: MakePortal, mail_settings: MailSettings, monkeypatch: pytest.MonkeyPatch
) -> Portal:
    """A portal that sends mail, and does so without delay."""
    monkeypatch.setattr("portal.subscriptions.wiring._SEND_SECONDS", 0.02)
    monkeypatch.setattr("portal.privacy.erasure.Erasures.take_duty", lambda *_: True)
    return await make_portal(mail=mail_settings)


async def verified(portal: Portal, folder: Path, lang: str = "vi") -> str:
    """Start a session that was verified for a dossier; return its token."""
    token = await portal.session(lang=lang)
    engine = connect(f"sqlite:///{folder / 'portal.sqlite'}")
    with engine.connect() as connection:
        newest = "SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1"
        session = connection.exec_driver_sql(newest).scalar_one()
    verify(engine, session)
    engine.dispose()
    return token


async def subscribe(portal: Portal, token: str, email: str = EMAIL) -> Reply:
    return await portal.call("POST", "/v1/subscriptions", token, json={"email": email})


async def arrived(server: MailServer, count: int) -> None:
    """Wait until so many mails have arrived."""
    for _ in range(1000):
        if len(server.mails) >= count:
            return
        await asyncio.sleep(0.02)
    pytest.fail(f"{len(server.mails)} of {count} mails have arrived")


def link(server: MailServer, purpose: str) -> str:
    """Return the link of the last mail, without the address of the portal."""
    found = re.search(rf"{re.escape(PUBLIC)}(/v1/subscriptions/{purpose}\S+)", words(server.mails[-1]))
    assert found
    return found[1]


async def test_a_subscription_from_the_first_mail_to_the_last(
    open_portal: Portal, server: MailServer, tmp_path: Path
) -> None:
    token = await verified(open_portal, tmp_path, "en")
    asked = await subscribe(open_portal, token)
    assert (asked.status, asked.json) == (202, {"state": "pending"})
    await arrived(server, 1)
    confirm, stop = link(server, "confirm"), link(server, "stop")

    for _ in range(2):
        page = await open_portal.call("GET", confirm, headers=BROWSER)
        assert page.status == 200
        assert '<form method="post" action="/v1/subscriptions/confirm?token=' in page.text, (
            "still not confirmed"
        )
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    own = str(open_portal.client.make_url("")).rstrip("/")
    done = await open_portal.call("POST", confirm, headers={**BROWSER, "Origin": own})
    assert "Confirmed." in done.text
    assert (await open_portal.call("POST", confirm)).json == {"state": "confirmed"}
    assert "<form" not in (await open_portal.call("GET", confirm, headers=BROWSER)).text

    assert (await open_portal.call("DELETE", "/v1/session", token)).status == 204
    engine = connect(f"sqlite:///{tmp_path / 'portal.sqlite'}")
    with engine.execution_options(writes=True).begin() as connection:
        changed(connection, HANDLE)
    engine.dispose()
    await arrived(server, 2)
    assert server.mails[-1]["Subject"] == "There is news of a dossier that you follow"
    header = server.mails[-1]["List-Unsubscribe"].strip("<>")
    assert header.removeprefix(PUBLIC) == stop
    assert "<form" in (await open_portal.call("GET", stop, headers=BROWSER)).text
    for _ in range(2):
        one_click = await open_portal.call("POST", stop, headers=FORM, data="List-Unsubscribe=One-Click")
        assert one_click.json == {"state": "stopped"}
    assert (await open_portal.call("GET", stop, headers=BROWSER)).status == 200
    assert_problem(await open_portal.call("POST", confirm), 404, "unknown_link")


async def test_only_verified_sessions_may_ask(open_portal: Portal, tmp_path: Path) -> None:
    token = await open_portal.session(lang="vi")
    assert_problem(await subscribe(open_portal, token), 403, "not_verified")
    assert_problem(await subscribe(open_portal, "nonsense"), 401, "unauthorized")


@pytest.mark.parametrize(
    "email",
    [
        "",
        "lan",
        "lan@localhost",
        "lan@example.com\r\nBcc: all@example.com",
        "lan@example.com\n",
        "lan@example.com, all@example.com",
        "Lan <lan@example.com>",
        "lan..anh@example.com",
        "lan@-example.com",
        "lan@exa mple.com",
        "nguyễn@example.com",
        "=?utf-8?q?lan=0d=0aBcc?=@example.com",
        f"{'a' * 250}@example.com",
    ],
)
async def test_what_is_no_address_is_refused(open_portal: Portal, tmp_path: Path, email: str) -> None:
    token = await verified(open_portal, tmp_path)
    assert_problem(await subscribe(open_portal, token, email), 400, "invalid")


async def test_without_a_mail_server_nobody_subscribes_but_links_still_stop(
    portal: Portal, tmp_path: Path
) -> None:
    token = await verified(portal, tmp_path)
    assert_problem(await subscribe(portal, token), 404, "no_mail")
    assert_problem(await portal.call("POST", "/v1/subscriptions/stop?token=a.b"), 404, "unknown_link")


@pytest.mark.parametrize("purpose", ["confirm", "stop"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_link_that_is_not_ours_does_nothing(portal: Portal, purpose: str, method: str) -> None:
    for query in ("", "?token=", "?token=abc.def", "?token=%00.%C3%A9"):
        path = f"/v1/subscriptions/{purpose}{query}"
        assert_problem(await portal.call(method, path), 404, "unknown_link")
        page = await portal.call(method, path, headers=BROWSER)
        assert page.status == 404
        assert "Đường dẫn không còn hiệu lực" in page.text


async def test_links_lead_to_the_public_address(
    open_portal: Portal, server: MailServer, tmp_path: Path
) -> None:
    await subscribe(open_portal, await verified(open_portal, tmp_path))
    await arrived(server, 1)
    header = urlsplit(server.mails[0]["List-Unsubscribe"].strip("<>"))
    assert f"{header.scheme}://{header.netloc}" == PUBLIC


async def test_requests_are_limited(
    make_portal: MakePortal, mail_settings: MailSettings, tmp_path: Path
) -> None:
    portal = await make_portal(mail=mail_settings, rate_limits=True)
    token = await verified(portal, tmp_path)
    replies = [(await subscribe(portal, token)).status for _ in range(6)]
    assert replies == [202] * 5 + [429]
