"""Acts of the conversation that no question led to: a request for a person stands in it as a turn."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select
from ulid import ULID

from knowledge.answer import Answer, Outcome, Para, as_lang
from knowledge.dates import today
from knowledge.plain import plain
from portal.events import next_number, publish
from portal.problems import Problem, portal_texts
from portal.recall.uses import note_entries
from portal.tables import sessions, turns


def lock(connection: Connection, session: str) -> str | None:
    """Keep a session from being changed or erased until the transaction ends; return its language.

    Whatever changes several tables of a session locks the session first, so that nobody waits in a circle.

    Raises:
        Problem: 403, the session no longer exists.
    """
    query = select(sessions.c.lang).where(sessions.c.id == session).with_for_update()
    row = connection.execute(query).first()
    if row is None:
        raise Problem(403, "gone")
    lang: str | None = row.lang
    return lang


def said(lang: str, outcome: Outcome, key: str, **values: object) -> Answer:
    """Return an answer of one sentence of the portal's catalogue."""
    text = portal_texts(lang)(f"desk.{key}", **values)
    return Answer(outcome=outcome, lang=as_lang(lang), blocks=[Para(text=text)], as_of=today().isoformat())


def record(connection: Connection, session: str, question: str, answer: Answer, **more: str) -> str:
    """Store an act of the visitor as a turn and publish it; return its id.

    Args:
        connection: in a transaction that has locked the session.
        session: whose act it is.
        question: what the visitor said with it, masked; empty if nothing was.
        answer: what the portal says to it.
        more: further members of the turn, or others in the place of the usual ones.
    """
    turn_id, seq = str(ULID()), next_number(connection, session)
    turn: dict[str, Any] = {
        "id": turn_id,
        "seq": seq,
        "question": question,
        "text": plain(answer),
        **answer.model_dump(mode="json", include=_OF_ANSWER),
        "release": "content -; model -",
        "suggestions": [],
        "dossier": None,
        "took_ms": 0,
        **more,
    }
    row = {"id": turn_id, "session": session, "seq": seq, "question": question, "asked": {}, "turn": turn}
    connection.execute(turns.insert(), {**row, "created_at": datetime.now(UTC)})
    note_entries(connection, session, turn)
    publish(connection, session, "turn", turn=turn_id)
    return turn_id


_OF_ANSWER = {
    "lang",
    "outcome",
    "blocks",
    "citations",
    "caveats",
    "entries",
    "as_of",
    "licensed_on",
}
