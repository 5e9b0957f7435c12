"""What the assistant could not answer, the most frequent first; only of sessions that are still here.

The words are those of the log, personal data masked. Questions that differ in case, accents or
punctuation only are one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from sqlalchemy import Connection, func, select

from knowledge.answer import Outcome
from portal.reports.span import Span
from portal.tables import feedback, turns
from vietnamese.folding import words

MOST = 50
_UNANSWERED = (Outcome.NO_ANSWER, Outcome.CLARIFY, Outcome.OUT_OF_SCOPE)


def unanswered(connection: Connection, span: Span) -> list[dict[str, Any]]:
    """Return the questions without an answer in the days of ``span``, each as it was written most often."""
    outcome = turns.c.turn["outcome"].as_string()
    query = (
        select(turns.c.question, outcome.label("outcome"), func.count().label("asked"))
        .where(turns.c.created_at >= span.start, turns.c.created_at < span.end, outcome.in_(_UNANSWERED))
        .group_by(turns.c.question, "outcome")
    )
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    outcomes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in connection.execute(query):
        key = " ".join(words(row.question))
        spellings[key][row.question] += row.asked
        outcomes[key][row.outcome] += row.asked
    ranked = sorted(spellings, key=lambda key: (-outcomes[key].total(), key))[:MOST]
    return [_line(spellings[key], outcomes[key]) for key in ranked]


def reasons(connection: Connection, span: Span) -> list[dict[str, Any]]:
    """Return the reasons that visitors gave for their votes in the days of ``span``, most frequent first."""
    query = (
        select(feedback.c.value, feedback.c.reason, func.count().label("votes"))
        .join(turns, turns.c.id == feedback.c.turn)
        .where(turns.c.created_at >= span.start, turns.c.created_at < span.end)
        .where(feedback.c.reason.is_not(None))
        .group_by(feedback.c.value, feedback.c.reason)
        .order_by(func.count().desc(), feedback.c.value, feedback.c.reason)
        .limit(MOST)
    )
    return [
        {"vote": row.value, "reason": row.reason, "votes": row.votes} for row in connection.execute(query)
    ]


def _line(spellings: Counter[str], outcomes: Counter[str]) -> dict[str, Any]:
    question = min(spellings, key=lambda spelling: (-spellings[spelling], spelling))
    return {
        "question": question,
        "turns": outcomes.total(),
        **{outcome.value: outcomes[outcome.value] for outcome in _UNANSWERED},
    }
