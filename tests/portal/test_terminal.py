import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer, unused_port

from portal.terminal.__main__ import main
from portal.terminal.client import ChatError, Client
from portal.terminal.rendering import render

TURN: dict[str, Any] = {
    "id": "01J0",
    "seq": 1,
    "lang": "vi",
    "outcome": "stale",
    "question": "giấy phép lao động bao lâu",
    "text": "không dùng đến",
    "blocks": [
        {"type": "para", "text": "Trong 10 ngày làm việc kể từ ngày nhận đủ hồ sơ."},
        {"type": "list", "items": ["Đơn đề nghị", "Hộ chiếu"], "ordered": False},
        {"type": "list", "items": ["Trước hết", "Sau đó"], "ordered": True},
        {
            "type": "steps",
            "items": [
                {"title": "Nộp hồ sơ", "text": "Qua cổng một cửa.", "duration": "1 ngày"},
                {"title": "Nhận kết quả", "text": "", "duration": ""},
            ],
        },
        {
            "type": "table",
            "columns": ["Cấp phép", "Thuế suất"],
            "rows": [["trước 01/10/2025", "10 %"], ["sau", "17 %"]],
        },
        {"type": "facts", "items": [{"label": "Lệ phí", "value": "không"}]},
        {"type": "link", "text": "Cổng thông tin", "url": "https://heza.gov.vn"},
        {"type": "notice", "level": "info", "text": "Áp dụng từ 07/08/2025."},
        {"type": "notice", "level": "warning", "text": "Đang sửa đổi."},
        {"type": "form", "form": "dossier_lookup"},
        {"type": "form", "form": "contact"},
        {"type": "hologram", "text": "Chữ của khối lạ."},
        {"type": "silent"},
    ],
    "citations": [
        {
            "kind": "law",
            "document": "219/2025/NĐ-CP",
            "title": "Nghị định về lao động nước ngoài",
            "article": "Điều 22",
            "effective_from": "2025-08-07",
            "effective_to": None,
            "collected_on": "2026-11-22",
            "verified_on": None,
            "url": "https://example.vn/219",
            "status": "unverified",
        },
        {
            "kind": "law",
            "document": "152/2020/NĐ-CP",
            "title": "152/2020/NĐ-CP",
            "article": None,
            "effective_from": "2021-02",
            "effective_to": "2025-08-06",
            "collected_on": "2026-11-22",
            "verified_on": "2026-11-23",
            "url": None,
            "status": "expired",
        },
    ],
    "caveats": [{"reason": "unconfirmed", "text": "Chưa xác nhận: mẫu đơn.", "confirm_at": "Ban Quản lý"}],
    "entries": [{"id": "procedure.work-permit", "version": 1}],
    "release": "test",
    "suggestions": [
        {"id": "s-one", "text": "Hồ sơ gồm những gì?"},
        {"id": "s-two", "text": "Phí bao nhiêu?"},
    ],
    "dossier": None,
    "as_of": "2026-11-22",
    "licensed_on": "2024",
    "took_ms": 41,
}

PRINTED = """\
Trong 10 ngày làm việc kể từ ngày nhận đủ hồ sơ.

- Đơn đề nghị
- Hộ chiếu

1. Trước hết
2. Sau đó

1. Nộp hồ sơ (1 ngày)
   Qua cổng một cửa.
2. Nhận kết quả

Cấp phép          Thuế suất
----------------  ---------
trước 01/10/2025  10 %
sau               17 %

Lệ phí: không

Cổng thông tin
  https://heza.gov.vn

Thông tin: Áp dụng từ 07/08/2025.

! Lưu ý: Đang sửa đổi.

Gõ mã hồ sơ ở dòng dưới để tra cứu.

Để lại thông tin liên hệ trên trang trò chuyện của cổng.

Chữ của khối lạ.

! Chưa xác nhận: mẫu đơn. Xin kiểm tra lại tại: Ban Quản lý

Nguồn:
[1] 219/2025/NĐ-CP – Nghị định về lao động nước ngoài, Điều 22
    hiệu lực từ 07/08/2025 · ghi nhận 22/11/2026 · chưa được Ban Quản lý xác
    nhận
    https://example.vn/219
[2] 152/2020/NĐ-CP
    hiệu lực từ 02/2021 đến 06/08/2025 · hết hiệu lực · ghi nhận 22/11/2026 ·
    Ban Quản lý xác nhận ngày 23/11/2026
Theo quy định tại ngày 22/11/2026. Dự án được cấp phép: 2024.

Gợi ý (gõ số để chọn):
  1. Hồ sơ gồm những gì?
  2. Phí bao nhiêu?"""


