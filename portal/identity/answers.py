"""What is said about a dossier, in either language: no code, no factor, no name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from actions.base import Desk, disclosure
from dossiers.deadlines import DueSource, notes, remaining_text
from dossiers.holidays import Calendar
from dossiers.lookup import Locked
from dossiers.outlook import Outlook, as_contract, outlook
from dossiers.states import State
from dossiers.status import DossierStatus
from knowledge.answer import (
    Answer,
    Ask,
    Block,
    Facts,
    Form,
    Frozen,
    LabelledValue,
    Link,
    Notice,
    Outcome,
    Para,
    Suggestion,
    as_lang,
)
from knowledge.dates import HANOI, display
from knowledge.rendering import Renderer, When
from knowledge.store import Store
from knowledge.texts import Texts, load_texts

NATIONAL_PORTAL = "https://dichvucong.gov.vn"
ANOTHER = "another"
"""Facet of the quick reply that asks for another dossier than the one that was verified."""
MAX_WORDS = 80
_TEXTS = Path(__file__).parent / "texts"
_SAID_BY_STATE = frozenset({State.SUPPLEMENT_REQUESTED, State.PAYMENT_REQUESTED, State.FINISHED})


class DossierState(Frozen):
    """The dossier of a turn (contract); ``status`` of an unknown state is in the feed's words."""

    status: str
    step: int | None
    of: int | None
    unit: str | None
    received_on: date
    due_on: date | None
    due_source: Literal["feed", "estimated"] | None
    remaining_working_days: int | None
    action_required: str | None


@dataclass(frozen=True)
class Told:
    """An answer, with the dossier that it is about."""

    answer: Answer
    dossier: DossierState | None = None


def desk_texts(lang: str) -> Texts:
    """Return the catalogue of the look-up in ``lang``."""
    return load_texts(_TEXTS, lang)


class Answers:
    """Writes the answers of the look-up.

    Args:
        store: the knowledge base, for procedures and their time limits.
        calendar: tells working days.
        desk: how a visitor reaches a person.
    """

    def __init__(self, store: Store, calendar: Calendar, desk: Desk) -> None:
        self._store = store
        self._calendar = calendar
        self._desk = desk

    def ask(self, lang: str, *keys: str, first: bool = False, said: str = "") -> Answer:
        """Ask for what is missing.

        Args:
            lang: of the answer.
            keys: entries of the catalogue, a paragraph each.
            first: whether this is the first turn of its session.
            said: a sentence before these, already in words.
        """
        t = desk_texts(lang)
        blocks: list[Block] = [Para(text=text) for text in (said, *map(t, keys)) if text]
        blocks.append(Form(form="dossier_lookup"))
        return self._answer(Outcome.NEEDS_IDENTITY, lang, blocks, [_person(t)], first)

    def cancelled(self, lang: str, first: bool) -> Answer:
        """Say that the look-up was ended."""
        blocks: list[Block] = [Para(text=desk_texts(lang)("cancelled"))]
        return self._answer(Outcome.SMALL_TALK, lang, blocks, [], first)

    def denied(self, lang: str, first: bool) -> Answer:
        """Say that code and factor do not belong together; the same whether the code is known or not."""
        t = desk_texts(lang)
        blocks = [Para(text=t("denied")), *self._ways(t), Form(form="dossier_lookup")]
        return self._answer(Outcome.DOSSIER_DENIED, lang, blocks, [_person(t)], first)

    def locked(self, lang: str, reply: Locked, now: datetime, first: bool) -> Answer:
        """Say until when nothing can be looked up, and how to reach a person meanwhile."""
        t = desk_texts(lang)
        until = (now + timedelta(seconds=reply.retry_after)).astimezone(HANOI) + timedelta(seconds=59)
        said = f"{until:%H:%M} {display(until.date().isoformat(), lang)}"
        key = "code" if reply.scope == "code" else "client"
        blocks: list[Block] = [Para(text=t(f"locked.{key}", until=said))]
        blocks.append(Para(text=t("locked.reference", reference=reply.reference)))
        return self._answer(Outcome.LOCKED, lang, [*blocks, *self._ways(t)], [_person(t)], first)

    def state(self, lang: str, status: DossierStatus, today: date, first: bool) -> Told:
        """Tell where a dossier stands."""
        t = desk_texts(lang)
        seen = outlook(status, self._store.entries, self._calendar, today)
        limit = self._time_limit(lang, status)
        blocks = [*_state(t, status, seen), *_action(t, status), self._facts(t, status, seen)]
        blocks += [Notice(level="info", text=text) for text in _doubts(t, seen)]
        blocks += limit.blocks if limit else []
        blocks += [Notice(level="warning", text=t("demo"))] if status.demo else []
        another = Suggestion(text=t("choice.another"), ask=Ask(action="dossier", facet=ANOTHER))
        answer = self._answer(Outcome.DOSSIER, lang, blocks, [another, _person(t)], first)
        if limit:
            sources = {name: getattr(limit, name) for name in ("citations", "caveats", "entries")}
            answer = answer.model_copy(update={**sources, "as_of": limit.as_of})
        return Told(answer, DossierState.model_validate(as_contract(status, seen, self._calendar, today)))

    def _answer(
        self, outcome: Outcome, lang: str, blocks: list[Block], suggestions: list[Suggestion], first: bool
    ) -> Answer:
        greeting = [Notice(level="info", text=disclosure(lang))] if first else []
        return Answer(
            outcome=outcome,
            lang=as_lang(lang),
            blocks=[*blocks, *greeting],
            suggestions=suggestions,
            release=self._store.release,
        )

    def _ways(self, t: Texts) -> list[Block]:
        hotline = self._desk.hotline
        person = t("person.hotline", hotline=hotline) if hotline else t("person.site")
        return [Para(text=f"{person} {t('person.desk')}"), Link(text=t("portal"), url=NATIONAL_PORTAL)]

    def _time_limit(self, lang: str, status: DossierStatus) -> Answer | None:
        """Return the legal time limit of the procedure on the day of receipt, if one is recorded."""
        entry = self._store.entries.get(status.procedure) if status.procedure else None
        if entry is None or "time_limit" not in entry.facets:
            return None
        when = When(as_of=status.received_on.isoformat())
        answer = Renderer(self._store, lang).answer(entry.id, ["time_limit"], when)
        if answer.outcome not in {Outcome.ANSWERED, Outcome.STALE}:
            return None
        lead = Para(text=desk_texts(lang)("limit", name=entry.name.get(lang)))
        return answer.model_copy(update={"blocks": [lead, *answer.blocks]})

    def _facts(self, t: Texts, status: DossierStatus, seen: Outlook) -> Facts:
        procedure = status.procedure_text
        entry = self._store.entries.get(status.procedure) if status.procedure else None
        if entry and not self._store.switches.hides(entry, "time_limit"):
            procedure = entry.name.get(t.lang)
        facts = {
            "state": status.state_label(t.lang),
            "step": _step(t, status, "step"),
            "procedure": procedure,
            "unit": status.unit,
            "received": display(status.received_on.isoformat(), t.lang),
            **_due(t, seen),
            "remaining": seen.remaining and remaining_text(seen.remaining, t.lang),
            "result": status.result,
        }
        items = [LabelledValue(label=t(f"facts.{key}"), value=value) for key, value in facts.items() if value]
        return Facts(items=items)


