"""What each entry says, laid out for the comparison with the collected facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from knowledge.content import Content
from knowledge.documents import document_entry
from knowledge.facts import Fact, Field, Mark, marks_in
from knowledge.model import Document, Entry, Rule, Source
from knowledge.texts import LANGUAGES
from knowledge.zones import zone_facets
from vietnamese.folding import fold, words

_LIKE = 0.3
"""A facet is named for a field if it holds at least this share of the field's words."""


@dataclass(frozen=True)
class Part:
    """A facet of an entry, or (without a name) what belongs to the entry as a whole."""

    name: str
    texts: Mapping[str, str]
    dates: frozenset[str]
    doubtful: bool = False
    """Whether a rule is shown with a notice that something is not sure."""

    @cached_property
    def words(self) -> dict[str, frozenset[str]]:
        """Return the folded words by language."""
        return {lang: frozenset(words(text)) for lang, text in self.texts.items()}

    @cached_property
    def _folded(self) -> str:
        return fold("\n".join(self.texts.values()))

    @cached_property
    def _marks(self) -> frozenset[Mark]:
        return frozenset(mark for lang, text in self.texts.items() for mark in marks_in(text, lang))

    def holds(self, mark: Mark) -> bool:
        """Tell whether ``mark`` stands here; a month is held by a day in it."""
        if mark.kind == "literal":
            return re.search(rf"(?<![\w.]){re.escape(mark.value)}(?![\d.]*\d)", self._folded) is not None
        if mark.kind == "date":
            stated = self.dates | {m.value for m in self._marks if m.kind == "date"}
            return any(day.endswith(mark.value.lstrip("-")) or mark.value in day for day in stated)
        return mark in self._marks


@dataclass(frozen=True)
class Holder:
    """An entry with the facets that readers see."""

    id: str
    parts: tuple[Part, ...]

    def holds(self, mark: Mark) -> bool:
        """Tell whether ``mark`` stands anywhere in the entry or in the documents it cites."""
        return any(part.holds(mark) for part in self.parts)

    @property
    def doubtful(self) -> bool:
        """Tell whether any of its facets is shown with a notice."""
        return any(part.doubtful for part in self.parts)

    def facets_of(self, fact: Fact) -> list[str]:
        """Return the facets that say what ``fact`` says, field by field the closest one.

        Where none comes close, the first facet stands for the entry: it is the most general.
        """
        closest = {self._closest(given) for given in fact.fields}
        names = [part.name for part in self.parts if part.name]
        return [name for name in names if name in closest] or names[:1]

    def _closest(self, given: Field) -> str | None:
        wanted, marks = set(words(given.text)), given.marks
        facets = [part for part in self.parts if part.name]
        if not facets or not wanted:
            return None
        likeness = {
            part.name: len(wanted & part.words[given.lang]) / len(wanted)
            + sum(part.holds(mark) for mark in marks)
            for part in facets
        }
        best = max(likeness, key=lambda name: likeness[name])
        return best if likeness[best] >= _LIKE else None


def holders_by_fact(content: Content) -> dict[str, list[Holder]]:
    """Return the entries by the facts that they name."""
    holders: dict[str, list[Holder]] = {}
    for entry in content.entries.values():
        for fact in entry.facts:
            holders.setdefault(fact, []).append(_holder(entry, content))
    for document in content.documents.values():
        for fact in document.facts:
            holders.setdefault(fact, []).append(_document_holder(document, content))
    return holders


def _holder(entry: Entry, content: Content) -> Holder:
    names = {e.id: e.name for e in content.entries.values() if e.zone}
    facets = {**zone_facets(entry, names), **entry.facets}
    sources = [*entry.sources, *(s for f in facets.values() for rule in f.rules for s in rule.sources)]
    cited = [content.documents[s.document] for s in sources if s.document in content.documents]
    texts = {
        lang: "\n".join(
            [
                entry.name.get(lang),
                *entry.aliases.get(lang),
                *map(_of_source, entry.sources),
                *(_of_document(document, lang) for document in cited),
            ]
        )
        for lang in LANGUAGES
    }
    days = {day for document in cited for day in _days(document)}
    if entry.zone:
        days |= {*entry.zone.dates, *filter(None, [entry.zone.established])}
    parts = (_part(name, facet.rules) for name, facet in facets.items())
    return Holder(entry.id, (*parts, Part("", texts, frozenset(days))))


def _document_holder(document: Document, content: Content) -> Holder:
    entry = document_entry(document, content.documents)
    texts = {lang: _of_document(document, lang) for lang in LANGUAGES}
    parts = [_part(name, facet.rules) for name, facet in entry.facets.items()] if entry else []
    return Holder(
        entry.id if entry else document.number, (*parts, Part("", texts, frozenset(_days(document))))
    )


def _part(name: str, rules: list[Rule]) -> Part:
    return Part(
        name,
        {lang: "\n".join(_of_rule(rule, lang) for rule in rules) for lang in LANGUAGES},
        frozenset(day for rule in rules for day in _dates_of(rule)),
        doubtful=any(rule.unconfirmed or rule.disagreement for rule in rules),
    )


def _of_rule(rule: Rule, lang: str) -> str:
    items = [text for item in rule.items for text in (item, item.duration)]
    texts = (rule.text, rule.details, rule.scope, rule.unconfirmed, rule.disagreement, *items)
    return "\n".join([*(text.get(lang) for text in texts if text), *map(_of_source, rule.sources)])


def _of_source(source: Source) -> str:
    return f"{source.document} {source.article or ''}"


def _dates_of(rule: Rule) -> Iterable[str]:
    licensed = (rule.licensed.from_, rule.licensed.to) if rule.licensed else ()
    days = (*rule.dates, rule.effective_from, rule.effective_to, rule.period, *licensed)
    return [day for day in days if day]


def _of_document(document: Document, lang: str) -> str:
    others = [*document.supersedes, *document.superseded_by, *document.amended_by, *document.implements]
    note = document.note.get(lang) if document.note else ""
    return "\n".join([document.number, document.title.get(lang), *others, note])


def _days(document: Document) -> list[str]:
    days = (document.issued_on, document.effective_from, document.effective_to)
    return [day for day in days if day]
