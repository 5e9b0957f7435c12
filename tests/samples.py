"""Small pieces of content: typed documents, rules and entries that say no more than a test needs."""

from __future__ import annotations

from datetime import date
from typing import Any

from knowledge.content import Content
from knowledge.model import Document, Entry, Rule

LAW = "35/2022/NĐ-CP"
COLLECTED = date(2026, 1, 10)
REVIEW_BY = date(2026, 12, 31)


def both(vi: str, en: str = "") -> dict[str, str]:
    """A text in the two languages."""
    return {"vi": vi, "en": en or vi}


def make_document(number: str = LAW, **fields: Any) -> Document:
    """A document of the registry, a law in force unless told otherwise."""
    given = {
        "number": number,
        "kind": "law",
        "title": both("Nghị định quản lý khu công nghiệp", "Decree on industrial parks"),
        "status": "in_force",
        "provenance": "test",
        "confidence": "high",
        "collected_on": COLLECTED,
    }
    return Document.model_validate({**given, **fields})


def rule(vi: str, en: str = "", **fields: Any) -> dict[str, Any]:
    """A rule as a content file writes it."""
    return {"text": both(vi, en), **fields}


def make_rule(vi: str, **fields: Any) -> Rule:
    """A rule by itself."""
    return Rule.model_validate(rule(vi, **fields))


def make_entry(entry_id: str, vi: str, en: str = "", **fields: Any) -> Entry:
    """An entry named ``vi``/``en``; ``facets`` maps a facet to its rules or to a whole facet."""
    facets = {
        name: facet if isinstance(facet, dict) else {"rules": facet}
        for name, facet in fields.pop("facets", {}).items()
    }
    given = {
        "id": entry_id,
        "kind": entry_id.split(".")[0],
        "name": both(vi, en),
        "facts": ["fact-1"],
        "provenance": "test",
        "confidence": "high",
        "sources": [{"document": LAW}],
        "collected_on": COLLECTED,
        "review_by": REVIEW_BY,
        "owner": "investment",
        "facets": facets,
    }
    return Entry.model_validate({**given, **fields})


def make_zone(slug: str, vi: str, en: str = "", **properties: Any) -> Entry:
    """An industrial park (or what ``type`` says) with properties."""
    entry_fields = {name: properties.pop(name) for name in ("aliases", "facets") if name in properties}
    return make_entry(f"zone.{slug}", vi, en, zone={"type": "industrial_park", **properties}, **entry_fields)


def make_content(*items: Entry | Document) -> Content:
    """Content that holds ``items``, and the law that entries cite by default."""
    documents = [make_document(), *(i for i in items if isinstance(i, Document))]
    return Content(
        entries={i.id: i for i in items if isinstance(i, Entry)},
        documents={d.number: d for d in documents},
    )
