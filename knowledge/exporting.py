"""Writing the content files back: what nobody changed keeps every byte.

Only the lines of an item that was edited are written anew, in place; a new item is
appended to the file in which the items most like it stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from sqlalchemy import select

from knowledge.content import DOCUMENTS_FILE, Place, parse, read_item, read_text
from knowledge.items import DOCUMENT, Data, digest, dump
from knowledge.model import Kind
from knowledge.store import Store
from knowledge.tables import Item

_WIDTH = 120


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
        self._new: dict[str, list[str]] = {}
        self._appended: list[str] = []

    def data(self, item_id: str) -> Data:
        """Return what the file says of an item, as the database would keep it."""
        return dump(read_item(Place(self.name, self.items[item_id])).only())

    def replace(self, item_id: str, data: Data) -> None:
        """Write an item anew in its place."""
        _merge(self.items[item_id], _written(self.data(item_id)), _written(data))
        self._new[item_id] = _lines(self.items[item_id])

    def append(self, data: Data) -> None:
        """Write an item at the end."""
        self._appended += _lines(_written(data))

    def text(self) -> str:
        """Return the file as it is to be."""
        lines = list(self._lines)
        starts = sorted(self._starts.items(), key=lambda pair: pair[1])
        ends = [*(start for _, start in starts), len(lines)][1:]
        for (item_id, start), end in reversed(list(zip(starts, ends, strict=True))):
            if item_id in self._new:
                lines[start : _end_of_item(lines, start, end)] = self._new[item_id]
        if self._appended and lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"
        return "".join([*lines, *self._appended])

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


def _merge(node: Any, old: Any, new: Any) -> None:
    """Change ``node`` where ``new`` differs from ``old``; everything else keeps its form."""
    keys: Iterable[Any] = new if isinstance(new, dict) else range(len(new))
    for key in keys:
        before = _MISSING if isinstance(old, dict) and key not in old else old[key]
        if before == new[key]:
            continue
        if _alike(before, new[key]) and _alike(node[key], new[key]):
            _merge(node[key], before, new[key])
        else:
            node[key] = new[key]
    if isinstance(new, dict):
        for key in [key for key in old if key not in new]:
            del node[key]


_MISSING = object()


def _alike(one: Any, other: Any) -> bool:
    """Tell whether both are mappings, or lists of the same length."""
    if isinstance(one, dict) and isinstance(other, dict):
        return True
    return isinstance(one, list) and isinstance(other, list) and len(one) == len(other)


def _lines(item: Any) -> list[str]:
    yaml = YAML(typ="rt")
    yaml.width = _WIDTH
    yaml.allow_unicode = True
    yaml.preserve_quotes = True
    out = StringIO()
    yaml.dump([item], out)
    lines = out.getvalue().splitlines(keepends=True)
    return lines[: _end_of_item(lines, 0, len(lines))]


def _end_of_item(lines: Sequence[str], start: int, end: int) -> int:
    """Return where an item ends: comments and blank lines before the next one stand for themselves."""
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return end
