"""Changes by an editor: checked like the files, kept as versions, taken back at will."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ruamel.yaml.comments import CommentedMap
from sqlalchemy import Connection, select

from knowledge.content import Content, ContentError, Place, Problem, node_of, read_item
from knowledge.database import writing
from knowledge.items import Change, Data, Model, changes, digest, dump, id_of, is_derived
from knowledge.model import Entry
from knowledge.store import Store
from knowledge.tables import Item, ItemVersion
from knowledge.validation import check_item
from knowledge.writer import What, Writer, documents


class UnknownVersion(Exception):
    """There is no such version to go back to."""


class Outdated(Exception):
    """What was edited has been changed by somebody else since.

    Args:
        version: the one that holds now, 0 for none.
        changes: from the version that was edited to that one.
    """

    def __init__(self, version: int, changes: list[Change]) -> None:
        super().__init__(f"version {version} holds now")
        self.version = version
        self.changes = changes


@dataclass(frozen=True)
class Version:
    """One version of an item; without data it was removed."""

    number: int
    what: str
    changed_by: str
    changed_at: datetime
    fields: tuple[str, ...]
    data: Data | None


@dataclass(frozen=True)
class Current:
    """An item as it is now; version 0 without data: there is none."""

    version: int
    data: Data | None


@dataclass(frozen=True)
class Examined:
    """What a check of data found: what they say, if they can be typed, and all problems."""

    model: Model | None
    problems: list[Problem]

    def only(self) -> Model:
        """Return what the data say.

        Raises:
            ContentError: there are problems.
        """
        if self.model is None or self.problems:
            raise ContentError(self.problems)
        return self.model


def edit(store: Store, item_id: str, data: Mapping[str, Any], by: str, file: str = "edit") -> int:
    """Store a new state of an entry or a document, or a new one.

    Args:
        store: whose database to change.
        item_id: id of the entry or number of the document.
        data: as a content file says it.
        by: who makes the change.
        file: how problems name the origin of the data.

    Returns:
        The number of the version that holds now.

    Raises:
        ContentError: the data have problems, or are not of that item; nothing was changed.
    """
    place = Place(file, data if isinstance(data, CommentedMap) else node_of(data))
    model = read_item(place).only()
    if id_of(model) != item_id:
        raise ContentError([place.problem("other_item", "id", found=id_of(model), wanted=item_id)])
    with writing(store.engine) as connection:
        version = put(connection, _examine(connection, place).only(), by, What.EDIT)
    store.forget_cache()
    return version


def rollback(store: Store, item_id: str, number: int, by: str) -> int:
    """Bring back what a former version said, as a new version; return its number.

    Raises:
        UnknownVersion: no such version, or one in which the item was removed.
        ContentError: that state no longer fits the rest; nothing was changed.
    """
    with writing(store.engine) as connection:
        version = bring_back(connection, item_id, number, by)
    store.forget_cache()
    return version


def bring_back(connection: Connection, item_id: str, number: int, by: str) -> int:
    """Do what `rollback` does, in a transaction of `knowledge.database.writing`."""
    data = version_data(connection, item_id, number)
    if data is None:
        raise UnknownVersion(f"{item_id} has no version {number} that could be brought back")
    place = Place(f"{item_id}, version {number}", node_of(data))
    return put(connection, _examine(connection, place).only(), by, What.ROLL_BACK)


def history(store: Store, item_id: str) -> list[Version]:
    """Return all versions of an item, the first one first."""
    query = select(ItemVersion).where(ItemVersion.item == item_id).order_by(ItemVersion.version)
    with store.engine.connect() as connection:
        return [
            Version(r.version, r.what, r.changed_by, r.changed_at, tuple(r.fields), r.data)
            for r in connection.execute(query.with_only_columns(*ItemVersion.__table__.columns))
        ]


def examine(connection: Connection, data: Mapping[str, Any]) -> Examined:
    """Check data as a content file is checked, without storing anything; all problems at once."""
    return _examine(connection, Place("edit", node_of(data)))


def current(connection: Connection, item_id: str) -> Current:
    """Return an item as it is now."""
    row = connection.execute(select(Item.version, Item.data).where(Item.id == item_id)).first()
    return Current(row.version, row.data) if row else Current(0, None)


def version_data(connection: Connection, item_id: str, number: int) -> Data | None:
    """Return what a version of an item said; nothing if there is none, or the item was removed with it."""
    query = select(ItemVersion.data).where(ItemVersion.item == item_id, ItemVersion.version == number)
    return connection.execute(query).scalar_one_or_none()


def check_current(connection: Connection, item_id: str, base: int) -> Current:
    """Return an item as it is now, if that is still the version that somebody worked on.

    Raises:
        Outdated: it is another one by now.
    """
    now = current(connection, item_id)
    if now.version != base:
        old = version_data(connection, item_id, base)
        raise Outdated(now.version, list(changes(old or {}, now.data or {})))
    return now


def put(connection: Connection, model: Model, by: str, what: What) -> int:
    """Store a checked state of an item, unless it is what the item says already; return the version."""
    query = select(Item.version, Item.hash, Item.yaml_hash).where(Item.id == id_of(model))
    old = connection.execute(query).first()
    if old and old.hash == digest(dump(model)):
        return int(old.version)
    writer = Writer(connection, by, what)
    writer.put([model], {id_of(model): old.yaml_hash if old else None})
    writer.finish()
    return connection.execute(select(Item.version).where(Item.id == id_of(model))).scalar_one()


def _examine(connection: Connection, place: Place) -> Examined:
    content = read_item(place)
    if content.problems:
        return Examined(None, content.problems)
    model = content.only()
    problems = [*_not_editable(model, place), *check_item(model, _around(connection, model, place))]
    return Examined(model, problems)


def _not_editable(model: Model, place: Place) -> list[Problem]:
    if is_derived(model):
        return [place.problem("derived")]
    return []


def _around(connection: Connection, model: Model, place: Place) -> Content:
    """Return the content with ``model`` in it, as far as the checks of one item look."""
    registry = documents(connection)
    named = (
        {*model.related, *([model.zone.within] if model.zone else [])} if isinstance(model, Entry) else set()
    )
    known = connection.execute(select(Item.data).where(Item.id.in_({i for i in named if i}))).scalars()
    entries = {data["id"]: Entry.model_validate(data) for data in known if "id" in data}
    content = Content(entries=entries, documents=registry, places={id_of(model): place})
    if isinstance(model, Entry):
        content.entries[model.id] = model
    else:
        content.documents[model.number] = model
    return content
