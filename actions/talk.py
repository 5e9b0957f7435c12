"""Small talk and its limits: greetings, what the assistant is, refusals, language."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.answer import AnswerAction
from actions.base import HezaAction, Reply
from actions.message import Message
from actions.resolver import Resolution
from knowledge.answer import Outcome
from vietnamese.folding import words

TALK = ("greet", "goodbye", "thank", "affirm", "deny", "ask_capabilities", "ask_bot")


class SmallTalkAction(AnswerAction):
    """Replies to greetings, thanks and questions about the assistant itself."""

    action_name = "action_small_talk"
    special = "small_talk"

    def perform(self, message: Message, resolution: Resolution) -> Reply:
        """Reply in kind."""
        intent = max(TALK, key=lambda name: message.intents.get(name, 0.0))
        choices = self.starters(message) if intent in {"greet", "ask_capabilities", "affirm"} else []
        return Reply(self.say(message, Outcome.SMALL_TALK, f"talk.{intent}", *choices))


class RepeatAction(AnswerAction):
    """Says again what was said last."""

    action_name = "action_repeat"
    special = "repeat"

    def perform(self, message: Message, resolution: Resolution) -> Reply:
        """Answer the topic of the conversation once more."""
        return self.again(message) or Reply(
            self.say(message, Outcome.SMALL_TALK, "talk.nothing_to_repeat", *self.starters(message))
        )


class OutOfScopeAction(AnswerAction):
    """Says what the assistant is not for."""

    action_name = "action_out_of_scope"
    special = "out_of_scope"

    def perform(self, message: Message, resolution: Resolution) -> Reply:
        """Refuse politely."""
        return self.out_of_scope(message)


class RefuseAction(HezaAction):
    """Refuses what must not be helped with: abuse, bribery, officers' personal data."""

    action_name = "action_refuse"
    special = "improper_request"

    def perform(self, message: Message, resolution: Resolution) -> Reply:
        """Refuse and name the proper way."""
        return Reply(self.say(message, Outcome.REJECTED, "rejected"))


class SwitchLanguageAction(AnswerAction):
    """Changes the language of the conversation, and answers what else the message asks."""

    action_name = "action_switch_language"
    special = "switch_language"

    def perform(self, message: Message, resolution: Resolution) -> Reply:
        """Switch to the language that is named, else to the other one."""
        lang = message.ask.lang if message.ask and message.ask.lang else wanted_language(message)
        switched = replace(message, lang=lang)
        for part in message.parts:
            asked = switched.of_part(part)
            meant = self.tools.resolver.resolve(asked)
            if meant.decision == "answer" and not _LANGUAGES & set(words(asked.text)):
                return replace(AnswerAction.perform(self, asked, meant), chosen_lang=lang)
        said = self.again(switched) if _BACK.search(message.plain) else None
        if said:
            return replace(said, chosen_lang=lang)
        return Reply(self.say(switched, Outcome.SMALL_TALK, "talk.switched"), chosen_lang=lang)


_BACK = re.compile(r"\b(that|this|it|again|repeat|translate|lai|dich|(cau|y|cai) (do|tren|nay|vua))\b")
"""Words that ask for what was said last, in the other language."""
_LANGUAGES = {"english", "vietnamese", "tieng"}


def wanted_language(message: Message) -> str:
    """Return the language that a request to switch names."""
    spoken = set(words(message.text))
    if spoken & {"anh", "english"} and not spoken & {"vietnamese"}:
        return "en"
    if spoken & {"viet", "vietnamese"}:
        return "vi"
    return "vi" if message.lang == "en" else "en"
