"""Two expressions that SQLite and PostgreSQL write differently."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class LocalHour(GenericFunction[str]):
    """The hour of a moment in Viet Nam as ``YYYY-MM-DD HH``."""

    type = String()
    name = "local_hour"
    inherit_cache = True


class BeforeDot(GenericFunction[str]):
    """What stands before the first dot of a text: of the id of an entry, its kind."""

    type = String()
    name = "before_dot"
    inherit_cache = True


@compiles(LocalHour, "postgresql")
def _local_hour_postgresql(element: LocalHour, compiler: SQLCompiler, **more: Any) -> str:
    moment = compiler.process(element.clauses, **more)
    return f"to_char(timezone('Asia/Ho_Chi_Minh', {moment}), 'YYYY-MM-DD HH24')"


@compiles(LocalHour, "sqlite")
def _local_hour_sqlite(element: LocalHour, compiler: SQLCompiler, **more: Any) -> str:
    # Moments are stored in UTC; Viet Nam has had no other offset since 1975. SQLite would round up what
    # lies within the last half millisecond of an hour, so the fraction of the second is left out.
    moment = compiler.process(element.clauses, **more)
    return f"strftime('%Y-%m-%d %H', substr({moment}, 1, 19), '+7 hours')"


@compiles(BeforeDot, "postgresql")
def _before_dot_postgresql(element: BeforeDot, compiler: SQLCompiler, **more: Any) -> str:
    return f"split_part({compiler.process(element.clauses, **more)}, '.', 1)"


@compiles(BeforeDot, "sqlite")
def _before_dot_sqlite(element: BeforeDot, compiler: SQLCompiler, **more: Any) -> str:
    text = compiler.process(element.clauses, **more)
    return f"substr({text}, 1, instr({text} || '.', '.') - 1)"
