"""Changing values in the text of a YAML list: only the lines of what changes are written anew.

ruamel.yaml keeps comments and quotes, but dumping a whole entry folds its long lines
anew. So the smallest block that changed is dumped, and takes the place of its lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, SingleQuotedScalarString

_WIDTH = 120
_TRAILING = re.compile(r"[ ]+$", re.M)
_MISSING = object()


@dataclass(frozen=True)
class Patch:
    """Lines that take the place of the lines from ``start`` up to, but not including, ``end``."""

    start: int
    end: int
    lines: list[str]


def patches(node: Any, old: Any, new: Any, lines: Sequence[str], end: int) -> Iterator[Patch]:
    """Return what has to change in ``lines`` for a block to say ``new`` instead of ``old``.

    Args:
        node: a mapping or list in block style, as it was read; it is changed as well.
        old: what it says.
        new: what it is to say; a list has as many elements as before.
        lines: of the whole file.
        end: number of the line after the block.
    """
    is_map = isinstance(node, CommentedMap)
    keys = list(node) if is_map else list(range(len(node)))
    places = [node.lc.key(key) if is_map else node.lc.item(key) for key in keys]
    ends = [*(line for line, _ in places), end][1:]
    for key, (line, column), stop in zip(keys, places, ends, strict=True):
        before, after = _value(old, key), _value(new, key)
        if before == after:
            continue
        last = end_of(lines, line, stop)
        if after is _MISSING:
            yield Patch(line, last, [])
        elif _is_block(node[key], before, after):
            yield from patches(node[key], before, after, lines, last)
        else:
            yield Patch(line, last, _dump(node, key, _merged(node[key], before, after), lines[line][:column]))
    if is_map:
        prefix = " " * places[0][1]
        last = end_of(lines, places[0][0], end)
        added = [line for key in new if key not in node for line in _dump(node, key, new[key], prefix)]
        if added:
            yield Patch(last, last, added)


def apply(found: Iterable[Patch], lines: Sequence[str]) -> list[str]:
    """Return ``lines`` with patches applied."""
    result = list(lines)
    for patch in sorted(found, key=lambda p: (p.start, p.end), reverse=True):
        result[patch.start : patch.end] = patch.lines
    return result


def new_item(data: Any) -> list[str]:
    """Return the lines of a new element of the list."""
    return _text([data], _WIDTH)


def end_of(lines: Sequence[str], start: int, end: int) -> int:
    """Return where a block ends: comments and blank lines before the next one stand for themselves."""
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return end


def _value(data: Any, key: Any) -> Any:
    return data.get(key, _MISSING) if isinstance(data, dict) else data[key]


def _is_block(node: Any, old: Any, new: Any) -> bool:
    """Tell whether parts of a value can be changed by themselves."""
    if not isinstance(node, CommentedMap | CommentedSeq) or node.fa.flow_style():
        return False
    if not _alike(old, new) or not _alike(node, old if isinstance(old, list) else node):
        return False
    return isinstance(new, list) or next(iter(node)) in new  # the first one may share a line with a dash


def _alike(one: Any, other: Any) -> bool:
    """Tell whether both are mappings, or lists of the same length."""
    if isinstance(one, dict) and isinstance(other, dict):
        return True
    return isinstance(one, list) and isinstance(other, list) and len(one) == len(other)


def _merged(node: Any, old: Any, new: Any) -> Any:
    """Return ``new`` in the form of ``node`` as far as they are alike."""
    if isinstance(node, SingleQuotedScalarString | DoubleQuotedScalarString) and isinstance(new, str):
        return type(node)(new)
    if not (_alike(old, new) and _alike(node, new)):
        return new
    for key in new if isinstance(new, dict) else range(len(new)):
        before = _value(old, key)
        if before != new[key]:
            node[key] = _merged(node[key], before, new[key]) if before is not _MISSING else new[key]
    for key in [key for key in old if key not in new] if isinstance(new, dict) else ():
        del node[key]
    return node


def _dump(node: Any, key: Any, value: Any, prefix: str) -> list[str]:
    """Return the lines of one element of a mapping or list, the first one after ``prefix``."""
    if isinstance(node, CommentedMap):
        piece = CommentedMap({key: value})
        if key in node.ca.items:
            piece.ca.items[key] = node.ca.items[key]
        dumped = _text(piece, _WIDTH - len(prefix))
    else:
        dumped = [line[2:] or "\n" for line in _text([value], _WIDTH - len(prefix) + 2)]
    indent = " " * len(prefix)
    first, *more = dumped
    return [prefix + first, *(indent + line if line.strip() else line for line in more)]


def _text(data: Any, width: int) -> list[str]:
    yaml = YAML(typ="rt")
    yaml.width = width
    yaml.allow_unicode = True
    out = StringIO()
    yaml.dump(data, out)
    text = out.getvalue()
    trimmed = _TRAILING.sub("", text)  # ruamel.yaml leaves a space where it folds a line
    if yaml.load(trimmed) == yaml.load(text):
        text = trimmed
    lines = text.splitlines(keepends=True)
    return lines[: end_of(lines, 0, len(lines))]
