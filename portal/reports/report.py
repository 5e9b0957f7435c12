"""The report of a span of days; each breakdown of turns is a sum over the same `portal.reports.counts`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from dossiers.holidays import Calendar
from knowledge.answer import Outcome
from knowledge.dates import today
from knowledge.store import Store
from portal.reports import times
from portal.reports.counts import LANGUAGES, PENDING, Cell, cells, total
from portal.reports.dossiers import by_unit
from portal.reports.questions import reasons, unanswered
from portal.reports.span import Span
from portal.reports.sql import LocalHour
from portal.staff.calls import TOPICS
from portal.staff.tables import staff_calls

RESULTS: dict[str, tuple[str, ...]] = {
    "answered": (Outcome.ANSWERED, Outcome.STALE, Outcome.DOSSIER),
    "abstained": (
        Outcome.NO_ANSWER,
        Outcome.CLARIFY,
        Outcome.OUT_OF_SCOPE,
        Outcome.REJECTED,
        Outcome.NEEDS_IDENTITY,
        Outcome.DOSSIER_DENIED,
        Outcome.LOCKED,
    ),
    "handed_off": (Outcome.HANDED_OFF, Outcome.TICKET),
    "talk": (Outcome.SMALL_TALK,),
    "failed": (Outcome.SERVICE_DOWN, PENDING),
}
"""What became of a message, by outcome; each outcome stands once."""
_RESULT_OF = {outcome: result for result, outcomes in RESULTS.items() for outcome in outcomes}


@dataclass(frozen=True)
class Calls:
    """Calls that have hour, language and topic in common."""

    hour: str
    lang: str
    topic: str
    calls: int
    solved: int


class Reports:
    """Makes reports.

    Args:
        engine: database of the portal.
        dossiers: database of the dossiers.
        store: the knowledge base.
        calendar: tells working days.
    """

    def __init__(self, engine: Engine, dossiers: Engine, store: Store, calendar: Calendar) -> None:
        # One report sees one moment, so that no session is missed or counted twice that is erased meanwhile.
        # SQLite's transactions do so by themselves.
        postgresql = engine.dialect.name == "postgresql"
        self._engine = engine.execution_options(isolation_level="REPEATABLE READ") if postgresql else engine
        self._dossiers = dossiers
        self._store = store
        self._calendar = calendar

    def report(self, span: Span, with_words: bool) -> dict[str, Any]:
        """Return all figures.

        Args:
            span: the days.
            with_words: whether what visitors wrote (masked) may be shown.
        """
        with self._engine.connect() as connection:
            turned, called = cells(connection, span), calls(connection, span)
            found = {
                **_volumes(turned, called, span),
                "times": times.answers(connection, span),
                "desk": times.desk(connection, span),
                "tickets": times.deadlines(connection, span),
                "questions": unanswered(connection, span) if with_words else None,
                "reasons": reasons(connection, span) if with_words else None,
            }
        units = by_unit(self._dossiers, self._store.entries, self._calendar, today())
        return {
            "from": span.first.isoformat(),
            "to": span.last.isoformat(),
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            **found,
            "units": units,
        }


def calls(connection: Connection, span: Span) -> list[Calls]:
    """Return the calls logged in the days of ``span``, counted."""
    told = (
        select(
            LocalHour(staff_calls.c.at).label("hour"),
            staff_calls.c.lang,
            staff_calls.c.topic,
            staff_calls.c.solved,
        )
        .where(staff_calls.c.at >= span.start, staff_calls.c.at < span.end)
        .subquery()
    )
    query = select(*told.c, func.count().label("calls")).group_by(*told.c)
    return [
        Calls(row.hour, row.lang, row.topic, row.calls, row.calls if row.solved else 0)
        for row in connection.execute(query)
    ]


def _volumes(turned: list[Cell], called: list[Calls], span: Span) -> dict[str, Any]:
    """Return the breakdowns; the turns, conversations and calls of each add up to the totals."""
    return {
        "totals": _sums(turned, called),
        "days": _by("day", [day.isoformat() for day in span.days()], lambda c: c.hour[:10], turned, called),
        "hours": _by("hour", range(24), lambda c: int(c.hour[11:]), turned, called),
        "languages": _by("lang", LANGUAGES, lambda c: c.lang, turned, called),
        "topics": [
            {**line, **_results(cell for cell in turned if cell.topic == line["topic"])}
            for line in _by("topic", TOPICS, lambda c: c.topic, turned, called)
        ],
        "outcomes": [
            {"outcome": outcome, "result": result, **_turns(c for c in turned if c.outcome == outcome)}
            for outcome, result in _RESULT_OF.items()
        ],
        "results": [
            {"result": result, **_turns(c for c in turned if c.outcome in outcomes)}
            for result, outcomes in RESULTS.items()
        ],
    }


def _by(
    name: str,
    keys: Iterable[Any],
    key_of: Callable[[Any], Any],
    turned: list[Cell],
    called: list[Calls],
) -> list[dict[str, Any]]:
    """Return a line for each key, also where there is nothing to count."""
    lines: dict[Any, tuple[list[Cell], list[Calls]]] = {key: ([], []) for key in keys}
    for cell in turned:
        lines[key_of(cell)][0].append(cell)
    for call in called:
        lines[key_of(call)][1].append(call)
    return [{name: key, **_sums(*line)} for key, line in lines.items()]


def _sums(turned: list[Cell], called: list[Calls]) -> dict[str, int]:
    return {
        "conversations": total(turned, "conversations"),
        **_turns(turned),
        "calls": sum(call.calls for call in called),
        "calls_solved": sum(call.solved for call in called),
    }


def _turns(turned: Iterable[Cell]) -> dict[str, int]:
    found = list(turned)
    return {measure: total(found, measure) for measure in ("turns", "up", "down")}


def _results(turned: Iterable[Cell]) -> dict[str, int]:
    found = list(turned)
    return {
        result: total((cell for cell in found if cell.outcome in outcomes), "turns")
        for result, outcomes in RESULTS.items()
    }
