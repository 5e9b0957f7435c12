"""From an entry, its facets and the dates to an `Answer`.

The first block answers what was asked in at most 80 words; what an investor needs
next follows. Sources, caveats and the dates of the law come with what is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.answer import (
    Answer,
    Ask,
    Block,
    Caveat,
    Citation,
    CitationStatus,
    EntryVersion,
    Listing,
    Notice,
    Outcome,
    Para,
    Step,
    Steps,
    Suggestion,
    TableBlock,
    as_lang,
)
from knowledge.dates import display, last_day, period_text, today
from knowledge.model import Document, DocumentStatus, Doubt, Entry, Facet, Kind, Rule, Source
from knowledge.observations import newest, observation
from knowledge.readable import Readable
from knowledge.texts import texts
from knowledge.timing import Timing
from knowledge.validation import MAX_WORDS
from knowledge.validity import Choice, Period, choose

_ARTICLE = re.compile(r"Điều (\w+)(?: khoản (\w+))?(?: điểm (\w+))?")
_MAX_SUGGESTIONS = 4


@dataclass(frozen=True)
class When:
    """The two dates of a question, as the visitor gave them (partial dates or periods).

    ``period`` is the time that a statistic is asked about.
    """

    as_of: str | None = None
    licensed_on: str | None = None
    period: str | None = None

    def as_of_period(self) -> Period:
        """Return the days on which the law is read; today unless a date was given."""
        return Period.of(self.as_of) if self.as_of else Period(today(), today())

    def licensed_period(self) -> Period | None:
        """Return when the project was licensed, if known."""
        return Period.of(self.licensed_on) if self.licensed_on else None


@dataclass
class Draft:
    """Parts of an answer while it grows facet by facet."""

    blocks: list[Block]
    rules: list[Rule]


class Renderer:
    """Writes answers in one language out of one store."""

    def __init__(self, store: Readable, lang: str) -> None:
        self._store = store
        self._t = texts(lang)
        self._timing = Timing(self._t, store.documents)

    def answer(self, entry_id: str, facets: Sequence[str], when: When) -> Answer:
        """Answer for one entry, one facet after the other.

        Args:
            entry_id: a known entry.
            facets: facets of that entry, the one asked for first.
            when: the dates of the question.

        Returns:
            ``answered`` or ``stale``; ``no_answer`` if nothing is recorded for that time.
        """
        entry = self._store.entries[entry_id]
        switches = self._store.switches
        if switches.hides(entry, facets[0]):
            return self._under_review(entry, when)
        shown = [name for name in facets if not switches.hides(entry, name)]
        drafts = [self._facet(entry, name, when, headed=len(shown) > 1) for name in shown]
        drafts += [self._facet_under_review(name) for name in facets if name not in shown]
        return self._assemble(entry, drafts, facets, when)

    def _under_review(self, entry: Entry, when: When) -> Answer:
        """Say that a topic is switched off.

        The outcome is ``no_answer``, as the contract has it: nothing of the entry is
        shown, so there is nothing that could be stale, and nothing to cite.
        """
        text = self._t("under_review.entry", name=_capitalised(entry.name.get(self._t.lang)))
        return Answer(
            outcome=Outcome.NO_ANSWER,
            lang=as_lang(self._t.lang),
            blocks=[Notice(level="warning", text=text)],
            suggestions=[Suggestion(text=self._t("under_review.person"), ask=Ask(action="human"))],
            as_of=when.as_of or today().isoformat(),
            licensed_on=when.licensed_on,
            release=self._store.release,
        )

    def _facet_under_review(self, name: str) -> Draft:
        text = self._t("under_review.facet", facet=self._t(f"facet.{name}"))
        return Draft([Notice(level="warning", text=text)], [])

    def _facet(self, entry: Entry, name: str, when: When, headed: bool) -> Draft:
        facet = entry.facets[name]
        if entry.kind is Kind.STATISTIC:
            return self._statistic(entry, facet, when)
        rules = [_with_sources(rule, entry) for rule in facet.rules]
        choice = choose(rules, when.as_of_period(), when.licensed_period(), today())
        if not choice.rules:
            shown = entry.name.get(self._t.lang)
            text = self._timing.nothing(shown, rules, choice, when.as_of_period(), when.licensed_on)
            return Draft([Para(text=text)], [])
        blocks = self._statement(entry, name, facet, choice, headed)
        blocks += self._belongings(name, choice.rules, choice.changes)
        notes = self._timing.notes(choice, when.as_of, whole=entry.kind is not Kind.DOCUMENT)
        blocks += [Notice(level="info", text=notes)] if notes else []
        return Draft(blocks, list(choice.rules))

    def _statement(self, entry: Entry, name: str, facet: Facet, choice: Choice, headed: bool) -> list[Block]:
        lang = self._t.lang
        head = f"{self._t(f'facet.{name}')}: " if headed and entry.kind is Kind.PROCEDURE else ""
        if len(choice.rules) == 1:
            rule = choice.rules[0]
            scoped = rule.scope is not None and len(facet.rules) > 1
            text = self._scoped(rule) if scoped else rule.text.get(lang)
            return [Para(text=head + text)]
        lead = f"{self._t('rules.depends_licensed')} " if _by_licence(choice.rules) else ""
        joined = head + " ".join(self._scoped(rule, choice.changes) for rule in choice.rules)
        table = self._timing.licence_table(choice.rules)
        if len(joined.split()) <= MAX_WORDS:
            fits = len((lead + joined).split()) <= MAX_WORDS
            return [Para(text=lead + joined if fits else joined), *([table] if table else [])]
        intro = lead or self._t("rules.depends_time" if choice.changes else "rules.depends")
        columns = [self._t("columns.scope"), self._t("columns.rule")]
        rows = [[self._timing.scope(rule, choice.changes), rule.text.get(lang)] for rule in choice.rules]
        return [Para(text=head + intro.strip()), table or TableBlock(columns=columns, rows=rows)]

    def _scoped(self, rule: Rule, changes: bool = False) -> str:
        scope = self._timing.scope(rule, changes)
        text = rule.text.get(self._t.lang)
        return self._t("rules.by_scope", scope=_capitalised(scope), text=text) if scope else text

    def _belongings(self, name: str, rules: Sequence[Rule], changes: bool = False) -> list[Block]:
        lang = self._t.lang
        blocks: list[Block] = []
        for rule in rules:
            scope = _capitalised(self._timing.scope(rule, changes)) if changes and len(rules) > 1 else ""
            blocks += [Para(text=f"{scope}:")] if scope and rule.items else []
            if rule.items and name == "steps":
                steps = [
                    Step(title=i.get(lang), duration=i.duration.get(lang) if i.duration else "")
                    for i in rule.items
                ]
                blocks.append(Steps(items=steps))
            elif rule.items:
                blocks.append(Listing(items=[item.get(lang) for item in rule.items]))
            if rule.details:
                details = rule.details.get(lang)
                text = self._t("rules.by_scope", scope=scope, text=details) if scope else details
                blocks.append(Para(text=text))
        return blocks

    def _statistic(self, entry: Entry, facet: Facet, when: When) -> Draft:
        day = when.as_of_period().last
        until = day if day < today() else None
        chosen = observation(facet.rules, when.period) if when.period else newest(facet.rules, until)
        lang = self._t.lang
        if chosen is None:
            asked = period_text(when.period or when.as_of, lang)
            periods = ", ".join(period_text(r.period, lang) for r in facet.rules if r.period)
            name = entry.name.get(lang)
            text = self._t("statistic.missing", name=name, period=asked, periods=periods)
            return Draft([Para(text=text)], [])
        others = [rule for rule in facet.rules if rule is not chosen]
        blocks: list[Block] = [Para(text=chosen.text.get(lang)), *self._belongings("value", [chosen])]
        if others and when.period is None:
            columns = [self._t("columns.period"), self._t("columns.value")]
            rows = [[period_text(rule.period, lang), rule.text.get(lang)] for rule in reversed(others)]
            blocks += [Para(text=self._t("statistic.others") + ":"), TableBlock(columns=columns, rows=rows)]
        return Draft(blocks, [chosen])

    def _assemble(self, entry: Entry, drafts: list[Draft], facets: Sequence[str], when: When) -> Answer:
        rules = [rule for draft in drafts for rule in draft.rules]
        caveats = self.caveats(entry, rules)
        if not rules:
            outcome = Outcome.NO_ANSWER
        else:
            stale = any(c.reason != "sources_disagree" for c in caveats)
            outcome = Outcome.STALE if stale else Outcome.ANSWERED
        return Answer(
            outcome=outcome,
            lang=as_lang(self._t.lang),
            blocks=[block for draft in drafts for block in draft.blocks],
            citations=self.citations(entry, rules),
            caveats=caveats,
            entries=[self.version(entry.id, facets)],
            suggestions=self._next(entry, facets, drafts[0].rules),
            as_of=when.period or when.as_of or today().isoformat(),
            licensed_on=when.licensed_on,
            release=self._store.release,
        )

    def version(self, entry_id: str, facets: Sequence[str] = ()) -> EntryVersion:
        """Return which version of an entry is shown, and which of its facets."""
        return EntryVersion(id=entry_id, version=self._store.versions[entry_id], facets=list(facets))

    def citations(self, entry: Entry, rules: Iterable[Rule]) -> list[Citation]:
        """Return the sources of what is shown, each once."""
        sources = [s for rule in rules for s in (rule.sources or entry.sources)]
        unique = {(s.document, s.article): s for s in sources}
        return [self._citation(s, self._store.documents[s.document], entry) for s in unique.values()]

    def _citation(self, source: Source, document: Document, entry: Entry) -> Citation:
        title = document.title.get(self._t.lang)
        named = document.kind in {"law", "decision"}
        article = source.article
        if article and self._t.lang == "en":
            article = _ARTICLE.sub(_english_article, article)
        return Citation(
            kind=document.kind.value,
            document=document.number if named else title,
            title=title,
            article=article,
            effective_from=document.effective_from,
            effective_to=document.effective_to,
            collected_on=entry.collected_on,
            verified_on=entry.verified_on,
            url=document.url,
            status=_citation_status(document, entry),
        )

    def caveats(self, entry: Entry, rules: Iterable[Rule]) -> list[Caveat]:
        """Return what is not sure about what is shown."""
        found: list[Caveat] = []
        for rule in rules:
            if rule.unconfirmed:
                found.append(self._caveat("unconfirmed", rule.unconfirmed))
            elif entry.is_doubtful(rule):
                text = self._t("caveat.low_confidence")
                found.append(
                    Caveat(reason="low_confidence", text=text, confirm_at=self._t("confirm_at.heza"))
                )
            if rule.disagreement:
                found.append(self._caveat("sources_disagree", rule.disagreement))
        if entry.review_by < today():
            text = self._t("caveat.review_overdue", date=display(entry.review_by.isoformat(), self._t.lang))
            found.append(Caveat(reason="review_overdue", text=text, confirm_at=self._t("confirm_at.heza")))
        return list(dict.fromkeys(found))

    def _caveat(self, reason: str, doubt: Doubt) -> Caveat:
        text = self._t(f"caveat.{reason}", doubt=doubt.get(self._t.lang))
        return Caveat.model_validate(
            {"reason": reason, "text": text, "confirm_at": self._t(f"confirm_at.{doubt.confirm_at}")}
        )

    def _next(self, entry: Entry, facets: Sequence[str], rules: Sequence[Rule]) -> list[Suggestion]:
        """Ask for the licence date first if the answer depends on it."""
        spans = {span.pick: span for r in rules if (span := r.licensed)} if _by_licence(rules) else {}
        asked = [
            Suggestion(
                text=_capitalised(self._t("suggest.licensed", span=self._timing.licensed(span))),
                ask=Ask(entry=entry.id, facet=facets[0], licensed_on=day),
            )
            for day, span in spans.items()
        ]
        return [*asked, *self.suggestions(entry, facets)][:_MAX_SUGGESTIONS]

    def suggestions(self, entry: Entry, shown: Sequence[str]) -> list[Suggestion]:
        """Offer the facets not shown yet, then related entries; nothing that is switched off."""
        hides = self._store.switches.hides
        more = [name for name in _SUGGESTED.get(entry.kind, ()) if name in entry.facets and name not in shown]
        asks = [self.suggestion(entry.id, name) for name in more if not hides(entry, name)]
        related = self._store.entries.fetch(entry.related).values()
        asks += [self.suggestion(e.id, main_facet(e)) for e in related if not hides(e, main_facet(e))]
        return asks[:_MAX_SUGGESTIONS]

    def suggestion(self, entry_id: str, facet: str) -> Suggestion:
        """Return the quick reply that asks for one facet of an entry."""
        name = _capitalised(self._store.entries[entry_id].name.get(self._t.lang))
        return Suggestion(text=self._t(f"suggest.{facet}", name=name), ask=Ask(entry=entry_id, facet=facet))


_SUGGESTED: dict[Kind, tuple[str, ...]] = {
    Kind.PROCEDURE: ("components", "time_limit", "where", "fee", "steps", "conditions"),
    Kind.ZONE: ("area", "developer", "sectors", "within", "status", "parts"),
    Kind.DOCUMENT: ("status", "replacement", "effective"),
    Kind.CUSTOMS: ("investor_action", "conditions", "duration", "answer"),
    Kind.INCENTIVE: ("conditions", "duration", "answer"),
    Kind.AUTHORITY: ("website", "contact", "answer"),
}


def main_facet(entry: Entry) -> str:
    """Return the facet that speaks for an entry as a whole."""
    for name in ("overview", "answer", "value"):
        if name in entry.facets:
            return name
    return next(iter(entry.facets))


def _with_sources(rule: Rule, entry: Entry) -> Rule:
    """Give a rule that names no sources those of its entry."""
    return rule if rule.sources else rule.model_copy(update={"sources": entry.sources})


def _by_licence(rules: Iterable[Rule]) -> bool:
    """Tell whether it depends on the licence date which of the rules holds for a project."""
    return len({(r.licensed.from_, r.licensed.to) for r in rules if r.licensed}) > 1


def _citation_status(document: Document, entry: Entry) -> CitationStatus:
    """Expired is a fact of the registry; anything else is unverified until an officer confirms the entry."""
    ended = document.effective_to is not None and last_day(document.effective_to) < today()
    if ended or document.status is DocumentStatus.EXPIRED:
        return "expired"
    return "in_force" if entry.verified_on else "unverified"


def _english_article(match: re.Match[str]) -> str:
    article, clause, point = match.groups()
    return f"Article {article}" + (f"({clause})" if clause else "") + (f"({point})" if point else "")


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
