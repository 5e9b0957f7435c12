"""Telling those who were shown what is withdrawn: in open sessions, and by their tickets.

What is told to one session is one transaction: the note that it was told, the correction, the
mails of its tickets. So each is told once, whichever portal does it and whenever one dies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, select
from sqlalchemy.exc import IntegrityError
from ulid import ULID

from knowledge.store import Store
from portal.handoff.acts import lock, record
from portal.handoff.tables import tickets
from portal.handoff.tickets import Tickets
from portal.problems import Problem
from portal.recall.correction import correction
from portal.recall.orders import TIMER, Orders
from portal.recall.tables import recall_sessions, recall_tickets, recalls, turn_entries
from portal.recall.uses import is_open
from portal.staff.audit import audit
from portal.subscriptions.addresses import Addresses, is_address
from portal.subscriptions.outbox import queue_letter
from portal.tables import outbox, sessions, turns

SETTLE = timedelta(seconds=5)
"""Turns that were under way when the knowledge changed have ended after so long."""
WATCH = timedelta(minutes=10)
"""For so long after the change, sessions that were shown a withdrawn version are looked for."""


class Telling:
    """Goes on with recalls that are not done.

    Args:
        engine: database of the portal.
        store: the knowledge base.
        orders: changes the knowledge.
        box: the tickets, whose contacts are encrypted.
        addresses: encrypts addresses for the outbox; None if no mail is sent.
    """

    def __init__(
        self, engine: Engine, store: Store, orders: Orders, box: Tickets, addresses: Addresses | None
    ) -> None:
        self._engine = engine
        self._writing = engine.execution_options(writes=True)
        self._store = store
        self._orders = orders
        self._box = box
        self._addresses = addresses

    def go_on(self) -> list[str]:
        """Do what is due of all recalls; return the sessions whose streams are to be woken."""
        told: list[str] = []
        for row in self._rows(recalls.c.state == "begun"):
            self._orders.carry_out(row.id)
        for row in self._rows(recalls.c.state == "acted"):
            if datetime.now(UTC) - row.acted_at >= SETTLE and self._is_in_force(row):
                told += self._tell(row)
                self._finish(row)
        self._follow_mails()
        return told

    def _rows(self, which: Any) -> list[Row[Any]]:
        with self._engine.connect() as connection:
            return list(connection.execute(recalls.select().where(which).order_by(recalls.c.id)))

    def _is_in_force(self, row: Row[Any]) -> bool:
        """Tell whether this portal sees the knowledge as the recall has changed it."""
        return row.version_now is None or self._store.versions.get(row.entry, 0) >= row.version_now

    def _tell(self, row: Row[Any]) -> list[str]:
        used = (turn_entries.c.entry == row.entry) & turn_entries.c.version.in_(row.versions)
        with self._engine.connect() as connection:
            shown = connection.execute(select(turn_entries.c.session).where(used).distinct()).scalars().all()
            known = select(recall_sessions.c.who).where(recall_sessions.c.recall == row.id)
            told = set(connection.execute(known).scalars())
        fresh = [session for session in shown if hashed(row.id, session) not in told]
        return [session for session in fresh if self._tell_session(row, session)]

    def _tell_session(self, row: Row[Any], session: str) -> bool:
        """Tell one session and its tickets; return whether something was published to it."""
        try:
            with self._writing.begin() as connection:
                lock(connection, session)
                made = _turns(connection, row, session)
                if not made:
                    return False
                now = datetime.now(UTC)
                this = select(is_open(now)).where(sessions.c.id == session)
                open_ = bool(connection.execute(this).scalar())
                last = made[-1]
                note = {"recall": row.id, "who": hashed(row.id, session), "lang": last.turn["lang"]}
                note |= {"turns": len(made), "told": open_, "at": now}
                connection.execute(recall_sessions.insert(), note)
                if open_:
                    said = correction(self._store, row, last.turn, _utc(last.created_at))
                    release = f"content {said.release or '-'}; model -"
                    record(connection, session, "", said, corrects=last.id, release=release)
                self._tell_tickets(connection, row, session)
                return open_
        except IntegrityError:  # another portal did
            return False
        except Problem:  # erased meanwhile
            return False

    def _tell_tickets(self, connection: Connection, row: Row[Any], session: str) -> None:
        for ticket in connection.execute(tickets.select().where(tickets.c.session == session)).all():
            contact = self._box.contact(ticket.contact)
            mail = None
            if contact and self._addresses and is_address(contact.strip()):
                data = {"name": row.name[ticket.lang], "code": ticket.code, "text": row.text[ticket.lang]}
                sealed = self._addresses.seal(contact.strip())
                mail = queue_letter(connection, session, "correction", ticket.lang, sealed, data)
            state = "mailing" if mail else "call" if contact else "unreachable"
            note = {"id": str(ULID()), "recall": row.id, "ticket": ticket.id, "lang": ticket.lang}
            note |= {"state": state, "mail": mail, "at": datetime.now(UTC)}
            connection.execute(recall_tickets.insert(), note)

    def _follow_mails(self) -> None:
        """Note what became of the mails; of one that was given up an officer has to call."""
        waiting = select(recall_tickets).where(recall_tickets.c.state == "mailing")
        with self._engine.connect() as connection:
            rows = connection.execute(waiting).all()
            mails = _mails(connection, [row.mail for row in rows])
            kept = _kept(connection, [row.ticket for row in rows])
        for row in rows:
            mail = mails.get(row.mail)
            if mail is not None and mail.failed_at is None:
                continue
            state = "call" if mail is not None else "mailed" if row.ticket in kept else "erased"
            with self._writing.begin() as connection:
                this = (recall_tickets.c.id == row.id) & (recall_tickets.c.state == "mailing")
                change: dict[str, Any] = {"state": state, "mail": None}
                if state == "mailed":
                    change |= {"told_at": datetime.now(UTC)}
                connection.execute(recall_tickets.update().where(this).values(change))
                connection.execute(outbox.delete().where(outbox.c.id == row.mail))

    def _finish(self, row: Row[Any]) -> None:
        if datetime.now(UTC) - row.acted_at < WATCH:
            return
        with self._writing.begin() as connection:
            this = (recalls.c.id == row.id) & (recalls.c.state == "acted")
            done = {"state": "done", "done_at": datetime.now(UTC)}
            if connection.execute(recalls.update().where(this).values(done)).rowcount:
                audit(connection, TIMER, "entry.withdraw.done", row.entry, recall=row.id)


def hashed(recall: str, session: str) -> str:
    """Return by what a recall knows a session: nothing can be told of the session from it."""
    return hashlib.sha256(f"{recall} {session}".encode()).hexdigest()


def _turns(connection: Connection, row: Row[Any], session: str) -> list[Row[Any]]:
    wrong = select(turn_entries.c.turn).where(
        turn_entries.c.session == session,
        turn_entries.c.entry == row.entry,
        turn_entries.c.version.in_(row.versions),
    )
    query = select(turns.c.id, turns.c.created_at, turns.c.turn).where(turns.c.id.in_(wrong))
    return list(connection.execute(query.order_by(turns.c.seq)))


def _mails(connection: Connection, ids: Iterable[str]) -> dict[str, Any]:
    query = select(outbox.c.id, outbox.c.failed_at).where(outbox.c.id.in_(list(ids)))
    return {row.id: row for row in connection.execute(query)}


def _kept(connection: Connection, ids: Iterable[str]) -> set[str]:
    return set(connection.execute(select(tickets.c.id).where(tickets.c.id.in_(list(ids)))).scalars())


def _utc(moment: datetime) -> datetime:
    """SQLite gives times back without their zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
