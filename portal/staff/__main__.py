"""The commands of who runs the system: accounts of the staff, and the audit log.

``python -m portal.staff`` works on the database of the portal (``DATABASE_URL``, else
``portal.sqlite`` under ``HEZA_VAR``), whether the portal runs or not.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path

from sqlalchemy import Connection

from knowledge.database import connect, migrate
from portal.problems import Problem, portal_texts
from portal.staff import accounts
from portal.staff.access import Staff
from portal.staff.accounts import Account
from portal.staff.audit import System, audit, rows, verify
from portal.staff.passwords import Passwords
from portal.staff.permissions import Role
from portal.staff.sealing import Sealer
from portal.staff.settings import StaffSettings
from portal.staff.signing_in import SigningIn
from portal.staff.wiring import KEYS

COMMAND_LINE = System("command line")


def main(argv: list[str] | None = None) -> int:
    """Do one command and return the exit status."""
    arguments = _parser().parse_args(argv)
    var = Path(os.environ.get("HEZA_VAR") or "var")
    engine = connect(os.environ.get("DATABASE_URL") or f"sqlite:///{var / 'portal.sqlite'}")
    try:
        migrate(engine, "portal")
        staff = Staff(engine, StaffSettings())
        signing_in = SigningIn(staff, Passwords(), Sealer.from_file(var / KEYS))
        status: int = arguments.run(staff, signing_in, arguments)
    except Problem as problem:
        print(portal_texts("en")(f"problem.{problem.key}.detail", **problem.values), file=sys.stderr)
        return 1
    finally:
        engine.dispose()
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m portal.staff", description="Accounts of the staff.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    adder = commands.add_parser("add", help="add an account; asks for its password, or reads it from stdin")
    adder.add_argument("name")
    _add_roles(adder)
    adder.set_defaults(run=_add)
    roles = commands.add_parser("roles", help="give an account other roles")
    roles.add_argument("name")
    _add_roles(roles)
    roles.set_defaults(run=_roles)
    for name, text, run in (
        ("disable", "take an account out of use; its sessions end", _disable),
        ("enable", "take an account back into use", _enable),
        ("reset", "give an account a new password and a new authenticator", _reset),
    ):
        one = commands.add_parser(name, help=text)
        one.add_argument("name")
        one.set_defaults(run=run)
    commands.add_parser("list", help="list all accounts").set_defaults(run=_list)
    log = commands.add_parser("audit", help="print the audit log and check its chain")
    log.add_argument("--quiet", action="store_true", help="check only")
    log.add_argument("--anchor", metavar="SEQ:HASH", help="a row noted earlier, which has to be there still")
    log.set_defaults(run=_audit)
    return parser


def _add_roles(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--role",
        dest="roles",
        action="append",
        required=True,
        choices=list(Role),
        type=Role,
        help="may be given several times",
    )


def _add(staff: Staff, signing_in: SigningIn, arguments: argparse.Namespace) -> int:
    password = _password()
    with staff.writing() as connection:
        account = accounts.add(connection, arguments.name, set(arguments.roles))
        _equip(connection, signing_in, account, password)
        audit(connection, COMMAND_LINE, "account.add", account.name, roles=sorted(account.roles))
    return 0


def _reset(staff: Staff, signing_in: SigningIn, arguments: argparse.Namespace) -> int:
    password = _password()
    with staff.writing() as connection:
        account = _account(connection, arguments.name)
        if account.issuer:
            raise Problem(409, "no_password")
        _equip(connection, signing_in, account, password)
        audit(connection, COMMAND_LINE, "account.reset", account.name)
    return 0


def _equip(connection: Connection, signing_in: SigningIn, account: Account, password: str) -> None:
    equipment = signing_in.equip(connection, account, password)
    print(f"Account {account.name}. Enter this address into an authenticator; it is shown only now:")
    print(equipment.address)
    print("Recovery codes, each for one sign-in without the authenticator:")
    print("\n".join(equipment.recovery_codes))


def _roles(staff: Staff, _signing_in: SigningIn, arguments: argparse.Namespace) -> int:
    with staff.writing() as connection:
        account = _account(connection, arguments.name)
        accounts.set_roles(connection, account, set(arguments.roles))
        audit(connection, COMMAND_LINE, "account.roles", account.name, roles=sorted(set(arguments.roles)))
    return 0


def _disable(staff: Staff, _signing_in: SigningIn, arguments: argparse.Namespace) -> int:
    with staff.writing() as connection:
        account = _account(connection, arguments.name)
        accounts.disable(connection, account)
        audit(connection, COMMAND_LINE, "account.disable", account.name)
    return 0


def _enable(staff: Staff, _signing_in: SigningIn, arguments: argparse.Namespace) -> int:
    with staff.writing() as connection:
        account = _account(connection, arguments.name)
        accounts.enable(connection, account)
        audit(connection, COMMAND_LINE, "account.enable", account.name)
    return 0


def _list(staff: Staff, _signing_in: SigningIn, _arguments: argparse.Namespace) -> int:
    with staff.reading() as connection:
        for account in accounts.everyone(connection):
            way = "  identity provider" if account.issuer else ""
            print(f"{account.name}  {account.state}  {', '.join(sorted(account.roles))}{way}")
    return 0


def _audit(staff: Staff, _signing_in: SigningIn, arguments: argparse.Namespace) -> int:
    anchor = arguments.anchor
    found = anchor is None
    with staff.reading() as connection:
        for row in rows(connection):
            found = found or f"{row.seq}:{row.hash}" == anchor
            if not arguments.quiet:
                print(f"{row.seq}  {row.at}  {row.who}  {row.act}  {row.target}  {row.detail}")
        verdict = verify(connection)
    if verdict.broken_at is not None:
        print(f"The chain is broken at row {verdict.broken_at}.", file=sys.stderr)
        return 1
    if not found:
        print("The row noted earlier is not there: rows were removed or written anew.", file=sys.stderr)
        return 1
    print(f"{verdict.rows} rows, the chain holds. Last: {verdict.rows}:{verdict.head}")
    return 0


def _account(connection: Connection, name: str) -> Account:
    account = accounts.find(connection, accounts.login_name(name))
    if account is None:
        raise Problem(404, "unknown_account")
    return account


def _password() -> str:
    """Ask for a password twice, or read it from a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        raise Problem(400, "invalid", field="password")
    return password


if __name__ == "__main__":
    sys.exit(main())
