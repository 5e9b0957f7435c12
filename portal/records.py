"""What else belongs to a conversation: the visitor's feedback, and the record of everything that was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Engine, select

from portal.problems import Problem
from portal.tables import events, feedback, sessions, turns

FeedbackValue = Literal["up", "down"]


@dataclass(frozen=True)
class Said:
    """One thing that was said: a question with its turn (null while unanswered), or an officer's message.

    Args:
        at: when.
        question: what the visitor asked, as stored.
        turn: the answer.
        agent: what an officer wrote.
    """

    at: datetime
    question: str | None = None
    turn: dict[str, Any] | None = None
    agent: dict[str, Any] | None = None


@dataclass(frozen=True)
class Record:
    """A conversation as its visitor may keep it."""

    started_at: datetime
    lang: str
    said: list[Said]


class Records:
    """Feedback and records in the portal's database.

    Args:
        engine: of the conversations.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(writes=True)

    def rate(self, session: str, turn: str, value: FeedbackValue, reason: str | None) -> None:
        """Store what a visitor thinks of an answer; it replaces what was said before.

        Raises:
            Problem: 404, the session has no such turn.
        """
        row = {"value": value, "reason": reason, "created_at": datetime.now(UTC)}
        own = (turns.c.id == turn) & (turns.c.session == session) & turns.c.turn.is_not(None)
        with self._writing.begin() as connection:
            if not connection.execute(select(turns.c.id).where(own).with_for_update()).first():
                raise Problem(404, "unknown_turn")
            known = feedback.update().where(feedback.c.turn == turn)
            if not connection.execute(known.values(row)).rowcount:
                connection.execute(feedback.insert(), {"turn": turn, "session": session, **row})

    def record(self, session: str) -> Record:
        """Return everything that was said in a session, in order.

        Raises:
            Problem: 403, the session no longer exists.
        """
        asked = select(turns).where(turns.c.session == session)
        written = select(events).where(events.c.session == session, events.c.kind == "agent")
        with self._engine.connect() as connection:
            row = connection.execute(select(sessions).where(sessions.c.id == session)).first()
            if row is None:
                raise Problem(403, "gone")
            numbered = [
                (t.seq, Said(_utc(t.created_at), question=t.question, turn=t.turn))
                for t in connection.execute(asked)
            ]
            numbered += [(e.id, Said(_utc(e.created_at), agent=e.data)) for e in connection.execute(written)]
        said = [said for _, said in sorted(numbered, key=lambda pair: pair[0])]
        return Record(_utc(row.created_at), row.lang or "vi", said)


def _utc(moment: datetime) -> datetime:
    """SQLite gives times back without their zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
