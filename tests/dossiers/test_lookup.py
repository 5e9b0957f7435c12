"""Code and second factor, and what guessing meets; on both databases."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy import event as listening

from dossiers.codes import CodeError
from dossiers.guard import Limits
from dossiers.keys import Key, KeyFault, Keys, Purpose
from dossiers.lookup import Denied, Found, Locked, Reply, network_of
from dossiers.service import Dossiers
from dossiers.tables import Identity
from tests.dossiers.conftest import (
    CODE,
    FACTOR,
    KEYS,
    NOBODYS,
    OTHER,
    OWNER,
    SECRET,
    Clock,
    MakeDossiers,
    event,
)

WRONG = "9999"
FREE = Limits(client=(), network=(), longest_pause=timedelta(0))
"""Limits that never keep anybody from trying."""


def stranger(number: int) -> str:
    """A client in a network of its own."""
    return f"10.{number // 250}.{number % 250}.1"


def fail(
    dossiers: Dossiers, times: int, code: str = CODE, client: Callable[[int], str] = lambda _: "10.9.9.9"
) -> list[Reply]:
    return [dossiers.lookup(code, WRONG, client(n)) for n in range(times)]


# Who is entitled


@pytest.mark.parametrize("typed", [CODE, "000 19 h24 241105 0012", "00019H242411050012"])
@pytest.mark.parametrize("factor", [FACTOR, "000 000 0123", "01 23"])
def test_code_and_factor_open_a_dossier(dossiers: Dossiers, typed: str, factor: str) -> None:
    reply = dossiers.lookup(typed, factor, OWNER)
    assert isinstance(reply, Found)
    assert reply.dossier.code == CODE


def test_the_secret_of_the_receipt_opens_its_own_dossier_only(dossiers: Dossiers) -> None:
    assert isinstance(dossiers.lookup(OTHER, SECRET, OWNER), Found)
    assert isinstance(dossiers.lookup(CODE, SECRET, OWNER), Denied)


def test_what_is_no_code_is_told_so_and_not_counted(dossiers: Dossiers) -> None:
    for _ in range(20):
        with pytest.raises(CodeError):
            dossiers.lookup("12345", FACTOR, OWNER)
    assert isinstance(dossiers.lookup(CODE, FACTOR, OWNER), Found)


def test_the_dummy_record_opens_for_nobody(make_dossiers: MakeDossiers) -> None:
    empty = make_dossiers(limits=FREE)
    for factor in ("", "\0", "0000", "0" * 64):
        assert isinstance(empty.lookup(CODE, factor, OWNER), Denied)


def test_a_neighbour_in_the_index_opens_for_nobody(dossiers: Dossiers) -> None:
    """The row that is read for an unknown code belongs to another dossier; its factor does not help."""
    for number in range(100, 140):
        reply = dossiers.lookup(f"000.19.H24-241105-{number:04}", FACTOR, stranger(number))
        assert isinstance(reply, Denied)


# One reply, in content and in work done


def watched(engine: Engine, statements: list[str]) -> Callable[..., None]:
    def note(_connection: Any, _cursor: Any, statement: str, _values: Any, _context: Any, _many: Any) -> None:
        statements.append(" ".join(statement.split()))

    listening.listen(engine, "before_cursor_execute", note)
    return note


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Purpose and length of all that is hashed."""
    made: list[tuple[str, int]] = []
    original = Key.hash

    def counting(self: Key, purpose: Purpose, value: str, salt: bytes = b"") -> bytes:
        made.append((purpose, len(value) + len(salt)))
        return original(self, purpose, value, salt)

    monkeypatch.setattr(Key, "hash", counting)
    return made


