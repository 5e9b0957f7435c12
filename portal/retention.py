"""Erase old sessions now: ``python -m portal.retention`` (a running portal does so every hour)."""

from __future__ import annotations

import argparse
import os
import sys

from knowledge.database import var
from portal.conversations import Conversations
from portal.privacy.erasure import Erasures
from portal.privacy.retention import erase_older
from portal.settings import SettingsError, retention_days
from portal.subscriptions.store import tidy


def main(argv: list[str] | None = None) -> int:
    """Erase old sessions and what has expired of subscriptions; return the exit status.

    Rasa's part is noted, and done within a minute by the portals that run on the same database.
    """
    parser = argparse.ArgumentParser(
        prog="python -m portal.retention", description="Erase sessions in which nothing was said for days."
    )
    parser.add_argument("--days", help="instead of HEZA_RETENTION_DAYS")
    arguments = parser.parse_args(argv)
    given = {"HEZA_RETENTION_DAYS": arguments.days} if arguments.days else {}
    try:
        days = retention_days({**os.environ, **given})
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    conversations = Conversations(os.environ.get("DATABASE_URL") or f"sqlite:///{var() / 'portal.sqlite'}")
    try:
        tidy(conversations.engine)
        print(f"{erase_older(Erasures(conversations.engine), days)} sessions were erased.")
    finally:
        conversations.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
