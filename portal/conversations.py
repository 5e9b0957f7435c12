"""Sessions, turns and choices, stored before anything is answered."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from ulid import ULID

from knowledge.answer import Ask, Suggestion
from knowledge.database import connect, migrate
from portal.problems import Problem
from portal.tables import choices, sessions, turns


@dataclass(frozen=True)
class Stored:
    """A message as it was stored; ``turn`` is null until it is answered."""

    id: str
    seq: int
    session: str
    question: str
    turn: dict[str, Any] | None = None


@dataclass(frozen=True)
class Choice:
    """A quick reply that was offered."""

    text: str
    ask: Ask


class Conversations:
    """The store of conversations.

    Args:
        url: SQLAlchemy URL.
    """

    def __init__(self, url: str) -> None:
        self._engine = connect(url)
        self._writing = self._engine.execution_options(writes=True)
        migrate(self._engine, "portal")

    def close(self) -> None:
        """Give back all connections."""
        self._engine.dispose()

    def ping(self) -> None:
        """Raise if the database does not answer."""
        with self._engine.connect() as connection:
            connection.execute(select(1))

    def open_session(self, lang: str | None, page: str | None) -> str:
        """Start a session and return its id (128 random bits)."""
        session = secrets.token_urlsafe(16)
        row = {"id": session, "lang": lang, "page": page, "created_at": datetime.now(UTC)}
        with self._writing.begin() as connection:
            connection.execute(sessions.insert(), row)
        return session

    def language(self, session: str) -> str | None:
        """Return the language of a session (None: not settled yet).

        Raises:
            Problem: 403, the session no longer exists.
        """
        with self._engine.connect() as connection:
            row = connection.execute(select(sessions.c.lang).where(sessions.c.id == session)).first()
        if row is None:
            raise Problem(403, "gone")
        lang: str | None = row.lang
        return lang

    def set_language(self, session: str, lang: str) -> None:
        """Remember the language of a session."""
        with self._writing.begin() as connection:
            connection.execute(sessions.update().where(sessions.c.id == session).values(lang=lang))

    def find(self, session: str, client_id: str, fingerprint: str) -> Stored | None:
        """Return the message that was stored under a ``client_id``.

        Args:
            session: whose message.
            client_id: the id that the client gave it.
            fingerprint: keyed hash of the request, which is not itself stored.

        Raises:
            Problem: 409, the ``client_id`` belongs to another request.
        """
        query = select(turns).where(turns.c.session == session, turns.c.client_id == client_id)
        with self._engine.connect() as connection:
            old = connection.execute(query).first()
        if old is None:
            return None
        if old.fingerprint != fingerprint:
            raise Problem(409, "conflict")
        return Stored(old.id, old.seq, session, old.question, old.turn)

    def store(self, session: str, question: str, fingerprint: str, client_id: str | None) -> Stored:
        """Store a message under the next number of its session, in one transaction.

        Raises:
            IntegrityError: the ``client_id`` was stored meanwhile.
        """
        with self._writing.begin() as connection:
            # One message of a session after the other, so that each gets a number of its own.
            connection.execute(select(sessions.c.id).where(sessions.c.id == session).with_for_update())
            last = connection.execute(
                select(func.max(turns.c.seq)).where(turns.c.session == session)
            ).scalar()
            stored = Stored(str(ULID()), (last or 0) + 1, session, question)
            row = {
                "id": stored.id,
                "session": session,
                "seq": stored.seq,
                "client_id": client_id,
                "fingerprint": fingerprint,
                "question": question,
                "created_at": datetime.now(UTC),
            }
            connection.execute(turns.insert(), row)
        return stored

    def turn_of(self, message: str) -> dict[str, Any] | None:
        """Return the turn of a stored message, if it is answered."""
        with self._engine.connect() as connection:
            turn: dict[str, Any] | None = connection.execute(
                select(turns.c.turn).where(turns.c.id == message)
            ).scalar()
        return turn

    def finish(self, stored: Stored, turn: dict[str, Any], suggestions: list[Suggestion]) -> dict[str, Any]:
        """Store the answer; the suggestions get ids that are bound to the session."""
        rows = [
            {
                "id": secrets.token_urlsafe(9),
                "session": stored.session,
                "seq": stored.seq,
                "text": s.text,
                "ask": s.ask.model_dump(mode="json"),
            }
            for s in suggestions
        ]
        turn = {**turn, "suggestions": [{"id": row["id"], "text": row["text"]} for row in rows]}
        with self._writing.begin() as connection:
            if rows:
                connection.execute(choices.insert(), rows)
            connection.execute(turns.update().where(turns.c.id == stored.id).values(turn=turn))
        return turn

    def choice(self, session: str, choice_id: str) -> Choice:
        """Return a quick reply of the latest turn.

        Raises:
            Problem: 404 not of this session, 409 of an earlier turn.
        """
        with self._engine.connect() as connection:
            query = select(choices).where(choices.c.id == choice_id, choices.c.session == session)
            row = connection.execute(query).first()
            last = connection.execute(
                select(func.max(turns.c.seq)).where(turns.c.session == session)
            ).scalar()
        if row is None:
            raise Problem(404, "unknown_choice")
        if row.seq != last:
            raise Problem(409, "superseded")
        return Choice(row.text, Ask.model_validate(row.ask))

    def answered_after(self, session: str, seq: int) -> list[dict[str, Any]]:
        """Return the answered turns of a session after ``seq``, in order."""
        query = (
            select(turns.c.turn)
            .where(turns.c.session == session, turns.c.seq > seq, turns.c.turn.is_not(None))
            .order_by(turns.c.seq)
        )
        with self._engine.connect() as connection:
            return [turn for turn in connection.execute(query).scalars() if turn]
