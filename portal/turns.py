"""The way of one message through the portal: stored, answered in order, never silent."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from actions.base import Desk
from knowledge.answer import (
    Answer,
    Block,
    Caveat,
    Citation,
    EntryVersion,
    Frozen,
    Lang,
    Link,
    Outcome,
    Para,
    as_lang,
)
from knowledge.dates import today
from knowledge.plain import plain
from portal.conversations import Conversations, Stored
from portal.metrics import Metrics
from portal.privacy.kinds import understandable
from portal.problems import portal_texts
from portal.rasa import RasaClient, RasaDown

logger = logging.getLogger(__name__)
OFFICIAL_SITE = "https://heza.gov.vn"


class Quick(Frozen):
    """A quick reply as the client sees it."""

    id: str
    text: str


class Turn(Frozen):
    """The turn of the public contract."""

    id: str
    seq: int
    lang: Lang
    outcome: Outcome
    question: str
    text: str
    blocks: list[Block]
    citations: list[Citation]
    caveats: list[Caveat]
    entries: list[EntryVersion]
    release: str
    suggestions: list[Quick]
    dossier: None = None
    as_of: date | None
    licensed_on: str | None
    took_ms: int


@dataclass(frozen=True)
class Question:
    """What is sent to Rasa for one stored message."""

    text: str
    lang: str | None = None
    as_of: str | None = None
    licensed_on: str | None = None
    ask: dict[str, Any] | None = None


class TurnService:
    """Answers stored messages; turns of one session one after the other."""

    def __init__(
        self, conversations: Conversations, rasa: RasaClient, desk: Desk, model: str, metrics: Metrics
    ) -> None:
        self._conversations = conversations
        self._rasa = rasa
        self._desk = desk
        self._model = model
        self._metrics = metrics
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def answer(self, stored: Stored, question: Question) -> dict[str, Any]:
        """Return the turn for a stored message, asking Rasa unless it is answered already."""
        async with self._lock(stored.session):
            done = await asyncio.to_thread(self._conversations.turn_of, stored.id)
            if done is not None:
                return done
            started = time.perf_counter()
            lang = await asyncio.to_thread(self._conversations.language, stored.session)
            answer = await self._ask(stored, question, lang)
            took = time.perf_counter() - started
            if answer.outcome is not Outcome.SERVICE_DOWN and answer.lang != lang:
                await asyncio.to_thread(self._conversations.set_language, stored.session, answer.lang)
            self._metrics.count(answer.outcome, took)
            turn = self._turn(stored, answer, round(1000 * took))
            return await asyncio.to_thread(
                self._conversations.finish, stored, turn.model_dump(mode="json"), answer.suggestions
            )

    def _lock(self, session: str) -> asyncio.Lock:
        if len(self._locks) > 10_000:
            self._locks = defaultdict(asyncio.Lock, {k: v for k, v in self._locks.items() if v.locked()})
        return self._locks[session]

    async def _ask(self, stored: Stored, question: Question, lang: str | None) -> Answer:
        understood = understandable(question.text)
        metadata = {
            "lang": question.lang,
            "session_lang": lang,
            "as_of": question.as_of,
            "licensed_on": question.licensed_on,
            "ask": question.ask,
            "first": stored.seq == 1,
            "masked": [str(kind) for kind in understood.kinds],
        }
        try:
            raw = await self._rasa.turn(stored.session, understood.text, metadata)
            raw.pop("text", None)
            answer = Answer.model_validate(raw)
            _day(answer.as_of)
            return answer
        except (RasaDown, ValueError) as error:
            # What Rasa said may repeat the question; the name of the error says enough.
            reason = error if isinstance(error, RasaDown) else type(error).__name__
            logger.warning("turn %s: no answer from Rasa (%s)", stored.id, reason)
            return self._service_down(question.lang or lang or "vi", question)

    def _service_down(self, lang: str, question: Question) -> Answer:
        t = portal_texts(lang)
        hotline = self._desk.hotline
        text = t("service_down.hotline", hotline=hotline) if hotline else t("service_down.site")
        return Answer(
            outcome=Outcome.SERVICE_DOWN,
            lang=as_lang(lang),
            blocks=[Para(text=text), Link(text=t("service_down.link"), url=OFFICIAL_SITE)],
            as_of=question.as_of,
            licensed_on=question.licensed_on,
        )

    def _turn(self, stored: Stored, answer: Answer, took_ms: int) -> Turn:
        return Turn(
            id=stored.id,
            seq=stored.seq,
            lang=answer.lang,
            outcome=answer.outcome,
            question=stored.question,
            text=plain(answer),
            blocks=answer.blocks,
            citations=answer.citations,
            caveats=answer.caveats,
            entries=answer.entries,
            release=f"content {answer.release or '-'}; model {self._model}",
            suggestions=[],
            as_of=_day(answer.as_of),
            licensed_on=answer.licensed_on,
            took_ms=took_ms,
        )


def _day(as_of: str | None) -> date | None:
    """A whole day only: a period stands in the text of the answer."""
    return date.fromisoformat(as_of) if as_of and len(as_of) == 10 else (None if as_of else today())
