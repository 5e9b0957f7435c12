"""Answers from the knowledge base: one entry, the facets asked for, the right dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from actions.base import OFFER_PERSON_AFTER, HezaAction, Reply
from actions.facets import facets_of
from actions.message import Message, Topic
from actions.readings import Reading
from actions.resolver import Resolution
from actions.together import Found
from knowledge.answer import Answer, Outcome, Para, Suggestion, together
from knowledge.dates import first_day, last_day, today
from knowledge.model import Entry, Kind
from knowledge.rendering import When, main_facet
from vietnamese.times import speaks_of_both


class AnswerAction(HezaAction):
    """Answers a question about anything that the knowledge base holds."""

    action_name = "action_answer"

    def perform(self, message: Message, resolution: Resolution) -> Reply:
        """Render what was found, ask back, or say that nothing is known."""
        if message.ask and message.ask.entry and message.ask.entry in self.tools.store.entries:
            return self._chosen(message, message.ask.entry, message.ask.facet)
        if self._is_elsewhere(message, resolution):
            return self.out_of_scope(message)
        match resolution.decision:
            case "answer":
                return self._all(message, resolution.found)
            case "clarify":
                return self._clarify(message, resolution.readings)
            case "missing":
                best = resolution.readings[0]
                if self.tools.store.switches.hides(self.tools.store.entries[best.entry]):
                    return self.facts(message, best.entry, [best.facet])
                return self._missing(message, best)
            case _:
                return self._unknown(message, resolution)

    def _all(self, message: Message, found: list[Found]) -> Reply:
        """Answer one question after the other."""
        replies = [self.facts(message, f.entry, f.facets) for f in found]
        if len(replies) == 1:
            return replies[0]
        last = replies[-1].topic
        topic = replace(last, shown=tuple(f.entry for f in found)) if last else None
        return Reply(together([r.answer for r in replies]), topic=topic)

    def _chosen(self, message: Message, entry_id: str, facet: str | None) -> Reply:
        entry = self.tools.store.entries[entry_id]
        return self.facts(message, entry_id, [facet if facet in entry.facets else main_facet(entry)])

    def facts(self, message: Message, entry_id: str, facets: list[str]) -> Reply:
        """Render facets of an entry at the dates of the message."""
        entry = self.tools.store.entries[entry_id]
        when = self._when(message, entry, facets)
        answer = self.renderer(message).answer(entry_id, facets, when)
        return Reply(answer, topic=Topic(entry_id, tuple(facets)))

    def again(self, message: Message) -> Reply | None:
        """Answer the topic of the conversation once more; nothing if there is none."""
        topic = message.topic
        entry = self.tools.store.entries.get(topic.entry) if topic else None
        if not topic or not entry:
            return None
        return self.facts(
            message, entry.id, [f for f in topic.facets if f in entry.facets] or [main_facet(entry)]
        )

    def _when(self, message: Message, entry: Entry, facets: Sequence[str]) -> When:
        """A time in words selects a figure, or dates the law where the entry's rules have dates at all."""
        stated = message.stated_time
        if entry.kind is Kind.STATISTIC:
            return When(message.as_of, message.licensed_on, period=stated)
        dated = any(r.effective_from or r.effective_to for f in entry.facets.values() for r in f.rules)
        both = _since_before(message, entry, facets) if speaks_of_both(message.plain) else None
        return When(both or (stated if stated and dated else message.as_of), message.licensed_on)

    def _is_elsewhere(self, message: Message, resolution: Resolution) -> bool:
        """Tell whether the question is about another place and nothing of ours carries its name."""
        if not message.values("elsewhere"):
            return False
        named = [e for e in message.entities if e.type == "elsewhere"]
        place = [w for e in named for w in message.text[e.start : e.end].split()]
        return not any(self.tools.resolver.mentions(r.entry, place) for r in resolution.entries[:1])

    def out_of_scope(self, message: Message) -> Reply:
        """Say what the assistant is for."""
        answer = self.say(message, Outcome.OUT_OF_SCOPE, "out_of_scope", *self.starters(message))
        return Reply(answer)

    def starters(self, message: Message) -> list[Suggestion]:
        """Return questions to begin with."""
        renderer = self.renderer(message)
        known = [e for e in _STARTERS if e in self.tools.store.entries]
        return [renderer.suggestion(e, main_facet(self.tools.store.entries[e])) for e in known]

    def _clarify(self, message: Message, readings: list[Reading]) -> Reply:
        renderer = self.renderer(message)
        entries = [r for r in readings if not r.special][:3]
        choices = [renderer.suggestion(r.entry, self._facet(message, r)) for r in entries]
        choices = list({c.text: c for c in choices}.values())
        offered = tuple(c.ask.entry for c in choices if c.ask.entry)  # a number counts what stands there
        if message.failures + 1 >= OFFER_PERSON_AFTER or len(choices) < 2:
            choices.append(self.person(message))
        asked = Topic("", (self._facet(message, entries[0]),), offered) if entries else None
        return Reply(self.say(message, Outcome.CLARIFY, "clarify", *choices), topic=asked, failed=True)

    def _facet(self, message: Message, reading: Reading) -> str:
        """Return the facet that is offered of a reading: the one asked for."""
        entry = self.tools.store.entries[reading.entry]
        return next(iter(facets_of(message, entry, reading.hits)), main_facet(entry))

    def _missing(self, message: Message, reading: Reading) -> Reply:
        """The thing is known, but what is asked about it is not."""
        entry = self.tools.store.entries[reading.entry]
        renderer = self.renderer(message)
        name = entry.name.get(message.lang)
        text = self.texts(message.lang)("missing", name=name[:1].upper() + name[1:])
        choices = [renderer.suggestion(entry.id, main_facet(entry)), self.person(message)]
        answer = self.answer(message, Outcome.NO_ANSWER, [Para(text=text)], choices)
        return Reply(answer, topic=Topic(entry.id), failed=True)

    def _unknown(self, message: Message, resolution: Resolution) -> Reply:
        renderer = self.renderer(message)
        near = [r for r in resolution.entries[:2] if r.probability >= OFFER_FROM]
        choices = [renderer.suggestion(r.entry, self._facet(message, r)) for r in near]
        answer: Answer = self.say(message, Outcome.NO_ANSWER, "no_answer", *choices, self.person(message))
        return Reply(answer, failed=True)


def _since_before(message: Message, entry: Entry, facets: Sequence[str]) -> str | None:
    """Return the time from the former law on, for who asks what held before and what holds now.

    None if no rule has begun on a day, so that nothing changed.
    """
    now = message.as_of or today().isoformat()
    rules = [r for facet in facets for r in entry.facets[facet].rules]
    begun = [
        r.effective_from for r in rules if r.effective_from and first_day(r.effective_from) <= last_day(now)
    ]
    if not begun:
        return None
    former = first_day(max(begun)) - timedelta(days=1)
    return f"{former.isoformat()}/{last_day(now).isoformat()}"


OFFER_FROM = 0.05
"""Probability from which an entry is offered although the question is not understood."""
_STARTERS = (
    "incentive.cit-economic-zone",
    "procedure.irc-issue",
    "procedure.work-permit",
    "zone.dinh-vu-cat-hai",
)
