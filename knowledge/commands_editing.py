"""The commands of an editor: edit, history, rollback, switch."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap

from knowledge.content import ContentError, parse, read_text
from knowledge.database import database_url, migrate, writing
from knowledge.editing import UnknownVersion, edit, history, rollback
from knowledge.store import Store
from knowledge.switches import UnknownTopic, switch

Commands = Any
"""What `argparse` calls the action of subparsers; the type has no public name."""


def register(commands: Commands) -> None:
    """Add the commands to the parser."""
    editor = commands.add_parser("edit", help="store a new state of an entry or document in the database")
    editor.add_argument("id", help="id of the entry, number of the document")
    editor.add_argument("file", type=Path, help="YAML file that holds just this item, as a list of one")
    _add_author(editor)
    editor.set_defaults(run=_reporting(_edit))
    teller = commands.add_parser("history", help="list the versions of an entry or document")
    teller.add_argument("id")
    teller.set_defaults(run=_reporting(_history))
    back = commands.add_parser("rollback", help="bring back a former version, as a new one")
    back.add_argument("id")
    back.add_argument("version", type=int)
    _add_author(back)
    back.set_defaults(run=_reporting(_rollback))
    _register_switch(commands.add_parser("switch", help="switch topics off and on, without a restart"))


def _register_switch(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="off|on|list")
    for name, off in (("off", True), ("on", False)):
        one = actions.add_parser(name, help=f"switch a topic {name}")
        one.add_argument("topic", help="a kind (incentive), an entry (zone.x) or a facet (zone.x#area)")
        _add_author(one)
        one.add_argument("--reason", required=off, default="", help="why, for those who come later")
        one.set_defaults(run=_reporting(_switch), off=off)
    actions.add_parser("list", help="list what is switched off").set_defaults(run=_reporting(_list))


def _add_author(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", required=True, metavar="NAME", help="who makes the change")


def _reporting(run: Any) -> Any:
    """Return ``run`` so that what is wrong with its input is told in plain words."""

    def reporting(arguments: argparse.Namespace) -> int:
        with closing(Store(database_url())) as store:
            migrate(store.engine, "knowledge")
            try:
                run(store, arguments)
            except (ContentError, UnknownVersion, UnknownTopic) as error:
                print(f"Nothing was changed.\n{error}", file=sys.stderr)
                return 1
        return 0

    return reporting


def _edit(store: Store, arguments: argparse.Namespace) -> None:
    loaded = parse(read_text(arguments.file), arguments.file.name)
    node = loaded[0] if len(loaded) == 1 else None
    if not isinstance(node, CommentedMap):
        raise UnknownVersion(f"{arguments.file} has to hold one item, as a list of one")
    version = edit(store, arguments.id, node, arguments.by, arguments.file.name)
    print(f"{arguments.id}: version {version}")


def _history(store: Store, arguments: argparse.Namespace) -> None:
    versions = history(store, arguments.id)
    if not versions:
        raise UnknownVersion(f"{arguments.id}: no such entry or document")
    for v in versions:
        fields = f": {', '.join(v.fields)}" if v.fields else ""
        print(f"{v.number}  {v.changed_at:%Y-%m-%d %H:%M:%S}Z  {v.what} by {v.changed_by}{fields}")


def _rollback(store: Store, arguments: argparse.Namespace) -> None:
    version = rollback(store, arguments.id, arguments.version, arguments.by)
    print(f"{arguments.id}: version {version}, as version {arguments.version} was")


def _switch(store: Store, arguments: argparse.Namespace) -> None:
    with writing(store.engine) as connection:
        news = switch(connection, arguments.topic, arguments.off, arguments.by, arguments.reason)
    state = "off" if arguments.off else "on"
    print(f"{arguments.topic} is {state}" if news else f"{arguments.topic} was {state} already")


def _list(store: Store, _arguments: argparse.Namespace) -> None:
    for s in store.switches.off.values():
        print(f"{s.topic}  {s.changed_at:%Y-%m-%d %H:%M:%S}Z  {s.changed_by}: {s.reason}")
    print(f"{len(store.switches.off)} topics are switched off")
