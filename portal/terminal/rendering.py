"""Prints a turn as plain text; a type of block that is not known here prints its text and no more."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from knowledge.dates import display
from knowledge.texts import LANGUAGES
from portal.terminal.client import Json, own_texts

_NARROWEST_COLUMN = 6
_GAP = "  "


@dataclass(frozen=True)
class Sheet:
    """What the text is written on: so many characters wide, in one language."""

    width: int
    lang: str

    def words(self, key: str, **values: str) -> str:
        """Return one of our own sentences."""
        return own_texts(self.lang)(key, **values)

    def date(self, partial: str) -> str:
        """Write a date for readers."""
        return display(partial, self.lang)

    def wrap(self, text: str, first: str = "", rest: str | None = None) -> list[str]:
        """Break a text into lines; ``first`` stands before the first, ``rest`` (blanks) before the others."""
        margin = " " * len(first) if rest is None else rest
        return textwrap.wrap(
            text, self.width, initial_indent=first, subsequent_indent=margin, break_on_hyphens=False
        )


def render(turn: Json, width: int) -> str:
    """Return a turn as text of at most ``width`` columns (longer words excepted)."""
    turn = clean(turn)
    sheet = Sheet(width, turn["lang"] if turn.get("lang") in LANGUAGES else "vi")
    blocks = turn.get("blocks") or [{"type": "para", "text": turn.get("text", "")}]
    parts = [_BLOCKS.get(block["type"], _text)(block, sheet) for block in blocks]
    parts += [_caveat(caveat, sheet) for caveat in turn.get("caveats", [])]
    parts += [_sources(turn, sheet), _suggestions(turn, sheet)]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def clean(value: Any) -> Any:
    """Strip what a terminal would obey (escape sequences), and compose letters so that each is one column."""
    if isinstance(value, dict):
        return {key: clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, str):
        composed = unicodedata.normalize("NFC", value)
        return "".join(char if char.isprintable() else " " for char in composed)
    return value


def _text(block: Json, sheet: Sheet) -> list[str]:
    text = block.get("text")
    return sheet.wrap(text) if isinstance(text, str) else []


def _list(block: Json, sheet: Sheet) -> list[str]:
    lines: list[str] = []
    for number, item in enumerate(block["items"], 1):
        lines += sheet.wrap(item, f"{number}. " if block.get("ordered") else "- ")
    return lines


def _steps(block: Json, sheet: Sheet) -> list[str]:
    lines: list[str] = []
    for number, step in enumerate(block["items"], 1):
        mark = f"{number}. "
        duration = f" ({step['duration']})" if step.get("duration") else ""
        lines += sheet.wrap(step["title"] + duration, mark)
        lines += sheet.wrap(step.get("text") or "", " " * len(mark))
    return lines


def _table(block: Json, sheet: Sheet) -> list[str]:
    rows = [block["columns"], *block["rows"]]
    widths = _column_widths(rows, sheet.width)
    head, *body = [_row(row, widths) for row in rows]
    rule = _GAP.join("-" * width for width in widths)
    return [*head, rule, *(line for row in body for line in row)]


def _column_widths(rows: list[list[str]], width: int) -> list[int]:
    """Give each column what its longest cell needs; where that is too much, the widest gives way."""
    widths = [max(map(len, column)) for column in zip_longest(*rows, fillvalue="")]
    room = max(width - len(_GAP) * (len(widths) - 1), _NARROWEST_COLUMN * len(widths))
    while sum(widths) > room:
        widths[widths.index(max(widths))] -= 1
    return widths


def _row(cells: list[str], widths: list[int]) -> list[str]:
    columns = [textwrap.wrap(cell, width or 1) for cell, width in zip(cells, widths, strict=False)]
    lines = zip_longest(*columns, fillvalue="")
    return [_GAP.join(c.ljust(w) for c, w in zip(line, widths, strict=False)).rstrip() for line in lines]


def _facts(block: Json, sheet: Sheet) -> list[str]:
    pairs = (f"{item['label']}: {item['value']}" for item in block["items"])
    return [line for pair in pairs for line in sheet.wrap(pair, rest="  ")]


def _link(block: Json, sheet: Sheet) -> list[str]:
    """An address stands whole on a line of its own, so that a terminal can open it."""
    return [*sheet.wrap(block["text"]), f"  {block['url']}"]


def _notice(block: Json, sheet: Sheet) -> list[str]:
    level = "warning" if block.get("level") == "warning" else "info"
    return sheet.wrap(sheet.words(level, text=block["text"]), "! " if level == "warning" else "")


def _form(block: Json, sheet: Sheet) -> list[str]:
    known = block.get("form") in {"dossier_lookup", "contact"}
    return sheet.wrap(sheet.words(block["form"])) if known else _text(block, sheet)


_BLOCKS: dict[str, Callable[[Json, Sheet], list[str]]] = {
    "para": _text,
    "list": _list,
    "steps": _steps,
    "table": _table,
    "facts": _facts,
    "link": _link,
    "notice": _notice,
    "form": _form,
}


def _caveat(caveat: Json, sheet: Sheet) -> list[str]:
    if not caveat.get("confirm_at"):
        return sheet.wrap(caveat["text"], "! ")
    return sheet.wrap(sheet.words("confirm", text=caveat["text"], place=caveat["confirm_at"]), "! ")


def _sources(turn: Json, sheet: Sheet) -> list[str]:
    if not turn.get("citations"):
        return []
    lines = [sheet.words("sources")]
    for number, citation in enumerate(turn["citations"], 1):
        lines += _citation(citation, f"[{number}] ", sheet)
    said = [
        sheet.words(key, day=sheet.date(turn[field]))
        for key, field in (("read_on", "as_of"), ("licensed", "licensed_on"))
        if turn.get(field)
    ]
    return lines + sheet.wrap(" ".join(said))


def _citation(citation: Json, mark: str, sheet: Sheet) -> list[str]:
    title = "" if citation["title"] == citation["document"] else f" – {citation['title']}"
    article = f", {citation['article']}" if citation.get("article") else ""
    lines = sheet.wrap(citation["document"] + title + article, mark)
    margin = " " * len(mark)
    lines += sheet.wrap(" · ".join(_standing(citation, sheet)), margin)
    return lines + ([margin + citation["url"]] if citation.get("url") else [])


def _standing(citation: Json, sheet: Sheet) -> Iterator[str]:
    """Say when a source holds, when it was recorded and whether an officer confirmed it."""
    start, end = (citation.get(f"effective_{side}") for side in ("from", "to"))
    if start or end:
        key = "span" if start and end else ("since" if start else "until")
        yield sheet.words(key, start=sheet.date(start or ""), end=sheet.date(end or ""))
    if citation.get("status") == "expired":
        yield sheet.words("expired")
    yield sheet.words("recorded", day=sheet.date(citation["collected_on"]))
    if citation.get("verified_on"):
        yield sheet.words("verified", day=sheet.date(citation["verified_on"]))
    else:
        yield sheet.words("unverified")


def _suggestions(turn: Json, sheet: Sheet) -> list[str]:
    if not turn.get("suggestions"):
        return []
    lines = [sheet.words("suggestions")]
    for number, suggestion in enumerate(turn["suggestions"], 1):
        lines += sheet.wrap(suggestion["text"], f"  {number}. ")
    return lines
