from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from knowledge.answer import Ask, Suggestion
from portal.conversations import Conversations
from portal.problems import Problem
from portal.stored import Hold, Question, Stored

REQUEST = "fingerprint of the request"
FEE_PLEASE = Question("phí")
FEE = Suggestion(text="Lệ phí?", ask=Ask(entry="procedure.permit", facet="fee", licensed_on="2019"))


@pytest.fixture
def conversations(database: str) -> Iterator[Conversations]:
    conversations = Conversations(database)
    yield conversations
    conversations.close()


def told(conversations: Conversations, session: str, *suggestions: Suggestion) -> dict[str, Any]:
    """A message that was stored and answered; return its turn."""
    return finish(conversations, conversations.store(session, FEE_PLEASE, REQUEST, None), *suggestions)


def finish(conversations: Conversations, stored: Stored, *suggestions: Suggestion) -> dict[str, Any]:
    """Answer a stored message; return its turn."""
    hold = held(conversations, stored)
    turn = {"id": stored.id, "seq": stored.seq, "lang": "vi", "outcome": "answered"}
    told = conversations.finish(hold, stored, turn, list(suggestions))
    conversations.release(hold)
    assert told is not None
    return told


def turns_after(conversations: Conversations, session: str, number: int) -> list[dict[str, Any]]:
    """Return the turns that a reader gets after event ``number``."""
    return [event.data for event in conversations.events_after(session, number) if event.kind == "turn"]


def held(conversations: Conversations, stored: Stored, seconds: float = 10) -> Hold:
    """Take hold of the session of a message."""
    hold = conversations.hold(stored.session, stored.seq, seconds)
    assert hold is not None
    return hold


def test_a_session_remembers_its_language(conversations: Conversations) -> None:
    settled, open_ = (
        conversations.open_session("en", "https://heza.gov.vn"),
        conversations.open_session(None, None),
    )
    assert (conversations.language(settled), conversations.language(open_)) == ("en", None)
    told(conversations, open_)
    assert (conversations.language(settled), conversations.language(open_)) == ("en", "vi")


def test_a_session_that_was_never_opened_is_gone(conversations: Conversations) -> None:
    with pytest.raises(Problem) as problem:
        conversations.language("x")
    assert (problem.value.status, problem.value.key) == (403, "gone")


def test_messages_are_numbered_in_their_session(conversations: Conversations) -> None:
    first, second = conversations.open_session(None, None), conversations.open_session(None, None)
    numbers = [conversations.store(s, FEE_PLEASE, REQUEST, None).seq for s in (first, first, second, first)]
    assert numbers == [1, 2, 1, 3]


async def test_messages_at_the_same_time_have_numbers_of_their_own(conversations: Conversations) -> None:
    session = conversations.open_session(None, None)
    store = (asyncio.to_thread(conversations.store, session, FEE_PLEASE, REQUEST, None) for _ in range(20))
    stored = await asyncio.gather(*store)
    assert sorted(s.seq for s in stored) == list(range(1, 21))
    assert len({s.id for s in stored}) == 20


def test_a_message_is_stored_before_it_is_answered(conversations: Conversations) -> None:
    session = conversations.open_session(None, None)
    stored = conversations.store(session, FEE_PLEASE, REQUEST, "c-1")
    assert conversations.turn_of(stored.id) is None
    assert turns_after(conversations, session, 0) == []
    assert conversations.find(session, "c-1", REQUEST) == Stored(stored.id, 1, session, FEE_PLEASE)


def test_a_message_is_found_again_with_its_turn(conversations: Conversations) -> None:
    session = conversations.open_session(None, None)
    stored = conversations.store(session, FEE_PLEASE, REQUEST, "c-1")
    turn = finish(conversations, stored)
    found = conversations.find(session, "c-1", REQUEST)
    assert found == Stored(stored.id, 1, session, FEE_PLEASE, turn)
    assert conversations.turn_of(stored.id) == turn


def test_a_client_id_belongs_to_one_request_of_one_session(conversations: Conversations) -> None:
    session, other = conversations.open_session(None, None), conversations.open_session(None, None)
    conversations.store(session, FEE_PLEASE, REQUEST, "c-1")
    with pytest.raises(Problem) as problem:
        conversations.find(session, "c-1", "another")
    assert (problem.value.status, problem.value.key) == (409, "conflict")
    with pytest.raises(IntegrityError):
        conversations.store(session, FEE_PLEASE, REQUEST, "c-1")
    assert conversations.find(other, "c-1", REQUEST) is None
    assert conversations.store(other, FEE_PLEASE, REQUEST, "c-1").seq == 1


def test_a_choice_is_kept_with_what_it_asks(conversations: Conversations) -> None:
    session = conversations.open_session(None, None)
    (offered,) = told(conversations, session, FEE)["suggestions"]
    assert (offered["text"], set(offered)) == ("Lệ phí?", {"id", "text"})
    choice = conversations.choice(session, offered["id"])
    assert (choice.text, choice.ask) == (FEE.text, FEE.ask)


