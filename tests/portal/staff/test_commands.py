"""The command line: the first administrator, further accounts, the audit log."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from sqlalchemy import text

from knowledge.database import connect, writing
from portal.staff import __main__ as commands
from portal.staff.access import Staff
from portal.staff.passwords import Passwords
from portal.staff.sealing import Sealer
from portal.staff.settings import StaffSettings
from portal.staff.signing_in import SigningIn
from tests.portal.staff.conftest import CHEAP, PASSWORD

Run = Callable[..., int]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command with a line on its standard input."""
    monkeypatch.setenv("HEZA_VAR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(commands, "Passwords", lambda: Passwords(CHEAP))

    def run(*arguments: str, given: str = f"{PASSWORD}\n") -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        return commands.main(list(arguments))

    return run


def test_the_first_administrator_signs_in(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("add", "Lan", "--role", "administrator") == 0
    address = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("otpauth:"))
    secret = parse_qs(urlsplit(address).query)["secret"][0]
    engine = connect(f"sqlite:///{tmp_path / 'portal.sqlite'}")
    staff = Staff(engine, StaffSettings())
    signing_in = SigningIn(staff, Passwords(CHEAP), Sealer.from_file(tmp_path / commands.KEYS))
    session = staff.session(signing_in.sign_in("lan", PASSWORD, pyotp.TOTP(secret).now(), "127.0.0.1"))
    assert session
    assert session.account.roles == {"administrator"}
    assert (tmp_path / commands.KEYS).stat().st_mode & 0o777 == 0o600
    engine.dispose()


def test_accounts_are_listed_changed_and_taken_out_of_use(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    run("add", "lan", "--role", "administrator")
    assert run("roles", "lan", "--role", "editor", "--role", "approver") == 0
    assert run("disable", "lan") == 0
    capsys.readouterr()
    run("list")
    assert capsys.readouterr().out == "lan  disabled  approver, editor\n"
    assert run("enable", "lan") == run("reset", "lan") == 0
    capsys.readouterr()
    run("list")
    assert capsys.readouterr().out == "lan  active  approver, editor\n"


@pytest.mark.parametrize(
    ("arguments", "given", "said"),
    [
        (("add", "lan", "--role", "officer"), PASSWORD, "There is an account of this name already."),
        (("add", "huong", "--role", "officer"), "short\n", "at least 12 characters"),
        (("disable", "nobody"), "", "This account does not exist."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(
    run: Run, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], given: str, said: str
) -> None:
    run("add", "lan", "--role", "administrator")
    assert run(*arguments, given=given) == 1
    assert said in capsys.readouterr().err
    run("list")
    assert capsys.readouterr().out == "lan  active  administrator\n"


def test_the_audit_log_is_printed_and_checked(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("add", "lan", "--role", "administrator")
    run("disable", "lan")
    capsys.readouterr()
    assert run("audit") == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[2:5] for line in printed[:2]] == [
        ["command line", "account.add", "lan"],
        ["command line", "account.disable", "lan"],
    ]
    anchor = printed[-1].rpartition(" ")[2]
    assert printed[-1].startswith("2 rows, the chain holds.")
    assert run("audit", "--quiet", "--anchor", anchor) == 0
    engine = connect(f"sqlite:///{tmp_path / 'portal.sqlite'}")
    with writing(engine) as connection:
        connection.execute(text("DROP TRIGGER staff_audit_no_delete"))
        connection.execute(text("DELETE FROM staff_audit WHERE seq = 2"))
    engine.dispose()
    assert run("audit", "--quiet") == 0  # what is cut off at the end cannot be seen by the rest …
    assert run("audit", "--quiet", "--anchor", anchor) == 1  # … but by what was noted
    assert "rows were removed" in capsys.readouterr().err
