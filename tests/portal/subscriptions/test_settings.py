from __future__ import annotations

import pytest

from portal.settings import SettingsError, read_settings
from portal.subscriptions.settings import read_mail_settings

MAIL = {
    "HEZA_SMTP_URL": "smtp://user:p%40ss@mail.example.org",
    "HEZA_MAIL_FROM": "HEZA <no-reply@example.org>",
    "HEZA_PUBLIC_URL": "https://assistant.example.org/",
}


def test_mail_is_off_by_default() -> None:
    assert read_mail_settings({"HEZA_PUBLIC_URL": "https://assistant.example.org"}) is None


def test_mail_is_read() -> None:
    settings = read_mail_settings(MAIL)
    assert settings
    assert (settings.host, settings.port, settings.security) == ("mail.example.org", 587, "starttls")
    assert (settings.user, settings.password) == ("user", "p@ss")
    assert (settings.sender.addr_spec, settings.sender.display_name) == ("no-reply@example.org", "HEZA")
    assert settings.public_url == "https://assistant.example.org"
    assert "p@ss" not in repr(settings)


@pytest.mark.parametrize(
    ("url", "port", "security"),
    [
        ("smtps://mail.example.org", 465, "tls"),
        ("smtp://mail.example.org:25", 25, "starttls"),
        ("smtp://127.0.0.1:25", 25, "if_offered"),
        ("smtp://localhost", 587, "if_offered"),
    ],
)
def test_mail_is_encrypted_beyond_this_machine(url: str, port: int, security: str) -> None:
    settings = read_mail_settings({**MAIL, "HEZA_SMTP_URL": url})
    assert settings
    assert (settings.port, settings.security) == (port, security)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HEZA_SMTP_URL", ""),
        ("HEZA_SMTP_URL", "mail.example.org"),
        ("HEZA_SMTP_URL", "http://mail.example.org"),
        ("HEZA_SMTP_URL", "smtp://user@mail.example.org"),
        ("HEZA_SMTP_URL", "smtp://mail.example.org:no"),
        ("HEZA_SMTP_URL", "smtp://mail.example.org/?starttls=off"),
        ("HEZA_MAIL_FROM", ""),
        ("HEZA_MAIL_FROM", "nobody"),
        ("HEZA_MAIL_FROM", "ban quản lý@example"),
        ("HEZA_PUBLIC_URL", ""),
        ("HEZA_PUBLIC_URL", "http://assistant.example.org"),
        ("HEZA_PUBLIC_URL", "assistant.example.org"),
        ("HEZA_PUBLIC_URL", "https://assistant.example.org/?a=b"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_at_start(name: str, value: str) -> None:
    env = {"HEZA_SECRET": "s", "HEZA_RASA_URL": "http://127.0.0.1:1", **MAIL, name: value}
    with pytest.raises(SettingsError, match=name):
        read_settings(env)


def test_no_error_shows_the_password() -> None:
    with pytest.raises(ValueError, match="has to look like") as refused:
        read_mail_settings({**MAIL, "HEZA_SMTP_URL": "smtp://user:hunter2@mail.example.org:no"})
    assert "hunter2" not in str(refused.value)
