"""Reading the files of a feed: CSV as Excel or the one-stop system writes it, and JSON Lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from dossiers.events import DROPPED, Event, EventError, parse_event
from vietnamese.folding import words

DELIMITERS = ",;\t"
_HEADINGS = {
    "code": ("mã hồ sơ", "số hồ sơ", "mã số hồ sơ"),
    "event_id": ("mã sự kiện",),
    "version": ("phiên bản",),
    "updated_at": ("cập nhật lúc", "thời điểm cập nhật", "ngày cập nhật"),
    "procedure": ("mã thủ tục", "mã tthc"),
    "procedure_name": ("tên thủ tục", "thủ tục", "tên tthc", "thủ tục hành chính"),
    "unit": ("đơn vị xử lý", "phòng xử lý", "đơn vị thụ lý", "phòng ban"),
    "received_on": ("ngày tiếp nhận", "ngày nhận"),
    "due_on": ("ngày hẹn trả", "hạn trả", "ngày hẹn trả kết quả", "hạn xử lý"),
    "state": ("trạng thái", "tình trạng", "trạng thái hồ sơ"),
    "step": ("bước",),
    "steps": ("số bước", "tổng số bước"),
    "step_name": ("tên bước", "bước hiện tại"),
    "supplement": ("yêu cầu bổ sung", "nội dung bổ sung", "nội dung yêu cầu bổ sung"),
    "supplement_due": ("hạn bổ sung",),
    "result": ("kết quả", "kết quả giải quyết"),
    "phone": ("số điện thoại", "điện thoại", "sđt"),
    "secret": ("mã tra cứu", "mã bí mật"),
    "tax_code": ("mã số thuế", "mst"),
    "applicant": ("người nộp", "họ tên", "họ và tên", "chủ hồ sơ", "tên người nộp"),
    "organisation": ("tên tổ chức", "tổ chức", "doanh nghiệp", "tên doanh nghiệp"),
    "address": ("địa chỉ",),
    "email": ("thư điện tử",),
    "id_number": ("số cccd", "cccd", "số cmnd", "số định danh"),
    "officer": ("cán bộ xử lý", "cán bộ thụ lý", "người xử lý"),
    "note": ("ghi chú",),
}
"""Vietnamese headings of CSV files by field, compared without accents and case."""


class FileFault(Exception):
    """The file as a whole cannot be read; the message says why."""


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be taken in, and why. The reasons quote no value of a factor."""

    line: int
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        return f"line {self.line}: {'; '.join(self.reasons)}"


@dataclass(frozen=True)
class Row:
    """A good row, and how far the file is read (bytes, for the progress bar)."""

    line: int
    event: Event


def read_rows(path: Path, as_of: datetime | None = None) -> Iterator[Row | BadRow]:
    """Read a file row by row; what comes first of a file decides whether it is JSON Lines or CSV.

    Args:
        path: UTF-8, with or without byte order mark.
        as_of: time of a snapshot, for rows with neither version nor time.

    Raises:
        FileFault: not UTF-8, or no heading that we know.
        OSError: it cannot be read.
    """
    for line, raw in _raw_rows(path):
        if isinstance(raw, str):
            yield BadRow(line, (raw,))
            continue
        try:
            yield Row(line, parse_event(raw, as_of))
        except EventError as error:
            yield BadRow(line, tuple(error.reasons))


def _raw_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Yield each row as fields by name, or as a reason why it is none, with its line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = next((line for line in file if line.strip()), "")
            file.seek(0)
            yield from _json_rows(file) if first.lstrip().startswith("{") else _csv_rows(file, first)
    except UnicodeDecodeError as error:
        raise FileFault(f"{path.name} is not UTF-8 (byte {error.start}): save it as 'CSV UTF-8'") from error
    except csv.Error as error:
        raise FileFault(f"{path.name}: {error}") from error


def _json_rows(file: Iterator[str]) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    for number, text in enumerate(file, start=1):
        if text.strip():
            try:
                raw = json.loads(text)
            except ValueError:
                raw = None
            yield number, raw if isinstance(raw, dict) else "no JSON object"


def _csv_rows(file: Iterator[str], first: str) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    delimiter = max(DELIMITERS, key=first.count)
    rows = csv.reader(file, delimiter=delimiter, strict=True)
    names = _fields(_first_row(rows))
    before = rows.line_num
    for cells in rows:
        line, before = before + 1, rows.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            yield line, f"{len(cells)} cells, but the heading has {len(names)}"
        else:
            yield line, {name: cell for name, cell in zip(names, cells, strict=True) if cell and name}


def _first_row(rows: Iterator[list[str]]) -> list[str]:
    return next((cells for cells in rows if any(cell.strip() for cell in cells)), [])


def _fields(headings: list[str]) -> list[str]:
    """Return the field of each column (empty for a column without a heading).

    Raises:
        FileFault: a heading is unknown, or a field stands twice: better no import than a lost due date.
    """
    known = {_key(name): name for name in (*Event.model_fields, *DROPPED)}
    for name, spellings in _HEADINGS.items():
        known |= {_key(spelling): name for spelling in spellings}
    fields = []
    for heading in headings:
        field = known.get(_key(heading), "") if heading.strip() else ""
        if heading.strip() and not field:
            close = get_close_matches(_key(heading), known, n=1)
            meant = f", perhaps {known[close[0]]!r} is meant" if close else ""
            raise FileFault(f"unknown column {heading.strip()!r}{meant}")
        if field and field in fields and field not in DROPPED:
            raise FileFault(f"two columns hold {field!r}")
        fields.append(field)
    if not {"code", "state"} <= set(fields):
        raise FileFault("no columns 'code' and 'state': is the first line the heading?")
    return fields


def _key(heading: str) -> str:
    return " ".join(words(heading.replace("_", " ")))