@pytest.mark.parametrize("two_keys", [False, True])
def test_an_unknown_code_and_a_wrong_factor_cost_the_same_work(
    make_dossiers: MakeDossiers, hashes: list[tuple[str, int]], two_keys: bool
) -> None:
    keys = Keys([*KEYS.all, Key("2", b"2" * 32)]) if two_keys else KEYS
    dossiers = make_dossiers(keys, limits=FREE)
    dossiers.apply_events([event(), event(OTHER, secret=SECRET)], "test")
    statements: list[str] = []
    watched(dossiers.engine, statements)
    work = []
    for number, code in enumerate([CODE, OTHER, NOBODYS, "000.19.H24-241106-0001", CODE, NOBODYS]):
        statements.clear()
        hashes.clear()
        assert isinstance(dossiers.lookup(code, WRONG, stranger(number)), Denied)
        work.append((list(statements), list(hashes)))
    assert all(each == work[0] for each in work)
    assert len(work[0][1]) == (9 if two_keys else 6)


def test_an_unknown_code_and_a_wrong_factor_get_the_same_reply(dossiers: Dossiers) -> None:
    wrong, unknown = dossiers.lookup(CODE, WRONG, stranger(1)), dossiers.lookup(NOBODYS, WRONG, stranger(2))
    assert type(wrong) is type(unknown) is Denied
    assert {f.name for f in fields(Denied)} == {"delay", "reference"}
    assert wrong.delay == unknown.delay == 0
    assert len(wrong.reference) == len(unknown.reference)


def test_locks_and_delays_are_the_same_for_known_and_unknown_codes(make_dossiers: MakeDossiers) -> None:
    dossiers = make_dossiers()
    dossiers.apply_events([event()], "test")

    def course(code: str, offset: int) -> list[tuple[str, float]]:
        replies = fail(dossiers, 60, code, lambda n: stranger(offset + n))
        return [(type(r).__name__, r.retry_after if isinstance(r, Locked) else r.delay) for r in replies]

    assert course(CODE, 0) == course(NOBODYS, 1000)


# Guessing


def test_a_client_that_fails_too_often_is_locked_for_a_while(dossiers: Dossiers, clock: Clock) -> None:
    replies = fail(dossiers, 8)
    assert [type(r) for r in replies] == [Denied] * 5 + [Locked] * 3
    last = replies[-1]
    assert isinstance(last, Locked)
    assert (last.scope, last.retry_after) == ("client", 15 * 60)
    assert isinstance(dossiers.lookup(OTHER, FACTOR, "10.9.9.9"), Locked)
    clock.forward(minutes=15)
    assert isinstance(dossiers.lookup(OTHER, FACTOR, "10.9.9.9"), Found)


def test_tries_during_a_lock_do_not_prolong_it(dossiers: Dossiers, clock: Clock) -> None:
    fail(dossiers, 5)
    for _ in range(14):
        clock.forward(minutes=1)
        assert isinstance(dossiers.lookup(CODE, FACTOR, "10.9.9.9"), Locked)
    clock.forward(minutes=1)
    assert isinstance(dossiers.lookup(CODE, FACTOR, "10.9.9.9"), Found)


def test_a_client_that_goes_on_is_locked_for_a_day(dossiers: Dossiers, clock: Clock) -> None:
    for code in (CODE, OTHER, NOBODYS):
        fail(dossiers, 5, code)
        clock.forward(minutes=16)
    locked = dossiers.lookup(CODE, FACTOR, "10.9.9.9")
    assert isinstance(locked, Locked)
    assert locked.retry_after > 23 * 3600


def test_a_network_is_locked_when_its_clients_fail_in_turn(dossiers: Dossiers) -> None:
    codes = [f"000.19.H24-241105-{n:04}" for n in range(200, 260)]
    replies = [dossiers.lookup(code, WRONG, f"203.0.113.{n}") for n, code in enumerate(codes)]
    assert [type(r) for r in replies] == [Denied] * 30 + [Locked] * 30
    assert isinstance(dossiers.lookup(CODE, FACTOR, "203.0.113.200"), Locked)
    assert isinstance(dossiers.lookup(CODE, FACTOR, OWNER), Found)


