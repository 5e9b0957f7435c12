"""What was meant and what was understood: precision, recall and F1, and what is confused with what.

Judged from outside, as everything here: the *matter* of a turn is the kind of the entry
that made the answer (or the outcome, where there is no answer), the *entry* is which one.
They stand for what is usually reported as intent and entity, which a visitor never sees.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from evaluation.questions import ANSWERS
from evaluation.run import Result
from evaluation.scoring import CORRECT

_SHOWN = 15
_BY_OUTCOME = {"out_of_scope", "rejected", "needs_identity", "small_talk"}
"""Outcomes that are matters of their own; all others without an answer are no matter at all."""
LIST = "list of zones"


@dataclass(frozen=True)
class Share:
    """Counts behind precision and recall."""

    right: int
    found: int
    wanted: int

    @property
    def precision(self) -> float:
        """Share of what was found that is right, in percent."""
        return 100 * self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of what was wanted that was found, in percent."""
        return 100 * self.right / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def understood(results: Sequence[Result]) -> Iterator[str]:
    """Return the tables of matters and entries, and the most frequent confusions, as Markdown lines."""
    judged = [(r, matters) for r in results if (matters := wanted_matters(r))]
    yield "| matter (intent) | precision % | recall % | F1 | turns |"
    yield "|---|---|---|---|---|"
    for matter in sorted({m for _, matters in judged for m in matters}):
        yield _row(matter, matter_share(judged, matter))
    entries = [r for r in results if r.wanted_entries and _answerable(r)]
    yield _row("the entry itself (entity)", entry_share(entries))
    yield ""
    yield "| wanted | understood as | turns |"
    yield "|---|---|---|"
    for (wanted, found), count in confusions(results).most_common(_SHOWN):
        yield f"| {wanted} | {found} | {count} |"


def wanted_matters(result: Result) -> frozenset[str]:
    """Return the matters of which one is meant (none: not known)."""
    if result.subject == "lists":
        return frozenset({LIST})
    if _answerable(result):
        return frozenset(_kind(entry) for entry in result.wanted_entries)
    return frozenset(result.expected & _BY_OUTCOME)


def found_matter(result: Result) -> str:
    """Return the matter that was understood."""
    if result.outcome not in ANSWERS:
        return result.outcome if result.outcome in _BY_OUTCOME else "none"
    if len(result.entries) > 1 and {_kind(e) for e in result.entries} == {"zone"}:
        return LIST if result.subject == "lists" else "zone"
    return _kind(result.entries[0]) if result.entries else "none"


def matter_share(judged: Iterable[tuple[Result, frozenset[str]]], matter: str) -> Share:
    """Return how well one matter is told; where several are accepted, any of them is right."""
    right = found = wanted = 0
    for result, accepted in judged:
        hit = found_matter(result) == matter
        right += hit and matter in accepted
        found += hit and (matter in accepted or found_matter(result) not in accepted)
        wanted += matter in accepted and (hit or found_matter(result) not in accepted)
    return Share(right, found, wanted)


def entry_share(results: Iterable[Result]) -> Share:
    """Return how often the answer came from a right entry, of the answers and of the questions."""
    counted = list(results)
    answered = [r for r in counted if r.outcome in ANSWERS]
    right = sum(bool(set(r.entries) & r.wanted_entries) for r in answered)
    return Share(right, len(answered), len(counted))


def confusions(results: Iterable[Result]) -> Counter[tuple[str, str]]:
    """Return what was taken for what, over the turns that were not correct."""
    found: Counter[tuple[str, str]] = Counter()
    for result in results:
        if result.score.verdict == CORRECT:
            continue
        if result.wanted_entries and _answerable(result):
            wanted = " or ".join(sorted(result.wanted_entries)[:2])
        else:
            wanted = " or ".join(sorted(result.expected))
        same = bool(set(result.entries) & result.wanted_entries)
        shown = "the same, another part of it" if same else (result.entries or (result.outcome,))[0]
        found[wanted, shown] += 1
    return found


def _answerable(result: Result) -> bool:
    return bool(result.expected & set(ANSWERS))


def _kind(entry: str) -> str:
    return entry.split(".")[0]


def _row(name: str, share: Share) -> str:
    return f"| {name} | {share.precision:.1f} | {share.recall:.1f} | {share.f1:.1f} | {share.wanted} |"
