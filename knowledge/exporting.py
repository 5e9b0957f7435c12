"""Writing the content files back: what nobody changed keeps every byte.

Only the lines of what was edited are written anew, in place; a new item is
appended to the file in which the items most like it stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from sqlalchemy import select

from knowledge.content import DOCUMENTS_FILE, Place, parse, read_item, read_text
from knowledge.items import DOCUMENT, Data, digest, dump
from knowledge.model import Kind
from knowledge.store import Store
from knowledge.tables import Item
from knowledge.yaml_edit import Patch, apply, end_of, new_item, patches


class ExportError(Exception):
    """The files cannot be written; the message says why. None was."""


@dataclass(frozen=True)
class Exported:
    """What an export did, by id."""

    written: tuple[str, ...]
    added: tuple[str, ...]
    unchanged: int


@dataclass(frozen=True)
class _Row:
    sort: str
    yaml_hash: str | None
    data: Data
    hash: str


class _File:
    """A content file: its lines, and the lines of each item."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.items: dict[str, CommentedMap] = {}
        self._lines = text.splitlines(keepends=True)
        self._starts: dict[str, int] = {}
        loaded = parse(text, name) if text else CommentedSeq()
        for index, node in enumerate(loaded):
            item_id = str(node.get("id", node.get("number")))
            self.items[item_id] = node
            self._starts[item_id] = self._dash_above(loaded.lc.item(index)[0])
        self._patches: list[Patch] = []
        self._appended: list[str] = []

    def data(self, item_id: str) -> Data:
        """Return what the file says of an item, as the database would keep it."""
        return dump(read_item(Place(self.name, self.items[item_id])).only())

    def replace(self, item_id: str, data: Data) -> None:
        """Write what has changed of an item in its place."""
        node, start = self.items[item_id], self._starts[item_id]
        later = [line for line in self._starts.values() if line > start]
        end = end_of(self._lines, start, min(later, default=len(self._lines)))
        if node.fa.flow_style():
            self._patches.append(Patch(start, end, new_item(_written(data))))
        else:
            old = _written(self.data(item_id))
            self._patches += patches(node, old, _written(data), self._lines, end)

    def append(self, data: Data) -> None:
        """Write an item at the end."""
        self._appended += new_item(_written(data))

    def text(self) -> str:
        """Return the file as it is to be."""
        newline = "\r\n" if self._lines and self._lines[0].endswith("\r\n") else "\n"
        written = (Patch(p.start, p.end, _ending(p.lines, newline)) for p in self._patches)
        lines = apply(written, self._lines)
        if self._appended and lines and not lines[-1].endswith("\n"):
            lines[-1] += newline
        return "".join([*lines, *_ending(self._appended, newline)])

    def _dash_above(self, line: int) -> int:
        while line and not self._lines[line].startswith("-"):
            line -= 1
        return line


def export(store: Store, folder: Path, target: Path | None = None) -> Exported:
    """Write what the database says into the content files.

    Args:
        store: whose database to read.
        folder: the content files as they were loaded.
        target: folder to write to, if not the same one.

    Raises:
        ExportError: a file was changed since it was loaded; nothing was written.
        ContentError: a file cannot be read; nothing was written.
    """
    rows = _rows(store)
    files = {path: _File(path.name, read_text(path)) for path in sorted(folder.rglob("*.yml"))}
    held = {item_id: file for file in files.values() for item_id in file.items}
    changed = _replace(held, rows)
    added = [item_id for item_id in rows if item_id not in held]
    for item_id in added:
        path = _path_for(rows[item_id], files, rows) or folder / _new_name(rows[item_id])
        files.setdefault(path, _File(path.name, "")).append(rows[item_id].data)
    texts = {path: file.text() for path, file in files.items()}
    _check(texts, rows)
    for path, text in texts.items():
        _write((target or folder) / path.relative_to(folder), text)
    return Exported(tuple(changed), tuple(added), len(held) - len(changed))


def _replace(held: Mapping[str, _File], rows: Mapping[str, _Row]) -> list[str]:
    changed: list[str] = []
    not_loaded: list[str] = []
    for item_id, file in held.items():
        row, said = rows.get(item_id), digest(file.data(item_id))
        if row is None or said not in {row.yaml_hash, row.hash}:
            not_loaded.append(f"{file.name}: {item_id}")
        elif said != row.hash:
            file.replace(item_id, row.data)
            changed.append(item_id)
    if not_loaded:
        raise ExportError(
            "Changed in the files since they were loaded; load them first:\n" + "\n".join(not_loaded)
        )
    return changed


def _rows(store: Store) -> dict[str, _Row]:
    written = (Item.sort == DOCUMENT) | (Item.kind != Kind.DOCUMENT.value)
    query = select(Item.id, Item.sort, Item.yaml_hash, Item.data, Item.hash).where(written).order_by(Item.id)
    with store.engine.connect() as connection:
        return {r.id: _Row(r.sort, r.yaml_hash, r.data, r.hash) for r in connection.execute(query)}


def _path_for(row: _Row, files: Mapping[Path, _File], rows: Mapping[str, _Row]) -> Path | None:
    """Return the file that holds the most items of the kind and the unit in charge, or of the kind."""

    def alike(fields: tuple[str, ...]) -> Counter[Path]:
        wanted = [row.sort, *(row.data.get(f) for f in fields)]
        return Counter(
            path
            for path, file in files.items()
            for other in (rows[i] for i in file.items if i in rows)
            if [other.sort, *(other.data.get(f) for f in fields)] == wanted
        )

    if row.sort == DOCUMENT:
        return next((path for path in files if path.name == DOCUMENTS_FILE), None)
    found = alike(("kind", "owner")) or alike(("kind",))
    return found.most_common(1)[0][0] if found else None


def _new_name(row: _Row) -> str:
    return DOCUMENTS_FILE if row.sort == DOCUMENT else f"{row.data['kind']}.yml"


def _check(texts: Mapping[Path, str], rows: Mapping[str, _Row]) -> None:
    """Make sure that what will be written says what the database says."""
    for path, text in texts.items():
        file = _File(path.name, text)
        wrong = [i for i in file.items if digest(file.data(i)) != rows[i].hash]
        if wrong:
            raise ExportError(f"{path.name}: {', '.join(wrong)} would not be read back as they are")


def _write(path: Path, text: str) -> None:
    raw = text.encode()
    if path.is_file() and path.read_bytes() == raw:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.half")
    half.write_bytes(raw)
    half.replace(path)


def _written(data: Any) -> Any:
    """Return stored data as a content file writes them: a figure is one string."""
    if isinstance(data, dict):
        if data.keys() == {"value", "unit"}:
            return f"{data['value']} {data['unit']}"
        return {key: _written(value) for key, value in data.items()}
    return [_written(value) for value in data] if isinstance(data, list) else data


def _ending(lines: Iterable[str], newline: str) -> list[str]:
    return [line.removesuffix("\n") + newline for line in lines]
