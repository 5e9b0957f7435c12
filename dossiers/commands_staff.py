"""The commands of staff: unlock, audit, alarms, due dates that differ, unknown states."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from dossiers.codes import CodeError
from dossiers.deadlines import difference_text
from dossiers.differences import differences
from dossiers.holidays import calendar_from
from dossiers.opening import open_dossiers
from knowledge.database import database_url
from knowledge.dates import today
from knowledge.store import Store
from knowledge.texts import LANGUAGES

Commands = Any
"""What `argparse` calls the action of subparsers; the type has no public name."""

_LOOK_UPS = ("found", "again", "denied", "locked", "unlock", "alarm")


def register(commands: Commands) -> None:
    """Add the commands to the parser."""
    unlocker = commands.add_parser("unlock", help="lift locks after too many failed look-ups")
    which = unlocker.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--reference", help="that the applicant was shown: lifts the locks of client and network"
    )
    which.add_argument("--code", help="of the dossier: lets its next try come at once")
    unlocker.add_argument("--by", required=True, help="who does it")
    unlocker.add_argument("--reason", required=True)
    unlocker.set_defaults(run=_unlock)
    auditor = commands.add_parser("audit", help="the latest look-ups, without codes and factors")
    auditor.add_argument("--days", type=int, default=7)
    auditor.add_argument("--most", type=int, default=100)
    auditor.add_argument("--alarms", action="store_true", help="alarms only")
    auditor.set_defaults(run=_audit)
    forgetter = commands.add_parser("forget-audit", help="delete old lines of the audit log")
    forgetter.add_argument("--days", type=int, default=365, help="keep so many days, a year at least")
    forgetter.set_defaults(run=_forget)
    differ = commands.add_parser(
        "differences", help="open dossiers whose due date the time limit contradicts"
    )
    differ.add_argument("--lang", choices=LANGUAGES, default="vi")
    differ.set_defaults(run=_differences)
    commands.add_parser("states", help="words for states that no table knows").set_defaults(run=_states)


def _unlock(arguments: argparse.Namespace) -> int:
    with closing(open_dossiers()) as dossiers:
        if arguments.code:
            try:
                dossiers.unlock_code(arguments.code, arguments.by, arguments.reason)
            except CodeError as error:
                print(error, file=sys.stderr)
                return 1
        elif not dossiers.unlock(arguments.reference, arguments.by, arguments.reason):
            print(f"{arguments.reference}: no such look-up", file=sys.stderr)
            return 1
    print("unlocked")
    return 0


def _audit(arguments: argparse.Namespace) -> int:
    outcomes = ("alarm",) if arguments.alarms else _LOOK_UPS
    with closing(open_dossiers()) as dossiers:
        lines = dossiers.audit_lines(outcomes, timedelta(days=arguments.days), arguments.most)
    for line in lines:
        rest = [line.reference, line.code, line.client, line.by, line.detail]
        print(f"{line.at:%Y-%m-%d %H:%M:%S}Z  {line.outcome:<6}  {'  '.join(part or '–' for part in rest)}")
    print(f"{len(lines)} lines")
    return 0


def _forget(arguments: argparse.Namespace) -> int:
    if arguments.days < 365:
        print("The audit log is kept for a year.", file=sys.stderr)
        return 1
    with closing(open_dossiers()) as dossiers:
        gone = dossiers.forget_audit(datetime.now(UTC) - timedelta(days=arguments.days))
    print(f"{gone} lines deleted")
    return 0


def _differences(arguments: argparse.Namespace) -> int:
    count = 0
    with closing(open_dossiers()) as dossiers, closing(Store(database_url())) as knowledge:
        calendar = calendar_from(os.environ)
        for found in differences(dossiers.engine, knowledge.entries, calendar, today()):
            count += 1
            print(f"{found.masked}  {found.unit or '–'}  {difference_text(found.due, arguments.lang)}")
    print(f"{count} differ")
    return 0


def _states(_arguments: argparse.Namespace) -> int:
    with closing(open_dossiers()) as dossiers:
        unknown = dossiers.unknown_states()
    for word, count in unknown.items():
        print(f"{count}  {word}")
    print(f"{len(unknown)} unknown words")
    return 0
