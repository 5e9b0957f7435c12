"""Statistics: which observation of a series a question asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from knowledge.dates import display, last_day
from knowledge.model import Rule


def observation(rules: Sequence[Rule], asked: str | None) -> Rule | None:
    """Return the observation for a period; the newest one if none was asked for.

    A year asked for is met by the figure of that year, else by the latest one within it.
    """
    if asked is None:
        return max(rules, key=lambda r: last_period_day(r.period or ""))
    months = asked.split("/")[-1]
    exact = [r for r in rules if r.period in {asked, months}]
    if exact:
        return exact[-1]
    begins = [
        r for r in rules if (r.period or "").startswith(f"{months}-") or months.startswith(f"{r.period}-")
    ]
    return max(begins, key=lambda r: last_period_day(r.period or ""), default=None)


def last_period_day(period: str) -> date:
    """Return the last day of a period (``2020``, ``2024-11``, ``2021/2025``)."""
    return last_day(period.split("/")[-1])


def period_text(period: str | None, lang: str) -> str:
    """Write a period for readers."""
    return " – ".join(display(part, lang) for part in (period or "").split("/"))
