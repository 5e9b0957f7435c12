"""An answer as data: outcome, blocks, citations, caveats, suggestions.

The models mirror the turn of the public contract; texts are plain text, never
Markdown or HTML. ``ask`` of a suggestion stays inside the house: the portal keeps
it and gives the visitor an unguessable id instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Item = TypeVar("Item")

Lang = Literal["vi", "en"]
"""The languages of the assistant."""


class Outcome(StrEnum):
    """What kind of turn it is; exactly one (contract)."""

    ANSWERED = "answered"
    CLARIFY = "clarify"
    STALE = "stale"
    NO_ANSWER = "no_answer"
    OUT_OF_SCOPE = "out_of_scope"
    SMALL_TALK = "small_talk"
    NEEDS_IDENTITY = "needs_identity"
    DOSSIER = "dossier"
    DOSSIER_DENIED = "dossier_denied"
    LOCKED = "locked"
    HANDED_OFF = "handed_off"
    TICKET = "ticket"
    REJECTED = "rejected"
    SERVICE_DOWN = "service_down"


def as_lang(lang: str) -> Lang:
    """Return a language code as one of the assistant's languages (Vietnamese unless English)."""
    return "en" if lang == "en" else "vi"


class Frozen(BaseModel):
    """Immutable part of an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Para(Frozen):
    """A paragraph."""

    type: Literal["para"] = "para"
    text: str


class Listing(Frozen):
    """A list of short texts."""

    type: Literal["list"] = "list"
    items: list[str]
    ordered: bool = False


class Step(Frozen):
    """One step of a procedure; ``duration`` as words."""

    title: str
    text: str = ""
    duration: str = ""


class Steps(Frozen):
    """The steps of a procedure."""

    type: Literal["steps"] = "steps"
    items: list[Step]


class TableBlock(Frozen):
    """A table; every row has one cell per column."""

    type: Literal["table"] = "table"
    columns: list[str]
    rows: list[list[str]]


class LabelledValue(Frozen):
    """A label and its value."""

    label: str
    value: str


class Facts(Frozen):
    """Labelled values."""

    type: Literal["facts"] = "facts"
    items: list[LabelledValue]


class Link(Frozen):
    """A link; only http(s) addresses out of the content."""

    type: Literal["link"] = "link"
    text: str
    url: str = Field(pattern=r"^https?://")


class Notice(Frozen):
    """Something the reader should not overlook."""

    type: Literal["notice"] = "notice"
    level: Literal["info", "warning"]
    text: str


class Form(Frozen):
    """A form that the client shows."""

    type: Literal["form"] = "form"
    form: Literal["dossier_lookup", "contact"]


Block = Annotated[
    Para | Listing | Steps | TableBlock | Facts | Link | Notice | Form, Field(discriminator="type")
]


CitationStatus = Literal["in_force", "expired", "unverified"]


class Citation(Frozen):
    """A source of what is shown; what is unknown is null, never guessed."""

    kind: Literal["law", "decision", "report", "web"]
    document: str
    title: str
    article: str | None = None
    effective_from: str | None = None
    effective_to: str | None = None
    collected_on: date
    verified_on: date | None = None
    url: str | None = None
    status: CitationStatus


class Caveat(Frozen):
    """What is not sure about the answer and where to confirm it."""

    reason: Literal["review_overdue", "low_confidence", "unconfirmed", "sources_disagree"]
    text: str
    confirm_at: str


class EntryVersion(Frozen):
    """Which version of an entry made the answer, and which of its facets it shows."""

    id: str
    version: int
    facets: list[str] = []


class Ask(Frozen):
    """What a quick reply asks, in the terms of the knowledge base."""

    action: Literal["answer", "list", "human", "dossier", "language", "capabilities"] = "answer"
    entry: str | None = None
    facet: str | None = None
    licensed_on: str | None = None
    as_of: str | None = None
    lang: str | None = None


class Suggestion(Frozen):
    """A quick reply: what the button says and what it asks."""

    text: str
    ask: Ask


class Answer(Frozen):
    """One answer, complete."""

    outcome: Outcome
    lang: Lang
    blocks: list[Block]
    citations: list[Citation] = []
    caveats: list[Caveat] = []
    entries: list[EntryVersion] = []
    suggestions: list[Suggestion] = []
    as_of: str | None = None
    licensed_on: str | None = None
    release: str = ""


def together(answers: Sequence[Answer]) -> Answer:
    """Return one answer that gives several, one after the other (same language and dates)."""
    first, outcomes = answers[0], {answer.outcome for answer in answers}
    told = outcomes & {Outcome.ANSWERED, Outcome.STALE}
    return first.model_copy(
        update={
            "outcome": Outcome.STALE if Outcome.STALE in told else next(iter(told), first.outcome),
            "blocks": [block for answer in answers for block in answer.blocks],
            "citations": _each_once(c for answer in answers for c in answer.citations),
            "caveats": _each_once(c for answer in answers for c in answer.caveats),
            "entries": _each_once(e for answer in answers for e in answer.entries),
            "suggestions": _each_once(s for answer in answers for s in answer.suggestions)[:3],
        }
    )


def _each_once(items: Iterable[Item]) -> list[Item]:
    found: list[Item] = []
    for item in items:
        if item not in found:
            found.append(item)
    return found
