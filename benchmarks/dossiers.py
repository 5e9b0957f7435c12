"""Dossier stores filled with invented dossiers, for the measurements of look-ups."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Literal

from benchmarks.postgresql import postgresql
from dossiers.codes import Code
from dossiers.importing import Importer
from dossiers.keys import Key, Keys
from dossiers.service import Dossiers

Database = Literal["sqlite", "postgresql"]
DATABASES: tuple[Database, ...] = ("sqlite", "postgresql")
KEYS = Keys([Key("1", b"benchmark" * 4)])
_FIRST_DAY = date(2020, 1, 1)
_A_DAY = 500
"""Dossiers received on one day."""


def code_of(number: int) -> Code:
    """Return the code of an invented dossier."""
    day = _FIRST_DAY + timedelta(days=number // _A_DAY)
    return Code("000.00.00.X00", day, f"{number % _A_DAY:04}")


def unknown_code(number: int) -> Code:
    """Return a code of the same form that no invented dossier has."""
    code = code_of(number)
    return Code(code.agency, code.received_on, f"{int(code.number) + 5000:04}")


def factor_of(number: int) -> str:
    """Return the second factor of an invented dossier."""
    return f"{number * 7919 % 10_000:04}"


def client_of(number: int) -> str:
    """Return an address in a network of its own, so that no lock is measured."""
    return f"10.{number >> 8 & 255}.{number & 255}.{1 + (number >> 16)}"


def write_csv(path: Path, size: int) -> None:
    """Write a file as the one-stop system exports it."""
    with path.open("w", encoding="utf-8") as file:
        file.write("code,version,state,procedure_name,unit,received_on,due_on,step,steps,phone\n")
        for number in range(size):
            code = code_of(number)
            due = code.received_on + timedelta(days=21)
            file.write(
                f"{code},1,Đang xử lý,Cấp Giấy chứng nhận đăng ký đầu tư,Phòng Đầu tư,"
                f"{code.received_on},{due},2,4,000000{factor_of(number)}\n"
            )


def fill(dossiers: Dossiers, size: int) -> tuple[float, float]:
    """Import invented dossiers from a file; return seconds on the clock and of this process."""
    with tempfile.TemporaryDirectory(prefix="heza-dossiers-") as folder:
        path = Path(folder) / "dossiers.csv"
        write_csv(path, size)
        started, cpu = time.perf_counter(), time.process_time()
        report = Importer(dossiers.feed).run(path)
        seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu
    assert report.written
    assert report.rows == size
    return seconds, cpu_seconds


@contextmanager
def new_databases(database: Database) -> Iterator[Callable[[], str]]:
    """Hand over a maker of empty databases, which returns their URLs.

    Raises:
        PostgresqlMissing: PostgreSQL is not installed.
    """
    if database == "postgresql":
        with postgresql() as server:
            yield server.new_database
        return
    with tempfile.TemporaryDirectory(prefix="heza-dossiers-") as folder:
        numbers = count()
        yield lambda: f"sqlite:///{Path(folder) / f'dossiers-{next(numbers)}.sqlite'}"