@pytest.mark.parametrize(
    ("client", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("session-1", "session-1"),
    ],
)
def test_the_network_of_a_client(client: str, network: str) -> None:
    assert network_of(client) == network


def test_a_competitor_cannot_shut_out_the_owner(dossiers: Dossiers) -> None:
    """From one address, and from all addresses of a network, without a pause."""
    fail(dossiers, 50)
    reply = dossiers.lookup(CODE, FACTOR, OWNER)
    assert isinstance(reply, Found)
    assert reply.delay <= 1
    fail(dossiers, 300, client=lambda n: f"10.9.8.{n % 250}")
    reply = dossiers.lookup(CODE, FACTOR, "198.51.100.1")
    wait = reply.retry_after if isinstance(reply, Locked) else 0
    assert wait <= 60


def test_the_owner_who_was_here_before_does_not_wait(dossiers: Dossiers, clock: Clock) -> None:
    assert isinstance(dossiers.lookup(CODE, FACTOR, OWNER), Found)
    clock.forward(days=3)
    fail(dossiers, 500, client=stranger)
    reply = dossiers.lookup(CODE, FACTOR, OWNER)
    assert isinstance(reply, Found)
    assert reply.delay == 0
    assert isinstance(dossiers.lookup(CODE, FACTOR, "198.51.100.1"), Locked)


def test_who_holds_the_secret_does_not_wait(dossiers: Dossiers) -> None:
    fail(dossiers, 500, code=OTHER, client=stranger)
    reply = dossiers.lookup(OTHER, SECRET, OWNER)
    assert isinstance(reply, Found)
    assert reply.delay == 0


def test_when_the_guessing_stops_the_owner_gets_in_without_staff(dossiers: Dossiers, clock: Clock) -> None:
    fail(dossiers, 500, client=stranger)
    clock.forward(hours=1)
    assert isinstance(dossiers.lookup(CODE, FACTOR, OWNER), Found)


def test_the_delay_of_a_code_grows_and_is_waited_out_in_turn(dossiers: Dossiers) -> None:
    delays = [r.delay for r in fail(dossiers, 12, client=stranger) if isinstance(r, Denied)]
    assert delays[:5] == [0] * 5
    assert delays == sorted(delays)
    assert 1 <= delays[5] <= 2  # each waits for the one before, so that many at once gain nothing
    assert delays[-1] <= Limits().longest_hold.total_seconds()


