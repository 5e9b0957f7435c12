"""The turn log, counted: every figure about turns is a sum over these cells, so all of them agree.

A cell is an hour, a language, a topic and an outcome. When a session is erased, what it adds
to the cells is kept (`keep`), in the transaction that deletes it: no turn is lost or counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, literal, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from knowledge.answer import Outcome
from portal.reports.span import Span
from portal.reports.sql import BeforeDot, LocalHour
from portal.reports.tables import turn_counts
from portal.staff.calls import TOPICS
from portal.tables import feedback, sessions, turns

PENDING = "pending"
"""The outcome of a message that has no answer yet."""
OTHER = "other"
DOSSIER = "dossier"
UNKNOWN = "unknown"
"""The language of a message without an answer, in a session that has none yet."""
LANGUAGES = ("vi", "en", UNKNOWN)
_DOSSIERS = (Outcome.NEEDS_IDENTITY, Outcome.DOSSIER, Outcome.DOSSIER_DENIED, Outcome.LOCKED)
_KEYS = ("hour", "lang", "topic", "outcome")
_MEASURES = ("turns", "conversations", "up", "down")


@dataclass(frozen=True)
class Cell:
    """Turns that have hour, language, topic and outcome in common.

    Args:
        hour: ``YYYY-MM-DD HH`` in Viet Nam.
        lang: ``vi``, ``en`` or `UNKNOWN`.
        topic: one of `portal.staff.calls.TOPICS`: the kind of the first entry of the answer.
        outcome: of the turn, or `PENDING`.
        turns: how many.
        conversations: how many of them are the first of their session.
        up: how many were found helpful.
        down: how many were not.
    """

    hour: str
    lang: str
    topic: str
    outcome: str
    turns: int
    conversations: int
    up: int
    down: int


def cells(connection: Connection, span: Span) -> list[Cell]:
    """Return the cells of the days of ``span``, of sessions that are here and of those erased.

    Args:
        connection: one that sees the database at one moment.
        span: the days.
    """
    within = (turns.c.created_at >= span.start) & (turns.c.created_at < span.end)
    after = (span.last + timedelta(days=1)).isoformat()
    kept = turn_counts.select().where(
        turn_counts.c.hour >= span.first.isoformat(), turn_counts.c.hour < after
    )
    found = [*connection.execute(_counted(within)).mappings(), *connection.execute(kept).mappings()]
    return [_cell(row) for row in found]


def keep(connection: Connection, session: str) -> None:
    """Add a session that is about to be deleted, in the same transaction, to what is kept."""
    insert = insert_postgresql if connection.dialect.name == "postgresql" else insert_sqlite
    # In one order, so that two erasures never wait for each other in a circle.
    query = _counted(turns.c.session == session).order_by(*_KEYS)
    for row in connection.execute(query).mappings().all():
        added = insert(turn_counts).values(dict(row))
        sums = {name: turn_counts.c[name] + added.excluded[name] for name in _MEASURES}
        connection.execute(added.on_conflict_do_update(index_elements=_KEYS, set_=sums))


def total(found: Iterable[Cell], measure: str) -> int:
    """Return the sum of a measure."""
    return sum(getattr(cell, measure) for cell in found)


def _counted(which: ColumnElement[bool]) -> Select[Any]:
    """Return the query that counts turns; their keys are named first, as PostgreSQL groups only by names."""
    told = (
        select(
            LocalHour(turns.c.created_at).label("hour"),
            func.coalesce(turns.c.turn["lang"].as_string(), sessions.c.lang, UNKNOWN).label("lang"),
            _topic().label("topic"),
            func.coalesce(turns.c.turn["outcome"].as_string(), PENDING).label("outcome"),
            _is_first().label("first"),
            feedback.c.value.label("vote"),
        )
        .join(sessions, sessions.c.id == turns.c.session)
        .join(feedback, feedback.c.turn == turns.c.id, isouter=True)
        .where(which)
        .subquery()
    )
    keys = [told.c[name] for name in _KEYS]
    return select(
        *keys,
        func.count().label("turns"),
        func.sum(told.c.first).label("conversations"),
        func.sum(case((told.c.vote == "up", 1), else_=0)).label("up"),
        func.sum(case((told.c.vote == "down", 1), else_=0)).label("down"),
    ).group_by(*keys)


def _topic() -> ColumnElement[str]:
    """The kind of the first entry; an answer without one is about a dossier or about something else."""
    entry = turns.c.turn[("entries", 0, "id")].as_string()
    about_dossier = turns.c.turn["outcome"].as_string().in_(_DOSSIERS)
    return case((entry.is_not(None), BeforeDot(entry)), (about_dossier, DOSSIER), else_=OTHER)


def _is_first() -> ColumnElement[int]:
    """One if no turn of the session came before, else zero."""
    earlier = turns.alias()
    before = select(literal(1)).where(earlier.c.session == turns.c.session, earlier.c.seq < turns.c.seq)
    return case((before.exists(), 0), else_=1)


def _cell(row: Any) -> Cell:
    """Return a cell; what a former release stored in other words counts as the closest of ours."""
    return Cell(
        hour=row["hour"],
        lang=row["lang"] if row["lang"] in LANGUAGES else UNKNOWN,
        topic=row["topic"] if row["topic"] in TOPICS else OTHER,
        outcome=row["outcome"] if row["outcome"] in set(Outcome) else PENDING,
        **{name: int(row[name]) for name in _MEASURES},
    )
