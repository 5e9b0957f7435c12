"""From the look-up of a dossier to the mail that its change makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from dossiers.feed_keys import FEED_KEYS, FeedKeys
from portal.subscriptions.settings import MailSettings
from tests.portal.conftest import MakePortal
from tests.portal.identity.conftest import CODE, FACTOR, OTHER, look_up, raw
from tests.portal.subscriptions.mail_server import MailServer
from tests.portal.subscriptions.test_api import arrived, link, subscribe


async def test_an_event_of_the_feed_makes_a_mail_that_names_nothing(
    make_portal: MakePortal,
    mail_settings: MailSettings,
    server: MailServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("portal.subscriptions.wiring._SEND_SECONDS", 0.02)
    monkeypatch.setattr("portal.privacy.erasure.Erasures.take_duty", lambda *_: True)
    key = FeedKeys(tmp_path / FEED_KEYS).add("one-stop")
    portal = await make_portal(mail=mail_settings)

    async def feed(*events: object) -> None:
        reply = await portal.call("POST", "/v1/dossiers/batch", key, json={"events": events})
        assert reply.status == 200

    await feed(raw(), raw(OTHER))
    token = await portal.session(lang="vi")
    await look_up(portal, token)
    assert (await subscribe(portal, token)).status == 202
    await arrived(server, 1)
    assert (await portal.call("POST", link(server, "confirm"))).json == {"state": "confirmed"}
    await feed(raw(OTHER, version=2, step=3))
    await feed(raw(version=2, step=3))
    await arrived(server, 2)
    (_, news) = server.mails
    assert news["Subject"] == "Hồ sơ Quý vị theo dõi có thông tin mới"
    whole = f"{news.as_string()} {news.get_content()}"
    for secret in (CODE, FACTOR, "Nguyễn Văn Thử", "Đang xử lý", "Phòng Lao động"):
        assert secret not in whole
