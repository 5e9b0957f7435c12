"""An erased session leaves nothing in the portal, the vault or Rasa, now or as soon as Rasa is back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from dossiers import audit
from knowledge.answer import Ask, Suggestion
from portal import retention as command
from portal.conversations import Conversations
from portal.privacy.erasure import Eraser, Erasures
from portal.privacy.retention import EVERY, erase_older, run_if_due
from portal.privacy.vault import MemoryVault
from portal.problems import Problem
from portal.rasa import RasaClient
from portal.stored import Question
from portal.tables import choices, duties, erasures, events, metadata, sessions, turns
from tests.portal.conftest import MakePortal
from tests.portal.stubs import SECRET, Portal, StubRasa, make_dossiers
from tests.portal.test_api import assert_problem

WORDS = "cau-hoi-rieng-tu"


@pytest.fixture
def conversations(database: str) -> Iterator[Conversations]:
    conversations = Conversations(database)
    yield conversations
    conversations.close()


def conversation(conversations: Conversations, text: str = WORDS) -> str:
    """A session with an answered and an unanswered message; return its id."""
    session = conversations.open_session("vi", "https://heza.gov.vn")
    stored = conversations.store(session, Question(text), "f", None)
    hold = conversations.hold(session, stored.seq, 5)
    assert hold
    suggestion = Suggestion(text="Lệ phí?", ask=Ask(entry="procedure.permit", facet="fee"))
    turn = {"id": stored.id, "outcome": "answered", "lang": "vi", "question": text}
    assert conversations.finish(hold, stored, turn, [suggestion])
    conversations.release(hold)
    conversations.store(session, Question(text), "f", None)
    return session


def rows(conversations: Conversations) -> dict[str, int]:
    """How many rows each table has."""
    with conversations.engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


def age(conversations: Conversations, session: str, days: float) -> None:
    """Make a session older."""
    moment = datetime.now(UTC) - timedelta(days=days)
    with conversations.engine.begin() as connection:
        connection.execute(update(sessions).where(sessions.c.id == session).values(created_at=moment))
        connection.execute(update(turns).where(turns.c.session == session).values(created_at=moment))


class TestDatabase:
    def test_every_row_of_a_session_goes_and_no_other(self, conversations: Conversations) -> None:
        store = Erasures(conversations.engine)
        conversation(conversations)
        before = rows(conversations)
        assert {t for t in (sessions, turns, choices, events) if not before[t.name]} == set()
        store.erase(conversation(conversations))
        # Two turns with different outcomes: two lines of figures without a word or an id.
        assert rows(conversations) == {**before, "erasures": 1, "turn_counts": 2}

    def test_an_erased_session_takes_no_message_and_no_answer(self, conversations: Conversations) -> None:
        session = conversation(conversations)
        stored = conversations.store(session, Question("x"), "f", None)
        hold = conversations.hold(session, stored.seq, 5)
        assert hold
        Erasures(conversations.engine).erase(session)
        assert conversations.finish(hold, stored, {"outcome": "answered", "lang": "vi"}, []) is None
        for call in (
            lambda: conversations.store(session, Question("x"), "f", None),
            lambda: conversations.language(session),
            lambda: conversations.publish(session, "state", {}),
        ):
            with pytest.raises(Problem) as problem:
                call()
            assert (problem.value.status, problem.value.key) == (403, "gone")
        assert rows(conversations)["turns"] == 0

    async def test_an_answer_that_comes_at_the_same_time_is_no_trace(
        self, conversations: Conversations
    ) -> None:
        store = Erasures(conversations.engine)
        for _ in range(5):
            session = conversations.open_session("vi", None)
            stored = conversations.store(session, Question("x"), "f", None)
            hold = conversations.hold(session, stored.seq, 5)
            assert hold
            turn = {"outcome": "answered", "lang": "vi"}
            offered = [Suggestion(text="?", ask=Ask(entry="a.b"))]
            await asyncio.gather(
                asyncio.to_thread(conversations.finish, hold, stored, turn, offered),
                asyncio.to_thread(store.erase, session),
            )
        left = rows(conversations)
        assert [left[t.name] for t in (sessions, turns, events, choices)] == [0, 0, 0, 0]

    def test_erasing_twice_is_one_note(self, conversations: Conversations) -> None:
        store, session = Erasures(conversations.engine), conversation(conversations)
        store.erase(session)
        store.erase(session)
        assert store.waiting() == [session]
        store.done(session)
        assert store.waiting() == []


def test_nothing_is_left_in_the_files_of_sqlite(tmp_path: Path) -> None:
    conversations = Conversations(f"sqlite:///{tmp_path / 'portal.sqlite'}")
    session = conversation(conversations, f"{WORDS} " * 50)
    with conversations.engine.connect():
        assert [f.name for f in tmp_path.iterdir() if WORDS.encode() in f.read_bytes()] != []
        Erasures(conversations.engine).erase(session)
        assert [f.name for f in tmp_path.iterdir() if WORDS.encode() in f.read_bytes()] == []
    conversations.close()


class TestCall:
    async def test_a_visitor_erases_the_session(self, portal: Portal, rasa: StubRasa) -> None:
        token, other = await portal.session(), await portal.session()
        await portal.ask(token, WORDS)
        await portal.ask(other)
        reply = await portal.call("DELETE", "/v1/session", token)
        assert (reply.status, reply.text) == (204, "")
        assert rasa.forgotten == [rasa.calls[0]["conversation"]]
        for call in (
            portal.call("DELETE", "/v1/session", token),
            portal.call("GET", "/v1/messages", token),
            portal.post(token, text="phí"),
        ):
            assert_problem(await call, 403, "gone")
        assert (await portal.ask(other))["seq"] == 2

    async def test_without_a_token_nothing_is_erased(self, portal: Portal, rasa: StubRasa) -> None:
        assert_problem(await portal.call("DELETE", "/v1/session"), 401, "unauthorized")
        assert rasa.forgotten == []

    async def test_an_erasure_waits_for_rasa_and_says_so(
        self, portal: Portal, rasa: StubRasa, rasa_url: str, tmp_path: Path
    ) -> None:
        rasa.forgets = False
        token = await portal.session()
        await portal.ask(token, WORDS)
        reply = await portal.call("DELETE", "/v1/session", token)
        assert (reply.status, reply.json) == (202, {"state": "pending"})
        assert_problem(await portal.call("GET", "/v1/messages", token), 403, "gone")
        store = Erasures(Conversations(f"sqlite:///{tmp_path / 'portal.sqlite'}").engine)
        client = RasaClient(rasa_url, SECRET)
        eraser = Eraser(store, MemoryVault(), client)
        rasa.loaded = False
        await eraser.retry()
        rasa.loaded = True
        await eraser.retry()
        assert len(store.waiting()) == 1
        rasa.forgets = True
        await eraser.retry()
        assert (store.waiting(), rasa.forgotten) == ([], [rasa.calls[0]["conversation"]])
        await client.close()

    async def test_a_turn_under_way_ends_without_a_trace(
        self, make_portal: MakePortal, rasa: StubRasa, tmp_path: Path
    ) -> None:
        portal = await make_portal()
        token = await portal.session()
        rasa.gate.clear()
        asking = asyncio.create_task(portal.post(token, text=WORDS))
        await rasa.arrived.wait()
        assert (await portal.call("DELETE", "/v1/session", token)).status == 204
        rasa.gate.set()
        assert_problem(await asking, 403, "gone")
        conversations = Conversations(f"sqlite:///{tmp_path / 'portal.sqlite'}")
        assert {n for n, count in rows(conversations).items() if count} <= {"duties", "turn_counts"}
        conversations.close()


async def test_the_vault_is_emptied_too(tmp_path: Path) -> None:
    conversations, vault = Conversations(f"sqlite:///{tmp_path / 'p.sqlite'}"), MemoryVault()
    session = conversation(conversations)
    await vault.put(session, "code", "000.19.H24-241105-0012")
    rasa = RasaClient("http://127.0.0.1:1", SECRET)
    assert not await Eraser(Erasures(conversations.engine), vault, rasa).erase(session)
    assert await vault.take(session, "code") is None
    await rasa.close()
    conversations.close()


class TestRetention:
    def test_silent_sessions_are_erased_and_others_stay(self, conversations: Conversations) -> None:
        store = Erasures(conversations.engine)
        old, new, kept = (conversation(conversations) for _ in range(3))
        age(conversations, old, 30.1)
        age(conversations, kept, 90)
        conversations.store(kept, Question("still here"), "f", None)
        assert erase_older(store, 30) == 1
        assert store.waiting() == [old]
        assert conversations.language(new) == conversations.language(kept) == "vi"

    def test_more_than_a_portion_is_erased(
        self, conversations: Conversations, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("portal.privacy.erasure._AT_ONCE", 2)
        for _ in range(5):
            age(conversations, conversations.open_session(None, None), 31)
        assert erase_older(Erasures(conversations.engine), 30) == 5
        assert rows(conversations)["sessions"] == 0

    async def test_one_portal_does_it_once_in_each_period(
        self, conversations: Conversations, tmp_path: Path
    ) -> None:
        dossiers = make_dossiers(tmp_path)
        with dossiers.engine.execution_options(writes=True).begin() as connection:
            for days in (364, 367):
                at = datetime.now(UTC) - timedelta(days=days)
                audit.record_again(connection, b"c" * 32, None, at)
        stores = [Erasures(conversations.engine) for _ in range(5)]
        take = (asyncio.to_thread(store.take_duty, "retention", EVERY) for store in stores)
        assert sorted(await asyncio.gather(*take)) == [False, False, False, False, True]
        age(conversations, conversation(conversations), 31)
        await run_if_due(stores[0], 30, dossiers)
        assert rows(conversations)["sessions"] == 1
        with conversations.engine.begin() as connection:
            connection.execute(update(duties).values(taken_at=datetime.now(UTC) - EVERY))
        assert len(dossiers.audit_lines(("again",), timedelta(days=1000))) == 2
        await run_if_due(stores[0], 30, dossiers)
        assert rows(conversations)["sessions"] == 0
        assert len(dossiers.audit_lines(("again",), timedelta(days=1000))) == 1
        dossiers.close()

    def test_an_operator_can_do_it_now(
        self,
        database: str,
        conversations: Conversations,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        age(conversations, conversation(conversations), 3)
        monkeypatch.setenv("DATABASE_URL", database)
        assert command.main([]) == 0
        assert command.main(["--days", "2"]) == 0
        assert capsys.readouterr().out.splitlines() == ["0 sessions were erased.", "1 sessions were erased."]
        assert command.main(["--days", "0"]) == 2
        with conversations.engine.connect() as connection:
            assert connection.execute(select(func.count()).select_from(erasures)).scalar_one() == 1
