"""How long answers took and visitors waited for an officer; only of sessions that are still here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from knowledge.answer import Outcome
from portal.handoff.tables import handoffs, tickets
from portal.reports.span import Span
from portal.tables import events, turns

_ACTS = (Outcome.HANDED_OFF, Outcome.TICKET)


def percentile(counted: Sequence[tuple[float, int]], share: float) -> float | None:
    """Return the smallest value that at least ``share`` of all values do not exceed (nearest rank).

    Args:
        counted: values and how often each occurs, in ascending order.
        share: above 0, at most 1.

    Returns:
        None if there are no values.
    """
    rank = math.ceil(share * sum(count for _, count in counted))
    for value, count in counted:
        rank -= count
        if rank <= 0:
            return value
    return None


def answers(connection: Connection, span: Span) -> dict[str, Any]:
    """Return how many answers the assistant gave in the days of ``span``, and how long they took (ms)."""
    took = turns.c.turn["took_ms"].as_integer()
    query = (
        select(took.label("took"), func.count().label("answers"))
        .where(turns.c.created_at >= span.start, turns.c.created_at < span.end)
        .where(took.is_not(None), turns.c.turn["outcome"].as_string().not_in(_ACTS))
        .group_by("took")
        .order_by("took")
    )
    counted = [(row.took, row.answers) for row in connection.execute(query)]
    return {
        "answers": sum(count for _, count in counted),
        "p50_ms": percentile(counted, 0.5),
        "p95_ms": percentile(counted, 0.95),
    }


def desk(connection: Connection, span: Span) -> dict[str, Any]:
    """Return what became of the requests for an officer made in the days of ``span``.

    The first word is an officer's first message after the request, before the conversation was closed.
    """
    wrote = select(func.min(events.c.created_at)).where(
        events.c.session == handoffs.c.session,
        events.c.kind == "agent",
        events.c.created_at >= handoffs.c.requested_at,
        handoffs.c.closed_at.is_(None) | (events.c.created_at <= handoffs.c.closed_at),
    )
    query = select(
        handoffs.c.state,
        handoffs.c.solved,
        handoffs.c.requested_at,
        wrote.scalar_subquery().label("first_word"),
    ).where(handoffs.c.requested_at >= span.start, handoffs.c.requested_at < span.end)
    rows = connection.execute(query).all()
    waits = sorted((_utc(r.first_word) - r.requested_at).total_seconds() for r in rows if r.first_word)
    counted = [(round(wait), 1) for wait in waits]
    states = ("queued", "claimed", "returned", "closed", "unanswered")
    return {
        "requests": len(rows),
        **{state: sum(row.state == state for row in rows) for state in states},
        "solved": sum(bool(row.solved) for row in rows),
        "answered": len(waits),
        "first_word_p50_s": percentile(counted, 0.5),
        "first_word_p95_s": percentile(counted, 0.95),
    }


def deadlines(connection: Connection, span: Span) -> dict[str, Any]:
    """Return what became of the tickets left in the days of ``span``, and whether in time."""
    query = tickets.select().where(tickets.c.created_at >= span.start, tickets.c.created_at < span.end)
    rows = connection.execute(query).all()
    now = datetime.now(UTC)
    answered = [row for row in rows if row.answered_at]
    return {
        "issued": len(rows),
        **{state: sum(row.state == state for row in rows) for state in ("open", "answered", "closed")},
        "in_time": sum(row.answered_at <= row.due_at for row in answered),
        "late": sum(row.answered_at > row.due_at for row in answered),
        "overdue": sum(row.state == "open" and row.due_at < now for row in rows),
        "due_within_a_day": sum(
            row.state == "open" and now <= row.due_at < now + timedelta(days=1) for row in rows
        ),
        "solved": sum(bool(row.solved) for row in rows),
    }


def _utc(moment: datetime) -> datetime:
    """SQLite gives times back without their zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
