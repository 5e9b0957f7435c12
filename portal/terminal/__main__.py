"""A chat in the terminal over the public contract: ``python -m portal.terminal --help``.

It knows no more than any other client does.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import shutil
import sys
from collections.abc import Iterator

from aiohttp import ClientSession, TCPConnector

from knowledge.texts import LANGUAGES
from portal.terminal.client import ChatError, Client, Json, own_texts
from portal.terminal.rendering import clean, render

DEFAULT_URL = "http://127.0.0.1:8080"

_NARROWEST_LINE = 20
_WIDEST_LINE = 100


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
        print(own_texts(self._lang)("error", text=clean(text)), file=sys.stderr)
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
            print(own_texts(arguments.lang or "vi")("welcome"))
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
    parser.add_argument("--lang", choices=sorted(LANGUAGES), help="language (default: that of the question)")
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
