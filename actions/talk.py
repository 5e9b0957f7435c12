"""Small talk and its limits: greetings, what the assistant is, refusals, language."""

from __future__ import annotations

from actions.answer import AnswerAction
from actions.base import HezaAction, Reply
from actions.message import Message
from actions.resolver import Resolution, follows_up
from knowledge.answer import Outcome
from vietnamese.folding import words

TALK = ("greet", "goodbye", "thank", "affirm", "deny", "ask_capabilities", "ask_bot")
COVERED = 0.7
"""Share of the question that the entry must account for in that case."""
SURE_OF_SUBJECT = 0.8
"""Probability from which a question is in scope although the classifier says it is not."""


class SmallTalkAction(AnswerAction):
    """Replies to greetings, thanks and questions about the assistant itself."""

    action_name = "action_small_talk"

    def reply(self, message: Message) -> Reply:
        """Reply in kind; a question that follows a greeting is answered instead."""
        if message.named or message.ask or message.values("facet") or follows_up(message):
            return super().reply(message)
        intent = max(TALK, key=lambda name: message.intents.get(name, 0.0))
        choices = self.starters(message) if intent in {"greet", "ask_capabilities", "affirm"} else []
        return Reply(self.say(message, Outcome.SMALL_TALK, f"talk.{intent}", *choices))


class OutOfScopeAction(AnswerAction):
    """Says what the assistant is not for, unless the knowledge base plainly knows the matter."""

    action_name = "action_out_of_scope"

    def reply(self, message: Message) -> Reply:
        """Refuse politely, or answer a question that was taken for a foreign one."""
        resolution = self.tools.resolver.resolve(message)
        if self._is_known(resolution) and not self._is_elsewhere(message, resolution):
            return self.of(message, resolution)
        return self.out_of_scope(message)

    def _is_known(self, resolution: Resolution) -> bool:
        if resolution.decision not in {"answer", "missing"}:
            return False
        best = resolution.candidates[0]
        covered = best.signals.get("covered", 0.0) >= COVERED
        return (best.probability >= SURE_OF_SUBJECT and covered) or bool(best.signals.get("topic"))


class RefuseAction(HezaAction):
    """Refuses what must not be helped with: abuse, bribery, officers' personal data."""

    action_name = "action_refuse"

    def reply(self, message: Message) -> Reply:
        """Refuse and name the proper way."""
        return Reply(self.say(message, Outcome.REJECTED, "rejected"))


class SwitchLanguageAction(HezaAction):
    """Changes the language of the conversation."""

    action_name = "action_switch_language"

    def reply(self, message: Message) -> Reply:
        """Switch to the language that is named, else to the other one."""
        lang = message.ask.lang if message.ask and message.ask.lang else wanted_language(message)
        switched = Message(**{**message.__dict__, "lang": lang})
        return Reply(self.say(switched, Outcome.SMALL_TALK, "talk.switched"), chosen_lang=lang)


def wanted_language(message: Message) -> str:
    """Return the language that a request to switch names."""
    spoken = set(words(message.text))
    if spoken & {"anh", "english"} and not spoken & {"vietnamese"}:
        return "en"
    if spoken & {"viet", "vietnamese"}:
        return "vi"
    return "vi" if message.lang == "en" else "en"
