"""The tables of the dossier store; made and changed by the migrations in ``migrations/dossiers``.

No code, factor, name, address or note of an officer lies here in clear: codes, factors and
clients are keyed hashes (`dossiers.keys`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from knowledge.tables import UtcDateTime

LAST_HASH = b"\xff" * 32
"""Hash of the dummy record that ends the index of codes: a search for the next one always finds a row."""

_Id = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Base of all tables of the dossier store."""


class Identity(Base):
    """Who may ask about a dossier: its code and second factors, hashed.

    A table of its own, narrow: an unknown code and a wrong factor read the same kind of row.
    """

    __tablename__ = "dossier_identities"

    code: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    dossier: Mapped[int] = mapped_column(_Id, unique=True)
    key: Mapped[str] = mapped_column(String)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    phone: Mapped[str | None] = mapped_column(String)
    secret: Mapped[str | None] = mapped_column(String)
    tax_code: Mapped[str | None] = mapped_column(String)


class Dossier(Base):
    """The state of a dossier as the feed last told it.

    ``version`` orders events: one that is not newer changes nothing of the state.
    ``digest`` is a hash of the content of that version.
    """

    __tablename__ = "dossiers"

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    masked: Mapped[str] = mapped_column(String)
    version: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    state: Mapped[str] = mapped_column(String)
    state_text: Mapped[str] = mapped_column(String)
    procedure: Mapped[str | None] = mapped_column(String)
    procedure_text: Mapped[str | None] = mapped_column(String)
    unit: Mapped[str | None] = mapped_column(String)
    received_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date)
    step: Mapped[int | None] = mapped_column(Integer)
    steps: Mapped[int | None] = mapped_column(Integer)
    step_name: Mapped[str | None] = mapped_column(String)
    supplement: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    result: Mapped[str | None] = mapped_column(String)
    history: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    demo: Mapped[bool] = mapped_column(Boolean)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FeedEvent(Base):
    """An event that was taken in: again it changes nothing, other content under its id is refused."""

    __tablename__ = "dossier_events"

    id: Mapped[str] = mapped_column(String, primary_key=True)
    dossier: Mapped[int] = mapped_column(_Id, ForeignKey("dossiers.id"), index=True)
    version: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    source: Mapped[str] = mapped_column(String)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Attempt(Base):
    """A line of the audit log, which is also what locks and delays are counted from; only ever added to.

    ``outcome``: found, denied, locked; ``again`` (told once more within a conversation); ``unlock`` by
    staff (then one of code, client and network is set); ``alarm`` (then ``detail`` says which).
    """

    __tablename__ = "dossier_attempts"
    __table_args__ = (
        Index("dossier_attempts_of_code", "code", "outcome", "at"),
        Index("dossier_attempts_of_client", "client", "outcome", "at"),
        Index("dossier_attempts_of_network", "network", "outcome", "at"),
        Index("dossier_attempts_by_outcome", "outcome", "at"),
    )

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String)
    reference: Mapped[str | None] = mapped_column(String, unique=True)
    code: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    client: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    network: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    session: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    by: Mapped[str | None] = mapped_column(String)
    detail: Mapped[str | None] = mapped_column(String)


class KeyName(Base):
    """A key that hashes of this store were made with: a fingerprint, so that a wrong key file is noticed."""

    __tablename__ = "dossier_keys"

    id: Mapped[str] = mapped_column(String, primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
