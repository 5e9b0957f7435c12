"""What of an entry can be found by search: its names, its question forms, its texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.model import FACETS, Entry, Facet, Kind
from knowledge.zones import zone_facets
from vietnamese.folding import words

NAME, ASK, TEXT = "name", "ask", "text"


@dataclass(frozen=True)
class Target:
    """One searchable text; a hit on it speaks for (entry, facet)."""

    entry: str
    facet: str
    lang: str
    sort: str
    text: str

    @property
    def folded(self) -> str:
        """The words of the text as they are compared with a query, one space between them."""
        return " ".join(words(self.text))


def targets(entry: Entry) -> Iterator[Target]:
    """Return everything by which ``entry`` can be found."""
    facets = {**zone_facets(entry), **entry.facets}
    main = next(name for name in FACETS[entry.kind] if name in facets)
    for lang in ("vi", "en"):
        for name in (entry.name.get(lang), *entry.aliases.get(lang)):
            yield Target(entry.id, main, lang, NAME, name)
        for ask in entry.asks.get(lang):
            yield Target(entry.id, main, lang, ASK, ask)
        for facet_name, facet in facets.items():
            for ask in facet.asks.get(lang):
                yield Target(entry.id, facet_name, lang, ASK, ask)
            yield Target(
                entry.id, facet_name, lang, TEXT, f"{entry.name.get(lang)}. {_body(entry, facet, lang)}"
            )


def _body(entry: Entry, facet: Facet, lang: str) -> str:
    """Return all that a facet says: what is asked about may stand in the details.

    Of a legal document it is what holds today. What applied in its place before is found under
    the name of that document.
    """
    rules = facet.rules[:1] if entry.kind is Kind.DOCUMENT else facet.rules
    parts = [
        part.get(lang)
        for rule in rules
        for part in (rule.scope, rule.text, rule.details, *rule.items)
        if part is not None
    ]
    return " ".join(parts)
