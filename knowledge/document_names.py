"""What a legal document is called: its id, its name, the spellings under which people look for it."""

from __future__ import annotations

import re

from knowledge.model import Document, Text, TextList
from vietnamese.folding import fold

_TYPES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    (r"NĐ-CP", ("Nghị định", "NĐ"), ("Decree",)),
    (r"TT-", ("Thông tư", "TT"), ("Circular",)),
    (r"QĐ-", ("Quyết định", "QĐ"), ("Decision",)),
    (r"KH-", ("Kế hoạch", "KH"), ("Plan",)),
    (r"TTr-", ("Tờ trình",), ("Submission",)),
    (r"TCHQ|CHQ-|TCT|CST|BTC-", ("Công văn", "CV"), ("Official Letter", "OL")),
    (r"NQ/T|CTr/TU", ("Nghị quyết", "NQ"), ("Resolution",)),
)
_FORMER = re.compile(r" \((?:cũ|former)\)$")


def slug(number: str) -> str:
    """Return a document number as part of an id (``35-2022-nd-cp``)."""
    return re.sub(r"[^a-z0-9]+", "-", fold(number)).strip("-")


def name(document: Document) -> Text:
    """Return the type and the number of a document ("Decree 35/2022/NĐ-CP")."""
    vi, en = _types(document)
    if _has_no_number(document):
        return document.title
    return Text(vi=f"{vi[0]} {document.number}", en=f"{en[0]} {document.number}")


def in_its_time(document: Document, lang: str, *more: str) -> str:
    """Return the name with, in brackets, the title and what else is to be said.

    The word "former", which tells a title from that of the successor, is left out: what is
    written here is how the document was called while it applied.
    """
    title = [] if _has_no_number(document) else [_FORMER.sub("", document.title.get(lang))]
    inside = ", ".join([*title, *more])
    return f"{name(document).get(lang)} ({inside})" if inside else name(document).get(lang)


def aliases(document: Document) -> TextList:
    """Return the spellings under which people name a document: in words first, then by its number."""
    vi, en = _types(document)
    full = re.sub(r"\s*\(.*\)$", "", document.number)
    short = "/".join(full.split("/")[:2]) if re.match(r"\d+/\d{4}/", full) else full
    bare = [short] if re.match(r"(?:1[3-9]|[2-9]\d|\d{3,})/", short) else []
    number = short.split("/")[0]
    names_vi = [
        document.title.vi,
        *document.aliases.vi,
        full,
        *bare,
        *(f"{t} {short}" for t in vi),
        *(f"{t} số {short}" for t in vi),
    ]
    names_en = [
        document.title.en,
        *document.aliases.en,
        *(f"{t} {short}" for t in en),
        *(f"{t} No. {short}" for t in en),
    ]
    if "/" in short and short != full:
        names_vi += [f"{t} {number} năm {short.split('/')[1]}" for t in vi[:1]]
    return TextList(vi=list(dict.fromkeys(names_vi)), en=list(dict.fromkeys(names_en)))


def _has_no_number(document: Document) -> bool:
    return document.number.startswith("Quy chế")


def _types(document: Document) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if re.search(r"/QH\d+$", document.number):
        if document.title.vi.startswith(("Luật", "Bộ luật", "Sửa")):
            return ("Luật", "Bộ luật"), ("Law", "Code")
        return ("Nghị quyết", "NQ"), ("Resolution",)
    for pattern, vi, en in _TYPES:
        if re.search(pattern, document.number):
            return vi, en
    return ("Văn bản",), ("Document",)
