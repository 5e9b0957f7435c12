"""Partial dates: a year, a month or a day, and the span of days each covers."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def today() -> date:
    """Return today's date in Viet Nam, where the law is read."""
    return datetime.now(HANOI).date()


def _check(value: Any) -> str:
    text = value.isoformat() if isinstance(value, date) else str(value)
    span(text)
    return text


PartialDate = Annotated[str, BeforeValidator(_check)]
"""``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``: what is not known is not made up."""


def span(partial: str) -> tuple[date, date]:
    """Return the first and the last day that a partial date covers.

    Raises:
        ValueError: not a partial date, or no such day.
    """
    match = _PARTIAL.fullmatch(partial)
    if not match:
        raise ValueError(f"{partial!r} is no date: write YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (int(g) if g else None for g in match.groups())
    assert year is not None
    if day is not None and month is not None:
        return date(year, month, day), date(year, month, day)
    if month is not None:
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    return date(year, 1, 1), date(year, 12, 31)


def first_day(partial: str) -> date:
    """Return the first day that a partial date covers."""
    return span(partial)[0]


def last_day(partial: str) -> date:
    """Return the last day that a partial date covers."""
    return span(partial)[1]


def period_span(period: str) -> tuple[date, date]:
    """Return the first and the last day of a partial date or of a period (``2026-02/2026-03``).

    Raises:
        ValueError: not a period, or it ends before it begins.
    """
    begin, _, end = period.partition("/")
    first, last = first_day(begin), last_day(end or begin)
    if first > last:
        raise ValueError(f"{period!r} is no period: it ends before it begins")
    return first, last


def display(partial: str, lang: str) -> str:
    """Write a partial date for readers: ``01/10/2025`` or ``1 October 2025``."""
    parts = partial.split("-")
    if lang == "vi":
        return "/".join(reversed(parts))
    if len(parts) == 1:
        return partial
    month = calendar.month_name[int(parts[1])]
    return f"{month} {parts[0]}" if len(parts) == 2 else f"{int(parts[2])} {month} {parts[0]}"


def spoken(partial: str, lang: str) -> str:
    """Write a partial date for use inside a sentence: ``ngày 01/10/2025``, ``năm 2025``, ``October 2025``."""
    if lang != "vi":
        return display(partial, lang)
    word = {1: "năm", 2: "tháng", 3: "ngày"}[len(partial.split("-"))]
    return f"{word} {display(partial, lang)}"


def period_text(period: str | None, lang: str) -> str:
    """Write a period for readers."""
    return " – ".join(display(part, lang) for part in (period or "").split("/"))
