"""From the look-up of a dossier to the mail that its change makes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from dossiers.feed_keys import FEED_KEYS, FeedKeys
from knowledge.database import connect
from portal.subscriptions.settings import MailSettings
from portal.subscriptions.store import AFTER_END, SILENT_FOR
from portal.tables import subscriptions
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


@pytest.mark.parametrize(
    ("states", "kept"),
    [
        (["Đã trả kết quả"], AFTER_END),
        (["Từ chối tiếp nhận"], AFTER_END),
        (["Đang thẩm định"], SILENT_FOR),
        (["Đã trả kết quả", "Đang thẩm định"], SILENT_FOR),  # taken up again
    ],
)
async def test_a_subscription_ends_some_time_after_its_dossier(
    make_portal: MakePortal,
    mail_settings: MailSettings,
    server: MailServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    states: list[str],
    kept: timedelta,
) -> None:
    monkeypatch.setattr("portal.subscriptions.wiring._SEND_SECONDS", 0.02)
    key = FeedKeys(tmp_path / FEED_KEYS).add("one-stop")
    portal = await make_portal(mail=mail_settings)
    await portal.call("POST", "/v1/dossiers/batch", key, json={"events": [raw()]})
    token = await portal.session(lang="vi")
    await look_up(portal, token)
    await subscribe(portal, token)
    await arrived(server, 1)
    await portal.call("POST", link(server, "confirm"))
    for version, state in enumerate(states, 2):
        event = raw(version=version, state=state)
        reply = await portal.call("POST", "/v1/dossiers/batch", key, json={"events": [event]})
        assert reply.json["results"] == ["updated"]
    engine = connect(f"sqlite:///{tmp_path / 'portal.sqlite'}")
    with engine.connect() as connection:
        ends = connection.execute(select(subscriptions.c.expires_at)).scalar_one()
    engine.dispose()
    assert abs(ends - datetime.now(UTC) - kept) < timedelta(minutes=5)
