"""What the portal answers by itself while Rasa is away: only what cannot be mistaken.

A message is answered if it says nothing but the name of one entry and the facet that
is wanted ("lệ phí cấp giấy phép lao động"), or is one of its question forms word for
word. Dates, caveats and switches are those of every answer; everything else has to
wait until Rasa is back.
"""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.answer import Answer, Lang, Notice, as_lang
from knowledge.rendering import Renderer, When
from knowledge.search import Searcher
from knowledge.store import Store
from knowledge.targets import ASK, NAME, Target, targets
from knowledge.vocabulary import vocabulary
from portal.problems import portal_texts
from portal.stored import Question
from vietnamese.folding import accents_agree, words

_CANDIDATES = 20


class DirectAnswers:
    """Answers out of one store, without Rasa."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._searcher = Searcher(store)

    def warm(self) -> None:
        """Read what the first answer needs, so that it comes in time when Rasa is late already."""
        self._meant("HEZA")

    def answer(self, question: Question, lang: str | None) -> Answer | None:
        """Return the answer to a message that cannot be mistaken, else None.

        Args:
            question: the message; a quick reply is always plain.
            lang: language of the session.
        """
        meant = self._chosen(question) if question.ask else self._meant(question.text)
        if meant is None:
            return None
        entry, facet, spoken = meant
        speech = as_lang(question.lang or spoken or lang or "vi")
        when = When(as_of=question.as_of, licensed_on=question.licensed_on)
        answer = Renderer(self._store, speech).answer(entry, [facet], when)
        notice = Notice(level="warning", text=portal_texts(speech)("service_down.direct"))
        return answer.model_copy(update={"blocks": [*answer.blocks, notice], "suggestions": []})

    def _chosen(self, question: Question) -> tuple[str, str, Lang | None] | None:
        ask = question.ask or {}
        entry, facet = ask.get("entry"), ask.get("facet")
        known = self._store.entries.fetch([entry]) if entry and facet else {}
        return (str(entry), str(facet), None) if known else None

    def _meant(self, text: str) -> tuple[str, str, Lang | None] | None:
        """Return entry, facet and language of what a text says, if it can say nothing else."""
        hits = self._searcher.search(text, limit=_CANDIDATES)
        entries = self._store.entries.fetch(hit.entry for hit in hits)
        typed = " ".join(words(text))
        found = {
            (target.entry, facet): as_lang(target.lang)
            for entry in entries.values()
            for target in targets(entry)
            for facet in _facets(text, typed, target, frozenset(entry.facets))
        }
        if len(found) != 1:
            return None
        ((entry_id, facet), lang) = found.popitem()
        return entry_id, facet, lang


def _facets(text: str, typed: str, target: Target, recorded: frozenset[str]) -> Iterator[str]:
    """Yield the facets of a target's entry that ``text`` spells out, with nothing left over.

    ``typed`` are its folded words: they rule nearly everything out before accents are compared.
    """
    name = target.folded
    if target.sort == ASK and typed == name and accents_agree(text, target.text):
        yield target.facet
    if target.sort == NAME and (typed.startswith(f"{name} ") or typed.endswith(f" {name}")):
        for facet in recorded & vocabulary().facets.keys():
            for phrase in vocabulary().facets[facet]:
                if any(accents_agree(text, said) for said in _orders(phrase, target.text)):
                    yield facet
                    break


def _orders(phrase: str, name: str) -> Iterator[str]:
    """Yield the plain ways to put a facet and a name together."""
    yield f"{phrase} {name}"
    yield f"{name} {phrase}"
    for link in ("của", "cho", "về", "of", "for", "of the", "for the"):
        yield f"{phrase} {link} {name}"
