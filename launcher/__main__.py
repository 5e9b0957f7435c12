"""Command line of the launcher: ``python3 -m launcher --help``."""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
from collections.abc import Sequence

from launcher import locks, ports, processes, runtimes, service, signals, steps, training
from launcher.console import complain
from launcher.places import Fault, Places


def main(argv: Sequence[str] | None = None, places: Places | None = None) -> int:
    """Run a command; return the exit status."""
    arguments, rest = _parser().parse_known_args(argv)
    if rest and arguments.run is not _test:
        _parser().error(f"unknown: {' '.join(rest)}")
    arguments.rest = rest
    try:
        status: int = arguments.run(places or Places(), arguments)
    except Fault as fault:
        complain(str(fault))
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m launcher", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    setup = commands.add_parser("setup", help="build the two runtimes")
    setup.add_argument("--dev", action="store_true", help="with what linting and tests need")
    setup.set_defaults(run=_setup)
    train = commands.add_parser("train", help="load the knowledge and train Rasa's model if needed")
    train.add_argument("--force", action="store_true", help="train even if nothing changed")
    train.set_defaults(run=_train)
    run = commands.add_parser("run", help="set up, train if needed, and run the assistant")
    run.add_argument("--with-parent", action="store_true", help="stop when the calling process ends")
    run.set_defaults(run=_run)
    test = commands.add_parser("test", help="run every check; further arguments go to pytest")
    test.add_argument("--fast", action="store_true", help="without the end-to-end tests")
    test.set_defaults(run=_test)
    rasa = commands.add_parser("rasa", help="Rasa's own command line: rasa -- shell")
    rasa.add_argument("arguments", nargs=argparse.REMAINDER)
    rasa.set_defaults(run=_rasa)
    lock = commands.add_parser("lock", help="write the lock files anew")
    lock.add_argument("--upgrade", action="store_true", help="take the newest releases")
    lock.set_defaults(run=_lock)
    return parser


def _setup(places: Places, arguments: argparse.Namespace) -> int:
    runtimes.setup(places, arguments.dev)
    return 0


def _train(places: Places, arguments: argparse.Namespace) -> int:
    runtimes.setup(places)
    training.train(places, arguments.force)
    return 0


def _run(places: Places, arguments: argparse.Namespace) -> int:
    chosen = ports.choose(places.settings)  # first: a taken port is no reason to train
    runtimes.setup(places)
    training.train(places)
    try:
        service.serve(places, chosen, arguments.with_parent)
    except signals.Stopped:
        pass  # how a service is meant to end
    return 0


def _test(places: Places, arguments: argparse.Namespace) -> int:
    return steps.test(places, arguments.fast, [a for a in arguments.rest if a != "--"])


def _rasa(places: Places, arguments: argparse.Namespace) -> int:
    """Run Rasa in the foreground, with an action server beside it where one is talked to."""
    given = [a for a in arguments.arguments if a != "--"]
    runtimes.setup(places)
    ...


def _lock(places: Places, arguments: argparse.Namespace) -> int:
    locks.lock(places, arguments.upgrade)
    return 0


if __name__ == "__main__":
    signals.listen()
    sys.exit(main())
