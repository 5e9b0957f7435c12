"""Log lines: one each, of their request, without what was said."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from io import StringIO
from ipaddress import ip_network
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from portal.logs import JsonFormatter, TextFormatter, following, start_logging
from tests.portal.conftest import MakePortal
from tests.portal.stubs import Portal, StubRasa

SECRET_TEXT = "mã hồ sơ bí mật 0912"


@pytest.fixture(params=[TextFormatter, JsonFormatter])
def log(request: pytest.FixtureRequest) -> Iterator[StringIO]:
    """What the whole process logs, in each form in turn."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(request.param())
    handler.addFilter(lambda record: record.name != "aiohttp.access")  # of the test server; ours has none
    root = logging.getLogger()
    root.addHandler(handler)
    level = root.level
    root.setLevel("INFO")
    yield stream
    root.setLevel(level)
    root.removeHandler(handler)


def record(message: str, *args: Any, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("portal.x", logging.ERROR, "x.py", 1, message, args, info)


@pytest.mark.parametrize("char", ["\n", "\r", "\x1b[31m", "\x00", "\x85", "\u2028", "\u2029", "\x9b"])
def test_nobody_writes_a_line_of_their_own(char: str) -> None:
    forged = f"x{char}2026-11-22 ERROR forged"
    for line in (TextFormatter().format(record("%s", forged)), JsonFormatter().format(record("%s", forged))):
        assert len(line.splitlines()) == 1
        assert char[0] not in line


def test_a_json_line_says_when_what_and_of_which_request() -> None:
    with following("r-1"):
        line = json.loads(JsonFormatter().format(record("turn %s", "01J")))
    assert line.pop("at").endswith("+00:00")
    assert line == {"level": "ERROR", "logger": "portal.x", "request_id": "r-1", "message": "turn 01J"}
    assert json.loads(JsonFormatter().format(record("x")))["request_id"] is None


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()])
def test_of_an_exception_only_type_and_place_are_shown(formatter: logging.Formatter) -> None:
    try:
        try:
            raise IntegrityError(SECRET_TEXT, {"question": SECRET_TEXT}, ValueError(SECRET_TEXT))
        except IntegrityError as cause:
            raise RuntimeError(SECRET_TEXT) from cause
    except RuntimeError as error:
        line = formatter.format(record("a call failed", error=error))
    assert "bí mật" not in line
    assert "\\u00ed" not in line
    for part in ("RuntimeError", "IntegrityError", "test_logs.py"):
        assert part in line


async def test_no_message_reaches_the_log(portal: Portal, rasa: StubRasa, log: StringIO) -> None:
    token = await portal.session()
    await portal.ask(token, SECRET_TEXT)
    rasa.reply = {"outcome": SECRET_TEXT, "lang": SECRET_TEXT}
    await portal.ask(token, SECRET_TEXT)
    await portal.call("GET", "/v1/search", params={"q": SECRET_TEXT})
    await portal.call("GET", f"/v1/{SECRET_TEXT}")
    await portal.call("POST", "/v1/messages", token, data=SECRET_TEXT.encode())
    lines = log.getvalue()
    assert lines.count("/v1/messages") == 3
    assert "/v1/search 200" in lines
    for said in ("bí mật", "b\\u00ed", "0912", "%C3%AD"):
        assert said not in lines


async def test_a_call_that_fails_is_logged_without_what_was_said(
    portal: Portal, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError(SECRET_TEXT)

    token = await portal.session()
    monkeypatch.setattr("portal.conversations.Conversations.store", fail)
    headers = {"Authorization": f"Bearer {token}"}
    async with portal.client.post("/v1/messages", json={"text": SECRET_TEXT}, headers=headers) as reply:
        assert (reply.status, "bí mật" in await reply.text()) == (500, False)
    lines = log.getvalue()
    assert "RuntimeError" in lines
    assert reply.headers["X-Request-ID"] in lines
    assert "bí mật" not in lines
    assert "0912" not in lines


async def test_one_turn_can_be_followed(portal: Portal, rasa: StubRasa, log: StringIO) -> None:
    reply = await portal.post(await portal.session(), text="phí")
    request_id = reply.headers["X-Request-ID"]
    assert rasa.calls[0]["metadata"]["request_id"] == request_id
    (turn,) = [line for line in log.getvalue().splitlines() if f"turn {reply.json['id']}: answered" in line]
    assert request_id in turn


async def test_a_message_that_waits_for_an_earlier_one_keeps_the_id_of_its_own(
    portal: Portal, rasa: StubRasa
) -> None:
    token = await portal.session()
    rasa.gate.clear()
    first = await portal.call("POST", "/v1/messages", token, json={"text": "một"})
    second = asyncio.create_task(portal.post(token, text="hai"))
    await rasa.arrived.wait()
    rasa.gate.set()
    ids = [first.headers["X-Request-ID"], (await second).headers["X-Request-ID"]]
    assert [call["metadata"]["request_id"] for call in rasa.calls] == ids


async def test_the_id_of_a_request_is_ours_unless_a_trusted_proxy_gives_one(make_portal: MakePortal) -> None:
    async def answered(portal: Portal, given: str) -> str:
        reply = await portal.call("GET", "/healthz", headers={"X-Request-ID": given})
        assert reply.status == 200
        return str(reply.headers["X-Request-ID"])

    alone = await make_portal()
    behind = await make_portal(proxies=(ip_network("127.0.0.1/32"),))
    assert await answered(alone, "abc-1") != "abc-1"
    assert await answered(behind, "abc-1") == "abc-1"
    for given in ("", "a b", "x" * 65, "ü", "a;b", "<script>"):
        assert await answered(behind, given) != given
    assert await answered(alone, "") != await answered(alone, "")


def test_the_form_of_the_log_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, Any] = {}
    monkeypatch.setattr(logging, "basicConfig", lambda **given: made.update(given))
    for form, formatter in (("json", JsonFormatter), ("text", TextFormatter)):
        start_logging("INFO", form)  # type: ignore[arg-type]
        (handler,) = made["handlers"]
        assert isinstance(handler.formatter, formatter)
