"""Answers from the knowledge base: one entry, the facets asked for, the right dates."""

from __future__ import annotations

from actions.base import OFFER_PERSON_AFTER, HezaAction, Reply
from actions.message import Message, Topic
from actions.resolver import Candidate, Resolution
from knowledge.answer import Answer, Outcome, Para, Suggestion
from knowledge.model import Entry, Kind
from knowledge.rendering import When, main_facet

FOREIGN_FROM = 0.25
"""Probability of the intent out_of_scope from which it is weighed against the search."""
SURE_DESPITE_FOREIGN = 0.7
"""Probability of an entry from which it is answered all the same."""
OUT_OF_SCOPE_FROM = 0.5


class AnswerAction(HezaAction):
    """Answers a question about anything that the knowledge base holds."""

    action_name = "action_answer"

    def reply(self, message: Message) -> Reply:
        """Resolve the message and render what was found."""
        if message.ask and message.ask.entry and message.ask.entry in self.tools.store.entries:
            return self._chosen(message, message.ask.entry, message.ask.facet)
        resolution = self.tools.resolver.resolve(message)
        if self._is_elsewhere(message, resolution) or self._is_foreign(message, resolution):
            return self.out_of_scope(message)
        return self.of(message, resolution)

    def _is_foreign(self, message: Message, resolution: Resolution) -> bool:
        """Tell whether the intent half speaks of a foreign matter and search does not contradict it."""
        if message.intents.get("out_of_scope", 0.0) < FOREIGN_FROM or resolution.decision == "unknown":
            return False
        best = resolution.candidates[0]
        return best.probability < SURE_DESPITE_FOREIGN and not best.named and not best.signals.get("topic")

    def of(self, message: Message, resolution: Resolution) -> Reply:
        """Return the reply that a resolution calls for."""
        match resolution.decision:
            case "answer":
                return self.facts(message, resolution.candidates[0].entry, resolution.facets)
            case "clarify":
                return self._clarify(message, resolution.candidates)
            case "missing":
                best = resolution.candidates[0]
                if self.tools.store.switches.hides(self.tools.store.entries[best.entry]):
                    return self.facts(message, best.entry, [best.facet])
                return self._missing(message, best)
            case _:
                return self._unknown(message, resolution)

    def _chosen(self, message: Message, entry_id: str, facet: str | None) -> Reply:
        entry = self.tools.store.entries[entry_id]
        return self.facts(message, entry_id, [facet if facet in entry.facets else main_facet(entry)])

    def facts(self, message: Message, entry_id: str, facets: list[str]) -> Reply:
        """Render facets of an entry at the dates of the message."""
        entry = self.tools.store.entries[entry_id]
        when = When(as_of=self._as_of(message, entry), licensed_on=message.licensed_on)
        answer = self.renderer(message).answer(entry_id, facets, when)
        return Reply(answer, topic=Topic(entry_id, tuple(facets)))

    def _as_of(self, message: Message, entry: Entry) -> str | None:
        """A time in words dates the law only where the entry's rules have dates at all."""
        stated = message.stated_time
        if entry.kind is Kind.STATISTIC:
            return stated or message.as_of
        dated = any(r.effective_from or r.effective_to for f in entry.facets.values() for r in f.rules)
        if stated and dated and "/" not in stated:
            return stated
        return message.as_of

    def _is_elsewhere(self, message: Message, resolution: Resolution) -> bool:
        """Tell whether the question is about another place and nothing of ours carries its name."""
        if not message.values("elsewhere"):
            return False
        named = [e for e in message.entities if e.type == "elsewhere"]
        place = [w for e in named for w in message.text[e.start : e.end].split()]
        if resolution.decision in {"answer", "missing", "clarify"}:
            return not self.tools.resolver.mentions(resolution.candidates[0].entry, place)
        return True

    def out_of_scope(self, message: Message) -> Reply:
        """Say what the assistant is for."""
        answer = self.say(message, Outcome.OUT_OF_SCOPE, "out_of_scope", *self.starters(message))
        return Reply(answer)

    def starters(self, message: Message) -> list[Suggestion]:
        """Return questions to begin with."""
        renderer = self.renderer(message)
        known = [e for e in _STARTERS if e in self.tools.store.entries]
        return [renderer.suggestion(e, main_facet(self.tools.store.entries[e])) for e in known]

    def _clarify(self, message: Message, candidates: list[Candidate]) -> Reply:
        renderer = self.renderer(message)
        choices = [renderer.suggestion(c.entry, c.facet) for c in candidates[:3]]
        choices = list({c.text: c for c in choices}.values())
        if len(choices) == 1:
            return self.facts(message, candidates[0].entry, [candidates[0].facet])
        if message.failures + 1 >= OFFER_PERSON_AFTER:
            choices.append(self.person(message))
        return Reply(self.say(message, Outcome.CLARIFY, "clarify", *choices), failed=True)

    def _missing(self, message: Message, candidate: Candidate) -> Reply:
        """The thing is known, but what is asked about it is not."""
        entry = self.tools.store.entries[candidate.entry]
        renderer = self.renderer(message)
        name = entry.name.get(message.lang)
        text = self.texts(message.lang)("missing", name=name[:1].upper() + name[1:])
        choices = [renderer.suggestion(entry.id, main_facet(entry)), self.person(message)]
        answer = self.answer(message, Outcome.NO_ANSWER, [Para(text=text)], choices)
        return Reply(answer, topic=Topic(entry.id), failed=True)

    def _unknown(self, message: Message, resolution: Resolution) -> Reply:
        if message.intents.get("out_of_scope", 0) >= OUT_OF_SCOPE_FROM:
            return self.out_of_scope(message)
        renderer = self.renderer(message)
        near = [renderer.suggestion(c.entry, c.facet) for c in resolution.candidates[:2] if c.search >= 0.35]
        answer: Answer = self.say(message, Outcome.NO_ANSWER, "no_answer", *near, self.person(message))
        return Reply(answer, failed=True)


_STARTERS = (
    "incentive.cit-economic-zone",
    "procedure.irc-issue",
    "procedure.work-permit",
    "zone.dinh-vu-cat-hai",
)
