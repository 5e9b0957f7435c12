"""A chat in the terminal over the public contract: ``python -m portal.terminal --help``.

It knows no more than any other client: a session, messages, turns. What a turn says is
printed as plain text; a type of block that is not known here prints its text and no more.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import shutil
import sys
import textwrap
import unicodedata
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    TCPConnector,
)

from knowledge.dates import display

DEFAULT_URL = "http://127.0.0.1:8080"
TIME_LIMIT = 10.0
"""Seconds for one request."""

_NARROWEST_COLUMN = 6
_NARROWEST_LINE = 20
_WIDEST_LINE = 100
_GAP = "  "

Json = dict[str, Any]

TEXTS: dict[str, dict[str, str]] = {
    "vi": {
        "welcome": "Trợ lý ảo của Ban Quản lý Khu kinh tế Hải Phòng. "
        "Gõ câu hỏi, hoặc số của một gợi ý; /quit để thoát.",
        "down": "Không có gì trả lời tại {url}. Hãy khởi động: make run",
        "late": "Không có câu trả lời sau {seconds:g} giây. Xin thử lại.",
        "lost": "Mất kết nối với {url}. Xin thử lại.",
        "unreadable": "{url} trả lời không đúng giao thức (HTTP {status}).",
        "renewed": "Phiên trước đã kết thúc, gợi ý cũ không còn dùng được. Xin nhập lại câu hỏi.",
        "error": "Lỗi: {text}",
        "info": "Thông tin: {text}",
        "warning": "Lưu ý: {text}",
        "confirm": "{text} Xin kiểm tra lại tại: {place}",
        "dossier_lookup": "Gõ mã hồ sơ ở dòng dưới để tra cứu.",
        "contact": "Để lại thông tin liên hệ trên trang trò chuyện của cổng.",
        "sources": "Nguồn:",
        "since": "hiệu lực từ {start}",
        "until": "hiệu lực đến {end}",
        "span": "hiệu lực từ {start} đến {end}",
        "expired": "hết hiệu lực",
        "recorded": "ghi nhận {day}",
        "unverified": "chưa được Ban Quản lý xác nhận",
        "verified": "Ban Quản lý xác nhận ngày {day}",
        "read_on": "Theo quy định tại ngày {day}.",
        "licensed": "Dự án được cấp phép: {day}.",
        "suggestions": "Gợi ý (gõ số để chọn):",
    },
    "en": {
        "welcome": "Virtual assistant of the Hai Phong Economic Zone Authority. "
        "Type a question, or the number of a suggestion; /quit leaves.",
        "down": "Nothing answers at {url}: start it with make run",
        "late": "No answer within {seconds:g} seconds. Please try again.",
        "lost": "The connection to {url} was lost. Please try again.",
        "unreadable": "{url} does not answer as the contract says (HTTP {status}).",
        "renewed": "The earlier session has ended, with its suggestions. Please type your question again.",
        "error": "Error: {text}",
        "info": "Note: {text}",
        "warning": "Caution: {text}",
        "confirm": "{text} Please confirm with: {place}",
        "dossier_lookup": "Type the dossier code on the line below to look it up.",
        "contact": "Leave your contact on the chat page of the portal.",
        "sources": "Sources:",
        "since": "in force since {start}",
        "until": "in force until {end}",
        "span": "in force from {start} until {end}",
        "expired": "no longer in force",
        "recorded": "recorded {day}",
        "unverified": "not yet confirmed by the Authority",
        "verified": "confirmed by the Authority on {day}",
        "read_on": "Law as of {day}.",
        "licensed": "Project licensed: {day}.",
        "suggestions": "Suggestions (type a number to choose):",
    },
}


class ChatError(Exception):
    """There is no turn to show; the text says why, for the person at the terminal."""


# ---- Talking to the portal


class Client:
    """One visitor of the portal: opens a session when the first message goes out.

    Args:
        http: kept open by the caller.
        url: address of the portal, without a path.
        lang: ``vi`` or ``en`` to ask for that language always; None leaves it to the portal.
        time_limit: seconds for one request.
    """

    def __init__(
        self, http: ClientSession, url: str, lang: str | None, time_limit: float = TIME_LIMIT
    ) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._lang = lang
        self._timeout = ClientTimeout(total=time_limit)
        self._texts = TEXTS[lang or "vi"]
        self._token: str | None = None

    async def ask(self, text: str) -> Json:
        """Return the turn that answers a question.

        Raises:
            ChatError: no turn came.
        """
        spoken = {"lang": self._lang} if self._lang else {}
        return await self._send({"text": text, **spoken})

    async def choose(self, choice: str) -> Json:
        """Return the turn that answers a suggestion, by its id.

        Raises:
            ChatError: no turn came.
        """
        return await self._send({"choice": choice})

    async def _send(self, message: Json) -> Json:
        """Send a message, after a network failure once more: one ``client_id`` makes one turn of both."""
        body = {**message, "client_id": str(uuid.uuid4())}
        try:
            return await self._deliver(body)
        except ClientConnectorError as error:
            raise self._failure("down") from error
        except (ClientError, TimeoutError):
            return await self._deliver_again(body)

    async def _deliver_again(self, body: Json) -> Json:
        try:
            return await self._deliver(body)
        except TimeoutError as error:
            raise self._failure("late") from error
        except ClientError as error:
            raise self._failure("lost") from error

    async def _deliver(self, body: Json) -> Json:
        status, reply = await self._post("/v1/messages?wait=true", body, self._token or await self._open())
        if status in {401, 403}:  # the token ended, or its session was erased
            renewed = await self._open()
            if "choice" in body:
                raise self._failure("renewed")
            status, reply = await self._post("/v1/messages?wait=true", body, renewed)
        return _accepted(status, reply)

    async def _open(self) -> str:
        """Open a session and return its token."""
        status, reply = await self._post("/v1/session", {"lang": self._lang})
        self._token = str(_accepted(status, reply)["token"])
        return self._token

    async def _post(self, path: str, body: Json, token: str | None = None) -> tuple[int, Json]:
        headers = {"Accept-Language": self._lang or "vi"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        async with self._http.post(
            self._url + path, json=body, headers=headers, timeout=self._timeout
        ) as response:
            return response.status, await self._json(response)

    async def _json(self, response: ClientResponse) -> Json:
        try:
            reply = await response.json(content_type=None)
        except ValueError:
            reply = None
        if not isinstance(reply, dict):
            raise self._failure("unreadable", status=response.status)
        return reply

    def _failure(self, key: str, **values: object) -> ChatError:
        seconds = self._timeout.total
        return ChatError(self._texts[key].format(url=self._url, seconds=seconds, **values))


def _accepted(status: int, reply: Json) -> Json:
    """Return the reply unless it is a problem (RFC 9457)."""
    if status < 400:
        return reply
    raise ChatError(str(reply.get("detail") or reply.get("title") or f"HTTP {status}"))


# ---- Printing a turn


@dataclass(frozen=True)
class Sheet:
    """What the text is written on: so many characters wide, in one language."""

    width: int
    lang: str

    def words(self, key: str, **values: str) -> str:
        """Return one of our own sentences."""
        return TEXTS[self.lang][key].format(**values)

    def date(self, partial: str) -> str:
        """Write a date for readers."""
        return display(partial, self.lang)

    def wrap(self, text: str, first: str = "", rest: str | None = None) -> list[str]:
        """Break a text into lines; ``first`` stands before the first, ``rest`` (blanks) before the others."""
        margin = " " * len(first) if rest is None else rest
        return textwrap.wrap(
            text, self.width, initial_indent=first, subsequent_indent=margin, break_on_hyphens=False
        )


def render(turn: Json, width: int) -> str:
    """Return a turn as text of at most ``width`` columns (longer words excepted)."""
    turn = _clean(turn)
    sheet = Sheet(width, turn["lang"] if turn.get("lang") in TEXTS else "vi")
    blocks = turn.get("blocks") or [{"type": "para", "text": turn.get("text", "")}]
    parts = [_BLOCKS.get(block["type"], _text)(block, sheet) for block in blocks]
    parts += [_caveat(caveat, sheet) for caveat in turn.get("caveats", [])]
    parts += [_sources(turn, sheet), _suggestions(turn, sheet)]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _clean(value: Any) -> Any:
    """Strip what a terminal would obey (escape sequences), and compose letters so that each is one column."""
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, str):
        composed = unicodedata.normalize("NFC", value)
        return "".join(char if char.isprintable() else " " for char in composed)
    return value


def _text(block: Json, sheet: Sheet) -> list[str]:
    text = block.get("text")
    return sheet.wrap(text) if isinstance(text, str) else []


def _list(block: Json, sheet: Sheet) -> list[str]:
    lines: list[str] = []
    for number, item in enumerate(block["items"], 1):
        lines += sheet.wrap(item, f"{number}. " if block.get("ordered") else "- ")
    return lines


def _steps(block: Json, sheet: Sheet) -> list[str]:
    lines: list[str] = []
    for number, step in enumerate(block["items"], 1):
        mark = f"{number}. "
        duration = f" ({step['duration']})" if step.get("duration") else ""
        lines += sheet.wrap(step["title"] + duration, mark)
        lines += sheet.wrap(step.get("text") or "", " " * len(mark))
    return lines


def _table(block: Json, sheet: Sheet) -> list[str]:
    rows = [block["columns"], *block["rows"]]
    widths = _column_widths(rows, sheet.width)
    head, *body = [_row(row, widths) for row in rows]
    rule = _GAP.join("-" * width for width in widths)
    return [*head, rule, *(line for row in body for line in row)]


def _column_widths(rows: list[list[str]], width: int) -> list[int]:
    """Give each column what its longest cell needs; where that is too much, the widest gives way."""
    widths = [max(map(len, column)) for column in zip_longest(*rows, fillvalue="")]
    room = max(width - len(_GAP) * (len(widths) - 1), _NARROWEST_COLUMN * len(widths))
    while sum(widths) > room:
        widths[widths.index(max(widths))] -= 1
    return widths


def _row(cells: list[str], widths: list[int]) -> list[str]:
    columns = [textwrap.wrap(cell, width or 1) for cell, width in zip(cells, widths, strict=False)]
    lines = zip_longest(*columns, fillvalue="")
    return [_GAP.join(c.ljust(w) for c, w in zip(line, widths, strict=False)).rstrip() for line in lines]


def _facts(block: Json, sheet: Sheet) -> list[str]:
    pairs = (f"{item['label']}: {item['value']}" for item in block["items"])
    return [line for pair in pairs for line in sheet.wrap(pair, rest="  ")]


def _link(block: Json, sheet: Sheet) -> list[str]:
    """An address stands whole on a line of its own, so that a terminal can open it."""
    return [*sheet.wrap(block["text"]), f"  {block['url']}"]


def _notice(block: Json, sheet: Sheet) -> list[str]:
    level = "warning" if block.get("level") == "warning" else "info"
    return sheet.wrap(sheet.words(level, text=block["text"]), "! " if level == "warning" else "")


def _form(block: Json, sheet: Sheet) -> list[str]:
    known = block.get("form") in {"dossier_lookup", "contact"}
    return sheet.wrap(sheet.words(block["form"])) if known else _text(block, sheet)


_BLOCKS: dict[str, Callable[[Json, Sheet], list[str]]] = {
    "para": _text,
    "list": _list,
    "steps": _steps,
    "table": _table,
    "facts": _facts,
    "link": _link,
    "notice": _notice,
    "form": _form,
}


def _caveat(caveat: Json, sheet: Sheet) -> list[str]:
    if not caveat.get("confirm_at"):
        return sheet.wrap(caveat["text"], "! ")
    return sheet.wrap(sheet.words("confirm", text=caveat["text"], place=caveat["confirm_at"]), "! ")


def _sources(turn: Json, sheet: Sheet) -> list[str]:
    if not turn.get("citations"):
        return []
    lines = [sheet.words("sources")]
    for number, citation in enumerate(turn["citations"], 1):
        lines += _citation(citation, f"[{number}] ", sheet)
    said = [
        sheet.words(key, day=sheet.date(turn[field]))
        for key, field in (("read_on", "as_of"), ("licensed", "licensed_on"))
        if turn.get(field)
    ]
    return lines + sheet.wrap(" ".join(said))


def _citation(citation: Json, mark: str, sheet: Sheet) -> list[str]:
    title = "" if citation["title"] == citation["document"] else f" – {citation['title']}"
    article = f", {citation['article']}" if citation.get("article") else ""
    lines = sheet.wrap(citation["document"] + title + article, mark)
    margin = " " * len(mark)
    lines += sheet.wrap(" · ".join(_standing(citation, sheet)), margin)
    return lines + ([margin + citation["url"]] if citation.get("url") else [])


def _standing(citation: Json, sheet: Sheet) -> Iterator[str]:
    """Say when a source holds, when it was recorded and whether an officer confirmed it."""
    start, end = (citation.get(f"effective_{side}") for side in ("from", "to"))
    if start or end:
        key = "span" if start and end else ("since" if start else "until")
        yield sheet.words(key, start=sheet.date(start or ""), end=sheet.date(end or ""))
    if citation.get("status") == "expired":
        yield sheet.words("expired")
    yield sheet.words("recorded", day=sheet.date(citation["collected_on"]))
    if citation.get("verified_on"):
        yield sheet.words("verified", day=sheet.date(citation["verified_on"]))
    else:
        yield sheet.words("unverified")


def _suggestions(turn: Json, sheet: Sheet) -> list[str]:
    if not turn.get("suggestions"):
        return []
    lines = [sheet.words("suggestions")]
    for number, suggestion in enumerate(turn["suggestions"], 1):
        lines += sheet.wrap(suggestion["text"], f"  {number}. ")
    return lines


# ---- The conversation


class Conversation:
    """Questions typed and turns printed, one after the other.

    Args:
        client: sends the messages.
        lang: of our own sentences where no turn sets it.
    """

    def __init__(self, client: Client, lang: str) -> None:
        self._client = client
        self._lang = lang
        self._offered: list[Json] = []

    async def say(self, line: str) -> bool:
        """Send a line, or the suggestion whose number it is; print the turn. False: there was none."""
        try:
            turn = await self._answer(line)
            text = render(turn, _width())
        except ChatError as error:
            return self._complain(str(error))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            return self._complain(f"{type(error).__name__}: {error}")
        self._offered = turn.get("suggestions", [])
        print(text)
        return True

    async def _answer(self, line: str) -> Json:
        number = int(line) if line.isascii() and line.isdigit() else 0
        if 1 <= number <= len(self._offered):
            return await self._client.choose(self._offered[number - 1]["id"])
        return await self._client.ask(line)

    def _complain(self, text: str) -> bool:
        print(TEXTS[self._lang]["error"].format(text=_clean(text)), file=sys.stderr)
        return False


def main(argv: list[str] | None = None) -> int:
    """Talk until ``/quit`` or the end of input; with ``--once`` print one turn. Return the exit status."""
    arguments = _parser().parse_args(argv)
    with asyncio.Runner() as runner:
        http = runner.run(_http())
        try:
            client = Client(http, arguments.url, arguments.lang)
            conversation = Conversation(client, arguments.lang or "vi")
            if arguments.once is not None:
                return 0 if runner.run(conversation.say(arguments.once)) else 1
            print(TEXTS[arguments.lang or "vi"]["welcome"])
            for line in _lines():
                runner.run(conversation.say(line))
        except KeyboardInterrupt:
            print()
            return 130
        finally:
            runner.run(http.close())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m portal.terminal", description="Chat with the assistant.")
    parser.add_argument(
        "--url", type=_address, default=DEFAULT_URL, help="address of the portal (default: %(default)s)"
    )
    parser.add_argument("--lang", choices=sorted(TEXTS), help="language (default: that of the question)")
    parser.add_argument(
        "--once", metavar="QUESTION", help="print one turn and exit: 0, or 1 if there was none"
    )
    return parser


def _address(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"{text!r} is no address: write http://host:port")
    return text


async def _http() -> ClientSession:
    """The loop stands still while someone types, so a connection kept open would go stale unnoticed."""
    return ClientSession(connector=TCPConnector(force_close=True))


def _lines() -> Iterator[str]:
    """Yield what is typed, line by line; input is read outside the loop so that Ctrl-C ends it at once."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 - gives input() its line editing, where the system has it
    while True:
        try:
            line = input("\n> ").strip()
        except EOFError:
            print()
            return
        if line == "/quit":
            return
        if line:
            yield line


def _width() -> int:
    return max(_NARROWEST_LINE, min(shutil.get_terminal_size().columns, _WIDEST_LINE))


if __name__ == "__main__":
    sys.exit(main())
