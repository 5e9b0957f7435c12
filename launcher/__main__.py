"""Command line of the launcher: ``python3 -m launcher --help``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from launcher import (
    checks,
    foreground,
    frontend,
    locks,
    long_checks,
    ports,
    retraining,
    runtimes,
    service,
    signals,
    training,
)
from launcher.console import complain, say
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
    retrain = commands.add_parser("retrain", help="learn accepted proposals, keep it if nothing got worse")
    retrain.add_argument("arguments", nargs=argparse.REMAINDER, help="of the evaluation: --sample 100")
    retrain.set_defaults(run=_retrain)
    run = commands.add_parser("run", help="set up, train if needed, and run the assistant")
    run.add_argument("--with-parent", action="store_true", help="stop when the calling process ends")
    run.set_defaults(run=_run)
    test = commands.add_parser(
        "test", allow_abbrev=False, help="run every check; more arguments go to pytest"
    )
    kind = test.add_mutually_exclusive_group()
    kind.add_argument("--fast", action="store_true", help="without the end-to-end tests")
    kind.add_argument("--long", action="store_true", help="only what takes too long for every change")
    test.add_argument("--list", action="store_true", help="name the steps and end")
    test.add_argument("--only", action="append", default=[], metavar="WORD", help="steps named like this")
    test.set_defaults(run=_test)
    rasa = commands.add_parser("rasa", help="Rasa's own command line: rasa -- test nlu")
    rasa.add_argument("arguments", nargs=argparse.REMAINDER)
    rasa.set_defaults(run=_rasa)
    bot = commands.add_parser("bot", help="a module of the Rasa runtime: bot -- benchmarks.nlu --help")
    bot.add_argument(
        "arguments", nargs=argparse.REMAINDER, help="the module, as after 'python -m', and its own"
    )
    bot.set_defaults(run=_bot)
    app = commands.add_parser("app", help="a module of the application: app -- evaluation.explain '…'")
    app.add_argument("--service", action="store_true", help="with the assistant running beside it")
    app.add_argument("module", help="as after 'python -m'")
    app.add_argument("arguments", nargs=argparse.REMAINDER, help="of the module")
    app.set_defaults(run=_app)
    backup = commands.add_parser("backup", help="write an archive of all databases, also while they are used")
    backup.add_argument("arguments", nargs=argparse.REMAINDER, help="of 'python -m portal.backup make'")
    backup.set_defaults(run=_backup, command="make")
    restore = commands.add_parser("restore", help="put an archive in place of the databases")
    restore.add_argument("arguments", nargs=argparse.REMAINDER, help="of 'python -m portal.backup restore'")
    restore.set_defaults(run=_backup, command="restore")
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


def _retrain(places: Places, arguments: argparse.Namespace) -> int:
    runtimes.setup(places)
    return retraining.retrain(places, _without_dashes(arguments.arguments))


def _run(places: Places, arguments: argparse.Namespace) -> int:
    parent = os.getppid() if arguments.with_parent else None
    chosen = ports.choose(places.settings)  # first: a taken port is no reason to train
    runtimes.setup(places)
    frontend.build_if_possible(places)
    training.train(places)
    with suppress(signals.Stopped):  # how a service is meant to end
        service.serve(places, chosen, parent)
    return 0


def _test(places: Places, arguments: argparse.Namespace) -> int:
    rest = _without_dashes(arguments.rest)
    if arguments.list:
        steps = [step.name for step in long_checks.steps(places, rest)]
        say("\n".join(steps if arguments.long else checks.plan(places, arguments.fast, rest).names))
        return 0
    if arguments.long:
        return long_checks.test(places, arguments.only, rest)
    return checks.test(places, arguments.fast, arguments.only, rest)


def _rasa(places: Places, arguments: argparse.Namespace) -> int:
    runtimes.setup(places)
    return foreground.rasa(places, _without_dashes(arguments.arguments))


def _bot(places: Places, arguments: argparse.Namespace) -> int:
    runtimes.setup(places)
    return foreground.bot(places, _without_dashes(arguments.arguments))


def _app(places: Places, arguments: argparse.Namespace) -> int:
    runtimes.setup(places)
    training.train(places)
    run = foreground.app_with_service if arguments.service else foreground.app
    return run(places, [arguments.module, *arguments.arguments])


def _backup(places: Places, arguments: argparse.Namespace) -> int:
    runtimes.setup(places)  # no training, which would load the content into a database that is to be replaced
    given = _without_dashes(arguments.arguments)
    return foreground.app(places, ["portal.backup", arguments.command, *given])


def _without_dashes(arguments: list[str]) -> list[str]:
    return arguments[1:] if arguments[:1] == ["--"] else arguments


def _lock(places: Places, arguments: argparse.Namespace) -> int:
    locks.lock(places, arguments.upgrade)
    return 0


if __name__ == "__main__":
    signals.listen()
    sys.exit(main())
