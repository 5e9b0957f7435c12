"""Loading of the content files: what changed is taken over, what an editor changed is not touched.

The database remembers what the files said of each item when they were last loaded.
An item that differs from that was edited since; if its file changed as well, that
is a conflict, and nothing is loaded until somebody has decided it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Connection, select

from knowledge.content import Content, ContentError, Place, node_of
from knowledge.database import migrate, writing
from knowledge.items import DOCUMENT, Data, Model, differences, digest, dump, id_of, parse
from knowledge.meta import read_facts
from knowledge.model import Document, Entry, Kind
from knowledge.store import Store
from knowledge.tables import Item
from knowledge.validation import check_item
from knowledge.writer import What, Writer

BY = "content files"
"""Who changes items by loading."""


class Take(StrEnum):
    """What to do with a conflict: take the file's or the database's state for good, or put it off."""

    YAML = "yaml"
    DB = "db"
    EDITS = "edits"


@dataclass(frozen=True)
class Conflict:
    """An item that was edited in the database and changed in the files as well."""

    id: str
    fields: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.id}: {', '.join(self.fields)}"


class ConflictError(Exception):
    """Items were changed on both sides; nothing was loaded."""

    def __init__(self, conflicts: tuple[Conflict, ...]) -> None:
        super().__init__("\n".join(map(str, conflicts)))
        self.conflicts = conflicts


@dataclass(frozen=True)
class Changes:
    """What a load did, by id; ``edited`` items differ from their files because of edits."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    unchanged: int = 0
    conflicts: tuple[Conflict, ...] = ()

    def __str__(self) -> str:
        return (
            f"{len(self.added)} added, {len(self.changed)} changed, {len(self.removed)} removed, "
            f"{len(self.edited)} edited in the database, {self.unchanged} unchanged"
        )


@dataclass
class _Plan:
    put: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    settled: dict[str, str | None] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)
    unchanged: int = 0


@dataclass(frozen=True)
class _Held:
    hash: str
    yaml_hash: str | None

    @property
    def edited(self) -> bool:
        return self.hash != self.yaml_hash


def load(
    store: Store, content: Content, take: Take | None = None, files: str = "", code: str = ""
) -> Changes:
    """Bring the database up to date with ``content`` (validated): all of it or nothing.

    Args:
        store: whose database to load into; its tables are made if need be.
        content: all entries and documents of the files.
        take: how to decide conflicts.
        files: names the state of the files, so that a later load can tell that it is not needed.
        code: names the state of the program; what it makes of the items is made anew when it changes.

    Raises:
        ConflictError: there are conflicts, and ``take`` does not say what to do.
        ContentError: an edit that is kept no longer fits the rest.
    """
    migrate(store.engine, "knowledge")
    wanted: dict[str, Model] = {**content.documents, **content.entries}
    hashes = {item_id: digest(dump(model)) for item_id, model in wanted.items()}
    with writing(store.engine) as connection:
        plan = _plan(hashes, _held(connection), take)
        conflicts = tuple(_conflicts(connection, plan.conflicts, wanted))
        if conflicts and take is None:
            raise ConflictError(conflicts)
        _check_kept(connection, plan, content)
        writer = Writer(connection, BY, What.LOAD)
        writer.put((wanted[i] for i in plan.put), hashes)
        writer.remove(plan.removed)
        writer.remember(plan.settled)
        facts = read_facts(connection)
        files = "" if conflicts and take is Take.EDITS else files  # to be reported again
        if _is_news(plan, facts, files, code):
            writer.finish(everything=facts.get("code") != code, files=files, code=code)
    store.forget_cache()
    added = set(plan.added)
    return Changes(
        added=tuple(plan.added),
        changed=tuple(i for i in plan.put if i not in added),
        removed=tuple(plan.removed),
        edited=tuple(plan.kept),
        unchanged=plan.unchanged,
        conflicts=conflicts,
    )


def _is_news(plan: _Plan, facts: Mapping[str, str], files: str, code: str) -> bool:
    known = (facts.get("files"), facts.get("code"))
    return bool(plan.put or plan.removed) or known != (files, code)


def _held(connection: Connection) -> dict[str, _Held]:
    written = (Item.sort == DOCUMENT) | (Item.kind != Kind.DOCUMENT.value)
    query = select(Item.id, Item.hash, Item.yaml_hash).where(written).order_by(Item.id)
    return {row.id: _Held(row.hash, row.yaml_hash) for row in connection.execute(query)}


def _plan(wanted: Mapping[str, str], held: Mapping[str, _Held], take: Take | None) -> _Plan:
    plan = _Plan()
    for item_id, new in wanted.items():
        old = held.get(item_id)
        if old is None:
            plan.added.append(item_id)
            plan.put.append(item_id)
        elif old.hash == new:
            plan.unchanged += 1
            if old.edited:
                plan.settled[item_id] = new
        elif not old.edited:
            plan.put.append(item_id)
        elif old.yaml_hash == new:
            plan.kept.append(item_id)
        else:
            plan.conflicts.append(item_id)
            _decide(plan, item_id, new, take)
    for item_id, old in held.items():
        if item_id in wanted:
            continue
        if old.yaml_hash is None:
            plan.kept.append(item_id)
        elif not old.edited:
            plan.removed.append(item_id)
        else:
            plan.conflicts.append(item_id)
            _decide(plan, item_id, None, take)
    return plan


def _decide(plan: _Plan, item_id: str, new: str | None, take: Take | None) -> None:
    """Decide a conflict; ``new`` is what the files say (null: they no longer have the item)."""
    if take is Take.YAML:
        (plan.removed if new is None else plan.put).append(item_id)
        return
    plan.kept.append(item_id)
    if take is Take.DB:
        plan.settled[item_id] = new


def _conflicts(connection: Connection, ids: list[str], wanted: Mapping[str, Model]) -> Iterator[Conflict]:
    for item_id in ids:
        held: Data = connection.execute(select(Item.data).where(Item.id == item_id)).scalar_one()
        if item_id in wanted:
            yield Conflict(item_id, tuple(differences(held, dump(wanted[item_id]))))
        else:
            yield Conflict(item_id, ("no longer in the files",))


def _check_kept(connection: Connection, plan: _Plan, content: Content) -> None:
    """Refuse edits that no longer fit the files: they name what is gone, say.

    Raises:
        ContentError: what does not fit.
    """
    if not plan.kept:
        return
    rows = connection.execute(select(Item.sort, Item.data).where(Item.id.in_(plan.kept)))
    kept = {id_of(model): model for model in (parse(row.sort, row.data) for row in rows)}
    merged = Content(
        entries={**content.entries, **{i: m for i, m in kept.items() if isinstance(m, Entry)}},
        documents={**content.documents, **{i: m for i, m in kept.items() if isinstance(m, Document)}},
        places={i: Place(f"database: {i}", node_of(dump(m))) for i, m in kept.items()},
    )
    problems = [problem for model in kept.values() for problem in check_item(model, merged)]
    if problems:
        raise ContentError(problems)
