"""Parse texts with the trained model, without a server: ``python -m bot.parse < texts``.

One text per line comes in, one JSON object per line goes out: what Rasa would put
into the latest message. In front of a text the entry that the conversation is about may
stand, with a tab behind it. ``make explain`` uses it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Iterable
from typing import Any

import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from bot.channel import plain_text
from bot.topic import TOPIC


def main(argv: list[str] | None = None) -> int:
    """Parse standard input line by line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot.parse", description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="models/heza.tar.gz", help="trained model (default: %(default)s)")
    arguments = parser.parse_args(argv)
    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    agent = Agent.load(arguments.model)
    for parsed in asyncio.run(parse(agent, (line.rstrip("\n") for line in sys.stdin))):
        print(json.dumps(parsed, ensure_ascii=False))
    return 0


async def parse(agent: Agent, texts: Iterable[str]) -> list[dict[str, Any]]:
    """Return what the model says about each text."""
    assert agent.processor
    return [await agent.processor.parse_message(_message(text)) for text in texts]


def _message(line: str) -> UserMessage:
    topic, _, text = line.rpartition("\t")
    return UserMessage(plain_text(text), metadata={TOPIC: topic or None})


if __name__ == "__main__":
    sys.exit(main())
