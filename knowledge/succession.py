"""How legal documents follow each other in time: what applied before one, and what came after it.

The registry names the relations (``supersedes``, ``superseded_by``, ``amended_by``, ``implements``)
and the days. Of a date that is known by year or month only what is certain is used: the days before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto

from knowledge.dates import first_day
from knowledge.model import Document
from knowledge.validity import Period

Registry = Mapping[str, Document]
_DAY = timedelta(days=1)
_YEAR_IN_NUMBER = re.compile(r"\d+/(\d{4})/")


class Phase(Enum):
    """Where the days asked about lie in the life of a document."""

    BEFORE = auto()
    IN_FORCE = auto()
    ENDED = auto()


@dataclass(frozen=True)
class Stage:
    """Days (open ends are None) on which all documents about one are the same; ``day`` stands for them.

    Attributes:
        applied: what applied instead, as long as the document was not in force.
    """

    first: date | None
    last: date | None
    day: date
    phase: Phase
    applied: tuple[Document, ...]

    def reaches(self, day: date) -> bool:
        """Tell whether ``day`` is one of these days or lies before them."""
        return self.last is None or self.last >= day


def began(document: Document) -> date | None:
    """Return the day on which a document took effect, if it is known to the day."""
    return _known(document.effective_from)


def ended(document: Document) -> date | None:
    """Return the last day on which a document was in force, if it is known to the day."""
    return _known(document.effective_to)


def predecessors(document: Document, registry: Registry) -> list[Document]:
    """Return what a document replaced, and what that had replaced, the last generation first."""
    return _generations(document, registry, "supersedes")


def successors(document: Document, registry: Registry) -> list[Document]:
    """Return what replaced a document, and what replaced that, the next generation first."""
    return _generations(document, registry, "superseded_by")


def amendments(document: Document, registry: Registry) -> list[Document]:
    """Return the documents that amend one, in the order of time."""
    return _by_time(registry[number] for number in document.amended_by if number in registry)


def implementing(document: Document, registry: Registry) -> list[Document]:
    """Return the decrees and circulars that implement a document, in the order of time."""
    return _by_time(d for d in registry.values() if document.number in d.implements)


def applied_before(document: Document, registry: Registry, period: Period) -> list[Document]:
    """Return what applied in ``period`` in the place of a document that was not in force yet.

    These are its predecessors, and what it amends, as far as they were in force then.
    """
    amended = (d for d in registry.values() if document.number in d.amended_by)
    earlier = dict.fromkeys(d.number for d in (*predecessors(document, registry), *amended))
    return _by_time(registry[n] for n in earlier if period.overlaps(*_in_force(registry[n], registry)))


def leads_to(former: Document, document: Document, registry: Registry) -> list[Document]:
    """Return what took the place of ``former``, generation by generation, as far as ``document``."""
    path = [d for d in predecessors(document, registry) if former in predecessors(d, registry)]
    return _by_time([*path, document])


def stages(document: Document, registry: Registry) -> list[Stage]:
    """Divide time at each day on which a document, or one that has to do with it, began or ended."""
    cuts = _cuts(document, registry)
    firsts = [None, *cuts]
    lasts = [*(day - _DAY for day in cuts), None]
    return [_stage(document, registry, first, last) for first, last in zip(firsts, lasts, strict=True)]


def _stage(document: Document, registry: Registry, first: date | None, last: date | None) -> Stage:
    day = first or last or document.collected_on
    begin, end = document.effective_from, ended(document)
    if begin and day < first_day(begin):
        applied = tuple(applied_before(document, registry, Period(day, day)))
        return Stage(first, last, day, Phase.BEFORE, applied)
    return Stage(first, last, day, Phase.ENDED if end and day > end else Phase.IN_FORCE, ())


def _cuts(document: Document, registry: Registry) -> list[date]:
    """Return the first days of what is in force, and of what no longer is."""
    earlier = applied_before(document, registry, Period(date.min, date.max))
    related = [document, *earlier, *successors(document, registry)]
    related += [a for d in (document, *earlier) for a in amendments(d, registry)]
    spans = [_in_force(d, registry) for d in related]
    return sorted({day for first, last in spans for day in (first, last and last + _DAY) if day})


def _in_force(document: Document, registry: Registry) -> tuple[date | None, date | None]:
    """Return the days on which a document can have been in force, narrowed as far as is known."""
    later = (registry[n] for n in document.superseded_by if n in registry)
    replaced = [begin - _DAY for d in later if (begin := began(d))]
    return _since(document), ended(document) or min(replaced, default=None)


def _since(document: Document) -> date | None:
    """Return the first day on which a document can have been in force: not before it was issued."""
    number = _YEAR_IN_NUMBER.match(document.number)
    earliest = document.effective_from or document.issued_on or (number and number[1])
    return first_day(earliest) if earliest else None


def _generations(document: Document, registry: Registry, relation: str) -> list[Document]:
    found: dict[str, Document] = {}
    todo = list(getattr(document, relation))
    while todo:
        number = todo.pop(0)
        if number in registry and number not in found:
            found[number] = registry[number]
            todo += getattr(registry[number], relation)
    return list(found.values())


def _by_time(documents: Iterable[Document]) -> list[Document]:
    return sorted(documents, key=lambda d: _since(d) or date.min)


def _known(partial: str | None) -> date | None:
    return first_day(partial) if partial and len(partial) == 10 else None
