"""Subscriptions on SQLite and PostgreSQL: asked for, confirmed, stopped, forgotten."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Engine, Table, select

from portal import retention
from portal.conversations import Conversations
from portal.privacy.erasure import Erasures
from portal.problems import Problem
from portal.subscriptions.addresses import Addresses
from portal.subscriptions.store import (
    AFTER_END,
    ASK_AGAIN,
    BETWEEN_NEWS,
    CONFIRM_WITHIN,
    MOST,
    SILENT_FOR,
    Subscriptions,
    changed,
    tidy,
)
from portal.tables import asked_addresses, outbox, subscriptions
from tests.portal.subscriptions.conftest import EMAIL, HANDLE, age

MakeSession = Callable[..., str]
MINUTE = timedelta(minutes=1)


def rows(engine: Engine, table: Table) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(table)).all())


def news(engine: Engine, handle: str = HANDLE, concluded: bool = False) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        changed(connection, handle, concluded)


@pytest.fixture
def confirmed(store: Subscriptions, engine: Engine, verified: MakeSession) -> str:
    """A confirmed subscription."""
    store.ask(verified(), EMAIL, "vi")
    (row,) = rows(engine, subscriptions)
    assert store.confirm(row.id)
    return str(row.id)


def test_the_address_is_not_readable_in_the_database(
    store: Subscriptions, engine: Engine, verified: MakeSession, addresses: Addresses
) -> None:
    store.ask(verified(), EMAIL, "vi")
    (row,) = rows(engine, subscriptions)
    kept = str([rows(engine, table) for table in (subscriptions, outbox, asked_addresses)]).lower()
    assert "lan.nguyen" not in kept
    assert "example.com" not in kept
    assert addresses.open(row.email) == EMAIL
    assert row.address == addresses.hash(EMAIL.upper())


def test_only_a_verified_session_may_ask(store: Subscriptions, conversations: Conversations) -> None:
    with pytest.raises(Problem, match="not_verified") as refused:
        store.ask(conversations.open_session("vi", None), EMAIL, "vi")
    assert refused.value.status == 403
    with pytest.raises(Problem, match="gone"):
        store.ask("nobody", EMAIL, "vi")
    assert rows(conversations.engine, outbox) == rows(conversations.engine, asked_addresses) == []


def test_an_address_is_asked_once_a_day_whoever_asks(
    store: Subscriptions, engine: Engine, verified: MakeSession
) -> None:
    for _ in range(3):
        store.ask(verified(), EMAIL, "vi")
    store.ask(verified(), EMAIL.upper(), "vi")
    assert len(rows(engine, outbox)) == len(rows(engine, subscriptions)) == 1
    (first,) = rows(engine, outbox)
    age(engine, ASK_AGAIN + MINUTE)
    store.ask(verified(), EMAIL, "vi")
    (again,) = rows(engine, outbox)
    assert again.id != first.id
    assert again.due_at == again.created_at


def test_for_another_dossier_the_address_is_asked_a_day_later(
    store: Subscriptions, engine: Engine, verified: MakeSession
) -> None:
    store.ask(verified(), EMAIL, "vi")
    store.ask(verified(handle="8.other"), EMAIL, "vi")
    first, second = sorted(row.due_at for row in rows(engine, outbox))
    assert second - first == ASK_AGAIN
    assert all(row.expires_at - CONFIRM_WITHIN in {first, second} for row in rows(engine, subscriptions))


def test_erasing_the_session_gives_no_second_mail(
    store: Subscriptions, conversations: Conversations, verified: MakeSession
) -> None:
    session = verified()
    store.ask(session, EMAIL, "vi")
    Erasures(conversations.engine).erase(session)
    assert rows(conversations.engine, subscriptions) == rows(conversations.engine, outbox) == []
    store.ask(verified(), EMAIL, "vi")
    (asked,), (mail,) = rows(conversations.engine, asked_addresses), rows(conversations.engine, outbox)
    assert mail.due_at - mail.created_at > ASK_AGAIN - MINUTE
    assert asked.asked_at == mail.due_at


def test_a_dossier_takes_so_many_addresses(
    store: Subscriptions, engine: Engine, verified: MakeSession
) -> None:
    session = verified()
    for number in range(MOST):
        store.ask(session, f"a{number}@example.com", "vi")
    with pytest.raises(Problem, match="too_many_addresses") as refused:
        store.ask(session, "more@example.com", "vi")
    assert refused.value.status == 409
    store.ask(verified(handle="8.other"), "more@example.com", "vi")
    assert len(rows(engine, subscriptions)) == len(rows(engine, asked_addresses)) == MOST + 1


def test_a_confirmed_subscription_outlives_its_session_and_does_not_name_it(
    store: Subscriptions, conversations: Conversations, verified: MakeSession
) -> None:
    engine, session = conversations.engine, verified("en")
    store.ask(session, EMAIL, "vi")
    (row,) = rows(engine, subscriptions)
    assert store.find(row.id) == ("pending", "en")
    assert store.confirm(row.id)
    assert store.confirm(row.id)
    assert store.find(row.id) == ("confirmed", "en")
    (row,) = rows(engine, subscriptions)
    assert row.session is None
    assert rows(engine, outbox) == []
    Erasures(engine).erase(session)
    news(engine)
    assert [mail.kind for mail in rows(engine, outbox)] == ["news"]


def test_a_link_lapses(store: Subscriptions, engine: Engine, verified: MakeSession) -> None:
    store.ask(verified(), EMAIL, "vi")
    (row,) = rows(engine, subscriptions)
    age(engine, CONFIRM_WITHIN + MINUTE)
    assert store.find(row.id) is None
    assert not store.confirm(row.id)
    tidy(engine)
    assert rows(engine, subscriptions) == rows(engine, outbox) == rows(engine, asked_addresses) == []


def test_who_has_not_confirmed_is_told_nothing(
    store: Subscriptions, engine: Engine, verified: MakeSession
) -> None:
    store.ask(verified(), EMAIL, "vi")
    news(engine)
    assert [mail.kind for mail in rows(engine, outbox)] == ["confirm"]


def test_changes_wait_in_one_mail(engine: Engine, confirmed: str) -> None:
    news(engine, "8.other")
    assert rows(engine, outbox) == []
    for _ in range(3):
        news(engine)
    (mail,) = rows(engine, outbox)
    assert (mail.subscription, mail.kind) == (confirmed, "news")


def test_a_change_while_a_mail_is_being_sent_makes_another_one(engine: Engine, confirmed: str) -> None:
    news(engine)
    with engine.execution_options(writes=True).begin() as connection:
        (first,) = connection.execute(select(outbox)).all()
        connection.execute(outbox.update().values(leased_until=first.due_at + 5 * MINUTE))
    news(engine)
    later = next(mail for mail in rows(engine, outbox) if mail.id != first.id)
    assert later.due_at == first.due_at + BETWEEN_NEWS


def test_a_change_that_is_undone_tells_nobody(engine: Engine, confirmed: str) -> None:
    with engine.execution_options(writes=True).connect() as connection:
        changed(connection, HANDLE)
        connection.rollback()
    assert rows(engine, outbox) == []


def test_stopping_deletes_the_address_and_what_waits(
    store: Subscriptions, engine: Engine, confirmed: str
) -> None:
    news(engine)
    store.stop(confirmed)
    store.stop(confirmed)
    assert rows(engine, subscriptions) == rows(engine, outbox) == []


@pytest.mark.parametrize(("concluded", "kept"), [(True, AFTER_END), (False, SILENT_FOR)])
def test_a_subscription_ends_by_itself(
    engine: Engine, confirmed: str, concluded: bool, kept: timedelta
) -> None:
    news(engine, concluded=concluded)
    age(engine, kept - MINUTE)
    tidy(engine)
    assert len(rows(engine, subscriptions)) == 1
    age(engine, 2 * MINUTE)
    tidy(engine)
    assert rows(engine, subscriptions) == rows(engine, outbox) == []


def test_the_command_for_retention_deletes_what_has_expired(
    store: Subscriptions,
    engine: Engine,
    verified: MakeSession,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store.ask(verified(), EMAIL, "vi")
    age(engine, CONFIRM_WITHIN + MINUTE)
    monkeypatch.setenv("DATABASE_URL", database)
    assert retention.main([]) == 0
    assert rows(engine, subscriptions) == rows(engine, outbox) == rows(engine, asked_addresses) == []


@pytest.mark.parametrize("dossiers", [1, 4], ids=["of one dossier", "of several dossiers"])
def test_requests_at_the_same_time_make_one_mail_a_day(
    store: Subscriptions, engine: Engine, verified: MakeSession, dossiers: int
) -> None:
    asking = [verified(handle=f"{number % dossiers}.x") for number in range(8)]
    with ThreadPoolExecutor(len(asking)) as pool:
        list(pool.map(lambda session: store.ask(session, EMAIL, "vi"), asking))
    assert len(rows(engine, subscriptions)) == dossiers
    due = sorted(mail.due_at for mail in rows(engine, outbox))
    assert len(due) == dossiers
    assert all(later - earlier == ASK_AGAIN for earlier, later in pairwise(due))


def test_links_are_good_for_one_purpose_and_one_key(addresses: Addresses) -> None:
    token = addresses.token("abc", "confirm")
    assert addresses.subscription(token, "confirm") == "abc"
    assert addresses.subscription(token, "stop") is None
    for wrong in (
        "",
        "abc",
        "abc.",
        f"abd.{token.partition('.')[2]}",
        token[:-1],
        f"{token}x",
        "é.ü",
        "\ud800.",
    ):
        assert addresses.subscription(wrong, "confirm") is None
