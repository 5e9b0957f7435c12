"""Serve the actions alone: ``python -m actions`` (the portal serves them by default)."""

from __future__ import annotations

import argparse
import logging
import os
import sys

from aiohttp import web

from actions.base import Desk, Tools
from actions.server import make_actions_app
from knowledge.database import database_url, migrate
from knowledge.store import Store


def main(argv: list[str] | None = None) -> int:
    """Serve until interrupted; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m actions", description="The action server of the assistant."
    )
    parser.add_argument("--port", type=int, default=int(os.environ.get("HEZA_ACTIONS_PORT", "5055")))
    arguments = parser.parse_args(argv)
    secret = os.environ.get("HEZA_SECRET")
    if not secret:
        print("HEZA_SECRET is not set: Rasa and the actions share it.", file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.INFO)
    store = Store(database_url())
    migrate(store.engine, "knowledge")
    desk = Desk(
        os.environ.get("HEZA_HOTLINE"),
        os.environ.get("HEZA_HOTLINE_HOURS"),
        handoff=bool(os.environ.get("HEZA_DESK_HOURS")),
    )
    web.run_app(make_actions_app(Tools.over(store, desk), secret), host="127.0.0.1", port=arguments.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
