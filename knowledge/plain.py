"""The plain-text rendering of an answer, for readers that show no blocks."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge.answer import (
    Answer,
    Block,
    Citation,
    Facts,
    Form,
    Link,
    Listing,
    Notice,
    Para,
    Steps,
    TableBlock,
)
from knowledge.dates import display
from knowledge.texts import Texts, texts


def plain(answer: Answer) -> str:
    """Return the whole answer as plain text: blocks, caveats, sources."""
    t = texts(answer.lang)
    parts = [line for block in answer.blocks for line in lines(block)]
    parts += [t("caveat.confirm", text=c.text, place=c.confirm_at) for c in answer.caveats]
    if answer.citations:
        parts.append(t("citation.heading"))
        parts += [cite(c, n, t) for n, c in enumerate(answer.citations, 1)]
    return "\n".join(parts)


def lines(block: Block) -> Iterable[str]:
    """Return what a block says, line by line."""
    match block:
        case Para() | Notice():
            yield block.text
        case Listing():
            yield from (
                f"{f'{n}.' if block.ordered else '-'} {item}" for n, item in enumerate(block.items, 1)
            )
        case Steps():
            for n, step in enumerate(block.items, 1):
                yield " ".join(
                    filter(None, (f"{n}. {step.title}", step.text, step.duration and f"({step.duration})"))
                )
        case TableBlock():
            yield " | ".join(block.columns)
            yield from (" | ".join(row) for row in block.rows)
        case Facts():
            yield from (f"{item.label}: {item.value}" for item in block.items)
        case Link():
            yield f"{block.text}: {block.url}"
        case Form():
            pass


def cite(citation: Citation, number: int, t: Texts) -> str:
    """Return one line about a source: document, article, dates, when it was recorded."""
    recorded = (
        t("citation.verified", date=display(citation.verified_on.isoformat(), t.lang))
        if citation.verified_on
        else t("citation.recorded", date=display(citation.collected_on.isoformat(), t.lang))
    )
    return t(
        "citation.line",
        n=number,
        document=_document(citation),
        article=t("citation.article", article=citation.article) if citation.article else "",
        dates=_dates(citation, t),
        recorded=recorded,
    )


def _document(citation: Citation) -> str:
    if citation.document == citation.title:
        return citation.title
    return f"{citation.title} {citation.document}"


def _dates(citation: Citation, t: Texts) -> str:
    start, end = (d and display(d, t.lang) for d in (citation.effective_from, citation.effective_to))
    if start and end:
        return t("citation.span", start=start, end=end)
    return t("citation.since", date=start) if start else ""
