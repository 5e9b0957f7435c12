"""What the editing pages read: items with all that belongs to them, previews, review lists, choices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from knowledge import proposals
from knowledge.answer import Answer
from knowledge.content import ContentError
from knowledge.dates import today
from knowledge.editing import Examined, Outdated, check_current, current, examine, history
from knowledge.items import Data, Model, is_derived, parse, sort_of_data
from knowledge.model import (
    FACETS,
    SECTORS,
    UNITS,
    CitationKind,
    Confidence,
    ConfirmAt,
    DocumentStatus,
    Entry,
    Kind,
    ZoneStatus,
    ZoneType,
)
from knowledge.plain import plain
from knowledge.preview import Unanswerable, preview
from knowledge.proposals import Proposal, change_of
from knowledge.rendering import When
from knowledge.review import Reviewer
from knowledge.store import Store
from knowledge.texts import LANGUAGES, texts
from knowledge.verification import verifications
from portal.problems import Problem
from portal.staff.editing import shown

_SHOWN = {"lang", "as_of", "licensed_on", "outcome", "blocks", "caveats", "citations"}
_MOST_TEXTS = 12


class EditingViews:
    """Reads for the editing pages.

    Args:
        store: the knowledge base.
        reviewer: makes the review lists.
    """

    def __init__(self, store: Store, reviewer: Reviewer) -> None:
        self._store = store
        self._reviewer = reviewer

    def item(self, item_id: str) -> dict[str, Any]:
        """Return an entry or a document as it is edited.

        Raises:
            Problem: 404, there is none.
        """
        with self._store.engine.connect() as connection:
            now = current(connection, item_id)
            if now.data is None:
                raise Problem(404, "unknown_entry")
            open_ = proposals.proposals(connection, item_id)
            confirmed = verifications(connection, item_id)
        model = parse(sort_of_data(now.data), now.data)
        return {
            "id": item_id,
            "version": now.version,
            "data": now.data,
            "document": _written_from(model),
            "switched_off": self._switched_off(model),
            "proposals": [brief(p) for p in open_],
            "verification": _as_json(confirmed[-1]) if confirmed else None,
        }

    def check(self, data: Data) -> dict[str, Any]:
        """Return what is wrong with a state of an item, and what visitors would read."""
        with self._store.engine.connect() as connection:
            found = examine(connection, data)
        return {"problems": shown(ContentError(found.problems)), "preview": self._preview(found)}

    def proposal(self, proposal_id: str) -> dict[str, Any]:
        """Return a proposal with everything that a second person has to see."""
        with self._store.engine.connect() as connection:
            found = proposals.find(connection, proposal_id)
            examined = examine(connection, found.data)
            return {
                **brief(found),
                "data": found.data,
                "digest": found.digest,
                "changes": [vars(change) for change in change_of(connection, found)],
                "outdated": _outdated(connection, found),
                "problems": shown(ContentError(examined.problems)),
                "preview": self._preview(examined),
            }

    def proposals(self) -> list[dict[str, Any]]:
        """Return everything that somebody has to do something about."""
        with self._store.engine.connect() as connection:
            return [brief(p) for p in proposals.proposals(connection)]

    def history(self, item_id: str) -> list[dict[str, Any]]:
        """Return the versions of an item, the youngest first, with who approved or confirmed them."""
        with self._store.engine.connect() as connection:
            made = proposals.published(connection, item_id)
            confirmed = {v.version: v for v in verifications(connection, item_id)}
        return [
            {
                "version": v.number,
                "what": v.what,
                "by": v.changed_by,
                "at": v.changed_at.isoformat(),
                "fields": v.fields,
                "data": v.data,
                "note": made[v.number].note if v.number in made else "",
                "approved_by": made[v.number].decided_by if v.number in made else None,
                "against": confirmed[v.number].against if v.number in confirmed else None,
            }
            for v in reversed(history(self._store, item_id))
        ]

    def review(self, ahead: timedelta) -> dict[str, Any]:
        """Return what is due for review, what rests on ended law, what waits for training."""
        day = today()
        found = self._reviewer.reviews(day, ahead)
        resting, untrained = found.resting, found.untrained or {}
        return {
            "day": day.isoformat(),
            "due": [self._listed(e) for e in found.due],
            "resting": [
                {**self._listed(e), "documents": [vars(r) for r in resting[e.id]]} for e in self._all(resting)
            ],
            "untrained": None
            if found.untrained is None
            else [
                {**self._listed(e), "texts": untrained[e.id][:_MOST_TEXTS], "count": len(untrained[e.id])}
                for e in self._all(untrained)
            ],
        }

    def form(self) -> dict[str, Any]:
        """Return what a form offers to choose from."""
        entries = [entry for entry in self._store.recorded.all() if not is_derived(entry)]
        return {
            "kinds": {kind.value: list(FACETS[kind]) for kind in Kind if kind is not Kind.DOCUMENT},
            "facets": _named("facet", dict.fromkeys(f for names in FACETS.values() for f in names)),
            "sectors": _named("sector", SECTORS),
            "zone_types": _named("zone.type", ZoneType),
            "zone_statuses": _named("zone.status_label", ZoneStatus),
            "document_statuses": list(DocumentStatus),
            "confirm_at": _named("confirm_at", ConfirmAt),
            "units": list(UNITS),
            "confidence": list(Confidence),
            "citation_kinds": list(CitationKind),
            "owners": sorted({entry.owner for entry in entries}),
            "documents": [
                {"number": d.number, "title": vars(d.title), "status": d.status, "kind": d.kind}
                for d in self._store.documents.values()
            ],
            "entries": [{"id": e.id, "kind": e.kind, "name": vars(e.name)} for e in entries],
        }

    def topics(self) -> list[dict[str, Any]]:
        """Return what is switched off."""
        return [
            {
                "topic": s.topic,
                "name": self._topic_name(s.topic),
                "reason": s.reason,
                "by": s.changed_by,
                "at": s.changed_at.isoformat(),
            }
            for s in self._store.switches.off.values()
        ]

    def _topic_name(self, topic: str) -> dict[str, str] | None:
        """Return what an entry or a facet of one is called; kinds, and what is gone, have no name here."""
        entry_id, _, facet = topic.partition("#")
        entry = self._store.recorded.get(entry_id)
        if entry is None:
            return None
        label = {lang: f" – {texts(lang)(f'facet.{facet}')}" if facet else "" for lang in LANGUAGES}
        return {lang: entry.name.get(lang) + label[lang] for lang in LANGUAGES}

    def _preview(self, found: Examined) -> dict[str, Any] | None:
        """Return by language and facet what visitors would read; nothing while it cannot be told."""
        if found.model is None:
            return None
        try:
            made = {lang: preview(self._store, found.model, lang, When()) for lang in LANGUAGES}
        except Unanswerable:
            return None
        return {lang: [_answer(name, a) for name, a in answers.items()] for lang, answers in made.items()}

    def _switched_off(self, model: Model) -> list[dict[str, Any]]:
        if not isinstance(model, Entry):
            return []
        mine = {model.kind.value, model.id}
        return [
            topic
            for topic in self.topics()
            if topic["topic"] in mine or topic["topic"].startswith(f"{model.id}#")
        ]

    def _all(self, ids: Iterable[str]) -> list[Entry]:
        return list(self._store.recorded.fetch(ids).values())

    def _listed(self, entry: Entry) -> dict[str, Any]:
        return {
            "id": entry.id,
            "name": vars(entry.name),
            "owner": entry.owner,
            "version": self._store.versions[entry.id],
            "review_by": entry.review_by.isoformat(),
            "verified_on": entry.verified_on.isoformat() if entry.verified_on else None,
        }


def brief(proposal: Proposal) -> dict[str, Any]:
    """Return a proposal as lists show it."""
    name = proposal.data.get("name") or proposal.data.get("title")
    return {
        "id": proposal.id,
        "item": proposal.item,
        "name": name if isinstance(name, dict) else None,
        "base": proposal.base,
        "state": proposal.state,
        "author": proposal.author,
        "note": proposal.note,
        "changed_at": proposal.changed_at.isoformat(),
        "starts_at": proposal.starts_at.isoformat() if proposal.starts_at else None,
        "decided_by": proposal.decided_by,
        "decided_at": proposal.decided_at.isoformat() if proposal.decided_at else None,
        "reason": proposal.reason,
        "version": proposal.version,
    }


def _outdated(connection: Connection, proposal: Proposal) -> dict[str, Any] | None:
    """Return what was changed since a proposal was made; nothing if nothing was, or it is in force."""
    if proposal.state is proposals.State.PUBLISHED:
        return None
    try:
        check_current(connection, proposal.item, proposal.base)
    except Outdated as outdated:
        return {"version": outdated.version, "changes": [vars(change) for change in outdated.changes]}
    return None


def _answer(facet: str, answer: Answer) -> dict[str, Any]:
    label = texts(answer.lang)(f"facet.{facet}")
    said = answer.model_dump(mode="json", include=_SHOWN)
    said["suggestions"] = [suggestion.text for suggestion in answer.suggestions]
    return {"facet": facet, "label": label, "text": plain(answer), **said}


def _written_from(model: Model) -> str | None:
    """Return the document that an entry is written from: it is edited in its place."""
    return model.sources[0].document if isinstance(model, Entry) and is_derived(model) else None


def _named(prefix: str, names: Iterable[str]) -> dict[str, dict[str, str]]:
    return {str(name): {lang: texts(lang)(f"{prefix}.{name}") for lang in LANGUAGES} for name in names}


def _as_json(verification: Any) -> dict[str, Any]:
    return {**vars(verification), "day": verification.day.isoformat()}
