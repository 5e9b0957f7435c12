"""Command line of the knowledge base: ``python -m knowledge --help``."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from pathlib import Path

from knowledge import nlu_export
from knowledge.content import CONTENT, ContentError, read
from knowledge.store import Store
from knowledge.validation import check, load


def main(argv: list[str] | None = None) -> int:
    """Run a command; return the exit status."""
    arguments = _parser().parse_args(argv)
    status: int = arguments.run(arguments)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m knowledge", description="The knowledge base.")
    parser.add_argument("--folder", type=Path, default=CONTENT, help="content folder (default: %(default)s)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    checker = commands.add_parser("check", help="report every problem of the content files")
    checker.add_argument("files", nargs="*", help="report on these files only (all are read)")
    checker.set_defaults(run=_check)
    loader = commands.add_parser("load", help="load the content files into the database")
    loader.set_defaults(run=_load)
    exporter = commands.add_parser("export-nlu", help="write what Rasa's training needs")
    exporter.add_argument("path", nargs="?", type=Path, default=var() / "nlu-export.json")
    exporter.set_defaults(run=_export)
    return parser


def var() -> Path:
    """Return the folder of the embedded default's files (``HEZA_VAR``)."""
    return Path(os.environ.get("HEZA_VAR", "var"))


def database_url() -> str:
    """Return the URL of the database (``DATABASE_URL``, by default SQLite under ``HEZA_VAR``)."""
    return os.environ.get("DATABASE_URL") or f"sqlite:///{var() / 'knowledge.sqlite'}"


def _check(arguments: argparse.Namespace) -> int:
    only = {Path(f).name for f in arguments.files}
    content = read(arguments.folder)
    problems = [p for p in content.problems + check(content) if not only or p.file in only]
    for problem in sorted(problems):
        print(problem)
    print(f"{len(content.entries)} entries, {len(content.documents)} documents, {len(problems)} problems")
    return 1 if problems else 0


def _load(arguments: argparse.Namespace) -> int:
    store = Store(database_url())
    source = fingerprint(arguments.folder)
    if store.source() == source:
        print(f"content unchanged; release {store.release}")
        return 0
    try:
        content = load(arguments.folder)
    except ContentError as error:
        print(f"Nothing was loaded, {len(error.problems)} problems:\n{error}", file=sys.stderr)
        return 1
    print(f"{store.load(content, source)}; release {store.release}")
    return 0


def fingerprint(folder: Path) -> str:
    """Return a hash of the content files and of the code that loads them."""
    code = Path(__file__).parent
    files = [*sorted(folder.rglob("*.yml")), *sorted(code.glob("*.py")), *sorted(code.glob("*.yml"))]
    files += sorted((code / "texts").glob("*.yml"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _export(arguments: argparse.Namespace) -> int:
    written = nlu_export.write(Store(database_url()), arguments.path)
    print(f"{arguments.path}: {'written' if written else 'unchanged'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
