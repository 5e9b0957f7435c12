"""What people type into a running portal reaches no file, no log, no figure and not Rasa."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.exc import OperationalError

from portal.conversations import Conversations
from tests.portal.conftest import MakePortal
from tests.portal.privacy.planted import PLANTED, leaking_files, leaks
from tests.portal.stubs import Portal, StubRasa

VALUES = list(PLANTED.values())
MESSAGES = [text.format(value) for text, value in PLANTED.items()]


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    for value in VALUES:
        for content in (value, value.upper(), value.replace(" ", "").replace(".", ""), json.dumps(value)):
            assert leaks(f"xx{content}yy".encode(), VALUES) == [value]
    (tmp_path / "log").write_text(MESSAGES[0])
    assert leaking_files(tmp_path, VALUES) == {"log": [VALUES[0]]}


async def test_nothing_planted_is_found(
    portal: Portal, rasa: StubRasa, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    page = f"https://heza.gov.vn/x?phone={VALUES[4]}#{VALUES[0]}"
    token = await portal.session(page=page)
    shown = [json.dumps(await portal.ask(token, text, client_id=str(uuid4()))) for text in MESSAGES]
    turn = json.loads(shown[-1])["id"]
    for reason in MESSAGES:
        rating = {"turn": turn, "value": "down", "reason": reason}
        assert (await portal.call("POST", "/v1/feedback", token, json=rating)).status == 204
        assert leaking_files(tmp_path, VALUES) == {}
    rasa.status = 500
    shown.append(json.dumps(await portal.ask(token, MESSAGES[0])))
    transcript = await portal.call("GET", "/v1/transcript", token)
    polled = await portal.call("GET", "/v1/messages", token)
    told = json.dumps(rasa.calls, ensure_ascii=False)
    dossiers = [text for text in MESSAGES if "000" in text]  # the desk's matter, not Rasa's
    assert len(rasa.calls) == len(MESSAGES) - len(dossiers) + 1
    assert leaks("".join([*shown, polled.text, transcript.text]).encode(), VALUES) == []
    assert leaks(told.encode(), VALUES) == []
    assert leaks(caplog.text.encode(), VALUES) == []
    assert leaking_files(tmp_path, VALUES) == {}


async def test_a_message_is_recognised_without_being_kept(portal: Portal) -> None:
    """Two values that look the same when masked are different requests all the same."""
    token, client_id = await portal.session(), str(uuid4())
    first = await portal.ask(token, "sđt 0912777671", client_id=client_id)
    assert await portal.ask(token, "sđt 0912777671", client_id=client_id) == first
    other = await portal.post(token, text="sđt 0912777672", client_id=client_id)
    assert other.status == 409


async def test_a_failing_database_logs_no_message(
    make_portal: MakePortal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    portal = await make_portal()
    token = await portal.session()

    def fail(self: Conversations, *_: object) -> str:
        with self.engine.begin() as connection:
            connection.exec_driver_sql("SELECT * FROM missing WHERE x = ?", (" ".join(MESSAGES),))
        raise AssertionError("unreachable")

    monkeypatch.setattr(Conversations, "store", fail)
    headers = {"Authorization": f"Bearer {token}"}
    response = await portal.client.post("/v1/messages", headers=headers, json={"text": MESSAGES[0]})
    assert response.status == 503
    assert OperationalError.__name__ in caplog.text
    assert leaks(caplog.text.encode(), VALUES) == []


@pytest.mark.parametrize("raw", [b"{broken", b"\xff"], ids=["json", "utf8"])
async def test_a_request_that_cannot_be_read_is_not_logged(
    portal: Portal, caplog: pytest.LogCaptureFixture, raw: bytes
) -> None:
    caplog.set_level(logging.DEBUG)
    token = await portal.session()
    await portal.call("POST", "/v1/messages", token, data=raw + MESSAGES[0].encode())
    await portal.post(token, text=MESSAGES[0], colour=MESSAGES[1])
    await portal.call("GET", "/v1/search", params={"q": MESSAGES[4]})
    assert leaks(caplog.text.encode(), VALUES) == []