def _person(t: Texts) -> Suggestion:
    return Suggestion(text=t("choice.person"), ask=Ask(action="human"))


def _state(t: Texts, status: DossierStatus, seen: Outlook) -> list[Block]:
    """Return the first sentence; the feed's words may be longer than one may be, and then stand below."""
    step = _step(t, status, "state.step")
    left = remaining_text(seen.remaining, t.lang) if seen.remaining else ""
    rest = step + (t("state.remaining", remaining=left[:1].upper() + left[1:]) if left else "")
    text = t("state.line", state=status.state_label(t.lang).rstrip(".")) + rest
    if len(text.split()) <= MAX_WORDS:
        return [Para(text=text)]
    text = t("state.below") + rest
    return [Para(text=text if len(text.split()) <= MAX_WORDS else t("state.below"))]


def _step(t: Texts, status: DossierStatus, key: str) -> str:
    if not status.step or not status.steps:
        return ""
    named = {"name": status.step_name} if status.step_name else {}
    return t(f"{key}_named" if named else key, step=status.step, steps=status.steps, **named)


def _action(t: Texts, status: DossierStatus) -> list[Block]:
    """Say what the applicant has to do now."""
    if status.supplement:
        due, text = status.supplement.due_on, status.supplement.text
        key = "action.supplement_due" if due else "action.supplement"
        day = display(due.isoformat(), t.lang) if due else ""
        return [Notice(level="warning", text=t(key, day=day, text=text))]
    if status.state in _SAID_BY_STATE:
        return [Notice(level="warning", text=t(f"action.{status.state}"))]
    known = status.state is not State.UNKNOWN and not status.state.ended
    return [Notice(level="info", text=t("action.none"))] if known else []


def _due(t: Texts, seen: Outlook) -> dict[str, str]:
    if seen.due is None:
        return {}
    day = display(seen.due.on.isoformat(), t.lang)
    key = "due_estimated" if seen.due.source is DueSource.ESTIMATED else "due"
    return {key: t(f"due.{seen.due.source}", day=day)}


def _doubts(t: Texts, seen: Outlook) -> list[str]:
    found = notes(seen.due, t.lang) if seen.due else []
    provisional = seen.remaining and seen.remaining.provisional
    if provisional and not (seen.due and seen.due.provisional):
        found.append(t("due.remaining_provisional"))
    return found
