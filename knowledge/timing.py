"""What an answer says about time: for whom a rule holds, since when, until when, and what replaced it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from knowledge.answer import TableBlock
from knowledge.dates import display, first_day, last_day, period_text, spoken
from knowledge.document_texts import as_they_stood
from knowledge.model import Document, Rule, Span
from knowledge.succession import applied_before
from knowledge.texts import Texts, span_text
from knowledge.validity import Choice, Note, Period, bounds, end, recorded_since, start

_DAY = timedelta(days=1)


class Timing:
    """Writes sentences about time in one language."""

    def __init__(self, t: Texts, documents: Mapping[str, Document]) -> None:
        self._t = t
        self._documents = documents

    def scope(self, rule: Rule, changes: bool) -> str:
        """Return the cases for which a rule holds.

        Args:
            rule: one of several that are shown together.
            changes: the rules follow each other in time, so the days belong to the scope.
        """
        scope = rule.scope.get(self._t.lang) if rule.scope else ""
        days = self.days(rule)
        if not scope:
            return days
        return f"{scope}, {days}" if days and changes and not self._states_a_bound(scope, rule) else scope

    def days(self, rule: Rule) -> str:
        """Return the days on which a rule holds, in words."""
        return span_text(rule.effective_from, rule.effective_to, self._t)

    def licensed(self, span: Span) -> str:
        """Return a span of licence dates, in words ("before 1 October 2025")."""
        if span.from_ and span.to:
            return self._t("days.start_end", start=self._say(span.from_), end=self._say(span.to))
        if span.from_:
            return self._t("days.start", start=self._say(span.from_))
        return self._t("days.before", date=self._say(_day_after(span.to))) if span.to else ""

    def notes(self, choice: Choice, as_of: str | None, whole: bool = True) -> str:
        """Say since when the rules hold, until when they did, for whom, and what replaced them.

        Args:
            choice: the rules that are shown.
            as_of: the day or the period asked about.
            whole: False if the rules tell their dates themselves.
        """
        lines = [*self._about_period(choice, as_of)]
        if whole:
            lines += self._about_rules(choice)
            lines += [self._later_project(rule) for rule in choice.later_projects[:1]]
        return " ".join(lines)

    def nothing(
        self, name: str, rules: Sequence[Rule], choice: Choice, as_of: Period, licensed_on: str | None
    ) -> str:
        """Say why no rule can be shown, and which documents applied at ``as_of`` if the registry knows.

        Args:
            name: of the entry.
            rules: all rules of the facet, with their sources.
            choice: without rules.
            as_of: the days asked about.
            licensed_on: when the project was licensed, if known.
        """
        if choice.note is Note.OTHER_PROJECTS and licensed_on:
            spans = dict.fromkeys(self.licensed(r.licensed) for r in choice.others if r.licensed)
            return self._t(
                "rules.other_projects", name=name, spans=", ".join(spans), when=self._on(licensed_on)
            )
        since = recorded_since(rules)
        if since is None:
            return self._t("rules.nothing_recorded", name=name)
        text = self._t("rules.before_records", name=name, date=self._say(since))
        return text + self._applied_then(rules, as_of)

    def licence_table(self, rules: Sequence[Rule]) -> TableBlock | None:
        """Set regimes that depend on the licence date side by side, if their terms are recorded."""
        spans = {(r.licensed.from_, r.licensed.to) for r in rules if r.licensed}
        if len(spans) < 2 or not all(r.licensed and r.terms for r in rules):
            return None
        columns = [self._t(f"columns.{name}") for name in ("licensed", "where", "rate", "holiday")]
        rows = [
            [self.licensed(r.licensed), *(text.get(self._t.lang) for text in r.terms.texts())]
            for r in rules
            if r.licensed and r.terms
        ]
        return TableBlock(columns=columns, rows=rows)

    def _about_period(self, choice: Choice, as_of: str | None) -> Iterable[str]:
        if choice.note is Note.FUTURE:
            yield self._t("rules.future")
        if choice.changes and as_of and len(choice.rules) > 1:
            yield self._t("rules.changes", when=self._on(as_of))
        elif choice.changes and as_of and (began := self._began_within(choice.rules[0], as_of)):
            text = self._t("rules.begins_within", when=self._on(as_of), date=self._say(began))
            before = Period(Period.of(as_of).first, first_day(began) - _DAY)
            yield text + self._applied_then(choice.rules, before)
        elif choice.note in {Note.HISTORICAL, Note.NO_LONGER} and as_of:
            yield self._t("rules.as_of", date=self._on(as_of))

    def _about_rules(self, choice: Choice) -> Iterable[str]:
        """Say what holds for all rules shown; where they differ, each says it in its scope."""
        if len({(r.effective_from, r.effective_to) for r in choice.rules}) > 1:
            return
        rule = choice.rules[0]
        ended = choice.note in {Note.HISTORICAL, Note.NO_LONGER, Note.STRADDLES}
        if rule.effective_from and not (ended and rule.effective_to) and not choice.changes:
            yield self._t("rules.since", date=self._say(rule.effective_from))
        if rule.effective_to:
            yield self._t("rules.until" if ended else "rules.still_until", date=self._say(rule.effective_to))
        if choice.next_ and choice.next_.effective_from:
            yield self._replaced(choice.next_, choice.next_.effective_from, choice.rules)
        yield from self._for_whom(choice.rules)

    def _for_whom(self, rules: Sequence[Rule]) -> Iterable[str]:
        """Name the span of licence dates that all rules share, unless their scopes or texts do."""
        spans = [r.licensed for r in rules if r.licensed]
        if not spans or any(span != spans[0] for span in spans):
            return
        span = spans[0]
        said = " ".join(text.get(self._t.lang) for r in rules for text in (r.scope, r.text) if text)
        if not self._states_any([span.from_, _day_after(span.to) if span.to else None], said):
            yield self._t("rules.for_projects", span=self.licensed(span))

    def _later_project(self, rule: Rule) -> str:
        assert rule.licensed
        return self._t("rules.later_projects", span=self.licensed(rule.licensed), text=self._laws(rule, ()))

    def _replaced(self, rule: Rule, day: str, before: Sequence[Rule]) -> str:
        return self._t("rules.replaced_by_later", date=self._say(day), text=self._laws(rule, before))

    def _laws(self, rule: Rule, before: Sequence[Rule]) -> str:
        """Name the laws that came with a rule after those of ``before``; the text of the rule if none did."""
        known = {s.document for r in before for s in r.sources}
        since = max((start(r) or date.min for r in before), default=date.min)
        numbers = dict.fromkeys(s.document for s in rule.sources if self._is_its_law(s.document, rule))
        new = [n for n in numbers if n not in known and self._began(n) >= since]
        return (", ".join(new) or rule.text.get(self._t.lang)).rstrip(".") + "."

    def _applied_then(self, rules: Sequence[Rule], before: Period) -> str:
        """Name what applied before the laws of the first rules took effect, without its content."""
        first = min(start(rule) or date.min for rule in rules)
        laws = [
            self._documents[source.document]
            for rule in rules
            if start(rule) == first
            for source in rule.sources
            if self._is_its_law(source.document, rule)
        ]
        found = {d.number: d for law in laws for d in applied_before(law, self._documents, before)}
        if not found:
            return ""
        applied = list(found.values())
        named = as_they_stood(applied, self._documents, before.last, self._t, dated=True)
        return self._t("rules.applied_then", documents=named)

    def _began(self, number: str) -> date:
        day = self._documents[number].effective_from
        return first_day(day) if day else date.max

    def _is_its_law(self, number: str, rule: Rule) -> bool:
        """Tell whether a document is a law in force while the rule holds, not one that it refers to."""
        document = self._documents[number]
        if document.kind not in {"law", "decision"}:
            return False
        first, last = start(rule) or date.min, end(rule) or date.max
        span = Span.model_validate({"from": document.effective_from, "to": document.effective_to})
        return Period(first, last).overlaps(*bounds(span))

    def _states_a_bound(self, scope: str, rule: Rule) -> bool:
        licensed = rule.licensed or Span()
        ends = [day for day in (rule.effective_to, licensed.to) if day]
        days = [rule.effective_from, licensed.from_, *ends, *map(_day_after, ends)]
        return self._states_any(days, scope)

    def _states_any(self, days: Iterable[str | None], text: str) -> bool:
        return any(day and display(day, self._t.lang) in text for day in days)

    def _began_within(self, rule: Rule, as_of: str) -> str | None:
        first = start(rule)
        return rule.effective_from if first and first > Period.of(as_of).first else None

    def _say(self, partial: str) -> str:
        return spoken(partial, self._t.lang)

    def _on(self, period: str) -> str:
        """Return a day or a longer time as the adverb of a sentence ("on 1 October 2025", "in 2025")."""
        if "/" in period:
            return self._t("days.within", date=period_text(period, self._t.lang))
        return self._t("days.on" if len(period) == 10 else "days.in", date=self._say(period))


def _day_after(partial: str) -> str:
    return (last_day(partial) + _DAY).isoformat()
