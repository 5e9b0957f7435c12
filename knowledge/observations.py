"""Which observation of a statistic answers a question about a period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from knowledge.dates import last_day
from knowledge.model import Rule


def observation(rules: Sequence[Rule], asked: str) -> Rule | None:
    """Return the observation for a period, if there is one.

    A year asked for is met by the figure of that year, else by the latest one within it.
    """
    months = asked.split("/")[-1]
    exact = [r for r in rules if r.period in {asked, months}]
    if exact:
        return exact[-1]
    within = [
        r for r in rules if (r.period or "").startswith(f"{months}-") or months.startswith(f"{r.period}-")
    ]
    return max(within, key=_end, default=None)


def newest(rules: Sequence[Rule], until: date | None) -> Rule | None:
    """Return the newest observation; with a past day, of a period that had ended by then."""
    return max((r for r in rules if until is None or _end(r) <= until), key=_end, default=None)


def _end(rule: Rule) -> date:
    """Return the last day of the period of a rule (``2020``, ``2024-11``, ``2021/2025``)."""
    return last_day((rule.period or "").split("/")[-1])
