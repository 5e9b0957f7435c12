"""What the store of conversations takes and hands out: questions, messages, holds, quick replies."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from knowledge.answer import Ask
from portal.identity.state import NOTHING, Act, Identity


@dataclass(frozen=True)
class Question:
    """What is asked of Rasa for one message; ``request_id`` lets it be followed through the logs.

    ``identity`` is what a message says towards the look-up of a dossier. It never holds a value,
    only the ticket under which the vault keeps what was given; such a message does not go to Rasa.
    """

    text: str
    lang: str | None = None
    as_of: str | None = None
    licensed_on: str | None = None
    ask: dict[str, Any] | None = None
    request_id: str | None = None
    identity: Act | None = None


@dataclass(frozen=True)
class Stored:
    """A message as it was stored; ``turn`` is null until it is answered.

    ``first``: the assistant has said nothing yet in the session, so the answer has to say what it is.
    """

    id: str
    seq: int
    session: str
    question: Question
    turn: dict[str, Any] | None = None
    first: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Hold:
    """The right to answer a session, until it lapses.

    Args:
        session: which one.
        fence: number of the hold; what a holder writes counts only while no later one exists.
        lang: language of the session, if it is settled.
        waiting: messages without an answer, oldest first.
        identity: what the session knows of a dossier.
    """

    session: str
    fence: int
    lang: str | None
    waiting: list[Stored]
    identity: Identity = NOTHING


@dataclass(frozen=True)
class Choice:
    """A quick reply that was offered."""

    text: str
    ask: Ask


def identity_of(row: Row[Any]) -> Identity:
    """Return what a session (a row of its table) knows of a dossier by now."""
    if row.awaiting is None or (row.awaiting_until or 0) <= time.time():
        return Identity(dossier=row.dossier)
    return Identity(row.awaiting, row.awaiting_until, row.dossier)


def stored_of(row: Row[Any]) -> Stored:
    """Return the message of a row of the table of turns."""
    return Stored(row.id, row.seq, row.session, Question(row.question, **row.asked), row.turn)
