"""The outbox: mails that wait, each leased to the one who sends it and tried again after growing pauses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, delete, func, insert, or_, select, update
from ulid import ULID

from portal.tables import outbox, subscriptions

LEASE = timedelta(minutes=5)
"""A portal that died while it sent loses the mail to another one after so long."""
GIVE_UP = timedelta(days=3)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class Mail:
    """A mail to be sent.

    Args:
        id: names the message, however often it is sent.
        subscription: whose; None for a mail of its own.
        kind: ``confirm``, ``news`` or ``correction``.
        lang: its language.
        sealed: the address, encrypted.
        created_at: when it was queued.
        attempts: how often it was tried, this time included.
        data: fills in the text of a mail of its own.
    """

    id: str
    subscription: str | None
    kind: str
    lang: str
    sealed: bytes = field(repr=False)
    created_at: datetime
    attempts: int
    data: dict[str, str] | None = None


def queue_letter(
    connection: Connection, session: str, kind: str, lang: str, address: bytes, data: dict[str, str]
) -> str:
    """Queue a mail that belongs to no subscription, in the caller's transaction; return its id.

    Args:
        connection: a transaction that writes.
        session: goes with it, if it is erased before the mail is sent.
        kind: names the texts.
        lang: of the mail.
        address: encrypted (`Addresses.seal`).
        data: fills in the text.
    """
    now = datetime.now(UTC)
    mail = str(ULID())
    row = {"id": mail, "session": session, "kind": kind, "lang": lang, "address": address, "data": data}
    connection.execute(insert(outbox), {**row, "created_at": now, "due_at": now})
    return mail


class Outbox:
    """The mails in the portal's database.

    Args:
        engine: of that database.
    """

    def __init__(self, engine: Engine) -> None:
        self._writing = engine.execution_options(writes=True)

    def lease(self) -> Mail | None:
        """Take the mail that is due longest; nobody else gets it before it is settled or the lease lapses."""
        now = datetime.now(UTC)
        query = (
            select(
                outbox,
                func.coalesce(outbox.c.address, subscriptions.c.email).label("sealed"),
                func.coalesce(outbox.c.lang, subscriptions.c.lang).label("of_lang"),
            )
            .join(subscriptions, subscriptions.c.id == outbox.c.subscription, isouter=True)
            .where(outbox.c.failed_at.is_(None), outbox.c.due_at <= now)
            .where(or_(outbox.c.subscription.is_(None), subscriptions.c.expires_at > now))
            .where(or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= now))
            .order_by(outbox.c.due_at)
            .limit(1)
            .with_for_update(skip_locked=True, of=outbox)
        )
        with self._writing.begin() as connection:
            row = connection.execute(query).first()
            if row is None:
                return None
            lease = {"leased_until": now + LEASE, "attempts": row.attempts + 1}
            connection.execute(update(outbox).where(outbox.c.id == row.id).values(lease))
        return Mail(
            id=row.id,
            subscription=row.subscription,
            kind=row.kind,
            lang=row.of_lang,
            sealed=row.sealed,
            created_at=row.created_at,
            attempts=row.attempts + 1,
            data=row.data,
        )

    def sent(self, mail: Mail) -> None:
        """Drop a mail that the mail server has taken."""
        with self._writing.begin() as connection:
            connection.execute(delete(outbox).where(outbox.c.id == mail.id))

    def refused(self, mail: Mail, failure: str) -> None:
        """Give a mail up and mark it with the reason, which names nobody."""
        change = {"failed_at": datetime.now(UTC), "failure": failure, "leased_until": None}
        with self._writing.begin() as connection:
            connection.execute(update(outbox).where(outbox.c.id == mail.id).values(change))

    def postponed(self, mail: Mail, failure: str) -> bool:
        """Have a mail tried again after a pause that grows; return False if it is given up."""
        now = datetime.now(UTC)
        if now - mail.created_at >= GIVE_UP:
            self.refused(mail, failure)
            return False
        due = now + min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(mail.attempts - 1, 10))
        with self._writing.begin() as connection:
            change = {"due_at": due, "leased_until": None, "failure": failure}
            connection.execute(update(outbox).where(outbox.c.id == mail.id).values(change))
        return True
