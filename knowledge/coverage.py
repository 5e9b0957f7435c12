"""Which entry takes up which collected fact: ``python -m knowledge.coverage --help``.

An entry says in ``facts`` what it takes up. Here that is held against the facts
themselves: every number, date, document and article of a fact has to stand in the
entries that name it, or ``left_out.yml`` says why it does not; what is doubtful
about a fact has to be said by at least one of their rules.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from ruamel.yaml import YAML

from knowledge.content import CONTENT, Content, read
from knowledge.facts import Fact, Mark, read_facts
from knowledge.holders import Holder, holders_by_fact

LEFT_OUT = Path(__file__).parent / "left_out.yml"
_HEAD = """\
# Coverage of the collected facts

Written by `python -m knowledge.coverage FACTS_FOLDER --output docs/results/coverage.md`: do not edit.
Which entry and facet takes up each fact: an entry that names the fact and states all its numbers, dates,
documents and articles. Its facets are those closest to the fact in words and figures. *But for a detail*:
something in the fact is left out; the remark says in which field, and why.
"""


class Outcome(StrEnum):
    """What became of a fact; the values are headings of the report."""

    COVERED = "taken up"
    PARTLY = "but for a detail"
    LEFT_OUT = "left out"
    UNPUBLISHED = "not to be published"
    OPEN = "open"


@dataclass
class Row:
    """What became of one fact."""

    fact: Fact
    places: dict[str, list[str]] = field(default_factory=dict)
    """Facets by entry."""
    missing: dict[str, set[Mark]] = field(default_factory=dict)
    """What the entries do not hold, by field of the fact."""
    warned: bool = True
    """Whether readers are told what is doubtful about the fact, if anything is."""
    reasons: dict[str, str] = field(default_factory=dict)
    """Why something is left out, by fact id or ``id#field``."""

    @property
    def outcome(self) -> Outcome:
        """Return what became of the fact, in one word."""
        if not self.fact.publishable:
            return Outcome.UNPUBLISHED
        if self.open:
            return Outcome.OPEN
        if not self.places:
            return Outcome.LEFT_OUT
        return Outcome.PARTLY if self.reasons else Outcome.COVERED

    @property
    def open(self) -> list[str]:
        """Return what is neither taken up nor excused, as text for the editor."""
        if not self.fact.publishable or self.fact.id in self.reasons:
            return []
        if not self.places:
            return ["no entry names it"]
        unwarned = [] if self.warned else ["doubtful, but no rule of its entries says so"]
        return unwarned + [
            f"{path}: {', '.join(sorted(m.value for m in marks))}"
            for path, marks in self.missing.items()
            if f"{self.fact.id}#{path}" not in self.reasons
        ]


@dataclass
class Coverage:
    """What became of all facts; ``stale`` are reasons and ids that belong to nothing."""

    rows: list[Row]
    stale: list[str]

    @property
    def problems(self) -> list[str]:
        """Return what an editor has to take up, excuse or tidy."""
        return [f"{row.fact.id}: {what}" for row in self.rows for what in row.open] + self.stale


def cover(facts: Iterable[Fact], content: Content, reasons: Mapping[str, str]) -> Coverage:
    """Hold the facts against the content.

    Args:
        facts: all that was collected.
        content: entries and documents.
        reasons: why a fact (``id``) or a field of it (``id#field``) is left out.
    """
    holders = holders_by_fact(content)
    rows = [_row(fact, holders, reasons) for fact in facts]
    used = {key for row in rows for key in row.reasons}
    known = {row.fact.id for row in rows}
    stale = [f"{key}: a reason, but nothing is left out" for key in reasons if key not in used]
    stale += [f"{key}: named by {', '.join(h.id for h in holders[key])}, but there is no such fact"
              for key in holders if key not in known]  # fmt: skip
    return Coverage(rows, sorted(stale))


def _row(fact: Fact, holders: Mapping[str, list[Holder]], reasons: Mapping[str, str]) -> Row:
    row = Row(fact)
    found = holders.get(fact.id, [])
    for holder in found:
        row.places[holder.id] = holder.facets_of(fact)
    if not found and fact.id in reasons:
        row.reasons[fact.id] = reasons[fact.id]
    if not found or not fact.publishable:
        return row
    row.warned = not fact.doubtful or any(holder.doubtful for holder in found)
    for given in fact.fields:
        missing = {mark for mark in given.marks if not any(h.holds(mark) for h in found)}
        if missing:
            row.missing[given.path] = missing
            key = f"{fact.id}#{given.path}"
            if key in reasons:
                row.reasons[key] = reasons[key]
    return row


def report(coverage: Coverage) -> str:
    """Return the report as Markdown: totals, then a table for each file of facts."""
    files = dict.fromkeys(row.fact.file for row in coverage.rows)
    counts = Counter((row.fact.file, row.outcome) for row in coverage.rows)
    lines = [_HEAD, *_table_head("file", "facts", *Outcome)]
    for file in files:
        numbers = [counts[file, outcome] for outcome in Outcome]
        lines.append(f"| {file} | {sum(numbers)} | {' | '.join(map(str, numbers))} |")
    for file in files:
        lines += ["", f"## {file}", "", *_table_head("fact", "entry#facets", "remark")]
        lines += [_line(row) for row in coverage.rows if row.fact.file == file]
    return "\n".join(lines) + "\n"


def _table_head(*names: str) -> list[str]:
    return [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]


def _line(row: Row) -> str:
    places = "<br>".join(f"{entry}#{', '.join(facets) or '-'}" for entry, facets in row.places.items())
    remarks = [f"{key.removeprefix(row.fact.id).lstrip('#') or 'left out'}: {reason}"
               for key, reason in row.reasons.items()]  # fmt: skip
    if not row.fact.publishable:
        remarks = ["not to be published"]
    return f"| {row.fact.id} | {places} | {'<br>'.join([*row.open, *remarks])} |"


def main(argv: list[str] | None = None) -> int:
    """Write the report; return 1 if a fact is neither taken up nor excused."""
    parser = argparse.ArgumentParser(prog="python -m knowledge.coverage", description=__doc__)
    parser.add_argument("facts", type=Path, help="folder with the collected facts (*.yml)")
    parser.add_argument("--folder", type=Path, default=CONTENT, help="content folder (default: %(default)s)")
    parser.add_argument("--left-out", type=Path, default=LEFT_OUT, help="reasons (default: %(default)s)")
    parser.add_argument("--output", type=Path, help="where to write the report (Markdown)")
    arguments = parser.parse_args(argv)
    reasons = YAML(typ="safe").load(arguments.left_out.read_text(encoding="utf-8")) or {}
    coverage = cover(read_facts(arguments.facts), read(arguments.folder), reasons)
    for problem in coverage.problems:
        print(problem)
    if arguments.output:
        arguments.output.write_text(report(coverage), encoding="utf-8")
    counts = Counter(row.outcome for row in coverage.rows)
    print(f"{len(coverage.rows)} facts:", ", ".join(f"{counts[o]} {o}" for o in Outcome))
    return 1 if coverage.problems else 0


if __name__ == "__main__":
    sys.exit(main())
