"""What all actions share: read the message, reply in its language, keep the context."""

from __future__ import annotations

import asyncio
import logging
import time
from abc import abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.message import Message, Topic
from actions.ordinals import told_of
from actions.resolver import Resolution, Resolver
from knowledge.answer import Answer, Ask, Block, Citation, Notice, Outcome, Para, Suggestion, as_lang
from knowledge.dates import today
from knowledge.plain import plain
from knowledge.rendering import Renderer
from knowledge.store import Store
from knowledge.texts import Texts, load_texts

logger = logging.getLogger(__name__)
_TEXTS = Path(__file__).parent / "texts"
_CHOSEN = {
    "human": "request_human",
    "dossier": "dossier_status",
    "language": "switch_language",
    "list": "list_zones",
}
"""Special matters that quick replies ask for."""
OFFER_PERSON_AFTER = 2
"""Failures in a row after which a person is offered."""


@dataclass(frozen=True)
class Desk:
    """How a visitor reaches a person; configuration of the deployment, empty by default."""

    hotline: str | None = None
    hours: str | None = None
    handoff: bool = False
    """Whether conversations can be handed over to officers."""


@dataclass(frozen=True)
class Tools:
    """What the actions work with."""

    store: Store
    resolver: Resolver
    desk: Desk = Desk()
    actions: dict[str | None, HezaAction] = field(default_factory=dict)
    """The actions by the special matter that each is for (None: what entries answer)."""

    @classmethod
    def over(cls, store: Store, desk: Desk | None = None) -> Tools:
        """Return the tools over one store."""
        return cls(store, Resolver(store), desk or Desk())


@dataclass(frozen=True)
class Reply:
    """An answer and what of the context changes with it."""

    answer: Answer
    topic: Topic | None = None
    chosen_lang: str | None = None
    failed: bool = False


def disclosure(lang: str) -> str:
    """Say in ``lang`` what the visitor is talking to."""
    return load_texts(_TEXTS, lang)("disclosure")


class HezaAction(Action):
    """Base of all actions: thin, asynchronous, one answer per message.

    The intent proposes an action; the resolver, which also knows subjects, names and
    search, may find that the message is a matter of another one, which then performs.
    """

    action_name: str
    special: ClassVar[str | None] = None
    """The special matter that the action is for."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools

    def name(self) -> str:
        """Return the name under which the domain lists the action."""
        return self.action_name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer the latest message with one custom payload."""
        message = Message.of(tracker)
        started = time.perf_counter()
        reply = await asyncio.to_thread(self.reply, message)
        logger.debug("%s took %.1f ms", self.action_name, 1000 * (time.perf_counter() - started))
        answer = self._finish(reply.answer, message)
        dispatcher.utter_message(json_message={**answer.model_dump(mode="json"), "text": plain(answer)})
        return self._events(reply, message)

    def reply(self, message: Message) -> Reply:
        """Return the reply to ``message`` (runs in a thread: queries block)."""
        if message.ask:
            return self._performer(_CHOSEN.get(message.ask.action)).perform(message, Resolution("unknown"))
        resolution = self.tools.resolver.resolve(message)
        return self._performer(resolution.special).perform(message, resolution)

    def _performer(self, special: str | None) -> HezaAction:
        return self if self.special == special else self.tools.actions.get(special, self)

    @abstractmethod
    def perform(self, message: Message, resolution: Resolution) -> Reply:
        """Reply to a message that is a matter of this action."""

    def texts(self, lang: str) -> Texts:
        """Return the catalogue of the actions in ``lang``."""
        return load_texts(_TEXTS, lang)

    def renderer(self, message: Message) -> Renderer:
        """Return the renderer for the language of ``message``."""
        return Renderer(self.tools.store, message.lang)

    def answer(
        self,
        message: Message,
        outcome: Outcome,
        blocks: list[Block],
        suggestions: list[Suggestion] | None = None,
        citations: list[Citation] | None = None,
    ) -> Answer:
        """Return an answer that states no fact of an entry."""
        return Answer(
            outcome=outcome,
            lang=as_lang(message.lang),
            blocks=blocks,
            citations=citations or [],
            suggestions=suggestions or [],
            as_of=message.as_of or today().isoformat(),
            licensed_on=message.licensed_on,
            release=self.tools.store.release,
        )

    def say(
        self, message: Message, outcome: Outcome, key: str, *suggestions: Suggestion, **values: Any
    ) -> Answer:
        """Return an answer of one sentence out of the catalogue."""
        text = self.texts(message.lang)(key, **values)
        return self.answer(message, outcome, [Para(text=text)], list(suggestions))

    def person(self, message: Message) -> Suggestion:
        """Return the quick reply that asks for a person."""
        return Suggestion(text=self.texts(message.lang)("choice.person"), ask=Ask(action="human"))

    def _finish(self, answer: Answer, message: Message) -> Answer:
        """Say in the first turn what the visitor is talking to."""
        if not message.first:
            return answer
        notice = Notice(level="info", text=disclosure(message.lang))
        return answer.model_copy(update={"blocks": [*answer.blocks, notice]})

    def _events(self, reply: Reply, message: Message) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = [SlotSet("failures", message.failures + 1 if reply.failed else 0)]
        if reply.topic:
            shown = list(told_of(message.topic, reply.topic))
            kept = {"entry": reply.topic.entry, "facets": list(reply.topic.facets), "shown": shown}
            events.append(SlotSet("topic", kept))
        if reply.chosen_lang:
            events.append(SlotSet("chosen_lang", reply.chosen_lang))
        if message.licensed_on:
            events.append(SlotSet("licensed_on", message.licensed_on))
        return events
