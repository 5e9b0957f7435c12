"""The tables of the knowledge base, in SQLAlchemy's declarative form.

They are created and changed by the migrations in ``migrations/knowledge``, which
also create what only one of the databases has: the full-text indexes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, DateTime, Dialect, Index, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time, always with its zone: SQLite itself keeps none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all tables of the knowledge base."""


class Item(Base):
    """An entry or a registered document as it is now.

    ``yaml_hash`` is the hash that the item had in the content files when they were
    last loaded: the item was edited since if its own hash differs. It is null for
    what never stood in a file, and for the entries written from documents.
    """

    __tablename__ = "items"
    __table_args__ = (Index("items_by_kind", "sort", "kind"),)

    id: Mapped[str] = mapped_column(String, primary_key=True)
    sort: Mapped[str] = mapped_column(String)
    kind: Mapped[str] = mapped_column(String)
    version: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(String)
    yaml_hash: Mapped[str | None] = mapped_column(String)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class ItemVersion(Base):
    """A version of an item: what it said (null: it was removed), who changed it, when and how."""

    __tablename__ = "item_versions"

    item: Mapped[str] = mapped_column(String, primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    data: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    changed_by: Mapped[str] = mapped_column(String)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    what: Mapped[str] = mapped_column(String)
    fields: Mapped[list[str]] = mapped_column(JSON)


class TargetRow(Base):
    """A searchable text of an entry, folded."""

    __tablename__ = "targets"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    entry: Mapped[str] = mapped_column(String, index=True)
    facet: Mapped[str] = mapped_column(String)
    lang: Mapped[str] = mapped_column(String)
    sort: Mapped[str] = mapped_column(String)
    folded: Mapped[str] = mapped_column(String)


class Word(Base):
    """In how many targets a folded word occurs."""

    __tablename__ = "words"

    word: Mapped[str] = mapped_column(String, primary_key=True)
    count: Mapped[int] = mapped_column(Integer)


class SwitchRow(Base):
    """A topic was switched off or on again; the latest row of a topic holds."""

    __tablename__ = "switches"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    topic: Mapped[str] = mapped_column(String, index=True)
    off: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(String)
    changed_by: Mapped[str] = mapped_column(String)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Meta(Base):
    """Facts about the whole: release, revision, what was loaded."""

    __tablename__ = "meta"

    key: Mapped[str] = mapped_column(String, primary_key=True)
    value: Mapped[str] = mapped_column(String)


class ProposalRow(Base):
    """A change that somebody works on, or that waits for a second person or for its day.

    ``base`` is the version it was made from, 0 for a new item. Times are set as it passes
    from state to state (`knowledge.proposals.State`).
    """

    __tablename__ = "proposals"
    __table_args__ = (Index("proposals_by_state", "state", "starts_at"),)

    id: Mapped[str] = mapped_column(String, primary_key=True)
    item: Mapped[str] = mapped_column(String, index=True)
    base: Mapped[int] = mapped_column(Integer)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String)
    state: Mapped[str] = mapped_column(String)
    author: Mapped[str] = mapped_column(String)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String)
    version: Mapped[int | None] = mapped_column(Integer)


class VerificationRow(Base):
    """An officer confirmed a version of an entry: on which day, and against what it was checked."""

    __tablename__ = "verifications"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    entry: Mapped[str] = mapped_column(String, index=True)
    version: Mapped[int] = mapped_column(Integer)
    day: Mapped[date] = mapped_column(Date)
    by: Mapped[str] = mapped_column(String)
    against: Mapped[str] = mapped_column(String)
