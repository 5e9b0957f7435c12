"""The commands between the content files and the database: check, load, export, export-nlu, migrate."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from knowledge import nlu_export, validation
from knowledge.content import Content, ContentError, read
from knowledge.database import database_url, migrate, var
from knowledge.exporting import ExportError, export
from knowledge.loading import Changes, ConflictError, Take, load
from knowledge.store import Store
from knowledge.validation import check

_FEW = 20
"""So many ids are printed; of more, the number only."""

Commands = Any
"""What `argparse` calls the action of subparsers; the type has no public name."""


def register(commands: Commands) -> None:
    """Add the commands to the parser."""
    checker = commands.add_parser("check", help="report every problem of the content files")
    checker.add_argument("files", nargs="*", help="report on these files only (all are read)")
    checker.set_defaults(run=_check)
    loader = commands.add_parser("load", help="load the content files into the database")
    decision = loader.add_mutually_exclusive_group()
    decision.add_argument(
        "--take",
        type=Take,
        choices=[Take.YAML, Take.DB],
        help="where both the file and the database were changed: whose state to take, for good",
    )
    decision.add_argument(
        "--keep-edits",
        dest="take",
        action="store_const",
        const=Take.EDITS,
        help="keep the database's state for now, with a warning (at start)",
    )
    loader.set_defaults(run=_load)
    exporter = commands.add_parser("export", help="write the database's state back into the content files")
    exporter.add_argument("--to", type=Path, metavar="FOLDER", help="write into another folder")
    exporter.set_defaults(run=_export)
    for_rasa = commands.add_parser("export-nlu", help="write what Rasa's training needs")
    for_rasa.add_argument("path", nargs="?", type=Path, default=var() / "nlu-export.json")
    for_rasa.set_defaults(run=_export_nlu)
    commands.add_parser("migrate", help="bring the tables up to date").set_defaults(run=_migrate)


def _check(arguments: argparse.Namespace) -> int:
    only = {Path(f).name for f in arguments.files}
    content = read(arguments.folder)
    problems = [p for p in content.problems + check(content) if not only or p.file in only]
    for problem in sorted(problems):
        print(problem)
    print(f"{len(content.entries)} entries, {len(content.documents)} documents, {len(problems)} problems")
    return 1 if problems else 0


def _load(arguments: argparse.Namespace) -> int:
    with closing(Store(database_url())) as store:
        migrate(store.engine, "knowledge")
        code = fingerprint(Path(__file__).parent, "*.py", "*.yml", "texts/*.yml")
        files = fingerprint(arguments.folder, "**/*.yml")
        facts = store.view.facts
        if (facts.get("files"), facts.get("code")) == (files, code):
            print(f"content unchanged; release {store.release}")
            return 0
        try:
            content = validation.load(arguments.folder)
        except ContentError as error:
            return _complain(f"Nothing was loaded, {len(error.problems)} problems:", error.problems)
        return _load_into(store, content, arguments.take, files, code)


def _load_into(store: Store, content: Content, take: Take | None, files: str, code: str) -> int:
    loaded_before = "release" in store.view.facts
    try:
        changes = load(store, content, take, files, code)
    except ConflictError as error:
        _complain(
            "Nothing was loaded: changed in the files and in the database as well (differing fields):",
            error.conflicts,
        )
        return _complain("Take one side with 'load --take yaml' or 'load --take db'.")
    except ContentError as error:
        _complain("Nothing was loaded: edits in the database no longer fit:", error.problems)
        return 0 if take is Take.EDITS and loaded_before else 1  # a start goes on with what there is
    _report(changes, take)
    print(f"{changes}; release {store.release}")
    return 0


def _report(changes: Changes, take: Take | None) -> None:
    for verb, ids in (("added", changes.added), ("changed", changes.changed), ("removed", changes.removed)):
        if 0 < len(ids) <= _FEW:
            print(f"{verb}: {', '.join(ids)}")
    if changes.conflicts and take is Take.EDITS:
        _complain(
            "WARNING: changed in the files and in the database as well; the edits are kept, what the files"
            " say is NOT in use. Decide with 'python -m knowledge load --take yaml' or '--take db':",
            changes.conflicts,
        )


def _complain(head: str, lines: Sequence[object] = ()) -> int:
    print("\n".join([head, *map(str, lines)]), file=sys.stderr)
    return 1


def fingerprint(folder: Path, *patterns: str) -> str:
    """Return a hash of names and contents of files."""
    digest = hashlib.sha256()
    for file in sorted({file for pattern in patterns for file in folder.glob(pattern)}):
        digest.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _export(arguments: argparse.Namespace) -> int:
    with closing(Store(database_url())) as store:
        try:
            done = export(store, arguments.folder, arguments.to)
        except (ExportError, ContentError) as error:
            return _complain(f"Nothing was written. {error}")
    for verb, ids in (("written anew", done.written), ("added", done.added)):
        if ids:
            print(f"{verb}: {', '.join(ids)}")
    print(f"{len(done.written)} written anew, {len(done.added)} added, {done.unchanged} unchanged")
    return 0


def _export_nlu(arguments: argparse.Namespace) -> int:
    with closing(Store(database_url())) as store:
        written = nlu_export.write(store, arguments.path)
    print(f"{arguments.path}: {'written' if written else 'unchanged'}")
    return 0


def _migrate(_arguments: argparse.Namespace) -> int:
    with closing(Store(database_url())) as store:
        migrate(store.engine, "knowledge")
    print("The tables are up to date.")
    return 0
