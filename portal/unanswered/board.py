"""What editors see of unanswered questions, and what they decide about them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row
from ulid import ULID

from knowledge.material import (
    ADDITIONS,
    ENTRIES,
    EXAMPLES,
    Addition,
    Examples,
    addition_text,
    draft,
    examples_text,
    intents,
)
from knowledge.model import FACETS, Kind, Text, TextList
from knowledge.search import Searcher
from knowledge.store import Store
from portal.privacy.keys import PrivacyKey
from portal.problems import Problem
from portal.staff.access import Principal, Staff
from portal.staff.audit import audit
from portal.unanswered.clusters import WEIGHTS, Cluster, cluster, key_of
from portal.unanswered.collecting import Asked, collect
from portal.unanswered.review import Review
from portal.unanswered.tables import question_decisions

Decision = Literal["entry", "alias", "question_form", "example", "out_of_scope", "dismiss"]
OUT_OF_SCOPE = "out_of_scope"
_MOST_EXAMPLES = 8
_MOST_NEAR = 3


@dataclass(frozen=True)
class Choice:
    """What an editor decides about a cluster.

    Args:
        decision: what becomes of it.
        lang: of the texts.
        texts: names, question forms or examples, in the editor's words.
        entry: an entry that exists, or the id of the one to be drafted.
        facet: of that entry.
        intent: of examples.
        name: of the entry to be drafted.
    """

    decision: Decision
    lang: str
    texts: Sequence[str] = ()
    entry: str | None = None
    facet: str | None = None
    intent: str | None = None
    name: Text | None = field(default=None)


class Board:
    """Clusters and decisions.

    Args:
        staff: database of the portal.
        store: the knowledge base.
        review: where proposals go.
        key: names questions without telling them.
    """

    def __init__(self, staff: Staff, store: Store, review: Review, key: PrivacyKey) -> None:
        self._staff = staff
        self._store = store
        self._searcher = Searcher(store)
        self._review = review
        self._key = key.derive("unanswered questions")

    def show(self, days: int, lang: str | None, limit: int) -> dict[str, Any]:
        """Return the clusters that wait for a decision, the heaviest first."""
        with self._staff.reading() as connection:
            clusters, decided = self._clusters(connection, days)
            waiting = self._review.waiting(connection)
        chosen = [one for one in clusters if lang in (None, one.lang)]
        return {
            "weights": dict(WEIGHTS),
            "total": len(chosen),
            "waiting": waiting,
            "intents": intents(),
            "clusters": [self._shown(one, decided) for one in chosen[:limit]],
        }

    def decide(self, principal: Principal, cluster_id: str, days: int, choice: Choice) -> str | None:
        """Decide on a cluster; return the id of the proposal that comes of it.

        Questions like it are shown again only when they are put again.

        Raises:
            Problem: 404 no such cluster any more, or no such entry, facet or intent.
        """
        kind, path, text = self._proposal(choice)
        with self._staff.writing() as connection:
            clusters, _ = self._clusters(connection, days)
            found = next((one for one in clusters if self._id(one) == cluster_id), None)
            if found is None:
                raise Problem(404, "unknown_cluster")
            about = f"{choice.entry or choice.intent or ''}: {'; '.join(choice.texts)}"[:300]
            made = self._review.add(connection, principal, kind, path, text, about) if text else None
            self._note(connection, principal, found, choice.decision, made)
            detail = {"decision": choice.decision, "proposal": made}
            audit(connection, principal, "question.decide", cluster_id, **detail)
        return made

    def _clusters(self, connection: Connection, days: int) -> tuple[list[Cluster], dict[str, Row[Any]]]:
        rows = connection.execute(question_decisions.select()).all()
        decided = {row.question: row for row in rows}
        asked = [one for one in collect(connection, days) if self._is_news(one, decided)]
        return cluster(asked), decided

    def _is_news(self, one: Asked, decided: dict[str, Row[Any]]) -> bool:
        row = decided.get(self._hash(one.lang, key_of(one.text)))
        return row is None or one.at > row.at

    def _note(
        self,
        connection: Connection,
        principal: Principal,
        found: Cluster,
        decision: Decision,
        proposal: str | None,
    ) -> None:
        hashes = {self._hash(found.lang, key) for key in found.keys}
        connection.execute(question_decisions.delete().where(question_decisions.c.question.in_(hashes)))
        row = {"decision": decision, "by": principal.name, "at": datetime.now(UTC), "proposal": proposal}
        connection.execute(question_decisions.insert(), [{"question": one, **row} for one in sorted(hashes)])

    def _proposal(self, choice: Choice) -> tuple[str, str, str | None]:
        """Return kind, path and text of the file that a choice makes; no text if it makes none.

        Raises:
            Problem: 404, no such entry, facet or intent.
        """
        name = str(ULID())
        if choice.decision == "dismiss":
            return choice.decision, "", None
        if choice.decision in ("example", "out_of_scope"):
            intent = choice.intent if choice.decision == "example" else OUT_OF_SCOPE
            if intent not in intents():
                raise Problem(404, "unknown_intent")
            text = examples_text(Examples(lang=choice.lang, intent=intent, texts=list(choice.texts)))
            return choice.decision, f"{EXAMPLES}/{choice.lang}/{intent}.{name}.yml", text
        if choice.decision == "entry":
            return choice.decision, f"{ENTRIES}/{choice.entry}.{name}.yml", self._draft(choice)
        return choice.decision, f"{ADDITIONS}/{choice.entry}.{name}.yml", self._addition(choice)

    def _draft(self, choice: Choice) -> str:
        kind = Kind(str(choice.entry).split(".")[0])
        if choice.entry in self._store.versions:
            raise Problem(409, "entry_exists")
        facet = choice.facet or FACETS[kind][0]
        if facet not in FACETS[kind] or choice.name is None:
            raise Problem(404, "unknown_entry")
        return draft(str(choice.entry), kind, choice.name, facet, choice.lang, choice.texts)

    def _addition(self, choice: Choice) -> str:
        entry = self._store.recorded.get(choice.entry or "")
        is_name = choice.decision == "alias"
        if entry is None or entry.kind is Kind.DOCUMENT or (not is_name and choice.facet not in entry.facets):
            raise Problem(404, "unknown_entry")
        texts = TextList(**{choice.lang: list(choice.texts)})
        if is_name:
            return addition_text(Addition(entry=entry.id, aliases=texts))
        return addition_text(Addition(entry=entry.id, facet=choice.facet, asks=texts))

    def _shown(self, one: Cluster, decided: dict[str, Row[Any]]) -> dict[str, Any]:
        latest = sorted(one.asked, key=lambda asked: asked.at, reverse=True)
        former = [decided[h] for h in (self._hash(one.lang, key) for key in one.keys) if h in decided]
        return {
            "id": self._id(one),
            "lang": one.lang,
            "question": one.asked[0].text,
            "weight": one.weight,
            "counts": one.counts(),
            "first_at": _iso(latest[-1].at),
            "last_at": _iso(latest[0].at),
            "near": self._near(one),
            "examples": list(_examples(latest)),
            "decided": [{"decision": r.decision, "by": r.by, "at": _iso(r.at)} for r in former],
        }

    def _near(self, one: Cluster) -> list[dict[str, str]]:
        """Return the entries that were shown, then those that a search finds."""
        shown = [entry for asked in one.asked for entry in asked.entries]
        hits = self._searcher.search(one.asked[0].text, limit=2 * _MOST_NEAR)
        facets = {hit.entry: hit.facet for hit in reversed(hits)}
        found: list[dict[str, str]] = []
        for entry_id in dict.fromkeys([*shown, *(hit.entry for hit in hits)]):
            entry = self._store.entries.get(entry_id)
            if entry is not None and entry.kind is not Kind.DOCUMENT:
                facet = facets.get(entry_id) or next(iter(entry.facets), "")
                found.append({"entry": entry_id, "facet": facet, "name": entry.name.get(one.lang)})
        return found[:_MOST_NEAR]

    def _id(self, one: Cluster) -> str:
        return self._hash(one.lang, one.keys[0])[:24]

    def _hash(self, lang: str, key: str) -> str:
        return hmac.new(
            self._key, f"{lang} {key}".encode("utf-8", "surrogatepass"), hashlib.sha256
        ).hexdigest()


def _examples(latest: Iterable[Asked]) -> Iterable[dict[str, Any]]:
    """Yield the latest questions that differ, with why each stands here."""
    seen: set[tuple[str, str]] = set()
    for asked in latest:
        if (asked.text, asked.source) not in seen and len(seen) < _MOST_EXAMPLES:
            seen.add((asked.text, asked.source))
            yield {"text": asked.text, "source": asked.source, "at": _iso(asked.at), "reason": asked.reason}


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
