"""The audit log: what stands in it, what does not, and that nobody changes it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from dossiers.service import Dossiers
from dossiers.tables import Attempt
from tests.dossiers.conftest import CODE, FACTOR, OWNER, Clock

WRONG = "9999"


def test_every_look_up_is_written_down_without_secrets(dossiers: Dossiers) -> None:
    dossiers.lookup(CODE, FACTOR, OWNER, session="session-1")
    dossiers.lookup(CODE, WRONG, OWNER)
    for _ in range(6):
        dossiers.lookup(CODE, WRONG, "10.9.9.9")
    lines = dossiers.audit_lines(("found", "denied", "locked"), timedelta(days=1))
    assert sorted(line.outcome for line in lines) == ["denied"] * 6 + ["found", "locked"]
    assert len({line.code for line in lines}) == 1
    assert len({line.client for line in lines}) == 2
    with dossiers.engine.connect() as connection:
        everything = str(connection.execute(select(Attempt)).all())
    for secret in (CODE, CODE.lower(), FACTOR + "'", OWNER, "session-1", "000 000 0123"):
        assert secret not in everything


def test_the_log_is_only_added_to(dossiers: Dossiers, clock: Clock) -> None:
    clock.now -= timedelta(days=400)
    dossiers.lookup(CODE, WRONG, OWNER)
    clock.now += timedelta(days=400)
    dossiers.lookup(CODE, WRONG, OWNER)
    for statement in (update(Attempt).values(outcome="found"), text("DELETE FROM dossier_attempts")):
        with pytest.raises(DatabaseError), dossiers.engine.begin() as connection:
            connection.execute(statement)
    assert dossiers.forget_audit(clock.now - timedelta(days=366)) == 1
    assert len(dossiers.audit_lines(("denied",), timedelta(days=1000))) == 1
