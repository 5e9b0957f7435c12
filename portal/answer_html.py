"""An answer as HTML, for readers without the widget: permanent pages and the page without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from xml.etree.ElementTree import Element

from knowledge.answer import (
    Block,
    Caveat,
    Citation,
    Facts,
    Form,
    Lang,
    Link,
    Listing,
    Notice,
    Para,
    Step,
    Steps,
    TableBlock,
)
from knowledge.dates import display
from knowledge.texts import Texts
from portal.markup import Child, h, items


class Shown(Protocol):
    """What is read of an answer, or of a turn."""

    @property
    def lang(self) -> Lang:
        """Language."""

    @property
    def blocks(self) -> list[Block]:
        """What it says."""

    @property
    def citations(self) -> list[Citation]:
        """Its sources."""

    @property
    def caveats(self) -> list[Caveat]:
        """What is not sure."""


def answer_html(answer: Shown, t: Texts) -> Element:
    """Return an answer with its doubts and sources.

    Args:
        answer: what is shown.
        t: catalogue of the pages in the language of the answer.
    """
    blocks = [_block(block, t) for block in answer.blocks]
    caveats = [_caveat(caveat, t) for caveat in answer.caveats]
    return h(
        "article", {"class": "answer", "lang": answer.lang}, *blocks, *caveats, _sources(answer.citations, t)
    )


def _block(block: Block, t: Texts) -> Element | None:
    match block:
        case Para():
            return h("p", None, block.text)
        case Listing():
            return items("ol" if block.ordered else "ul", block.items)
        case Steps():
            return h("ol", {"class": "steps"}, *map(_step, block.items))
        case TableBlock():
            return _table(block, t)
        case Facts():
            rows = (h("div", None, h("dt", None, f.label), h("dd", None, f.value)) for f in block.items)
            return h("dl", None, *rows)
        case Link():
            return h("p", None, link(block.text, block.url))
        case Notice():
            warns = block.level == "warning"
            return _notice(t("notice.warning" if warns else "notice.info"), block.text, warns)
        case Form():
            return h("p", None, t("form_needs_script"))


def link(text: str, url: str) -> Element:
    """Return a link to another site."""
    return h("a", {"href": url, "rel": "noopener noreferrer"}, text)


def _step(step: Step) -> Element:
    duration = h("span", {"class": "duration"}, step.duration) if step.duration else None
    text = h("p", None, step.text) if step.text else None
    return h("li", None, step.title, " " if duration is not None else None, duration, text)


def _table(block: TableBlock, t: Texts) -> Element:
    head = h("tr", None, *(h("th", {"scope": "col"}, column) for column in block.columns))
    rows = [h("tr", None, *(h("td", None, cell) for cell in row)) for row in block.rows]
    table = h("table", None, h("thead", None, head), h("tbody", None, *rows))
    label = {"class": "scroller", "role": "group", "tabindex": "0", "aria-label": t("table")}
    return h("div", label, table)


def _notice(label: str, text: str, warns: bool, *more: Child) -> Element:
    kind = "notice warning" if warns else "notice"
    return h("div", {"class": kind}, h("p", None, h("strong", None, f"{label}: "), text), *more)


def _caveat(caveat: Caveat, t: Texts) -> Element:
    where = h("p", None, t("confirm_at", place=caveat.confirm_at))
    return _notice(t("notice.warning"), caveat.text, True, where)


def _sources(citations: Sequence[Citation], t: Texts) -> Element | None:
    if not citations:
        return None
    notes = items("ol", [_note(citation, t) for citation in citations])
    return h("section", {"class": "sources"}, h("h2", None, t("sources")), notes)


def _note(citation: Citation, t: Texts) -> Element:
    name = link(citation.document, citation.url) if citation.url else h("span", None, citation.document)
    article = f", {citation.article}" if citation.article else None
    title = f" – {citation.title}" if citation.title != citation.document else None
    return h(
        "div",
        {"class": f"note {citation.status}"},
        h("p", None, h("strong", None, name, article), title, " ", _status(citation, t)),
        h("p", {"class": "muted"}, " · ".join(_dates(citation, t))),
    )


def _status(citation: Citation, t: Texts) -> Element | None:
    if citation.status == "in_force":
        return None
    return h("span", {"class": f"tag {citation.status}"}, t(f"status.{citation.status}"))


def _dates(citation: Citation, t: Texts) -> list[str]:
    start, end = (d and display(d, t.lang) for d in (citation.effective_from, citation.effective_to))
    said = []
    if start and end:
        said.append(t("validity.span", start=start, end=end))
    elif start or end:
        said.append(t("validity.since", start=start) if start else t("validity.until", end=end))
    said.append(t("recorded", day=display(citation.collected_on.isoformat(), t.lang)))
    if citation.verified_on:
        said.append(t("verified", day=display(citation.verified_on.isoformat(), t.lang)))
    else:
        said.append(t("not_verified"))
    return said
