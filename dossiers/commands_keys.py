"""The commands about keys: those of the feed, and those under which codes and factors are hashed."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from dossiers.feed_keys import FeedKeys, feed_key_file
from dossiers.keys import add_key
from dossiers.service import key_file

Commands = Any
"""What `argparse` calls the action of subparsers; the type has no public name."""


def register(commands: Commands) -> None:
    """Add the commands to the parser."""
    keys = commands.add_parser("keys", help="the keys of those who may feed dossiers")
    actions = keys.add_subparsers(required=True, metavar="ACTION")
    adder = actions.add_parser("add", help="make a key and print it, this once")
    adder.add_argument("name", help="of the system that gets it")
    adder.add_argument("--days", type=int, help="how long it is good for (default: without an end)")
    adder.set_defaults(run=_add)
    actions.add_parser("list", help="all keys, without the keys themselves").set_defaults(run=_list)
    revoker = actions.add_parser("revoke", help="put a key out of use at once")
    revoker.add_argument("id")
    revoker.set_defaults(run=_revoke)
    actions.add_parser(
        "rotate-identity", help="add a new key for codes and factors; restart the portals afterwards"
    ).set_defaults(run=_rotate)


def _add(arguments: argparse.Namespace) -> int:
    lifetime = timedelta(days=arguments.days) if arguments.days else None
    token = FeedKeys(feed_key_file()).add(arguments.name, lifetime)
    print("Hand this over on a safe way; it cannot be shown again:", file=sys.stderr)
    print(token)
    return 0


def _list(_arguments: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    for key in FeedKeys(feed_key_file()).all():
        state = "in use" if key.usable(now) else "revoked" if key.revoked_at else "expired"
        until = f", until {key.expires_at[:10]}" if key.expires_at else ""
        print(f"{key.id}  {key.name}  since {key.created_at[:10]}{until}  {state}")
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    if not FeedKeys(feed_key_file()).revoke(arguments.id):
        print(f"{arguments.id}: no such key in use", file=sys.stderr)
        return 1
    print(f"{arguments.id} is revoked")
    return 0


def _rotate(_arguments: argparse.Namespace) -> int:
    print(f"Key {add_key(key_file())} is the current one after a restart; the old ones stay for old hashes.")
    return 0
