"""The desk for dossiers: asks for code and factor, looks up, and holds replies back as long as it has to."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from functools import partial

from redis.exceptions import RedisError

from dossiers.codes import CodeError
from dossiers.factors import is_plausible
from dossiers.lookup import Denied, Locked
from dossiers.service import Dossiers
from dossiers.status import DossierStatus
from dossiers.status import texts as dossier_texts
from knowledge.answer import Answer
from knowledge.dates import today
from portal.identity.answers import ANOTHER, Answers, DossierState
from portal.identity.reading import Read, language_of
from portal.identity.state import Act, Identity
from portal.privacy.kinds import understandable
from portal.privacy.vault import Vault
from portal.stored import Question, Stored

logger = logging.getLogger(__name__)
_KEPT = "kept"
"""Name in the vault of what was given earlier in a session."""


@dataclass(frozen=True)
class Values:
    """What was given for a look-up; shown nowhere.

    Args:
        code: of the dossier, as typed.
        factor: as typed.
        client: address of who gave it.
        form: whether both came by the form of a client and not in words.
    """

    code: str | None = field(default=None, repr=False)
    factor: str | None = field(default=None, repr=False)
    client: str = "unknown"
    form: bool = False

    def after(self, earlier: Values) -> Values:
        """Return these values, completed by those given earlier."""
        return Values(self.code or earlier.code, self.factor or earlier.factor, self.client, self.form)


@dataclass(frozen=True)
class Settled:
    """What the desk says, and what the session knows of a dossier afterwards."""

    answer: Answer
    identity: Identity
    dossier: DossierState | None = None


class DossierDesk:
    """Answers what is a matter of a dossier.

    Args:
        dossiers: the store.
        vault: where values wait, for minutes.
        answers: writes what is said.
        sleep: holds a reply back for so many seconds.
        clock: tells the time, with its zone.
        day: tells today in Viet Nam.
    """

    def __init__(
        self,
        dossiers: Dossiers,
        vault: Vault,
        answers: Answers,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        day: Callable[[], date] = lambda: today(),
    ) -> None:
        self._dossiers = dossiers
        self._vault = vault
        self._answers = answers
        self._sleep = sleep
        self._clock = clock
        self._day = day

    async def take_in(self, session: str, read: Read, client: str, *, form: bool = False) -> Act:
        """Put what a message gave into the vault; return what may be stored of it."""
        if read.act != "given":
            return {"act": read.act}
        ticket = secrets.token_urlsafe(12)
        await self._put(session, ticket, Values(read.code, read.factor, client, form))
        return {"act": "given", "ticket": ticket}

    def concerns(self, question: Question) -> bool:
        """Tell whether a message is the desk's, not Rasa's."""
        return question.identity is not None or (question.ask or {}).get("action") == "dossier"

    async def answer(self, stored: Stored, identity: Identity, lang: str | None) -> Settled:
        """Answer a message that is the desk's.

        Args:
            stored: the message.
            identity: what its session knows of a dossier.
            lang: language of the session, if it is settled.

        Raises:
            SQLAlchemyError: the store does not answer.
        """
        question = stored.question
        said = language_of(understandable(question.text).text)
        spoken = question.lang or (question.ask or {}).get("lang") or said or lang or "vi"
        act = question.identity
        if act is None:
            anew = (question.ask or {}).get("facet") == ANOTHER
            return await self.asked(stored, Identity() if anew else identity, spoken)
        if act["act"] == "given":
            return await self._given(stored, act.get("ticket", ""), identity, spoken)
        if act["act"] == "help":
            awaiting = identity.awaiting or "code"
            keys = (f"help.{awaiting}", "help.lost")
            return await self._say(identity.asked_for(awaiting), stored, spoken, *keys)
        await self._take(stored.session, _KEPT)
        answer = await asyncio.to_thread(self._answers.cancelled, spoken, stored.first)
        return Settled(answer, identity.settled())

    async def asked(self, stored: Stored, identity: Identity, lang: str) -> Settled:
        """Answer a question about a dossier: its state if it was verified, else ask for what is missing.

        Raises:
            SQLAlchemyError: the store does not answer.
        """
        if identity.dossier:
            status = await asyncio.to_thread(self._dossiers.again, identity.dossier, stored.session)
            if status:
                return await self._tell(stored, status, identity.settled(), lang)
        kept = await self._take(stored.session, _KEPT)
        return await self._ask(stored, kept or Values(), Identity(), lang)

    async def _given(self, stored: Stored, ticket: str, identity: Identity, lang: str) -> Settled:
        given = await self._take(stored.session, ticket)
        if given is None:
            return await self._say(identity.asked_for("code"), stored, lang, "ask.again")
        kept = await self._take(stored.session, _KEPT)
        values = given if given.form else given.after(kept or Values())
        if kept is None and values.code is None and identity.awaiting == "factor":  # a restart in between
            await self._put(stored.session, _KEPT, values)
            return await self._say(identity.asked_for("code"), stored, lang, "ask.again")
        if values.code is None or values.factor is None:
            return await self._ask(stored, values, identity, lang)
        if not given.form and not is_plausible(values.factor):
            await self._put(stored.session, _KEPT, Values(values.code))
            return await self._say(identity.asked_for("factor"), stored, lang, "ask.malformed")
        return await self._look_up(stored, values, identity, lang)

    async def _look_up(self, stored: Stored, values: Values, identity: Identity, lang: str) -> Settled:
        code, factor = values.code or "", values.factor or ""
        try:
            reply = await asyncio.to_thread(
                self._dossiers.lookup, code, factor, values.client, None, stored.session
            )
        except CodeError as error:
            await self._put(stored.session, _KEPT, Values(factor=factor))
            fault = dossier_texts(lang)(f"code.{error.fault}")
            return await self._say(identity.asked_for("code"), stored, lang, said=fault)
        if isinstance(reply, Locked):
            first = stored.first
            answer = await asyncio.to_thread(self._answers.locked, lang, reply, self._clock(), first)
            return Settled(answer, identity.settled())
        await self._sleep(reply.delay)
        if isinstance(reply, Denied):
            await self._put(stored.session, _KEPT, Values(code, factor))
            answer = await asyncio.to_thread(self._answers.denied, lang, stored.first)
            return Settled(answer, identity.asked_for("factor"))
        return await self._tell(stored, reply.dossier, Identity(dossier=reply.handle), lang)

    async def _tell(self, stored: Stored, status: DossierStatus, identity: Identity, lang: str) -> Settled:
        first = stored.first
        told = await asyncio.to_thread(self._answers.state, lang, status, self._day(), first)
        return Settled(told.answer, identity, told.dossier)

    async def _ask(self, stored: Stored, values: Values, identity: Identity, lang: str) -> Settled:
        """Ask for what is missing; what is there is kept for minutes."""
        if values.code or values.factor:
            await self._put(stored.session, _KEPT, values)
        if values.code:
            keys, awaiting = ("ask.factor", "ask.cancel"), identity.asked_for("factor")
        else:
            key = "ask.code" if values.factor else "ask.both"
            keys, awaiting = (key, "ask.cancel"), identity.asked_for("code")
        return await self._say(awaiting, stored, lang, *keys)

    async def _say(
        self, identity: Identity, stored: Stored, lang: str, *keys: str, said: str = ""
    ) -> Settled:
        """Ask for what is missing."""
        write = partial(self._answers.ask, lang, *keys, first=stored.first, said=said)
        return Settled(await asyncio.to_thread(write), identity)

    async def _put(self, session: str, name: str, values: Values) -> None:
        try:
            await self._vault.put(session, name, json.dumps(asdict(values)))
        except RedisError as error:  # the visitor will be asked again
            logger.warning("the vault does not answer (%s)", type(error).__name__)

    async def _take(self, session: str, name: str) -> Values | None:
        try:
            kept = await self._vault.take(session, name)
        except RedisError as error:
            logger.warning("the vault does not answer (%s)", type(error).__name__)
            return None
        return Values(**json.loads(kept)) if kept else None
