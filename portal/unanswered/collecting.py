"""The questions that were not answered, or not well, out of the conversations and the officers' remarks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, select

from portal.tables import feedback, turns
from portal.unanswered.tables import officer_remarks

Source = Literal["no_answer", "clarify", "down", "correction"]
MOST = 5000
"""Turns that are looked at, the latest ones."""


@dataclass(frozen=True)
class Asked:
    """One question that was not answered well.

    Args:
        text: as stored, masked.
        lang: of the answer.
        source: why it stands here.
        who: the session, or the remark; the same one counts once.
        at: when.
        entries: that were shown, if any.
        reason: what the visitor or the officer said about the answer, masked.
    """

    text: str
    lang: str
    source: Source
    who: str
    at: datetime
    entries: tuple[str, ...] = ()
    reason: str | None = None


def collect(connection: Connection, days: int) -> list[Asked]:
    """Return what was not answered well in the last ``days`` days."""
    since = datetime.now(UTC) - timedelta(days=days)
    return [*_of_turns(connection, since), *_of_feedback(connection, since), *_of_officers(connection, since)]


def _of_turns(connection: Connection, since: datetime) -> Iterator[Asked]:
    """Yield turns without an answer, and the second and later of questions back in a row."""
    query = (
        select(turns.c.session, turns.c.seq, turns.c.question, turns.c.created_at, turns.c.turn)
        .where(turns.c.created_at >= since, turns.c.turn.is_not(None))
        .order_by(turns.c.created_at.desc())
        .limit(MOST)
    )
    before: dict[str, str] = {}
    for row in sorted(connection.execute(query), key=lambda row: (row.session, row.seq)):
        outcome, former = row.turn["outcome"], before.get(row.session)
        before[row.session] = outcome
        if row.turn.get("corrects") or not row.question:
            continue
        if outcome == "no_answer" or (outcome == "clarify" and former == "clarify"):
            yield _asked(row, outcome)


def _of_feedback(connection: Connection, since: datetime) -> Iterator[Asked]:
    query = (
        select(turns.c.session, turns.c.question, turns.c.created_at, turns.c.turn, feedback.c.reason)
        .join(feedback, feedback.c.turn == turns.c.id)
        .where(feedback.c.value == "down", feedback.c.created_at >= since)
        .order_by(feedback.c.created_at.desc())
        .limit(MOST)
    )
    for row in connection.execute(query):
        if row.question:
            yield _asked(row, "down", row.reason)


def _of_officers(connection: Connection, since: datetime) -> Iterator[Asked]:
    query = officer_remarks.select().where(officer_remarks.c.at >= since)
    for row in connection.execute(query.order_by(officer_remarks.c.at.desc()).limit(MOST)):
        entries = (row.entry,) if row.entry else ()
        yield Asked(row.question, row.lang, "correction", row.id, row.at, entries, row.remark)


def _asked(row: Any, source: Source, reason: str | None = None) -> Asked:
    entries = tuple(entry["id"] for entry in row.turn["entries"])
    at = row.created_at if row.created_at.tzinfo else row.created_at.replace(tzinfo=UTC)
    return Asked(row.question, row.turn["lang"], source, row.session, at, entries, reason)
