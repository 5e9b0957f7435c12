"""Command line of the knowledge base: ``python -m knowledge check``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from knowledge.content import CONTENT, read
from knowledge.validation import check


def main(argv: list[str] | None = None) -> int:
    """Run a command; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m knowledge", description="The knowledge base.")
    commands = parser.add_subparsers(dest="command", required=True)
    checker = commands.add_parser("check", help="report every problem of the content files")
    checker.add_argument("files", nargs="*", help="report on these files only (all are read)")
    checker.add_argument("--folder", type=Path, default=CONTENT, help="content folder")
    arguments = parser.parse_args(argv)
    return _check(arguments.folder, {Path(f).name for f in arguments.files})


def _check(folder: Path, only: set[str]) -> int:
    content = read(folder)
    problems = [p for p in content.problems + check(content) if not only or p.file in only]
    for problem in sorted(problems):
        print(problem)
    print(f"{len(content.entries)} entries, {len(content.documents)} documents, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