class FakePortal:
    """Plays the contract: sessions, one canned turn, and whatever goes wrong next (``mishaps``)."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.sessions: list[dict[str, Any]] = []
        self.mishaps: list[Callable[[web.Request], web.StreamResponse]] = []
        self.turn = TURN

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes([web.post("/v1/session", self._session), web.post("/v1/messages", self._message)])
        return app

    async def _session(self, request: web.Request) -> web.Response:
        self.sessions.append(await request.json())
        token = f"token-{len(self.sessions)}"
        return web.json_response({"token": token, "expires_at": "2026-11-23", "lang": "vi"}, status=201)

    async def _message(self, request: web.Request) -> web.StreamResponse:
        assert request.query["wait"] == "true"
        self.messages.append(await request.json())
        if self.mishaps:
            return self.mishaps.pop(0)(request)
        assert request.headers["Authorization"] == f"Bearer token-{len(self.sessions)}"
        return web.json_response(self.turn)


def problem(status: int, detail: str) -> Callable[[web.Request], web.Response]:
    body = json.dumps({"type": "urn:x", "title": "Tên", "status": status, "detail": detail})
    return lambda _: web.Response(text=body, status=status, content_type="application/problem+json")


def hang_up(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@pytest.fixture
def portal() -> FakePortal:
    return FakePortal()


@pytest.fixture
async def url(portal: FakePortal) -> AsyncIterator[str]:
    async with TestServer(portal.app()) as server:
        yield str(server.make_url(""))


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture(autouse=True)
def _eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


async def run(*arguments: str) -> int:
    """Run the program as a person would: in a thread, because it has a loop of its own."""
    return await asyncio.to_thread(main, list(arguments))


def type_lines(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """Type these lines, then Ctrl-D."""
    waiting = list(lines)

    def read(prompt: str = "") -> str:
        if not waiting:
            raise EOFError
        return waiting.pop(0)

    monkeypatch.setattr("builtins.input", read)


def test_every_type_of_block_is_printed() -> None:
    assert render(TURN, 80) == PRINTED


def test_labels_and_dates_follow_the_language_of_the_turn() -> None:
    printed = render({**TURN, "lang": "en"}, 100)
    assert "in force since 7 August 2025 · recorded 22 November 2026 · not yet confirmed" in printed
    assert "no longer in force" in printed
    assert "Law as of 22 November 2026. Project licensed: 2024." in printed


@pytest.mark.parametrize("width", [24, 40, 60])
def test_lines_are_wrapped_to_the_terminal_but_addresses_stay_whole(width: int) -> None:
    wide = {"type": "table", "columns": ["Một", "Hai", "Ba"], "rows": [["chữ " * 20, "nghĩa " * 20, "ngắn"]]}
    turn = {**TURN, "blocks": [{"type": "para", "text": "một câu dài " * 20}, wide]}
    lines = [line for line in render(turn, width).splitlines() if "https://" not in line]
    assert max(map(len, lines)) <= width


def test_a_turn_without_blocks_shows_its_text() -> None:
    turn = {**TURN, "blocks": [], "citations": [], "caveats": [], "suggestions": []}
    assert render(turn, 80) == "không dùng đến"


def test_the_terminal_obeys_no_escape_sequence_of_an_answer() -> None:
    turn = {"lang": "vi", "blocks": [{"type": "para", "text": "đỏ\x1b[31m\x07 và he\u0301t"}]}
    assert render(turn, 80) == "đỏ [31m  và hét"


async def test_once_prints_one_turn(portal: FakePortal, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run("--url", url, "--once", "bao lâu") == 0
    assert capsys.readouterr().out == PRINTED + "\n"
    assert portal.sessions == [{"lang": None}]
    (message,) = portal.messages
    assert message.keys() == {"text", "client_id"}
    assert message["text"] == "bao lâu"


async def test_a_chosen_language_is_sent_with_session_and_message(portal: FakePortal, url: str) -> None:
    assert await run("--url", url, "--lang", "en", "--once", "how long") == 0
    assert portal.sessions == [{"lang": "en"}]
    assert portal.messages[0]["lang"] == "en"


async def test_a_number_chooses_a_suggestion(
    portal: FakePortal, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_lines(monkeypatch, "2", "bao lâu", "", "2", "3", "/help", "/quit", "never sent")
    assert await run("--url", url) == 0
    sent = [message.get("choice") or message["text"] for message in portal.messages]
    assert sent == ["2", "bao lâu", "s-two", "3", "/help"]  # a number not offered is a text like any other
    assert "text" not in portal.messages[2]
    assert capsys.readouterr().out.count(PRINTED) == 5
    assert len(portal.sessions) == 1


async def test_end_of_input_ends_it(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_lines(monkeypatch)
    assert await run("--url", url, "--lang", "en") == 0
    assert "/quit leaves" in capsys.readouterr().out


async def test_a_problem_is_printed_and_the_talk_goes_on(
    portal: FakePortal, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    portal.mishaps = [problem(400, "Câu hỏi quá dài.")]
    type_lines(monkeypatch, "một", "hai")
    assert await run("--url", url) == 0
    captured = capsys.readouterr()
    assert captured.err == "Lỗi: Câu hỏi quá dài.\n"
    assert captured.out.count(PRINTED) == 1


async def test_once_fails_on_a_problem(
    portal: FakePortal, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    portal.mishaps = [problem(500, "Máy chủ gặp lỗi.")]
    assert await run("--url", url, "--once", "bao lâu") == 1
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "Lỗi: Máy chủ gặp lỗi.\n")


@pytest.mark.parametrize(
    ("lang", "said"), [("vi", "Hãy khởi động: make run"), ("en", "start it with make run")]
)
async def test_when_nothing_listens_it_says_what_to_do(
    lang: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"http://127.0.0.1:{unused_port()}"
    assert await run("--url", address, "--lang", lang, "--once", "bao lâu") == 1
    error = capsys.readouterr().err
    assert said in error
    assert address in error


async def test_a_lost_connection_is_tried_again_with_the_same_client_id(
    portal: FakePortal, url: str, http: ClientSession
) -> None:
    portal.mishaps = [hang_up]
    assert await Client(http, url, None).ask("bao lâu") == TURN
    first, second = portal.messages
    assert first == second


async def test_a_connection_lost_twice_is_an_error(portal: FakePortal, url: str, http: ClientSession) -> None:
    portal.mishaps = [hang_up, hang_up]
    with pytest.raises(ChatError, match="was lost"):
        await Client(http, url, "en").ask("how long")
    assert len(portal.messages) == 2


async def test_an_ended_session_is_renewed(portal: FakePortal, url: str, http: ClientSession) -> None:
    client = Client(http, url, None)
    await client.ask("một")
    portal.mishaps = [problem(401, "Phiên đã hết hạn.")]
    assert await client.ask("hai") == TURN
    assert len(portal.sessions) == 2
    assert portal.messages[1] == portal.messages[2]


async def test_a_choice_of_an_ended_session_is_not_sent_again(
    portal: FakePortal, url: str, http: ClientSession
) -> None:
    client = Client(http, url, "en")
    await client.ask("one")
    portal.mishaps = [problem(401, "expired")]
    with pytest.raises(ChatError, match="earlier session has ended"):
        await client.choose("s-one")
    assert [m.get("choice") for m in portal.messages] == [None, "s-one"]


async def test_no_answer_in_time_is_an_error(http: ClientSession) -> None:
    async def wait(_: web.Request) -> web.Response:
        await asyncio.sleep(1)
        return web.Response()

    app = web.Application()
    app.add_routes([web.post("/v1/session", wait)])
    async with TestServer(app) as server:
        with pytest.raises(ChatError, match=re.escape("within 0.05 seconds")):
            await Client(http, str(server.make_url("")), "en", time_limit=0.05).ask("how long")


async def test_what_is_no_json_is_an_error(portal: FakePortal, url: str, http: ClientSession) -> None:
    portal.mishaps = [lambda _: web.Response(text="<h1>Bad gateway</h1>", status=502)]
    with pytest.raises(ChatError, match="HTTP 502"):
        await Client(http, url, "en").ask("how long")


async def test_a_turn_against_the_contract_is_an_error(
    portal: FakePortal, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    portal.turn = {"lang": "vi", "blocks": [{"type": "facts"}]}
    assert await run("--url", url, "--once", "bao lâu") == 1
    assert capsys.readouterr().err.startswith("Lỗi: ")


def test_help_and_wrong_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    assert "--once QUESTION" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="2"):
        main(["--url", "localhost"])
