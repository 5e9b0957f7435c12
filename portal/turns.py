"""The way of one message through the portal: stored, answered in order, never silent."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

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
from portal.conversations import Conversations
from portal.direct import DirectAnswers
from portal.hub import Hub
from portal.identity.answers import DossierState
from portal.identity.desk import DossierDesk, Settled
from portal.identity.state import Identity
from portal.logs import following
from portal.metrics import Metrics
from portal.privacy.kinds import understandable
from portal.problems import Problem, portal_texts
from portal.rasa import RasaClient, RasaDown
from portal.stored import Hold, Question, Stored

logger = logging.getLogger(__name__)
OFFICIAL_SITE = "https://heza.gov.vn"
HOLD_SECONDS = 8.0
"""For each message: longer than the deadline of a turn."""
ABANDONED_AFTER = timedelta(seconds=15)
"""A message without an answer for so long was left behind by a portal that died."""
_PAUSE = 0.05


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
    dossier: DossierState | None = None
    as_of: date | None
    licensed_on: str | None
    took_ms: int
    corrects: str | None = None


class TurnService:
    """Answers stored messages; turns of one session one after the other, also across several portals.

    ``silence`` returns what is said instead of an answer while an officer has the conversation.
    """

    def __init__(
        self,
        conversations: Conversations,
        rasa: RasaClient,
        desk: Desk,
        model: str,
        metrics: Metrics,
        hub: Hub,
        direct: DirectAnswers,
        dossiers: DossierDesk,
        silence: Callable[[str, str], Answer | None],
    ) -> None:
        self._conversations = conversations
        self._rasa = rasa
        self._desk = desk
        self._model = model
        self._metrics = metrics
        self._hub = hub
        self._direct = direct
        self._dossiers = dossiers
        self._pending: set[asyncio.Task[dict[str, Any]]] = set()
        self._silence = silence
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def start(self, stored: Stored) -> asyncio.Task[dict[str, Any]]:
        """Answer a message in a task of its own: a client that hangs up does not lose the turn."""
        task = asyncio.create_task(self.answer(stored))
        self._pending.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[dict[str, Any]]) -> None:
        """Note the end of a turn; one that failed stays stored, and is answered by `recover`."""
        self._pending.discard(task)
        error = None if task.cancelled() else task.exception()
        if error and not isinstance(error, Problem):
            logger.error("a turn is left for later: %s", type(error).__name__)

    async def finish_pending(self) -> None:
        """Wait for the turns under way (at shutdown)."""
        if self._pending:
            await asyncio.wait(self._pending, timeout=5)

    async def answer(self, stored: Stored) -> dict[str, Any]:
        """Return the turn for a stored message; earlier messages of its session are answered first.

        Raises:
            Problem: 403, the session was erased meanwhile.
        """
        async with self._lock(stored.session):
            while True:
                hold = await asyncio.to_thread(
                    self._conversations.hold, stored.session, stored.seq, HOLD_SECONDS
                )
                if hold is None:
                    await asyncio.sleep(_PAUSE)
                    continue
                identity = hold.identity
                for message in hold.waiting:
                    identity = await self._answer(hold, message, identity)
                if hold.waiting:
                    await asyncio.to_thread(self._conversations.release, hold)
                turn = await asyncio.to_thread(self._conversations.turn_of, stored.id)
                if turn is not None:
                    return turn

    async def recover(self) -> None:
        """Answer what a portal that died left behind."""
        for stored in await asyncio.to_thread(self._conversations.stranded, ABANDONED_AFTER):
            try:
                await self.answer(stored)
            except Problem:
                pass  # erased meanwhile
            except Exception:  # the others must not wait behind it
                logger.exception("turn %s: still without an answer", stored.id)

    async def _answer(self, hold: Hold, stored: Stored, identity: Identity) -> Identity:
        """Answer one message; return what its session knows of a dossier from then on."""
        self._hub.wake(stored.session, "typing")
        with following(stored.question.request_id):
            started = time.perf_counter()
            settled = await self._settle(stored, identity, hold.lang)
            answer, took = settled.answer, time.perf_counter() - started
            turn = self._turn(stored, settled, round(1000 * took)).model_dump(mode="json")
            with self._metrics.stage("finish"):
                finished = await asyncio.to_thread(
                    self._conversations.finish, hold, stored, turn, answer.suggestions, settled.identity
                )
            if finished:
                logger.info("turn %s: %s in %.0f ms", stored.id, answer.outcome, 1000 * took)
                self._metrics.count(answer.outcome, took)
                self._hub.wake(stored.session)
        return settled.identity

    async def _settle(self, stored: Stored, identity: Identity, lang: str | None) -> Settled:
        """Have a message answered by whose matter it is: Rasa, or the desk for dossiers."""
        try:
            if self._dossiers.concerns(stored.question):
                return await self._dossiers.answer(stored, identity, lang)
            answer = await self._ask(stored, lang)
            if answer.outcome is Outcome.NEEDS_IDENTITY:
                return await self._dossiers.asked(stored, identity, answer.lang)
        except SQLAlchemyError as error:
            logger.error("turn %s: the dossiers do not answer (%s)", stored.id, type(error).__name__)
            answer = self._service_down(stored.question.lang or lang or "vi", stored.question)
        return Settled(answer, identity)

    def _lock(self, session: str) -> asyncio.Lock:
        if len(self._locks) > 10_000:
            self._locks = defaultdict(asyncio.Lock, {k: v for k, v in self._locks.items() if v.locked()})
        return self._locks[session]

    async def _ask(self, stored: Stored, lang: str | None) -> Answer:
        question = stored.question
        silent = await asyncio.to_thread(self._silence, stored.session, question.lang or lang or "vi")
        if silent:
            return silent
        understood = understandable(question.text)
        metadata = {
            "lang": question.lang,
            "session_lang": lang,
            "as_of": question.as_of,
            "licensed_on": question.licensed_on,
            "ask": question.ask,
            "first": stored.first,
            "masked": [str(kind) for kind in understood.kinds],
            "request_id": question.request_id,
        }
        try:
            with self._metrics.stage("rasa"):
                raw = await self._rasa.turn(stored.session, understood.text, metadata)
            raw.pop("text", None)
            answer = Answer.model_validate(raw)
            _day(answer.as_of)
            return answer
        except (RasaDown, ValueError) as error:
            # What Rasa said may repeat the question; the name of the error says enough.
            reason = error if isinstance(error, RasaDown) else type(error).__name__
            logger.warning("turn %s: no answer from Rasa (%s)", stored.id, reason)
            direct = await asyncio.to_thread(self._direct.answer, question, lang)
            return direct or self._service_down(question.lang or lang or "vi", question)

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

    def _turn(self, stored: Stored, settled: Settled, took_ms: int) -> Turn:
        answer, act = settled.answer, stored.question.identity
        return Turn(
            id=stored.id,
            seq=stored.seq,
            lang=answer.lang,
            outcome=answer.outcome,
            question=stored.question.text,
            text=plain(answer),
            blocks=answer.blocks,
            citations=answer.citations,
            caveats=answer.caveats,
            entries=answer.entries,
            release=f"content {answer.release or '-'}; model {self._model}",
            suggestions=[],
            dossier=settled.dossier,
            as_of=_day(answer.as_of),
            licensed_on=answer.licensed_on,
            took_ms=0 if act else took_ms,  # the time of a look-up must tell nothing
        )


def _day(as_of: str | None) -> date | None:
    """A whole day only: a period stands in the text of the answer."""
    return date.fromisoformat(as_of) if as_of and len(as_of) == 10 else (None if as_of else today())
