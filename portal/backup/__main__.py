"""Back-ups: ``python -m portal.backup --help`` (``make backup`` and ``make restore`` call it)."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from knowledge.database import var
from portal.backup import erased, making, restoring
from portal.backup.places import BackupFault, databases
from portal.settings import SettingsError, retention_days

UNKNOWN = """\
What changed after the back-up was made is as it was then; look through it before visitors come back:
  topics that were switched off since then are answered again (python -m knowledge switch list)
  staff accounts that were blocked since then are open again (python -m portal.staff list)
  subscriptions that were stopped since then send mail again
  dossiers are of that day: have the one-stop system send its events since then once more
Sessions that were erased since then are back if neither the former databases nor a list (--erased) name them.
"""


def main(argv: list[str] | None = None) -> int:
    """Run a command; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m portal.backup", description="Back-up and restore.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    maker = commands.add_parser("make", help="write an archive of all databases; the assistant may run")
    maker.add_argument("folder", nargs="?", type=Path, help="of the archives (default: HEZA_VAR/backups)")
    maker.add_argument("--with-keys", action="store_true", help="put the keys in: keep it like a key, then")
    maker.add_argument(
        "--keep", type=int, metavar="DAYS", help="delete archives in the folder that are older"
    )
    maker.set_defaults(run=_make)
    verifier = commands.add_parser("verify", help="read an archive through and compare it with its manifest")
    verifier.add_argument("archive", type=Path)
    verifier.set_defaults(run=_verify)
    restorer = commands.add_parser("restore", help="put an archive in place; the assistant must stand still")
    restorer.add_argument("archive", type=Path)
    restorer.add_argument("--replace", action="store_true", help="the data that are there may be lost")
    restorer.add_argument(
        "--erased", type=Path, action="append", default=[], metavar="FILE", help="list that `erased` wrote"
    )
    restorer.set_defaults(run=_restore)
    lister = commands.add_parser(
        "erased", help="add what was erased to a list, by hash, to be kept elsewhere"
    )
    lister.add_argument("file", type=Path)
    lister.set_defaults(run=_erased)
    arguments = parser.parse_args(argv)
    try:
        status: int = arguments.run(arguments)
    except (BackupFault, SettingsError) as fault:
        print(fault, file=sys.stderr)
        return 1
    except (DBAPIError, OSError) as error:
        print(f"This failed ({type(error).__name__}: {error}).", file=sys.stderr)
        return 1
    return status


def _make(arguments: argparse.Namespace) -> int:
    folder = arguments.folder or var() / "backups"
    made = making.make(databases(var(), os.environ), var(), folder, arguments.with_keys)
    print(f"{made}: {made.stat().st_size} bytes")
    if not arguments.with_keys:
        print("The keys are not in it; keep them elsewhere (docs/operation.md#keys).")
    if arguments.keep is not None:
        print(f"{len(making.drop_older(folder, arguments.keep))} older archives were deleted.")
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    manifest = restoring.verify(arguments.archive)
    print(f"made {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC, content {manifest.release}")
    for held in manifest.databases:
        print(f"{held.file.name}: {held.engine}, {held.file.size} bytes, sound")
    print(f"keys: {'in the archive' if manifest.key_members else 'not in the archive'}")
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    hashes = frozenset().union(*(erased.read(file) for file in arguments.erased))
    days = retention_days(os.environ)
    places = databases(var(), os.environ)
    manifest, again = restoring.restore(arguments.archive, places, var(), days, hashes, arguments.replace)
    print(
        f"Restored. Erased once more: {again.known} sessions of which it was known, {again.old} older than "
        f"{days} days; {again.left} conversations without a session. Rasa's part follows when it runs."
    )
    for name in restoring.foreign_keys(manifest, var()):
        print(f"WARNING: {name} is not the one that belongs to these data.", file=sys.stderr)
    print(UNKNOWN, end="")
    return 0


def _erased(arguments: argparse.Namespace) -> int:
    count = erased.note(arguments.file, erased.known(databases(var(), os.environ)))
    print(f"{count} erased conversations are listed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