def test_ten_thousand_guesses_spread_over_clients_reveal_nothing_and_raise_an_alarm(
    make_dossiers: MakeDossiers, clock: Clock, caplog: pytest.LogCaptureFixture, database: str
) -> None:
    """Every value is guessed, from a network of its own each, within two and a half hours."""
    most = 10_000 if database.startswith("sqlite") else 1_000
    seen: list[str] = []
    dossiers = make_dossiers(observe=seen.append)
    dossiers.apply_events([event(phone="0000005000")], "test")
    with caplog.at_level(logging.WARNING):
        for guess in range(5_000 - most // 2, 5_000 + most // 2):
            clock.forward(seconds=0.9)
            dossiers.lookup(CODE, f"{guess:04}", stranger(guess))
    assert seen.count("found") == 0
    assert seen.count("denied") < 100  # so many values were compared at all: a chance below 1 in 100
    assert seen.count("locked") > most - 100
    assert "alarm.code" in seen
    assert "are being guessed" in caplog.text
    assert CODE not in caplog.text
    assert [line.detail for line in dossiers.audit_lines(("alarm",), timedelta(days=1))].count("code") >= 1


def test_guesses_over_codes_and_clients_look_alike(make_dossiers: MakeDossiers) -> None:
    """One in ten codes exists; nothing in the replies says which."""
    seen: list[str] = []
    dossiers = make_dossiers(observe=seen.append)
    codes = [f"000.19.H24-241105-{n:04}" for n in range(500)]
    dossiers.apply_events([event(code, phone="0000001234") for code in codes[::10]], "test")
    kinds: dict[bool, set[tuple[str, float]]] = {True: set(), False: set()}
    for number, code in enumerate(codes[:500]):
        reply = dossiers.lookup(code, "4321", stranger(number // 2))
        kinds[number % 10 == 0].add((type(reply).__name__, getattr(reply, "delay", 0)))
    assert kinds[True] == kinds[False] == {("Denied", 0.0)}
    assert "alarm.spread" in seen


def test_an_alarm_is_raised_once_an_hour(make_dossiers: MakeDossiers, clock: Clock) -> None:
    seen: list[str] = []
    dossiers = make_dossiers(limits=Limits(longest_pause=timedelta(0)), observe=seen.append)
    fail(dossiers, 30, client=stranger)
    assert seen.count("alarm.code") == 1
    clock.forward(minutes=61)
    fail(dossiers, 1)
    assert seen.count("alarm.code") == 2


def test_slips_of_one_owner_raise_no_alarm(make_dossiers: MakeDossiers) -> None:
    seen: list[str] = []
    dossiers = make_dossiers(observe=seen.append)
    fail(dossiers, 20)
    assert set(seen) == {"denied", "locked"}


# Several portals, several keys, staff


def test_portals_share_locks_and_delays(make_dossiers: MakeDossiers) -> None:
    first, second = make_dossiers(), make_dossiers()
    first.apply_events([event()], "test")
    replies = [store.lookup(CODE, WRONG, "10.9.9.9") for store in (first, second) * 3]
    assert [type(r) for r in replies] == [Denied] * 5 + [Locked]


def test_staff_unlock_a_client_by_the_reference_it_was_shown(dossiers: Dossiers) -> None:
    locked = fail(dossiers, 6)[-1]
    assert isinstance(locked, Locked)
    assert dossiers.unlock(locked.reference.lower(), by="Lan", reason="caller proved identity")
    assert isinstance(dossiers.lookup(CODE, FACTOR, "10.9.9.9"), Found)
    lines = dossiers.audit_lines(("unlock",), timedelta(days=1))
    assert {(line.by, line.detail) for line in lines} == {("Lan", "caller proved identity")}
    assert not dossiers.unlock("XXXX-XXXX", by="Lan", reason="none such")


def test_staff_unlock_a_code(dossiers: Dossiers) -> None:
    fail(dossiers, 200, client=stranger)
    assert isinstance(dossiers.lookup(CODE, FACTOR, OWNER), Locked)
    dossiers.unlock_code(CODE, by="Lan", reason="owner called")
    reply = dossiers.lookup(CODE, FACTOR, OWNER)
    assert isinstance(reply, Found)
    assert reply.delay == 0


def test_keys_are_changed_without_anybody_noticing(make_dossiers: MakeDossiers) -> None:
    make_dossiers().apply_events([event(), event(OTHER)], "test")
    both = Keys([*KEYS.all, Key("2", b"2" * 32)])
    dossiers = make_dossiers(both)
    assert isinstance(dossiers.lookup(CODE, FACTOR, OWNER), Found)
    assert isinstance(dossiers.lookup(CODE, FACTOR, OWNER), Found)
    assert isinstance(dossiers.lookup(CODE, WRONG, OWNER), Denied)
    with dossiers.engine.connect() as connection:
        under = dict(connection.execute(select(Identity.dossier, Identity.key)).all())
    assert under == {0: "", 1: "2", 2: "1"}  # hashed anew with its look-up, the other not yet


def test_a_key_that_belongs_to_another_store_is_noticed(make_dossiers: MakeDossiers) -> None:
    make_dossiers()
    with pytest.raises(KeyFault, match="not the one"):
        make_dossiers(Keys([Key("1", b"x" * 32)]))
