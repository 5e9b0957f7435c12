"""The audit log: only ever added to, each row bound to the one before, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from knowledge.database import connect, migrate
from portal.staff.access import Staff
from portal.staff.audit import System, audit, latest, rows, verify
from portal.staff.settings import StaffSettings

LAN = System("lan")


@pytest.fixture
def staff(database: str) -> Iterator[Staff]:
    engine = connect(database)
    migrate(engine, "portal")
    yield Staff(engine, StaffSettings())
    engine.dispose()


def write(staff: Staff, number: int) -> None:
    for n in range(number):
        with staff.writing() as connection:
            audit(connection, LAN, "topic.switch", f"zone.{n}", off=True)


def test_rows_are_numbered_and_chained(staff: Staff) -> None:
    write(staff, 3)
    with staff.reading() as connection:
        found = list(rows(connection))
        assert [(row.seq, row.target) for row in found] == [(1, "zone.0"), (2, "zone.1"), (3, "zone.2")]
        assert len({row.hash for row in found}) == 3
        verdict = verify(connection)
    assert (verdict.rows, verdict.head, verdict.broken_at) == (3, found[-1].hash, None)


def test_writers_at_once_make_one_chain(staff: Staff) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: write(staff, 5), range(4)))
    with staff.reading() as connection:
        assert (verify(connection).rows, verify(connection).broken_at) == (20, None)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE staff_audit SET who = 'huong' WHERE seq = 2",
        "DELETE FROM staff_audit WHERE seq = 3",
        "DELETE FROM staff_audit",
        "INSERT OR REPLACE INTO staff_audit SELECT seq, at, '', act, target, detail, hash FROM staff_audit",
        "TRUNCATE staff_audit",
    ],
)
def test_the_database_refuses_every_change(staff: Staff, change: str) -> None:
    dialect = staff.engine.dialect.name
    if ("REPLACE" in change and dialect != "sqlite") or ("TRUNCATE" in change and dialect == "sqlite"):
        pytest.skip("not a statement of this database")
    write(staff, 3)
    with staff.reading() as connection:
        before = list(rows(connection))
    with pytest.raises(DBAPIError, match="append-only"), staff.writing() as connection:
        connection.execute(text(change))
    with staff.reading() as connection:
        assert list(rows(connection)) == before


@pytest.mark.parametrize(
    ("change", "broken_at"),
    [
        ("UPDATE staff_audit SET who = 'huong' WHERE seq = 2", 2),
        ("UPDATE staff_audit SET detail = '{}' WHERE seq = 3", 3),
        ("DELETE FROM staff_audit WHERE seq = 1", 2),
    ],
)
def test_who_takes_the_triggers_away_is_found_out(staff: Staff, change: str, broken_at: int) -> None:
    write(staff, 3)
    with staff.writing() as connection:
        if connection.dialect.name == "sqlite":
            for name in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER staff_audit_no_{name}"))
        else:
            connection.execute(text("DROP TRIGGER staff_audit_no_change ON staff_audit"))
        connection.execute(text(change))
    with staff.reading() as connection:
        assert verify(connection).broken_at == broken_at


def test_an_act_that_fails_leaves_no_record(staff: Staff) -> None:
    def fail() -> None:
        with staff.writing() as connection:
            audit(connection, LAN, "topic.switch", "zone.x")
            raise RuntimeError("the act")

    with pytest.raises(RuntimeError):
        fail()
    with staff.reading() as connection:
        assert verify(connection).rows == 0


def test_personal_data_stays_out_of_the_detail(staff: Staff) -> None:
    with staff.writing() as connection:
        reason = "gọi lại số 0900 000 000, thư lan@example.com, theo 35/2022/NĐ-CP"
        audit(connection, LAN, "dossier.view", "d-1", reason=reason, seen=["012345678901"], count=3)
    with staff.reading() as connection:
        detail = latest(connection, None, 1)[0].as_json()["detail"]
    assert detail == {"count": 3, "reason": "gọi lại số …, thư … theo 35/2022/NĐ-CP", "seen": ["…"]}
