"""Legal documents as entries: what the registry knows, in the form of facets.

A question about a decree ("is it still in force?", "what replaced it?") is then
found, dated, cited and rendered like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from knowledge.dates import display, last_day, spoken
from knowledge.model import (
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
    TextList,
)
from knowledge.texts import LANGUAGES, Texts, texts
from knowledge.validity import Period, start
from knowledge.validity import end as end_of
from vietnamese.folding import fold

Registry = Mapping[str, Document]
_Writer = Callable[[Document, Registry, Texts], str]

_TYPES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    (r"NĐ-CP", ("Nghị định", "NĐ"), ("Decree",)),
    (r"TT-", ("Thông tư", "TT"), ("Circular",)),
    (r"QĐ-", ("Quyết định", "QĐ"), ("Decision",)),
    (r"KH-", ("Kế hoạch", "KH"), ("Plan",)),
    (r"TTr-", ("Tờ trình",), ("Submission",)),
    (r"TCHQ|CHQ-|TCT|CST|BTC-", ("Công văn", "CV"), ("Official Letter", "OL")),
    (r"NQ/T|CTr/TU", ("Nghị quyết", "NQ"), ("Resolution",)),
)
_REVIEW_AFTER = timedelta(days=190)


def document_entry(document: Document, registry: Registry) -> Entry | None:
    """Return the entry about a legal document (reports and sites have none)."""
    if document.kind in {CitationKind.REPORT, CitationKind.WEB}:
        return None
    facets = {
        "overview": Facet(rules=[_rule(_overview, document, registry)]),
        "effective": Facet(rules=[_rule(_effective, document, registry)]),
        "status": Facet(rules=_status_rules(document, registry)),
        "replacement": Facet(rules=[_rule(_replacement, document, registry)]),
    }
    return Entry(
        id=f"document.{slug(document.number)}",
        kind=Kind.DOCUMENT,
        name=_name(document),
        aliases=aliases(document),
        facts=document.facts or [f"doc-{slug(document.number)}"],
        provenance=document.provenance,
        confidence=Confidence.MEDIUM if document.confidence is Confidence.LOW else document.confidence,
        sources=[Source(document=document.number)],
        collected_on=document.collected_on,
        review_by=document.collected_on + _REVIEW_AFTER,
        owner="office",
        facets=facets,
    )


def slug(number: str) -> str:
    """Return a document number as part of an id (``35-2022-nd-cp``)."""
    return re.sub(r"[^a-z0-9]+", "-", fold(number)).strip("-")


def _types(document: Document) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if re.search(r"/QH\d+$", document.number):
        if document.title.vi.startswith(("Luật", "Bộ luật", "Sửa")):
            return ("Luật", "Bộ luật"), ("Law", "Code")
        return ("Nghị quyết", "NQ"), ("Resolution",)
    for pattern, vi, en in _TYPES:
        if re.search(pattern, document.number):
            return vi, en
    return ("Văn bản",), ("Document",)


def _name(document: Document) -> Text:
    vi, en = _types(document)
    if document.number.startswith("Quy chế"):
        return document.title
    return Text(vi=f"{vi[0]} {document.number}", en=f"{en[0]} {document.number}")


def aliases(document: Document) -> TextList:
    """Return the spellings under which people name a document."""
    vi, en = _types(document)
    full = re.sub(r"\s*\(.*\)$", "", document.number)
    short = "/".join(full.split("/")[:2]) if re.match(r"\d+/\d{4}/", full) else full
    bare = [short] if re.match(r"(?:1[3-9]|[2-9]\d|\d{3,})/", short) else []
    number = short.split("/")[0]
    names_vi = [
        document.title.vi,
        full,
        *bare,
        *(f"{t} {short}" for t in vi),
        *(f"{t} số {short}" for t in vi),
    ]
    names_en = [document.title.en, *(f"{t} {short}" for t in en), *(f"{t} No. {short}" for t in en)]
    if "/" in short and short != full:
        names_vi += [f"{t} {number} năm {short.split('/')[1]}" for t in vi[:1]]
    return TextList(
        vi=list(dict.fromkeys([*names_vi, *document.aliases.vi])),
        en=list(dict.fromkeys([*names_en, *document.aliases.en])),
    )


def _rule(write: _Writer, document: Document, registry: Registry, **fields: Any) -> Rule:
    parts = {lang: write(document, registry, texts(lang)) for lang in LANGUAGES}
    return Rule(text=Text(vi=parts["vi"], en=parts["en"]), **fields)


def _status_rules(document: Document, registry: Registry) -> list[Rule]:
    """Return the status before, while and after a document is in force; that of the collection day first.

    A bound that is not known to the day divides nothing.
    """
    begin, end = (
        day if day and len(day) == 10 else None for day in (document.effective_from, document.effective_to)
    )
    doubt = _doubt(document)
    while_in_force = _was_in_force if end else _status
    rules = [
        _rule(while_in_force, document, registry, effective_from=begin, effective_to=end, unconfirmed=doubt)
    ]
    if begin:
        rules.append(_rule(_not_yet, document, registry, effective_to=_shift(begin, -1), unconfirmed=doubt))
    if end:
        rules.append(_rule(_ended, document, registry, effective_from=_shift(end, 1), unconfirmed=doubt))
    collected = document.collected_on
    return sorted(rules, key=lambda r: not Period(collected, collected).overlaps(start(r), end_of(r)))


def _shift(day: str, days: int) -> str:
    return (last_day(day) + timedelta(days=days)).isoformat()


def _doubt(document: Document) -> Doubt | None:
    if document.status is not DocumentStatus.UNVERIFIED:
        return None
    vi, en = (texts(lang)("document.unconfirmed") for lang in LANGUAGES)
    return Doubt(vi=vi, en=en, confirm_at=ConfirmAt.HEZA)


def _values(document: Document, t: Texts) -> dict[str, str]:
    return {"number": document.number, "title": document.title.get(t.lang)}


def _overview(document: Document, registry: Registry, t: Texts) -> str:
    values = _values(document, t)
    if document.issuer:
        sentence = t("document.overview", issuer=document.issuer.get(t.lang), **values)
    else:
        sentence = t("document.overview_no_issuer", **values)
    if document.issued_on:
        key = "document.issued" if len(document.issued_on) == 10 else "document.issued_partial"
        sentence += t(key, date=spoken(document.issued_on, t.lang))
    if document.effective_from:
        sentence += t("document.in_force", date=display(document.effective_from, t.lang))
    sentence += "."
    if document.effective_to:
        sentence += t("document.until", date=spoken(document.effective_to, t.lang))
    if document.superseded_by:
        sentence += t("document.superseded_by", documents=", ".join(document.superseded_by))
    note = f" {document.note.get(t.lang)}" if document.note else ""
    return sentence + note


def _effective(document: Document, registry: Registry, t: Texts) -> str:
    day = document.effective_from
    if day is None:
        return t("document.effective_unknown", **_values(document, t))
    key = "document.effective" if len(day) == 10 else "document.effective_partial"
    sentence = t(key, date=spoken(day, t.lang), **_values(document, t))
    if document.effective_to:
        sentence += t("document.until", date=spoken(document.effective_to, t.lang))
    if document.superseded_by:
        sentence += t("document.superseded_by", documents=_list(document.superseded_by, registry, t))
    return sentence


def _not_yet(document: Document, registry: Registry, t: Texts) -> str:
    assert document.effective_from
    return t("document.not_yet", date=spoken(document.effective_from, t.lang), **_values(document, t))


def _status(document: Document, registry: Registry, t: Texts) -> str:
    return _with_changes(document.status, document, registry, t)


def _was_in_force(document: Document, registry: Registry, t: Texts) -> str:
    unverified = document.status is DocumentStatus.UNVERIFIED
    return _with_changes("unverified" if unverified else "was_in_force", document, registry, t)


def _ended(document: Document, registry: Registry, t: Texts) -> str:
    return _with_changes("expired", document, registry, t)


def _with_changes(status: str, document: Document, registry: Registry, t: Texts) -> str:
    """Return the status with the end of the document and what replaced and amended it."""
    collected = display(document.collected_on.isoformat(), t.lang)
    sentence = t(f"document.status.{status}", collected=collected, **_values(document, t))
    if document.effective_to:
        sentence += t("document.until", date=spoken(document.effective_to, t.lang))
    if document.superseded_by:
        sentence += t("document.superseded_by", documents=_list(document.superseded_by, registry, t))
    if document.amended_by:
        sentence += t("document.amended_by", documents=_list(document.amended_by, registry, t))
    return sentence


def _replacement(document: Document, registry: Registry, t: Texts) -> str:
    values = _values(document, t)
    if document.superseded_by:
        sentence = t("document.replaced", documents=_list(document.superseded_by, registry, t), **values)
        if document.effective_to:
            sentence += t("document.until", date=spoken(document.effective_to, t.lang))
    else:
        sentence = t("document.no_successor", **values)
    if document.supersedes:
        sentence += t("document.supersedes", documents=_list(document.supersedes, registry, t))
    if document.amended_by:
        sentence += t("document.amended_by", documents=_list(document.amended_by, registry, t))
    return sentence


def _list(numbers: list[str], registry: Registry, t: Texts) -> str:
    return "; ".join(f"{n} ({registry[n].title.get(t.lang)})" if n in registry else n for n in numbers)
