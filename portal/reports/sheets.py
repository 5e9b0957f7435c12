"""Parts of a report as CSV files that a spreadsheet opens as they are."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from knowledge.texts import Texts, load_texts

SHEETS = (
    *("days", "hours", "languages", "topics", "outcomes", "results"),
    *("times", "desk", "tickets", "units", "questions", "reasons"),
)
"""The parts of a report that can be exported."""
WITH_WORDS = ("questions", "reasons")
"""Those of them that quote visitors."""
_CODED = ("lang", "topic", "outcome", "result", "vote")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_BOM = "\ufeff"


def sheet(report: dict[str, Any], name: str, lang: str) -> str:
    """Return a part of a report as CSV (RFC 4180) with headings in ``lang``.

    It begins with a byte order mark, by which Excel knows UTF-8. Columns are divided as Excel expects
    it under the regional settings that go with the language: by semicolons in Vietnamese, else by commas.

    Args:
        report: as `portal.reports.report.Reports` makes it.
        name: one of `SHEETS`; of `WITH_WORDS` only if the report has them.
        lang: ``vi`` or ``en``.
    """
    t = load_texts(Path(__file__).parent / "texts", lang)
    part = report[name]
    if isinstance(part, dict):
        part = [{"name": t(f"{name}.{key}"), "value": value} for key, value in part.items()]
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";" if lang == "vi" else ",")
    writer.writerow(t(f"column.{column}") for column in COLUMNS[name])
    for line in part:
        writer.writerow(_value(column, line[column], t) for column in COLUMNS[name])
    return _BOM + written.getvalue()


_VOLUMES = ("conversations", "turns", "up", "down", "calls", "calls_solved")
_MEASURES = ("name", "value")
COLUMNS: dict[str, tuple[str, ...]] = {
    "days": ("day", *_VOLUMES),
    "hours": ("hour", *_VOLUMES),
    "languages": ("lang", *_VOLUMES),
    "topics": ("topic", *_VOLUMES, "answered", "abstained", "handed_off", "talk", "failed"),
    "outcomes": ("outcome", "result", "turns", "up", "down"),
    "results": ("result", "turns", "up", "down"),
    "times": _MEASURES,
    "desk": _MEASURES,
    "tickets": _MEASURES,
    "units": ("unit", "open", "overdue", "undated"),
    "questions": ("question", "turns", "no_answer", "clarify", "out_of_scope"),
    "reasons": ("vote", "reason", "votes"),
}
"""The columns of each, in order; one without lines has its heading as well."""


def _value(column: str, value: Any, t: Texts) -> Any:
    if column in _CODED:
        return t(f"{column}.{value}")
    return safe(value) if isinstance(value, str) else value


def safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
