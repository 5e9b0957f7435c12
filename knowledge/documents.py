"""Legal documents as entries: what the registry knows, in the form of facets.

A question about a decree ("is it still in force?", "what replaced it?") is then
found, dated, cited and rendered like any other. For the days on which a document
was not in force yet, every facet says what applied in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from knowledge.document_names import aliases, name, slug
from knowledge.document_texts import DocumentText
from knowledge.model import (
    FACETS,
    CitationKind,
    Confidence,
    ConfirmAt,
    Document,
    DocumentStatus,
    Doubt,
    Entry,
    Facet,
    Kind,
    Rule,
    Source,
    Text,
)
from knowledge.succession import (
    Registry,
    Stage,
    amendments,
    began,
    implementing,
    predecessors,
    stages,
    successors,
)
from knowledge.texts import LANGUAGES, span_text, texts
from knowledge.validity import Period, end, start

_REVIEW_AFTER = timedelta(days=190)


def document_entry(document: Document, registry: Registry) -> Entry | None:
    """Return the entry about a legal document (reports and sites have none)."""
    if document.kind in {CitationKind.REPORT, CitationKind.WEB}:
        return None
    maker = _FacetMaker(document, registry)
    return Entry(
        id=f"document.{slug(document.number)}",
        kind=Kind.DOCUMENT,
        name=name(document),
        aliases=aliases(document),
        asks=document.asks,
        facts=document.facts or [f"doc-{slug(document.number)}"],
        provenance=document.provenance,
        confidence=Confidence.MEDIUM if document.confidence is Confidence.LOW else document.confidence,
        sources=[Source(document=document.number)],
        collected_on=document.collected_on,
        review_by=document.collected_on + _REVIEW_AFTER,
        owner="office",
        facets={facet: maker.facet(facet) for facet in FACETS[Kind.DOCUMENT]},
    )


class _FacetMaker:
    """Makes the rules of one document out of the stages of its life."""

    def __init__(self, document: Document, registry: Registry) -> None:
        self._document = document
        self._registry = registry
        self._stages = stages(document, registry)

    def facet(self, facet: str) -> Facet:
        """Return the rules of a facet, that of the collection day first; stages that say the same are one."""
        said = [(self._text(facet, stage), stage) for stage in self._stages]
        rules = [
            self._rule(facet, text, [stage for _, stage in same])
            for text, same in groupby(said, key=lambda pair: pair[0])
        ]
        collected = Period(self._document.collected_on, self._document.collected_on)
        return Facet(rules=sorted(rules, key=lambda r: not collected.overlaps(start(r), end(r))))

    def _text(self, facet: str, stage: Stage) -> Text:
        vi, en = (
            DocumentText(self._document, self._registry, stage, texts(lang)).facet(facet)
            for lang in LANGUAGES
        )
        return Text(vi=vi, en=en)

    def _rule(self, facet: str, text: Text, same: list[Stage]) -> Rule:
        first, last, applied = same[0].first, same[-1].last, same[0].applied
        in_doubt = self._document.status is DocumentStatus.UNVERIFIED and (facet == "status" or bool(applied))
        return Rule(
            text=text,
            scope=self._scope(applied, first, last) if applied else None,
            effective_from=first.isoformat() if first else None,
            effective_to=last.isoformat() if last else None,
            sources=[Source(document=number) for number in dict.fromkeys(self._named(text, applied))],
            unconfirmed=_unconfirmed() if in_doubt else None,
        )

    def _scope(self, applied: tuple[Document, ...], first: date | None, last: date | None) -> Text:
        """Return the days on which ``applied`` held; the first one only if one of them took effect on it."""
        amending = [a for former in applied for a in amendments(former, self._registry)]
        known = first if first in map(began, (*applied, *amending)) else None
        days = (known.isoformat() if known else None, last.isoformat() if last else None)
        vi, en = (span_text(*days, texts(lang)) for lang in LANGUAGES)
        return Text(vi=vi, en=en)

    def _named(self, text: Text, applied: tuple[Document, ...]) -> Iterator[str]:
        """Return what a text rests on: first what applied then, then the document and the others it names."""
        related = [
            *(other for former in applied for other in amendments(former, self._registry)),
            self._document,
            *successors(self._document, self._registry),
            *predecessors(self._document, self._registry),
            *amendments(self._document, self._registry),
            *implementing(self._document, self._registry),
        ]
        yield from (former.number for former in applied)
        yield from (other.number for other in related if other.number in text.vi)


def _unconfirmed() -> Doubt:
    vi, en = (texts(lang)("document.unconfirmed") for lang in LANGUAGES)
    return Doubt(vi=vi, en=en, confirm_at=ConfirmAt.HEZA)
