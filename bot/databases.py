"""Where Rasa's tracker lies: a SQLite file, or a schema of its own in the database of the portals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

SCHEMA = "rasa"
"""Rasa's table ``events`` must not meet that of the portal."""
_TABLES_LOCK = 0x48455A52
_ANSWER_WITHIN = 4000
"""Milliseconds: longer than that no turn may take."""


def tracker_url(where: str) -> str:
    """Return the SQLAlchemy URL of the tracker, with the limits within which PostgreSQL has to answer.

    Args:
        where: path of a SQLite file, or a URL; every one of PostgreSQL means the driver that is installed.
    """
    if "://" not in where:
        return f"sqlite:///{where}"
    url = make_url(where)
    if url.get_backend_name() in {"postgres", "postgresql"}:
        options = f"-csearch_path={SCHEMA} -cstatement_timeout={_ANSWER_WITHIN}"
        limits = {"connect_timeout": "3", "tcp_user_timeout": str(_ANSWER_WITHIN), "options": options}
        url = url.set(drivername="postgresql+psycopg2").update_query_dict(limits)
    return url.render_as_string(hide_password=False)


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Make the schema, and let one worker at a time make its tables.

    Of two that make the same table at once PostgreSQL refuses one, which Rasa 3.6 takes for a
    database that is not up yet.
    """
    if make_url(url).get_backend_name() == "sqlite":
        yield
        return
    engine = sa.create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True)
    with engine.connect() as connection:
        connection.execute(sa.text("SET statement_timeout = 0"))
        connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": _TABLES_LOCK})
        connection.execute(sa.text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        yield
