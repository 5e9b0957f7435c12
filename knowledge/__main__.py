"""Command line of the knowledge base: ``python -m knowledge --help``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from knowledge import commands_content, commands_editing
from knowledge.content import CONTENT


def main(argv: list[str] | None = None) -> int:
    """Run a command; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m knowledge", description="The knowledge base.")
    parser.add_argument("--folder", type=Path, default=CONTENT, help="content folder (default: %(default)s)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands_content.register(commands)
    commands_editing.register(commands)
    arguments = parser.parse_args(argv)
    status: int = arguments.run(arguments)
    return status


if __name__ == "__main__":
    sys.exit(main())
