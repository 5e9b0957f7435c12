from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from actions.base import Desk
from knowledge.store import Store
from knowledge.texts import texts
from portal import turns as portal_turns
from portal.conversations import Conversations
from portal.direct import DirectAnswers
from portal.hub import Hub
from portal.metrics import Metrics
from portal.problems import portal_texts
from portal.rasa import RasaDown
from portal.stored import Question, Stored
from portal.turns import TurnService
from tests.conftest import MakeStore
from tests.portal.conftest import PERMIT
from tests.portal.stubs import answer, make_desk


class Rasa:
    """Answers without a network; a test sets what, and sees what it was asked."""

    def __init__(self) -> None:
        self.reply: Any = answer()
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    async def turn(self, conversation: str, text: str, metadata: dict[str, Any]) -> Any:
        self.asked.append((conversation, text, metadata))
        await asyncio.sleep(0)
        if isinstance(self.reply, Exception):
            raise self.reply
        return dict(self.reply)


class House:
    """A turn service with what it works with."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.conversations = Conversations(f"sqlite:///{folder / 'portal.sqlite'}")
        self.rasa = Rasa()
        self.metrics = Metrics()
        self.direct = DirectAnswers(store)
        self.dossiers = make_desk(folder, store)
        self.session = self.conversations.open_session("vi", None)

    def service(self, desk: Desk | None = None) -> TurnService:
        return TurnService(
            self.conversations,
            self.rasa,  # type: ignore[arg-type]
            desk or Desk(),
            "m-1",
            self.metrics,
            Hub(),
            self.direct,
            self.dossiers,
            lambda _session, _lang: None,
        )

    def stored(self, text: str = "phí", **asked: str) -> Stored:
        return self.conversations.store(self.session, Question(text, **asked), "fingerprint", None)

    def counted(self, outcome: str) -> float | None:
        registry: CollectorRegistry = self.metrics.registry
        return registry.get_sample_value("heza_turns_total", {"outcome": outcome})


@pytest.fixture
async def house(tmp_path: Path, today: date, make_store: MakeStore) -> AsyncIterator[House]:
    house = House(tmp_path, make_store(PERMIT))
    yield house
    house.conversations.close()


async def test_a_turn_is_the_answer_with_its_place_in_the_conversation(house: House) -> None:
    stored = house.stored()
    turn = await house.service().answer(stored)
    assert (turn["id"], turn["seq"], turn["question"]) == (stored.id, 1, "phí")
    assert (turn["outcome"], turn["release"]) == ("answered", "content abc; model m-1")
    assert turn["text"].splitlines()[:2] == ["Trong 15 ngày.", texts("vi")("citation.heading")]
    assert turn["took_ms"] >= 0
    assert house.conversations.turn_of(stored.id) == turn
    assert house.counted("answered") == 1


async def test_a_message_that_is_answered_already_is_not_asked_again(house: House) -> None:
    stored, service = house.stored(), house.service()
    first = await service.answer(stored)
    assert await service.answer(stored) == first
    assert (len(house.rasa.asked), house.counted("answered")) == (1, 1)


async def test_one_message_answered_twice_at_once_is_one_turn(house: House) -> None:
    stored, service = house.stored(), house.service()
    first, second = await asyncio.gather(*(service.answer(stored) for _ in range(2)))
    assert first == second
    assert len(house.rasa.asked) == 1


async def test_only_the_first_message_is_announced_as_such(house: House) -> None:
    for _ in range(2):
        await house.service().answer(house.stored())
    assert [metadata["first"] for _, _, metadata in house.rasa.asked] == [True, False]
    assert {conversation for conversation, _, _ in house.rasa.asked} == {house.session}


async def test_the_session_takes_the_language_of_the_answer(house: House) -> None:
    house.rasa.reply = answer(lang="en")
    await house.service().answer(house.stored())
    assert house.conversations.language(house.session) == "en"


@pytest.mark.parametrize(
    "failure",
    [RasaDown("status 500"), {}, {"outcome": "unheard_of"}, {**answer(), "lang": "fr"}, {**answer(), "x": 1}],
    ids=range(5),
)
async def test_without_an_answer_the_turn_is_a_service_down(house: House, failure: Any) -> None:
    house.rasa.reply = failure
    turn = await house.service().answer(
        house.stored("fee", lang="en", as_of="2025-01-01", licensed_on="2019")
    )
    assert (turn["outcome"], turn["lang"], turn["as_of"], turn["licensed_on"]) == (
        "service_down",
        "en",
        "2025-01-01",
        "2019",
    )
    site = {"type": "link", "text": portal_texts("en")("service_down.link"), "url": "https://heza.gov.vn"}
    assert turn["blocks"] == [{"type": "para", "text": portal_texts("en")("service_down.site")}, site]
    assert turn["release"] == "content -; model m-1"
    assert house.conversations.language(house.session) == "vi"
    assert house.counted("service_down") == 1


async def test_the_hotline_is_named_where_there_is_one(house: House) -> None:
    house.rasa.reply = RasaDown("late")
    turn = await house.service(Desk("1800 0000")).answer(house.stored())
    assert turn["blocks"][0]["text"] == portal_texts("vi")("service_down.hotline", hotline="1800 0000")


@pytest.mark.parametrize(
    ("as_of", "shown"),
    [("2025-09-30", "2025-09-30"), ("2025", None), ("2024-01/2024-11", None), (None, "2026-11-22")],
)
async def test_the_day_of_the_law_is_a_whole_day_or_stands_in_the_text(
    house: House, as_of: str | None, shown: str | None
) -> None:
    house.rasa.reply = answer(as_of=as_of)
    assert (await house.service().answer(house.stored()))["as_of"] == shown


async def test_suggestions_get_ids_of_their_own(house: House) -> None:
    turn = await house.service().answer(house.stored())
    assert [s["text"] for s in turn["suggestions"]] == ["Lệ phí?", "Hồ sơ?"]
    choice = house.conversations.choice(house.session, turn["suggestions"][0]["id"])
    assert (choice.ask.entry, choice.ask.facet) == ("procedure.permit", "fee")


async def test_messages_sent_to_two_portals_at_once_are_asked_one_after_the_other(house: House) -> None:
    class Slow(Rasa):
        active = 0

        async def turn(self, conversation: str, text: str, metadata: dict[str, Any]) -> Any:
            self.active += 1
            assert self.active == 1
            await asyncio.sleep(0.01)
            self.active -= 1
            return await super().turn(conversation, text, metadata)

    house.rasa = Slow()
    services = house.service(), house.service()
    stored = [house.stored(str(number)) for number in range(8)]
    turns = await asyncio.gather(*(services[s.seq % 2].answer(s) for s in reversed(stored)))
    assert [text for _, text, _ in house.rasa.asked] == list("01234567")
    assert {turn["seq"] for turn in turns} == {s.seq for s in stored}


async def test_what_a_dead_portal_left_behind_is_answered(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portal_turns, "ABANDONED_AFTER", timedelta(seconds=-1))
    stored = house.stored("phí", lang="en")
    dead = house.conversations.hold(house.session, stored.seq, seconds=0.1)
    assert dead is not None
    await house.service().recover()
    assert house.conversations.turn_of(stored.id) is not None
    assert house.rasa.asked[0][2]["lang"] == "en"
