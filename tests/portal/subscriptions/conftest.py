from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from email.headerregistry import Address

import pytest
from sqlalchemy import Engine, Table, select, update

from portal.conversations import Conversations
from portal.metrics import Metrics
from portal.privacy.keys import PrivacyKey
from portal.subscriptions.addresses import Addresses
from portal.subscriptions.sending import Sender
from portal.subscriptions.settings import MailSettings
from portal.subscriptions.store import Subscriptions
from portal.tables import asked_addresses, duties, outbox, sessions, subscriptions
from tests.portal.subscriptions.mail_server import MailServer, free_port

HANDLE = "7.0123456789abcdef0123456789abcdef"
EMAIL = "Lan.Nguyen@example.com"
PUBLIC = "https://assistant.example.org"


@pytest.fixture
def server() -> Iterator[MailServer]:
    server = MailServer(free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mail_settings(server: MailServer) -> MailSettings:
    sender = Address("Ban Quản lý Khu kinh tế Hải Phòng", addr_spec="no-reply@heza.example.org")
    return MailSettings("127.0.0.1", server.port, "if_offered", sender, PUBLIC)


@pytest.fixture
def conversations(database: str) -> Iterator[Conversations]:
    conversations = Conversations(database)
    yield conversations
    conversations.close()


@pytest.fixture
def engine(conversations: Conversations) -> Engine:
    return conversations.engine


@pytest.fixture
def addresses() -> Addresses:
    return Addresses(PrivacyKey(bytes(range(32))))


@pytest.fixture
def store(engine: Engine, addresses: Addresses) -> Subscriptions:
    return Subscriptions(engine, addresses)


@pytest.fixture
def sender(engine: Engine, mail_settings: MailSettings, addresses: Addresses) -> Sender:
    return Sender(engine, mail_settings, addresses, Metrics())


def verify(engine: Engine, session: str, handle: str = HANDLE) -> None:
    """Have a session verified for a dossier."""
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(update(sessions).where(sessions.c.id == session).values(dossier=handle))


@pytest.fixture
def verified(conversations: Conversations) -> Callable[..., str]:
    """Return a maker of sessions that were verified for a dossier."""

    def make(lang: str = "vi", handle: str = HANDLE) -> str:
        session = conversations.open_session(lang, None)
        verify(conversations.engine, session, handle)
        return session

    return make


def age(engine: Engine, by: timedelta) -> None:
    """Let time pass: everything happened, and falls due, so much earlier."""
    tables: tuple[Table, ...] = (subscriptions, outbox, asked_addresses, duties)
    with engine.execution_options(writes=True).begin() as connection:
        for table in tables:
            key = next(iter(table.primary_key.columns))
            for row in connection.execute(select(table)).mappings().all():
                moments = {
                    name: row[name] - by for name in row if name.endswith(("_at", "_until")) and row[name]
                }
                connection.execute(update(table).where(key == row[key.name]).values(moments))
