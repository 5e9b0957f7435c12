"""Importing a file: all of its good rows in one transaction, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from dossiers.events import Event
from dossiers.feed import Feed, Taken
from dossiers.reading import BadRow, Row, read_rows
from dossiers.states import State

_PORTION = 1000
MOST_REPORTED = 1000
"""Bad rows that are kept for the report; further ones are counted."""


@dataclass
class Report:
    """What an import did, or with ``dry_run`` would have done."""

    taken: Counter[Taken] = field(default_factory=Counter)
    bad: list[BadRow] = field(default_factory=list)
    bad_rows: int = 0
    conflicts: list[int] = field(default_factory=list)
    unknown_states: Counter[str] = field(default_factory=Counter)
    written: bool = False

    @property
    def rows(self) -> int:
        """How many rows were read."""
        return self.bad_rows + sum(self.taken.values())


class _Undo(Exception):
    """Ends the transaction without writing."""


class Importer:
    """Imports one file.

    Args:
        feed: where the events go.
        skip_bad: write the good rows although there are bad ones.
        dry_run: write nothing, tell what would be.
        as_of: time of a snapshot whose rows have neither version nor time.
        progress: is told how many rows are done.
    """

    def __init__(
        self,
        feed: Feed,
        *,
        skip_bad: bool = False,
        dry_run: bool = False,
        as_of: datetime | None = None,
        progress: Callable[[int], None] = lambda _rows: None,
    ) -> None:
        self._feed = feed
        self._skip_bad = skip_bad
        self._dry_run = dry_run
        self._as_of = as_of
        self._progress = progress

    def run(self, path: Path) -> Report:
        """Import a file.

        Raises:
            FileFault: it cannot be read as a whole; nothing was written.
        """
        report = Report()
        try:
            with self._feed.transaction() as connection:

                def take(portion: list[Row]) -> None:
                    taken = self._feed.take(connection, [r.event for r in portion], path.name)
                    self._count(report, portion, taken)

                self._read(path, report, take)
                if self._dry_run or (report.bad_rows and not self._skip_bad):
                    raise _Undo
        except _Undo:
            return report
        report.written = True
        return report

    def _read(self, path: Path, report: Report, take: Callable[[list[Row]], None]) -> None:
        portion: list[Row] = []
        for row in read_rows(path, self._as_of):
            if isinstance(row, BadRow):
                report.bad_rows += 1
                if len(report.bad) < MOST_REPORTED:
                    report.bad.append(row)
                continue
            portion.append(row)
            if len(portion) == _PORTION:
                take(portion)
                portion = []
                self._progress(report.rows)
        if portion:
            take(portion)
        self._progress(report.rows)

    def _count(self, report: Report, portion: list[Row], taken: list[Taken]) -> None:
        report.taken.update(taken)
        for row, result in zip(portion, taken, strict=True):
            if result is Taken.CONFLICT and len(report.conflicts) < MOST_REPORTED:
                report.conflicts.append(row.line)
            if self._is_unknown(row.event):
                report.unknown_states[row.event.state] += 1

    def _is_unknown(self, event: Event) -> bool:
        return self._feed.states.of(event.state) is State.UNKNOWN
