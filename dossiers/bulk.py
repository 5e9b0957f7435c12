"""Inserting many rows: by COPY on PostgreSQL, which takes a third of the time, else as SQLAlchemy does it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from psycopg import sql
from sqlalchemy import JSON, Connection, Table

_FEW = 100


def insert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all name the same columns."""
    if connection.dialect.name != "postgresql" or len(rows) < _FEW:
        connection.execute(table.insert(), list(rows))
        return
    names = list(rows[0])
    encoded = [isinstance(table.c[name].type, JSON) for name in names]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            values = (row[name] for name in names)
            copy.write_row(
                [json.dumps(v) if e and v is not None else v for v, e in zip(values, encoded, strict=True)]
            )