def test_a_choice_of_an_earlier_turn_is_superseded(conversations: Conversations) -> None:
    session = conversations.open_session(None, None)
    (offered,) = told(conversations, session, FEE)["suggestions"]
    conversations.store(session, Question("câu khác"), REQUEST, None)
    with pytest.raises(Problem) as problem:
        conversations.choice(session, offered["id"])
    assert (problem.value.status, problem.value.key) == (409, "superseded")


def test_a_choice_of_another_session_is_unknown(conversations: Conversations) -> None:
    session, other = conversations.open_session(None, None), conversations.open_session(None, None)
    (offered,) = told(conversations, session, FEE)["suggestions"]
    told(conversations, other, FEE)
    for choice in (offered["id"], "x"):
        with pytest.raises(Problem) as problem:
            conversations.choice(other, choice)
        assert (problem.value.status, problem.value.key) == (404, "unknown_choice")


def test_answered_turns_come_in_order_after_a_number(conversations: Conversations) -> None:
    session, other = conversations.open_session(None, None), conversations.open_session(None, None)
    turns = [told(conversations, session) for _ in range(3)]
    told(conversations, other)
    assert turns_after(conversations, session, 0) == turns
    assert turns_after(conversations, session, 2) == turns[2:]
    assert turns_after(conversations, session, 3) == []


def test_a_conversation_outlives_the_process(conversations: Conversations, database: str) -> None:
    session = conversations.open_session(None, None)
    turn = told(conversations, session, FEE)
    later = Conversations(database)
    assert later.language(session) == "vi"
    assert turns_after(later, session, 0) == [turn]
    assert later.store(session, FEE_PLEASE, REQUEST, None).seq == 2
    later.close()


def test_a_session_has_one_holder_at_a_time(conversations: Conversations) -> None:
    session = conversations.open_session(None, None)
    stored = conversations.store(session, FEE_PLEASE, REQUEST, None)
    first = held(conversations, stored)
    assert [m.id for m in first.waiting] == [stored.id]
    assert conversations.hold(session, stored.seq, 10) is None
    conversations.release(first)
    assert held(conversations, stored).fence == first.fence + 1


def test_a_holder_whose_hold_lapsed_can_no_longer_answer(conversations: Conversations) -> None:
    session = conversations.open_session(None, None)
    stored = conversations.store(session, FEE_PLEASE, REQUEST, None)
    slow = held(conversations, stored, seconds=-1)
    quick = held(conversations, stored)
    turn = {"id": stored.id, "seq": 1, "lang": "vi", "outcome": "answered"}
    assert conversations.finish(slow, stored, {**turn, "text": "slow"}, [FEE]) is None
    assert conversations.turn_of(stored.id) is None
    assert conversations.finish(quick, stored, {**turn, "text": "quick"}, []) is not None
    conversations.release(slow)
    assert [t["text"] for t in turns_after(conversations, session, 0)] == ["quick"]


def test_earlier_messages_are_answered_before_later_ones(conversations: Conversations) -> None:
    session = conversations.open_session(None, None)
    stored = [conversations.store(session, Question(text), REQUEST, None) for text in "abc"]
    assert held(conversations, stored[1], seconds=-1).waiting == stored[:2]
    assert held(conversations, stored[2]).waiting == stored


def test_nothing_is_held_when_nothing_waits(conversations: Conversations) -> None:
    session = conversations.open_session(None, None)
    told(conversations, session)
    for _ in range(2):
        hold = conversations.hold(session, 1, 10)
        assert hold is not None
        assert hold.waiting == []


def test_what_is_asked_is_kept_with_the_message(conversations: Conversations) -> None:
    session = conversations.open_session(None, None)
    question = Question("phí", "en", "2025-01-01", "2019", {"entry": "procedure.permit"})
    stored = conversations.store(session, question, REQUEST, None)
    assert held(conversations, stored).waiting[0].question == question


def test_no_reader_misses_a_turn_that_was_overtaken_by_another_event(conversations: Conversations) -> None:
    session = conversations.open_session(None, None)
    told(conversations, session)
    slow = conversations.store(session, FEE_PLEASE, REQUEST, None)
    agent = conversations.publish(session, "agent", {"text": "Xin chào", "at": "2026-11-22T10:00:00+07:00"})
    assert agent > slow.seq
    finish(conversations, slow)
    late = conversations.events_after(session, agent)
    assert [(e.kind, e.data["seq"]) for e in late] == [("turn", slow.seq)]
    assert conversations.store(session, FEE_PLEASE, REQUEST, None).seq > late[0].id


def test_stranded_are_old_messages_without_an_answer(conversations: Conversations) -> None:
    session = conversations.open_session(None, None)
    told(conversations, session)
    stored = conversations.store(session, FEE_PLEASE, REQUEST, None)
    assert conversations.stranded(timedelta(minutes=1)) == []
    assert conversations.stranded(timedelta(seconds=-1)) == [stored]
