"""Subscriptions in the portal's database: asked for, confirmed, stopped, told of changes, forgotten.

Until the owner of the address has confirmed, a subscription belongs to the session that
asked for it and goes with it; afterwards it belongs to nobody but the address.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, insert, or_, select, update
from ulid import ULID

from portal.problems import Problem
from portal.subscriptions.addresses import Addresses
from portal.tables import asked_addresses, outbox, sessions, subscriptions

State = Literal["pending", "confirmed"]

MOST = 5
"""How many addresses may wait for news of one dossier."""
ASK_AGAIN = timedelta(days=1)
"""How long nobody is asked again to confirm, whatever dossier it is about."""
CONFIRM_WITHIN = timedelta(days=2)
SILENT_FOR = timedelta(days=365)
"""A subscription ends so long after its confirmation or the last change of its dossier."""
AFTER_END = timedelta(days=30)
"""A subscription ends so long after its dossier was concluded."""
BETWEEN_NEWS = timedelta(hours=1)


class Subscriptions:
    """Asks for, confirms and stops subscriptions.

    Args:
        engine: of the portal's database.
        addresses: hashes and encrypts.
    """

    def __init__(self, engine: Engine, addresses: Addresses) -> None:
        self._engine = engine
        self._writing = engine.execution_options(writes=True)
        self._addresses = addresses

    def ask(self, session: str, email: str, lang: str) -> None:
        """Ask the owner of an address to confirm; nothing tells whether the address was known.

        Args:
            session: of an applicant who was verified for a dossier.
            email: where news is to go.
            lang: of the mails, if the session has settled none.

        Raises:
            Problem: 403 the session is gone or knows of no dossier, 409 too many addresses.
        """
        now, address = datetime.now(UTC), self._addresses.hash(email)
        with self._writing.begin() as connection:
            dossier, settled = _asker(connection, session)
            _wait_for_turn(connection, address)
            _delete(connection, (subscriptions.c.dossier == dossier) & (subscriptions.c.expires_at <= now))
            same = (subscriptions.c.dossier == dossier) & (subscriptions.c.address == address)
            known = connection.execute(select(subscriptions).where(same)).first()
            due = _may_be_asked(connection, address, now)
            if known and (known.confirmed_at or due > now):
                return
            subscription = known.id if known else secrets.token_urlsafe(16)
            row = {"session": session, "lang": settled or lang, "expires_at": due + CONFIRM_WITHIN}
            if known:
                connection.execute(update(subscriptions).where(same).values(row))
                _drop_confirmations(connection, subscription)
            else:
                _check_room(connection, dossier)
                row |= {"id": subscription, "dossier": dossier, "address": address}
                connection.execute(insert(subscriptions), {**row, "email": self._addresses.seal(email)})
            _note_asked(connection, address, due)
            _queue(connection, subscription, "confirm", now, due, session)

    def find(self, subscription: str) -> tuple[State, str] | None:
        """Return the state and the language of a subscription; None if it is no longer, or never was."""
        query = select(subscriptions).where(
            subscriptions.c.id == subscription, subscriptions.c.expires_at > datetime.now(UTC)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return "confirmed" if row.confirmed_at else "pending", row.lang

    def confirm(self, subscription: str) -> bool:
        """Confirm a subscription, once or repeatedly; tell whether there is one.

        From now on nothing leads from the subscription to the session that asked for it.
        """
        now = datetime.now(UTC)
        valid = (subscriptions.c.id == subscription) & (subscriptions.c.expires_at > now)
        change = {"confirmed_at": now, "session": None, "expires_at": now + SILENT_FOR}
        with self._writing.begin() as connection:
            if connection.execute(
                update(subscriptions).where(valid, subscriptions.c.confirmed_at.is_(None)).values(change)
            ).rowcount:
                _drop_confirmations(connection, subscription)
                return True
            return connection.execute(select(subscriptions.c.id).where(valid)).first() is not None

    def stop(self, subscription: str) -> None:
        """Delete a subscription with its address and the mails that wait."""
        with self._writing.begin() as connection:
            _delete(connection, subscriptions.c.id == subscription)


def changed(connection: Connection, handle: str, concluded: bool = False) -> None:
    """Have everybody told who wants to know of a dossier, in the transaction of the change.

    One mail that waits stands for all changes meanwhile, since it says only that there is news.

    Args:
        connection: a transaction that writes to the portal's database.
        handle: of the dossier.
        concluded: no further change is expected.
    """
    now = datetime.now(UTC)
    current = subscriptions.c.confirmed_at.is_not(None) & (subscriptions.c.expires_at > now)
    ours = (subscriptions.c.dossier == handle) & current
    waits = (
        select(outbox.c.id)
        .where(outbox.c.subscription == subscriptions.c.id, outbox.c.kind == "news")
        .where(
            outbox.c.failed_at.is_(None), or_(outbox.c.leased_until.is_(None), outbox.c.leased_until < now)
        )
        .exists()
    )
    everybody = select(subscriptions.c.id, subscriptions.c.news_at, waits.label("waits")).where(ours)
    for row in connection.execute(everybody.order_by(subscriptions.c.id).with_for_update()).all():
        change = {"expires_at": now + (AFTER_END if concluded else SILENT_FOR)}
        if not row.waits:
            due = max(now, row.news_at + BETWEEN_NEWS) if row.news_at else now
            _queue(connection, row.id, "news", now, due)
            change["news_at"] = due
        connection.execute(update(subscriptions).where(subscriptions.c.id == row.id).values(change))


def tidy(engine: Engine) -> None:
    """Delete what has expired: subscriptions with their addresses and mails, addresses that were asked."""
    now = datetime.now(UTC)
    with engine.execution_options(writes=True).begin() as connection:
        _delete(connection, subscriptions.c.expires_at <= now)
        connection.execute(delete(asked_addresses).where(asked_addresses.c.asked_at <= now - ASK_AGAIN))


def _delete(connection: Connection, which: ColumnElement[bool]) -> None:
    """Delete subscriptions and their mails (SQLite does not cascade by itself)."""
    ids = select(subscriptions.c.id).where(which)
    connection.execute(delete(outbox).where(outbox.c.subscription.in_(ids)))
    connection.execute(delete(subscriptions).where(which))


def _drop_confirmations(connection: Connection, subscription: str) -> None:
    mails = (outbox.c.subscription == subscription) & (outbox.c.kind == "confirm")
    connection.execute(delete(outbox).where(mails))


def _asker(connection: Connection, session: str) -> tuple[str, str | None]:
    """Return the dossier that a session was verified for, and the session's language.

    Raises:
        Problem: 403, the session is gone or knows of no dossier.
    """
    query = select(sessions.c.dossier, sessions.c.lang).where(sessions.c.id == session)
    row = connection.execute(query.with_for_update()).first()
    if row is None:
        raise Problem(403, "gone")
    if row.dossier is None:
        raise Problem(403, "not_verified")
    return row.dossier, row.lang


def _wait_for_turn(connection: Connection, address: str) -> None:
    """Let one transaction at a time ask about an address (on SQLite only one writes in any case)."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(int(address[:15], 16))))


def _check_room(connection: Connection, dossier: str) -> None:
    count = select(func.count()).select_from(subscriptions).where(subscriptions.c.dossier == dossier)
    if connection.execute(count).scalar_one() >= MOST:
        raise Problem(409, "too_many_addresses")


def _may_be_asked(connection: Connection, address: str, now: datetime) -> datetime:
    """Return from when on an address may be asked to confirm."""
    query = select(asked_addresses.c.asked_at).where(asked_addresses.c.address == address)
    asked: datetime | None = connection.execute(query).scalar()
    return max(now, asked + ASK_AGAIN) if asked else now


def _note_asked(connection: Connection, address: str, due: datetime) -> None:
    known = update(asked_addresses).where(asked_addresses.c.address == address)
    if not connection.execute(known.values(asked_at=due)).rowcount:
        connection.execute(insert(asked_addresses), {"address": address, "asked_at": due})


def _queue(
    connection: Connection,
    subscription: str,
    kind: Literal["confirm", "news"],
    now: datetime,
    due: datetime,
    session: str | None = None,
) -> None:
    mail = {"id": str(ULID()), "subscription": subscription, "session": session, "kind": kind}
    connection.execute(insert(outbox), {**mail, "created_at": now, "due_at": due})
