from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from knowledge.answer import Ask, Suggestion
from portal.conversations import Conversations, Stored
from portal.problems import Problem

REQUEST = "fingerprint of the request"
FEE = Suggestion(text="Lệ phí?", ask=Ask(entry="procedure.permit", facet="fee", licensed_on="2019"))


@pytest.fixture
def conversations(database: str) -> Iterator[Conversations]:
    conversations = Conversations(database)
    yield conversations
    conversations.close()


def told(conversations: Conversations, session: str, *suggestions: Suggestion) -> dict[str, Any]:
    """A message that was stored and answered; return its turn."""
    stored = conversations.store(session, "phí", REQUEST, None)
    return conversations.finish(stored, {"id": stored.id, "seq": stored.seq}, list(suggestions))


def test_a_session_remembers_its_language(conversations: Conversations) -> None:
    settled, open_ = (
        conversations.open_session("en", "https://heza.gov.vn"),
        conversations.open_session(None, None),
    )
    assert (conversations.language(settled), conversations.language(open_)) == ("en", None)
    conversations.set_language(open_, "vi")
    assert (conversations.language(settled), conversations.language(open_)) == ("en", "vi")


def test_a_session_that_was_never_opened_is_gone(conversations: Conversations) -> None:
    with pytest.raises(Problem) as problem:
        conversations.language("x")
    assert (problem.value.status, problem.value.key) == (403, "gone")


def test_messages_are_numbered_in_their_session(conversations: Conversations) -> None:
    first, second = conversations.open_session(None, None), conversations.open_session(None, None)
    numbers = [conversations.store(s, "phí", REQUEST, None).seq for s in (first, first, second, first)]
    assert numbers == [1, 2, 1, 3]


async def test_messages_at_the_same_time_have_numbers_of_their_own(conversations: Conversations) -> None:
    session = conversations.open_session(None, None)
    store = (asyncio.to_thread(conversations.store, session, "phí", REQUEST, None) for _ in range(20))
    stored = await asyncio.gather(*store)
    assert sorted(s.seq for s in stored) == list(range(1, 21))
    assert len({s.id for s in stored}) == 20


def test_a_message_is_stored_before_it_is_answered(conversations: Conversations) -> None:
    session = conversations.open_session(None, None)
    stored = conversations.store(session, "phí", REQUEST, "c-1")
    assert conversations.turn_of(stored.id) is None
    assert conversations.answered_after(session, 0) == []
    assert conversations.find(session, "c-1", REQUEST) == Stored(stored.id, 1, session, "phí")


def test_a_message_is_found_again_with_its_turn(conversations: Conversations) -> None:
    session = conversations.open_session(None, None)
    stored = conversations.store(session, "phí", REQUEST, "c-1")
    turn = conversations.finish(stored, {"seq": 1}, [])
    found = conversations.find(session, "c-1", REQUEST)
    assert found == Stored(stored.id, 1, session, "phí", turn)
    assert conversations.turn_of(stored.id) == turn


def test_a_client_id_belongs_to_one_request_of_one_session(conversations: Conversations) -> None:
    session, other = conversations.open_session(None, None), conversations.open_session(None, None)
    conversations.store(session, "phí", REQUEST, "c-1")
    with pytest.raises(Problem) as problem:
        conversations.find(session, "c-1", "another")
    assert (problem.value.status, problem.value.key) == (409, "conflict")
    with pytest.raises(IntegrityError):
        conversations.store(session, "phí", REQUEST, "c-1")
    assert conversations.find(other, "c-1", REQUEST) is None
    assert conversations.store(other, "phí", REQUEST, "c-1").seq == 1


def test_a_choice_is_kept_with_what_it_asks(conversations: Conversations) -> None:
    session = conversations.open_session(None, None)
    (offered,) = told(conversations, session, FEE)["suggestions"]
    assert (offered["text"], set(offered)) == ("Lệ phí?", {"id", "text"})
    choice = conversations.choice(session, offered["id"])
    assert (choice.text, choice.ask) == (FEE.text, FEE.ask)


def test_a_choice_of_an_earlier_turn_is_superseded(conversations: Conversations) -> None:
    session = conversations.open_session(None, None)
    (offered,) = told(conversations, session, FEE)["suggestions"]
    conversations.store(session, "câu khác", REQUEST, None)
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
    assert conversations.answered_after(session, 0) == turns
    assert conversations.answered_after(session, 2) == turns[2:]
    assert conversations.answered_after(session, 3) == []


def test_a_conversation_outlives_the_process(conversations: Conversations, database: str) -> None:
    session = conversations.open_session("en", None)
    turn = told(conversations, session, FEE)
    later = Conversations(database)
    assert later.language(session) == "en"
    assert later.answered_after(session, 0) == [turn]
    assert later.store(session, "phí", REQUEST, None).seq == 2
    later.close()
