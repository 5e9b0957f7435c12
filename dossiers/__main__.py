"""Command line of the dossier store: ``python -m dossiers --help``."""

from __future__ import annotations

import argparse
import sys

from dossiers import commands_feed, commands_keys, commands_staff
from dossiers.keys import KeyFault
from dossiers.states import StateTableError


def main(argv: list[str] | None = None) -> int:
    """Run a command; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m dossiers", description="The status store of submitted dossiers."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands_feed.register(commands)
    commands_keys.register(commands)
    commands_staff.register(commands)
    arguments = parser.parse_args(argv)
    try:
        status: int = arguments.run(arguments)
    except (KeyFault, StateTableError) as fault:
        print(fault, file=sys.stderr)
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
