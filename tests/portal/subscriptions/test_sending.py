"""The sender against a real SMTP server, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import Engine, select

from portal.metrics import Metrics
from portal.subscriptions.addresses import Addresses
from portal.subscriptions.outbox import GIVE_UP, LEASE, Outbox
from portal.subscriptions.sending import EVERY, Sender
from portal.subscriptions.settings import MailSettings
from portal.subscriptions.store import Subscriptions, changed
from portal.tables import outbox, subscriptions
from tests.portal.subscriptions.conftest import EMAIL, HANDLE, PUBLIC, age
from tests.portal.subscriptions.mail_server import MailServer, free_port, words

MakeSession = Callable[..., str]


def waiting(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(outbox).order_by(outbox.c.id)).all())


@pytest.fixture
def asked(store: Subscriptions, engine: Engine, verified: MakeSession) -> str:
    """A subscription whose confirmation waits to be sent."""
    store.ask(verified(), EMAIL, "vi")
    return str(waiting(engine)[0].subscription)


@pytest.fixture
def told(store: Subscriptions, engine: Engine, asked: str) -> str:
    """A subscription that has news waiting to be sent."""
    assert store.confirm(asked)
    with engine.execution_options(writes=True).begin() as connection:
        changed(connection, HANDLE)
    return asked


async def test_a_confirmation_arrives_once(
    sender: Sender, server: MailServer, engine: Engine, asked: str, addresses: Addresses
) -> None:
    assert [await sender.send_one(), await sender.send_one()] == ["sent", None]
    (mail,) = server.mails
    assert mail["To"] == EMAIL
    assert mail["Subject"] == "Đề nghị xác nhận nhận thông báo qua thư điện tử"
    assert f"{PUBLIC}/v1/subscriptions/confirm?token={addresses.token(asked, 'confirm')}" in words(mail)
    assert waiting(engine) == []


async def test_news_says_only_that_there_is_news(
    sender: Sender, server: MailServer, told: str, addresses: Addresses
) -> None:
    assert await sender.send_one() == "sent"
    (mail,) = server.mails
    stop = f"{PUBLIC}/v1/subscriptions/stop?token={addresses.token(told, 'stop')}"
    assert mail["List-Unsubscribe"] == f"<{stop}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert stop in words(mail)
    assert HANDLE not in str(mail)
    assert "confirm" not in words(mail)
    # No header is folded or encoded so that a mail program would not find the address in it.
    assert f"List-Unsubscribe: <{stop}>\r\n".encode() in server.raw[0]


async def test_mails_are_in_the_language_of_the_session(
    store: Subscriptions, sender: Sender, server: MailServer, verified: MakeSession
) -> None:
    store.ask(verified("en"), EMAIL, "vi")
    assert await sender.send_one() == "sent"
    assert server.mails[0]["Subject"] == "Please confirm notices by e-mail"
    assert server.mails[0]["Content-Language"] == "en"


async def test_while_the_server_is_down_pauses_grow_and_nothing_is_lost(
    sender: Sender, server: MailServer, engine: Engine, told: str
) -> None:
    server.stop()
    pauses = []
    for _ in range(4):
        before = datetime.now(UTC)
        assert await sender.send_one() == "postponed"
        assert await sender.send_one() is None
        (mail,) = waiting(engine)
        pauses.append(round((mail.due_at - before).total_seconds() / 60))
        age(engine, mail.due_at - before)
    assert pauses == [1, 2, 4, 8]
    server.start()
    assert await sender.send_one() == "sent"
    assert len(server.mails) == 1
    assert waiting(engine) == []


async def test_after_days_a_mail_is_given_up(
    sender: Sender, server: MailServer, engine: Engine, told: str
) -> None:
    server.stop()
    age(engine, GIVE_UP)
    assert await sender.send_one() == "refused"
    (mail,) = waiting(engine)
    assert mail.failed_at
    assert mail.failure == "SMTPConnectError"
    server.start()
    assert await sender.send_one() is None


@pytest.mark.parametrize(
    ("reply", "outcome", "failure"),
    [
        ({"recipient_reply": "550 5.1.1 no such user"}, "refused", "550"),
        ({"data_reply": "554 5.7.1 not wanted"}, "refused", "554"),
        ({"recipient_reply": "451 4.7.1 try later"}, "postponed", "SMTPRecipientsRefused"),
        ({"data_reply": "452 4.3.1 no space"}, "postponed", "SMTPDataError"),
    ],
)
async def test_what_the_server_refuses_for_good_is_given_up(
    sender: Sender,
    server: MailServer,
    engine: Engine,
    told: str,
    reply: dict[str, str],
    outcome: str,
    failure: str,
) -> None:
    for name, value in reply.items():
        setattr(server, name, value)
    assert await sender.send_one() == outcome
    (mail,) = waiting(engine)
    assert (bool(mail.failed_at), mail.failure) == (outcome == "refused", failure)
    assert mail.leased_until is None
    assert await sender.send_one() is None


async def test_a_refused_mail_does_not_keep_later_news_back(
    sender: Sender, server: MailServer, engine: Engine, told: str
) -> None:
    server.recipient_reply = "550 5.1.1 no such user"
    assert await sender.send_one() == "refused"
    server.recipient_reply = "250 OK"
    age(engine, timedelta(hours=2))
    with engine.execution_options(writes=True).begin() as connection:
        changed(connection, HANDLE)
    assert await sender.send_one() == "sent"


async def test_a_mail_whose_sender_died_is_sent_again_under_the_same_id(
    sender: Sender, server: MailServer, engine: Engine, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_self: Outbox, _mail: object) -> None:
        raise SystemError("killed after the server took the mail")

    with monkeypatch.context() as patch:
        patch.setattr(Outbox, "sent", die)
        with pytest.raises(SystemError):
            await sender.send_one()
    assert await sender.send_one() is None
    age(engine, LEASE)
    assert await sender.send_one() == "sent"
    first, second = server.mails
    assert first["Message-ID"] == second["Message-ID"]


async def test_portals_at_once_send_every_mail_once(
    store: Subscriptions,
    engine: Engine,
    verified: MakeSession,
    server: MailServer,
    mail_settings: MailSettings,
    addresses: Addresses,
) -> None:
    for number in range(8):
        store.ask(verified(handle=f"{number}.x"), f"a{number}@example.com", "vi")
    senders = [Sender(engine, mail_settings, addresses, Metrics()) for _ in range(3)]

    async def send_all(sender: Sender) -> None:
        while await sender.send_one():
            pass

    await asyncio.gather(*map(send_all, senders))
    assert sorted(mail["To"] for mail in server.mails) == [f"a{number}@example.com" for number in range(8)]


async def test_one_portal_sends_at_a_time(
    sender: Sender, server: MailServer, engine: Engine, told: str
) -> None:
    await sender.send_if_due()
    assert len(server.mails) == 1
    age(engine, timedelta(hours=2) - EVERY)
    with engine.execution_options(writes=True).begin() as connection:
        changed(connection, HANDLE)
        connection.exec_driver_sql("UPDATE duties SET taken_at = CURRENT_TIMESTAMP WHERE name = 'mail'")
    await sender.send_if_due()
    assert len(server.mails) == 1
    age(engine, EVERY)
    await sender.send_if_due()
    assert len(server.mails) == 2


async def test_an_address_under_another_key_is_given_up(
    engine: Engine, told: str, sender: Sender, server: MailServer
) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(subscriptions.update().values(email=b"of another key"))
    assert await sender.send_one() == "refused"
    assert waiting(engine)[0].failure == "unreadable"
    assert not server.mails


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "cert.pem", folder / "key.pem"


async def test_mail_goes_out_encrypted_or_not_at_all(
    engine: Engine,
    told: str,
    mail_settings: MailSettings,
    addresses: Addresses,
    server: MailServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cert, key = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    secure = MailServer(free_port(), context)
    secure.start()
    try:
        demanding = replace(mail_settings, security="starttls")
        plain = Sender(engine, demanding, addresses, Metrics())
        assert await plain.send_one() == "postponed", "the server offers no STARTTLS"
        tls = Sender(engine, replace(demanding, port=secure.port), addresses, Metrics())
        age(engine, timedelta(hours=1))
        assert await tls.send_one() == "postponed", "nobody vouches for the certificate"
        age(engine, timedelta(hours=1))
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        assert await tls.send_one() == "sent"
    finally:
        secure.stop()
    assert server.mails == []
    assert secure.encrypted == [True]
