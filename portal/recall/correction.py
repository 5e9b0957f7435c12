"""What visitors are told when an answer they were given is withdrawn."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from knowledge.answer import Answer, Block, Notice, Outcome, Para, as_lang
from knowledge.dates import HANOI, display, today
from knowledge.rendering import Renderer, When
from knowledge.store import Store
from portal.problems import portal_texts

_MOST_OF_A_QUESTION = 120


def correction(store: Store, recall: Row[Any], turn: dict[str, Any], asked_at: datetime) -> Answer:
    """Return the correction of a turn: the approver's words, then what the entry says at present.

    The citations and the outcome are those of what is shown of the present version.

    Args:
        store: the knowledge base, changed as the recall orders.
        recall: of the table of recalls.
        turn: the turn that showed the withdrawn version.
        asked_at: when.
    """
    lang = as_lang(turn["lang"])
    t = portal_texts(lang)
    moment = asked_at.astimezone(HANOI)
    head = t(
        "correction.head",
        question=_shortened(turn["question"]),
        time=f"{moment:%H:%M}",
        day=display(moment.date().isoformat(), lang),
    )
    blocks: list[Block] = [Notice(level="warning", text=head), Para(text=recall.text[lang])]
    present = _present(store, recall.entry, turn, moment)
    if present is None:
        return Answer(
            outcome=Outcome.NO_ANSWER, lang=lang, blocks=blocks, as_of=today().isoformat(), release=""
        )
    if present.entries:
        blocks.append(Para(text=t("correction.present")))
    return present.model_copy(update={"blocks": [*blocks, *present.blocks], "suggestions": []})


def _present(store: Store, entry_id: str, turn: dict[str, Any], asked_at: datetime) -> Answer | None:
    """Return what the entry says now of the facets that were shown; None if there is nothing of them left."""
    entry = store.entries.get(entry_id)
    if entry is None:
        return None
    shown: list[str] = next(
        (used.get("facets", []) for used in turn["entries"] if used["id"] == entry_id), []
    )
    facets = [facet for facet in shown if facet in entry.facets] or list(entry.facets)[:1]
    if not facets:
        return None
    # The law of the day on which it was asked is read as that of today.
    as_of = None if turn["as_of"] == asked_at.date().isoformat() else turn["as_of"]
    return Renderer(store, turn["lang"]).answer(entry_id, facets, When(as_of, turn["licensed_on"]))


def _shortened(question: str) -> str:
    if len(question) <= _MOST_OF_A_QUESTION:
        return question
    return f"{question[:_MOST_OF_A_QUESTION].rsplit(' ', 1)[0]} …"
