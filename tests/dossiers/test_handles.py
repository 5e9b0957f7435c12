"""A conversation remembers a dossier by a handle, which opens nothing once the dossier changed hands."""

from __future__ import annotations

from datetime import timedelta

from dossiers.codes import parse_code
from dossiers.lookup import Found
from dossiers.service import Dossiers
from tests.dossiers.conftest import CODE, FACTOR, NOBODYS, OTHER, OWNER, event


def handle(dossiers: Dossiers, code: str = CODE) -> str:
    reply = dossiers.lookup(code, FACTOR, OWNER)
    assert isinstance(reply, Found)
    return reply.handle


def test_a_handle_gives_the_present_state_and_no_code(dossiers: Dossiers) -> None:
    known = handle(dossiers)
    dossiers.apply_events([event(version=2, state="Đã xử lý xong")], "test")
    status = dossiers.again(known, "session")
    assert status is not None
    assert (status.state, status.code) == ("finished", "000.19.H24-241105-••12")
    assert "0012" not in known


def test_each_telling_is_written_down(dossiers: Dossiers) -> None:
    dossiers.again(handle(dossiers), "session")
    lines = dossiers.audit_lines(("again",), timedelta(days=1))
    assert [(line.reference, line.client) for line in lines] == [(None, None)]
    assert lines[0].code


def test_telling_again_is_no_look_up(dossiers: Dossiers) -> None:
    """It neither counts against anybody nor makes anybody trusted."""
    known = handle(dossiers)
    for _ in range(30):
        assert dossiers.again(known, "session")
    assert isinstance(dossiers.lookup(CODE, FACTOR, OWNER), Found)


def test_a_handle_lapses_when_the_factor_changes(dossiers: Dossiers) -> None:
    known = handle(dossiers)
    dossiers.apply_events([event(version=2)], "test")
    assert dossiers.again(known, "session")
    dossiers.apply_events([event(version=3, phone="0000009999")], "test")
    assert dossiers.again(known, "session") is None


def test_a_handle_does_not_open_another_dossier_that_got_the_number(dossiers: Dossiers) -> None:
    known = handle(dossiers, OTHER)
    dossiers.remove([parse_code(OTHER)])
    assert dossiers.again(known, "session") is None
    dossiers.apply_events([event(NOBODYS)], "test")
    assert handle(dossiers, NOBODYS).partition(".")[0] == known.partition(".")[0]
    assert dossiers.again(known, "session") is None


def test_what_is_no_handle_opens_nothing(dossiers: Dossiers) -> None:
    number = handle(dossiers).partition(".")[0]
    for wrong in ("", number, f"{number}.", f"{number}.0", "x.y", "-1.0"):
        assert dossiers.again(wrong, "session") is None


def test_handles_of_codes(dossiers: Dossiers) -> None:
    codes = [parse_code(code) for code in (CODE, OTHER, NOBODYS)]
    assert sorted(dossiers.handles(codes)) == sorted([handle(dossiers), handle(dossiers, OTHER)])
