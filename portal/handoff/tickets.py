"""Tickets: what is asked while nobody is at the desk, and the answer that comes later."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Connection, Engine, Row, select
from ulid import ULID

from knowledge.answer import Answer, Outcome
from knowledge.dates import HANOI, display
from portal.events import publish
from portal.handoff.acts import lock, record, said
from portal.handoff.settings import HandoffSettings
from portal.handoff.tables import handoffs, tickets
from portal.privacy.keys import PrivacyKey
from portal.problems import Problem, portal_texts
from portal.staff.access import Principal
from portal.staff.audit import audit

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE_LETTERS = 10
_SECRET_BYTES = 16


@dataclass(frozen=True)
class Issued:
    """A ticket as its owner gets it; the secret is shown this once."""

    code: str
    secret: str = field(repr=False)
    answer_by: datetime

    def as_json(self) -> dict[str, Any]:
        """Return the reply to the visitor."""
        answer_by = self.answer_by.isoformat(timespec="seconds")
        return {"state": "ticket", "code": self.code, "secret": self.secret, "answer_by": answer_by}


class Tickets:
    """The store of tickets.

    Args:
        engine: database of the portal.
        settings: by when they are to be answered, and how long contacts are kept.
        key: encrypts contacts and hashes secrets; it stands outside the database.
    """

    def __init__(self, engine: Engine, settings: HandoffSettings, key: PrivacyKey) -> None:
        self._engine = engine
        self._writing = engine.execution_options(writes=True)
        self._settings = settings
        self._contacts = Fernet(base64.urlsafe_b64encode(key.derive("ticket contacts")))
        self._secrets = key.derive("ticket secrets")

    def issue(self, session: str, lang: str, contact: str, note: str | None) -> Issued:
        """Store a question for the desk to answer later; waiting in the queue ends with it.

        Args:
            session: whose question.
            lang: of the request, if the session has none yet.
            contact: where the answer goes; stored encrypted.
            note: the question, masked.

        Raises:
            Problem: 403, the session no longer exists.
        """
        now = datetime.now(UTC)
        issued = self._new(now)
        with self._writing.begin() as connection:
            lang = lock(connection, session) or lang
            waiting = (handoffs.c.session == session) & (handoffs.c.state == "queued")
            connection.execute(handoffs.update().where(waiting).values(state="unanswered", closed_at=now))
            row = self._row(issued, contact, now) | {"session": session, "lang": lang, "note": note}
            connection.execute(tickets.insert(), row)
            wish = note or portal_texts(lang)("desk.wish")
            record(connection, session, wish, _confirmation(issued, lang))
            publish(connection, session, "state", {"state": "ticket", "code": issued.code})
        return issued

    def _new(self, now: datetime) -> Issued:
        """Make up a code and a secret, and reckon by when the desk answers."""
        assert self._settings.hours is not None  # without a desk nothing is asked of it
        code = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LETTERS))
        return Issued(
            f"{code[:5]}-{code[5:]}",
            secrets.token_urlsafe(_SECRET_BYTES),
            self._settings.hours.after(now, self._settings.answer_hours),
        )

    def _row(self, issued: Issued, contact: str, now: datetime) -> dict[str, Any]:
        """Return what is stored of a new ticket: the secret hashed, the contact encrypted."""
        return {
            "id": str(ULID()),
            "code": issued.code,
            "secret": self._hash(issued.secret),
            "state": "open",
            "contact": self._contacts.encrypt(contact.encode()),
            "consented_at": now,
            "created_at": now,
            "due_at": issued.answer_by.astimezone(UTC),
        }

    def lookup(self, code: str, secret: str) -> dict[str, Any]:
        """Return state and reply of a ticket.

        Raises:
            Problem: 404, no such code or another secret: which of them is not said.
        """
        query = tickets.select().where(tickets.c.code == code.strip().upper())
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        right = hmac.compare_digest(row.secret if row else "-" * 64, self._hash(secret.strip()))
        if row is None or not right:
            raise Problem(404, "unknown_ticket")
        return {
            "state": row.state,
            "code": row.code,
            "reply": row.reply,
            "created_at": _iso(row.created_at),
            "answer_by": _iso(row.due_at),
            "answered_at": _iso(row.answered_at),
        }

    def all(self, state: str | None, overdue: bool, limit: int) -> list[dict[str, Any]]:
        """Return tickets without their contacts, those due first at the beginning."""
        query = tickets.select().order_by(tickets.c.due_at, tickets.c.id).limit(limit)
        if state:
            query = query.where(tickets.c.state == state)
        if overdue:
            query = query.where(tickets.c.state == "open", tickets.c.due_at < datetime.now(UTC))
        with self._engine.connect() as connection:
            return [_shown(row) for row in connection.execute(query)]

    def view(self, principal: Principal, ticket: str) -> dict[str, Any]:
        """Return a ticket with its contact; that it was seen is audited.

        Raises:
            Problem: 404, no such ticket.
        """
        with self._changing(ticket) as (connection, row):
            audit(connection, principal, "ticket.view", ticket)
        return {**_shown(row), "contact": self.contact(row.contact)}

    def contact(self, sealed: bytes | None) -> str | None:
        """Return a contact as it was given; None if it was forgotten, or is of another key."""
        try:
            return self._contacts.decrypt(sealed).decode() if sealed else None
        except InvalidToken:
            return None

    def reply(self, principal: Principal, ticket: str, text: str) -> str:
        """Answer a ticket, here and in the conversation; return the session.

        Raises:
            Problem: 404, no such ticket; 409, it is closed.
        """
        with self._changing(ticket, ("open", "answered")) as (connection, row):
            now = datetime.now(UTC)
            change = {"state": "answered", "reply": text, "answered_at": now}
            self._update(connection, ticket, {**change, "answered_by": principal.account})
            name = portal_texts(row.lang)("desk.officer")
            data = {"text": text, "at": now.isoformat(timespec="seconds"), "name": name}
            publish(connection, row.session, "agent", data)
            audit(connection, principal, "ticket.reply", ticket)
        return str(row.session)

    def forward(self, principal: Principal, ticket: str, unit: str) -> None:
        """Give a ticket to a unit; errors as for `reply`."""
        with self._changing(ticket, ("open", "answered")) as (connection, _):
            self._update(connection, ticket, {"unit": unit})
            audit(connection, principal, "ticket.forward", ticket, unit=unit)

    def close(self, principal: Principal, ticket: str, topic: str, solved: bool) -> None:
        """Close a ticket; errors as for `reply`."""
        with self._changing(ticket, ("open", "answered")) as (connection, _):
            ended = {"state": "closed", "closed_at": datetime.now(UTC), "topic": topic, "solved": solved}
            self._update(connection, ticket, ended)
            audit(connection, principal, "ticket.close", ticket, topic=topic, solved=solved)

    def forget_contacts(self) -> int:
        """Delete the contacts of tickets closed for longer than contacts are kept; return how many."""
        before = datetime.now(UTC) - timedelta(days=self._settings.contact_days)
        old = tickets.c.contact.is_not(None) & (tickets.c.closed_at < before)
        with self._writing.begin() as connection:
            return connection.execute(tickets.update().where(old).values(contact=None)).rowcount

    def _update(self, connection: Connection, ticket: str, change: dict[str, Any]) -> None:
        connection.execute(tickets.update().where(tickets.c.id == ticket).values(change))

    @contextmanager
    def _changing(
        self, ticket: str, states: tuple[str, ...] = ("open", "answered", "closed")
    ) -> Iterator[tuple[Connection, Row[Any]]]:
        """Lock the session of a ticket that is in one of ``states``, and give the ticket."""
        found = tickets.select().where(tickets.c.id == ticket)
        with self._writing.begin() as connection:
            session = connection.execute(select(tickets.c.session).where(tickets.c.id == ticket)).scalar()
            if session is None:
                raise Problem(404, "unknown_ticket")
            lock(connection, session)
            row = connection.execute(found).first()
            if row is None:
                raise Problem(404, "unknown_ticket")
            if row.state not in states:
                raise Problem(409, "ticket_closed")
            yield connection, row

    def _hash(self, secret: str) -> str:
        return hmac.new(self._secrets, secret.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _confirmation(issued: Issued, lang: str) -> Answer:
    """Say under which code the question lies and by when it is answered."""
    by = issued.answer_by.astimezone(HANOI)
    day = display(by.date().isoformat(), lang)
    return said(lang, Outcome.TICKET, "ticket", code=issued.code, time=f"{by:%H:%M}", day=day)


def _shown(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "code": row.code,
        "state": row.state,
        "lang": row.lang,
        "note": row.note,
        "unit": row.unit,
        "has_contact": row.contact is not None,
        "created_at": _iso(row.created_at),
        "answer_by": _iso(row.due_at),
        "overdue": row.state == "open" and row.due_at < datetime.now(UTC),
        "answered_at": _iso(row.answered_at),
        "reply": row.reply,
        "closed_at": _iso(row.closed_at),
        "topic": row.topic,
        "solved": row.solved,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
