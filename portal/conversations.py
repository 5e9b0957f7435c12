"""Sessions, messages, turns and quick replies, stored before anything is answered."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, func, select
from sqlalchemy.event import listen
from ulid import ULID

from knowledge.answer import Ask, Outcome, Suggestion
from knowledge.database import connect, migrate
from portal.events import Event, Kind, events_after, next_number, publish
from portal.identity.state import Awaiting, Identity
from portal.problems import Problem
from portal.recall.uses import note_entries
from portal.stored import Choice, Hold, Question, Stored, identity_of, stored_of
from portal.subscriptions.store import changed
from portal.tables import choices, sessions, turns

_AT_ONCE = 500
_NO_ANSWERS = (Outcome.HANDED_OFF, Outcome.TICKET, Outcome.SERVICE_DOWN)
LOOKUP_SECONDS = 10.0
"""What a look-up may take on top of a turn: the longest that a reply is held back, and a little more."""

LONGEST_HOLD = 120.0
"""What no hold lasts longer than: one that seems to was taken before the clock was set back."""


class Conversations:
    """The store of conversations.

    Args:
        url: SQLAlchemy URL.
    """

    def __init__(self, url: str) -> None:
        self._engine = connect(url)
        if self._engine.dialect.name == "sqlite":
            listen(self._engine, "connect", _erase_securely)
        self._writing = self._engine.execution_options(writes=True)
        migrate(self._engine, "portal")

    @property
    def engine(self) -> Engine:
        """The database, for what else belongs to conversations."""
        return self._engine

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

    def awaiting(self, session: str) -> Awaiting | None:
        """Return what a look-up of a dossier waits for in a session, if it does.

        A message that gave something and is not answered yet counts as if the other value were awaited.
        """
        unanswered = select(turns.c.asked).where(turns.c.session == session, turns.c.turn.is_(None))
        with self._engine.connect() as connection:
            row = connection.execute(select(sessions).where(sessions.c.id == session)).first()
            asked = connection.execute(unanswered).scalars().all()
        if any((question.get("identity") or {}).get("ticket") for question in asked):
            return "factor"
        return identity_of(row).awaiting if row else None

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
        return stored_of(old)

    def store(
        self, session: str, question: Question, fingerprint: str | None, client_id: str | None
    ) -> Stored:
        """Store a message under the next number of its session, in one transaction.

        Raises:
            IntegrityError: the ``client_id`` was stored meanwhile.
        """
        asked = asdict(question)
        with self._writing.begin() as connection:
            stored = Stored(str(ULID()), next_number(connection, session), session, question)
            row = {
                "id": stored.id,
                "session": session,
                "seq": stored.seq,
                "client_id": client_id,
                "fingerprint": fingerprint,
                "question": asked.pop("text"),
                "asked": asked,
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

    def hold(self, session: str, seq: int, seconds: float) -> Hold | None:
        """Take the right to answer a session's messages up to number ``seq``.

        One holder at a time, whichever portal it is in; a holder that died loses the hold when it lapses.

        Args:
            session: which one.
            seq: later messages have to wait for a hold of their own.
            seconds: until the hold lapses, for each message that waits; a look-up may be held back longer.

        Returns:
            The hold; with nothing waiting it is none and needs no release. None if somebody else holds.

        Raises:
            Problem: 403, the session no longer exists.
        """
        now = time.time()
        with self._writing.begin() as connection:
            row = connection.execute(
                select(sessions).where(sessions.c.id == session).with_for_update()
            ).first()
            if row is None:
                raise Problem(403, "gone")
            waiting = self._unanswered(connection, session, seq)
            if not waiting:
                return Hold(session, row.fence, row.lang, [], identity_of(row))
            if row.held_until is not None and now < row.held_until <= now + LONGEST_HOLD:
                return None
            wanted = sum(seconds + LOOKUP_SECONDS * bool(m.question.identity) for m in waiting)
            lapses = now + min(wanted, LONGEST_HOLD)
            change = {"fence": row.fence + 1, "held_until": lapses}
            connection.execute(sessions.update().where(sessions.c.id == session).values(change))
        return Hold(session, row.fence + 1, row.lang, waiting, identity_of(row))

    def release(self, hold: Hold) -> None:
        """Give a hold back, if it is still ours."""
        ours = (sessions.c.id == hold.session) & (sessions.c.fence == hold.fence)
        with self._writing.begin() as connection:
            connection.execute(sessions.update().where(ours).values(held_until=None))

    def finish(
        self,
        hold: Hold,
        stored: Stored,
        turn: dict[str, Any],
        suggestions: list[Suggestion],
        identity: Identity | None = None,
    ) -> dict[str, Any] | None:
        """Store an answer and publish it, in one transaction; suggestions get ids bound to the session.

        Args:
            hold: the right to answer.
            stored: the message.
            turn: its turn, without suggestions; its language becomes that of the session.
            suggestions: the quick replies.
            identity: what the session knows of a dossier from now on; unchanged by default.

        Returns:
            The turn as published; None if the hold was lost or the session erased, and nothing is stored.
        """
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
        ours = (sessions.c.id == hold.session) & (sessions.c.fence == hold.fence)
        with self._writing.begin() as connection:
            if not connection.execute(select(sessions.c.id).where(ours).with_for_update()).first():
                return None
            if rows:
                connection.execute(choices.insert(), rows)
            connection.execute(turns.update().where(turns.c.id == stored.id).values(turn=turn))
            note_entries(connection, stored.session, turn)
            publish(connection, stored.session, "turn", turn=stored.id)
            change: dict[str, Any] = asdict(identity) if identity else {}
            if turn["outcome"] != "service_down":
                change["lang"] = turn["lang"]
            if change:
                connection.execute(sessions.update().where(ours).values(change))
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

    def events_after(self, session: str, number: int) -> list[Event]:
        """Return what happened in a session after event ``number``, in order."""
        with self._engine.connect() as connection:
            return events_after(connection, session, number)

    def publish(self, session: str, kind: Kind, data: dict[str, Any]) -> int:
        """Tell the clients of a session something that is no turn; return the number of the event."""
        with self._writing.begin() as connection:
            return publish(connection, session, kind, data)

    def tell_verified(self, dossiers: Mapping[str, bool], data: dict[str, Any]) -> list[str]:
        """Publish a ``state`` event to the sessions that verified one of these dossiers; return them.

        In the same transaction a mail is queued for everybody who subscribed to one of them.

        Args:
            dossiers: whether each has ended, by handle.
            data: of the event.
        """
        found: list[str] = []
        handles = list(dossiers)
        with self._writing.begin() as connection:
            for start in range(0, len(handles), _AT_ONCE):
                some = sessions.c.dossier.in_(handles[start : start + _AT_ONCE])
                query = select(sessions.c.id).where(some).order_by(sessions.c.id).with_for_update()
                found += connection.execute(query).scalars()
            for session in found:
                publish(connection, session, "state", data)
            for handle, ended in dossiers.items():
                changed(connection, handle, concluded=ended)
        return found

    def stranded(self, older_than: timedelta) -> list[Stored]:
        """Return messages that nobody answers: left behind by a portal that died. Oldest first.

        One that was stored in the future was stored before the clock was set back.
        """
        now = datetime.now(UTC)
        old = (turns.c.created_at < now - older_than) | (turns.c.created_at > now + older_than)
        query = select(turns).where(turns.c.turn.is_(None), old).order_by(turns.c.created_at).limit(100)
        with self._engine.connect() as connection:
            return [stored_of(row) for row in connection.execute(query)]

    def _unanswered(self, connection: Connection, session: str, seq: int) -> list[Stored]:
        query = (
            select(turns, ~_spoke_before().label("first"))
            .where(turns.c.session == session, turns.c.seq <= seq, turns.c.turn.is_(None))
            .order_by(turns.c.seq)
        )
        return [replace(stored_of(row), first=row.first) for row in connection.execute(query)]


def _spoke_before() -> ColumnElement[bool]:
    """Whether the assistant has answered, or is about to, an earlier message of the session of a turn.

    A request for an officer and a failure are no answers: they do not say who is talking.
    """
    earlier = turns.alias()
    outcome = earlier.c.turn["outcome"].as_string()
    spoke = earlier.c.turn.is_(None) | outcome.not_in(_NO_ANSWERS)
    return (
        select(earlier.c.id)
        .where(earlier.c.session == turns.c.session, earlier.c.seq < turns.c.seq, spoke)
        .exists()
    )


def _erase_securely(connection: Any, _record: Any) -> None:
    """Have SQLite overwrite what is deleted with zeros."""
    connection.execute("PRAGMA secure_delete=ON")
