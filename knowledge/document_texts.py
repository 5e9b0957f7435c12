"""What is said of a legal document on the days of a stage, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from knowledge.dates import PartialDate, display, first_day, spoken
from knowledge.document_names import in_its_time, name
from knowledge.model import Document, DocumentStatus
from knowledge.succession import (
    Phase,
    Registry,
    Stage,
    amendments,
    began,
    ended,
    implementing,
    leads_to,
    successors,
)
from knowledge.texts import Texts, span_text

_DAY = timedelta(days=1)


def as_they_stood(
    applied: Sequence[Document], registry: Registry, day: date, t: Texts, dated: bool = False
) -> str:
    """Name documents that applied on a day, each with the amendments in force that are not among them.

    Args:
        applied: the documents.
        registry: all documents.
        day: known amendments that took effect later are left out.
        t: the language.
        dated: say from when to when each of them applied.
    """
    written = []
    for document in applied:
        days = span_text(document.effective_from, document.effective_to, t) if dated else ""
        unknown = "" if document.effective_from else t("document.start_unknown")
        named = in_its_time(document, t.lang, *filter(None, (days, unknown)))
        others = (a for a in amendments(document, registry) if a not in applied)
        numbers = ", ".join(a.number for a in others if (begin := began(a)) and begin <= day)
        written.append(t("document.as_amended", document=named, amendments=numbers) if numbers else named)
    return "; ".join(written)


class DocumentText:
    """Writes the facets of one document for one stage.

    The tense is that of the day of collection: what lies after it is still to come.
    """

    def __init__(self, document: Document, registry: Registry, stage: Stage, t: Texts) -> None:
        self._document = document
        self._registry = registry
        self._stage = stage
        self._t = t
        self._values = {"number": document.number, "title": document.title.get(t.lang)}

    def facet(self, facet: str) -> str:
        """Return the text of a facet: first what applied instead, if the document was not in force yet."""
        write = {
            "overview": self._overview,
            "effective": self._effective,
            "status": self._status,
            "replacement": self._replacement,
        }[facet]
        return f"{self._applied_instead()} {write()}".strip()

    def _applied_instead(self) -> str:
        applied = self._stage.applied
        if not applied:
            return ""
        changes = dict.fromkeys(change for former in applied for change in self._changes(former))
        key = self._in_tense("document.applied", self._document.effective_from)
        documents = as_they_stood(applied, self._registry, self._stage.day, self._t)
        return self._t(key, documents=documents, changes=", ".join(changes))

    def _changes(self, former: Document) -> Iterable[str]:
        """Say how a document that applied then gave way to this one, or was amended by it."""
        if self._document.number in former.amended_by:
            yield self._change("document.amended_from", self._document, former)
        else:
            for later in leads_to(former, self._document, self._registry):
                yield self._change("document.replaced_from", later, former)

    def _change(self, key: str, later: Document, former: Document) -> str:
        end = ended(former)
        day = later.effective_from or (end and (end + _DAY).isoformat())
        assert day  # a document that applied before another has an end, or that one a beginning
        return self._t(key, date=self._say(day), document=name(later).get(self._t.lang))

    def _overview(self) -> str:
        document, t = self._document, self._t
        if document.issuer:
            sentence = t("document.overview", issuer=document.issuer.get(t.lang), **self._values)
        else:
            sentence = t("document.overview_no_issuer", **self._values)
        if document.issued_on:
            key = "document.issued" if len(document.issued_on) == 10 else "document.issued_partial"
            sentence += t(key, date=self._say(document.issued_on))
        if document.effective_from:
            sentence += t("document.in_force", date=display(document.effective_from, t.lang))
        sentence += "."
        if self._stage.phase is Phase.BEFORE:
            return sentence
        sentence += self._end(titled=False) + self._amended(titled=False) + self._implemented()
        return sentence + (f" {document.note.get(t.lang)}" if document.note else "")

    def _effective(self) -> str:
        return self._beginning() + self._issued() + ("" if self._is_before() else self._end())

    def _beginning(self) -> str:
        day = self._document.effective_from
        if day is None:
            return self._t("document.effective_unknown", **self._values)
        if len(day) < 10:
            key = "effective_partial"
        elif self._is_before():
            key = "takes_effect"
        else:
            still = self._document.status is DocumentStatus.IN_FORCE and not self._document.effective_to
            key = "effective" if still else "took_effect"
        return self._t(f"document.{key}", date=self._say(day), **self._values)

    def _issued(self) -> str:
        day = self._document.issued_on
        if day is None:
            return ""
        key = "document.issue" if len(day) == 10 else "document.issue_partial"
        return self._t(key, date=self._say(day))

    def _status(self) -> str:
        if self._is_before():
            return self._not_yet()
        collected = display(self._document.collected_on.isoformat(), self._t.lang)
        sentence = self._t(f"document.status.{self._state()}", collected=collected, **self._values)
        return sentence + self._end() + self._amended()

    def _state(self) -> str:
        document = self._document
        if self._has_ended():
            return "expired"
        if document.status is DocumentStatus.UNVERIFIED:
            return "unverified"
        if document.status is DocumentStatus.EXPIRED and not ended(document):
            return "expired" if document.effective_to else "expired_some_day"
        if self._stage.reaches(document.collected_on):
            return document.status.value
        return "was_in_force" if document.effective_from else "start_unknown"

    def _not_yet(self) -> str:
        day = self._document.effective_from
        assert day  # a stage lies before a document only if something is known of its beginning
        key = "document.not_yet" if len(day) == 10 else "document.not_yet_partial"
        return self._t(key, date=self._say(day), **self._values)

    def _replacement(self) -> str:
        if self._is_before():
            return "" if self._stage.applied else self._not_yet()
        t, document = self._t, self._document
        if document.superseded_by:
            key = self._in_tense("document.replaced", self._next_begins())
            sentence = t(key, documents=self._list(document.superseded_by, titled=True), **self._values)
            sentence += self._in_turn(titled=True) + self._until()
        else:
            sentence = t("document.no_successor", **self._values)
        if document.supersedes:
            sentence += t("document.supersedes", documents="; ".join(map(self._written, document.supersedes)))
        return sentence + self._amended()

    def _end(self, titled: bool = True) -> str:
        """Say until when the document applied, or still applies, and what took its place."""
        document = self._document
        if not document.superseded_by:
            return self._until()
        key = self._in_tense("document.superseded_by", self._next_begins())
        replaced = self._t(key, documents=self._list(document.superseded_by, titled))
        return self._until() + replaced + self._in_turn(titled)

    def _until(self) -> str:
        day = self._document.effective_to
        if day is None:
            return ""
        key = "document.until" if self._has_ended() else self._in_tense("document.until", day)
        return self._t(key, date=self._say(day))

    def _in_turn(self, titled: bool) -> str:
        """Name what replaced the successors by then."""
        direct = self._document.superseded_by
        later = [d for d in successors(self._document, self._registry) if d.number not in direct]
        numbers = [d.number for d in self._begun(later)] if self._has_ended() else []
        return self._t("document.in_turn", documents=self._list(numbers, titled)) if numbers else ""

    def _amended(self, titled: bool = True) -> str:
        found = amendments(self._document, self._registry)
        begun = self._begun(found)
        now, later = [d.number for d in begun], [d.number for d in found if d not in begun]
        sentence = self._t("document.amended_by", documents=self._list(now, titled)) if now else ""
        if later and not self._has_ended():
            sentence += self._t("document.amended_later", documents=self._list(later, titled))
        return sentence

    def _implemented(self) -> str:
        written = [self._throughout(d) for d in implementing(self._document, self._registry)]
        return self._t("document.implemented_by", documents="; ".join(written)) if written else ""

    def _throughout(self, document: Document) -> str:
        """Name a document with the days on which it applies."""
        begin, end = document.effective_from, document.effective_to
        if not (begin and end):
            return self._since(document.number, titled=False)
        return f"{document.number}, {span_text(begin, end, self._t)}"

    def _list(self, numbers: Iterable[str], titled: bool) -> str:
        return "; ".join(self._since(number, titled) for number in numbers)

    def _since(self, number: str, titled: bool) -> str:
        """Name a document with the day from which it applies."""
        document = self._registry.get(number)
        written = self._written(number) if titled else number
        if document is None or document.effective_from is None:
            return written
        return self._t("document.from", document=written, date=self._say(document.effective_from))

    def _written(self, number: str) -> str:
        document = self._registry.get(number)
        return f"{number} ({document.title.get(self._t.lang)})" if document else number

    def _begun(self, documents: Iterable[Document]) -> list[Document]:
        """Leave out what is known to have begun later."""
        return [d for d in documents if (began(d) or date.min) <= self._stage.day]

    def _next_begins(self) -> PartialDate | None:
        found = (self._registry.get(number) for number in self._document.superseded_by)
        return min((d.effective_from for d in found if d and d.effective_from), default=None)

    def _in_tense(self, key: str, day: PartialDate | None) -> str:
        return f"{key}_ahead" if day and self._is_ahead(day) else key

    def _is_ahead(self, day: PartialDate) -> bool:
        return first_day(day) > self._document.collected_on

    def _is_before(self) -> bool:
        return self._stage.phase is Phase.BEFORE

    def _has_ended(self) -> bool:
        return self._stage.phase is Phase.ENDED

    def _say(self, day: PartialDate) -> str:
        return spoken(day, self._t.lang)
