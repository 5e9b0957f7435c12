"""The legal time limit of a procedure, read from the knowledge base for the day of filing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from dossiers.deadlines import LONGEST, OnSupplement, TimeLimit, Unit
from knowledge.dates import last_day
from knowledge.model import Confidence, Entry, Figure, FigureField, Rule, Strict
from knowledge.validity import Period, choose

CLOCKS = Path(__file__).with_name("clocks.yml")


class Clock(Strict):
    """How the clock of a procedure runs (``clocks.yml``).

    Attributes:
        figure: the limit among several figures of a rule.
        on_supplement: what a supplement does to the clock, if known.
    """

    figure: FigureField | None = None
    on_supplement: OnSupplement | None = None


@cache
def load_clocks(path: Path = CLOCKS) -> dict[str, Clock]:
    """Return the procedures that may be estimated, read once.

    Raises:
        ValueError: the file does not fit the model.
    """
    raw = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return {procedure: Clock.model_validate(clock) for procedure, clock in raw.items()}


def time_limit(
    entries: Mapping[str, Entry], clocks: Mapping[str, Clock], procedure: str, received: date, today: date
) -> TimeLimit | None:
    """Return the time limit of a procedure by the law at filing.

    Args:
        entries: the entries of the knowledge base as they may be shown.
        clocks: the procedures that may be estimated.
        procedure: id of the entry.
        received: when the dossier arrived; on that day the law is read.
        today: tells past from future.

    Returns:
        The limit; None if anything about it is in doubt: no rule or several for that day, one
        that is unconfirmed, disputed or for certain projects only, several figures, no days.
    """
    clock, entry = clocks.get(procedure), entries.get(procedure)
    facet = entry.facets.get("time_limit") if entry else None
    if clock is None or entry is None or facet is None:
        return None
    rules = [
        rule
        for rule in choose(facet.rules, Period(received, received), None, today).rules
        if _holds(rule, received)
    ]
    if len(rules) != 1 or _in_doubt(rules[0], entry):
        return None
    figure = _figure(rules[0], clock)
    return _limit(figure, clock) if figure else None


def _holds(rule: Rule, day: date) -> bool:
    """Tell whether a chosen rule is in force; past the end of the records the last one is chosen."""
    return rule.effective_to is None or day <= last_day(rule.effective_to)


def _in_doubt(rule: Rule, entry: Entry) -> bool:
    low = (rule.confidence or entry.confidence) is Confidence.LOW
    return bool(low or rule.unconfirmed or rule.disagreement or rule.licensed or rule.scope)


def _figure(rule: Rule, clock: Clock) -> Figure | None:
    if clock.figure:
        return clock.figure if clock.figure in rule.figures else None
    return rule.figures[0] if len(rule.figures) == 1 else None


def _limit(figure: Figure, clock: Clock) -> TimeLimit | None:
    days = int(figure.value)
    if figure.unit not in set(Unit) or days != figure.value or not 1 <= days <= LONGEST:
        return None
    return TimeLimit(days, Unit(figure.unit), clock.on_supplement)
