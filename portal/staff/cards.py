"""Answer cards of the hotline desk: what to read aloud, everything that is recorded, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from knowledge.answer import Answer, Caveat, Citation, Notice, Outcome, Para
from knowledge.model import FACETS, Entry, Kind
from knowledge.plain import cite, lines, plain
from knowledge.rendering import Renderer, When, main_facet
from knowledge.store import Store
from knowledge.texts import texts
from portal.problems import portal_texts
from portal.staff.speech import Aloud, aloud

_SHOWN = {"outcome", "blocks", "caveats", "citations"}


class Cards:
    """Makes cards out of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def card(self, entry_id: str, facet: str | None, lang: str, when: When) -> dict[str, Any] | None:
        """Return the card of an entry.

        Args:
            entry_id: which one.
            facet: what the caller asked about; by default what speaks for the entry as a whole.
            lang: of the caller.
            when: the dates of the question.

        Returns:
            The card; none if there is no such entry or facet.
        """
        entry = self._store.entries.get(entry_id)
        if entry is None or (facet is not None and facet not in entry.facets):
            return None
        asked = facet or main_facet(entry)
        renderer, t = Renderer(self._store, lang), texts(lang)
        answers = {name: renderer.answer(entry_id, [name], when) for name in _in_order(entry, asked)}
        first = answers[asked]
        return {
            "entry": entry_id,
            "version": self._store.versions[entry_id],
            "kind": entry.kind.value,
            "name": entry.name.get(lang),
            "aliases": entry.aliases.get(lang),
            "lang": lang,
            "facet": asked,
            "as_of": first.as_of,
            "licensed_on": first.licensed_on,
            "release": first.release,
            "outcome": first.outcome.value,
            "aloud": vars(read_aloud(first, when)),
            "text": plain(first),
            "facets": [
                {"facet": name, "label": t(f"facet.{name}"), **answer.model_dump(mode="json", include=_SHOWN)}
                for name, answer in answers.items()
            ],
            "sources": [_source(citation, n, lang) for n, citation in enumerate(_all(answers.values()), 1)],
            "collected_on": entry.collected_on.isoformat(),
            "verified_on": entry.verified_on.isoformat() if entry.verified_on else None,
            "review_by": entry.review_by.isoformat(),
            "owner": entry.owner,
            "related": self._related(entry, lang),
        }

    def brief(self, entry: Entry, lang: str) -> dict[str, Any]:
        """Return what the read-only copy keeps of an entry in one language."""
        renderer, t, when = Renderer(self._store, lang), texts(lang), When()
        names = _in_order(entry, main_facet(entry))
        answers = {name: renderer.answer(entry.id, [name], when) for name in names}
        return {
            "name": entry.name.get(lang),
            "aliases": entry.aliases.get(lang),
            "facets": [
                {
                    "facet": name,
                    "label": t(f"facet.{name}"),
                    "aloud": read_aloud(answer, when).text,
                    "text": "\n".join(line for block in answer.blocks for line in lines(block)),
                    "caveats": [caveat.text for caveat in answer.caveats],
                }
                for name, answer in answers.items()
            ],
            "sources": [cite(citation, n, t) for n, citation in enumerate(_all(answers.values()), 1)],
        }

    def _related(self, entry: Entry, lang: str) -> list[dict[str, str]]:
        found = self._store.entries.fetch(entry.related)
        return [{"entry": e.id, "name": e.name.get(lang)} for e in found.values()]


def read_aloud(answer: Answer, when: When) -> Aloud:
    """Return what to read aloud of the answer about one facet, with what must not be left unsaid.

    Since when a rule holds is left out where it does not fit, if the caller asks about today and the rule
    holds today. A caveat is always said.
    """
    first = answer.blocks[0]
    statement = first.text if isinstance(first, Para | Notice) else ""
    notices = [block.text for block in answer.blocks[1:] if isinstance(block, Notice)]
    caution = _caution(answer.caveats, answer.lang)
    whole = aloud(statement, [*notices, *caution], answer.lang)
    if whole.text is not None or not notices or _must_be_dated(answer, when):
        return whole
    return aloud(statement, caution, answer.lang)


def _must_be_dated(answer: Answer, when: When) -> bool:
    expired = any(citation.status == "expired" for citation in answer.citations)
    return expired or when.as_of is not None or answer.outcome is Outcome.NO_ANSWER


def _caution(caveats: Sequence[Caveat], lang: str) -> list[str]:
    """Return one short sentence for all caveats of an answer; which ones and where to ask, the card shows."""
    return [portal_texts(lang)("aloud.confirm")] if caveats else []


def _in_order(entry: Entry, asked: str) -> list[str]:
    """Return the facets of an entry, the one asked for first, then in the order of their kind."""
    known = [name for name in FACETS[Kind(entry.kind)] if name in entry.facets]
    return [asked, *(name for name in known if name != asked)]


def _all(answers: Iterable[Answer]) -> list[Citation]:
    """Return the sources of all answers, each once."""
    return list(dict.fromkeys(citation for answer in answers for citation in answer.citations))


def _source(citation: Citation, number: int, lang: str) -> dict[str, Any]:
    return {**citation.model_dump(mode="json"), "line": cite(citation, number, texts(lang))}
