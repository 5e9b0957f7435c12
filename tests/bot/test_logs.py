"""Lines of Rasa in the form of the portal's, each with its request."""

from __future__ import annotations

import asyncio
import json
import logging
from io import StringIO

import pytest

from bot.logs import JsonFormatter, following, use_json_if_wanted


@pytest.fixture
def stream() -> StringIO:
    return StringIO()


@pytest.fixture
def handler(stream: StringIO, monkeypatch: pytest.MonkeyPatch) -> logging.Handler:
    """The only handler of the process, as Rasa leaves it."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("plain %(message)s"))
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    monkeypatch.setattr(logging.getLogger(), "level", logging.INFO)
    return handler


def test_every_line_of_a_turn_names_the_request_rasas_own_included(
    handler: logging.Handler, stream: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEZA_LOG", "json")
    use_json_if_wanted()

    async def turn(name: str) -> None:
        with following(name):
            await asyncio.wait_for(_work(), 5)

    async def both() -> None:
        await asyncio.gather(turn("r-1"), turn("r-2"))

    asyncio.run(both())
    logging.getLogger("rasa.core").info("later")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["request_id"] for line in lines] == ["r-1", "r-2", "r-1", "r-2", None]
    assert lines[0]["logger"] == "rasa.core.processor"
    assert lines[0]["message"] == "begins"
    assert lines[0]["at"].endswith("+00:00")


async def _work() -> None:
    logger = logging.getLogger("rasa.core.processor")
    logger.info("begins")
    await asyncio.sleep(0)
    logger.info("ends")


def test_without_the_setting_rasas_own_form_stays(
    handler: logging.Handler, stream: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HEZA_LOG", raising=False)
    use_json_if_wanted()
    logging.getLogger("rasa").info("a line")
    assert stream.getvalue() == "plain a line\n"


def test_nobody_writes_a_line_of_their_own_and_no_exception_repeats_what_was_said() -> None:
    try:
        raise ValueError("".join(["secret", " words"]))
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("rasa", logging.ERROR, "x.py", 1, "a\nforged %s", ("\u2028line",), info)
    line = JsonFormatter().format(record)
    assert len(line.splitlines()) == 1
    assert "secret words" not in line
    assert json.loads(line)["exception"][0] == "builtins.ValueError"
