from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from actions.base import Desk
from portal.rates import DEFAULTS, default_limits, read_limits
from portal.settings import Settings, SettingsError, read_settings

NEEDED = {"HEZA_SECRET": "s", "HEZA_RASA_URL": "http://127.0.0.1:5005/"}


def test_the_defaults_listen_on_loopback_with_limits() -> None:
    settings = read_settings(NEEDED)
    assert settings == Settings(secret="s", rasa_url="http://127.0.0.1:5005", demo=True)
    assert settings.dossiers_url == "sqlite:///var/dossiers.sqlite"
    for env in ({"HEZA_DEMO": "off"}, {"DATABASE_URL": "postgresql://db/heza"}):
        assert read_settings({**NEEDED, **env}).demo is False
    assert (settings.host, settings.port, settings.rate_limits) == ("127.0.0.1", 8080, True)
    assert settings.knowledge_url == "sqlite:///var/knowledge.sqlite"
    assert settings.conversations_url == "sqlite:///var/portal.sqlite"


def test_every_setting_is_read() -> None:
    settings = read_settings(
        {
            **NEEDED,
            "HEZA_HOST": "0.0.0.0",
            "HEZA_PORT": "80",
            "HEZA_ACTIONS_PORT": "81",
            "HEZA_METRICS_PORT": "82",
            "HEZA_VAR": "/srv/heza",
            "HEZA_ORIGINS": "https://heza.gov.vn/, https://haiphong.gov.vn,",
            "HEZA_MODEL": "m-1",
            "HEZA_HOTLINE": "1800 0000",
            "HEZA_HOTLINE_HOURS": "8:00-17:00",
            "DATABASE_URL": "postgresql://db/heza",
        }
    )
    assert (settings.host, settings.port, settings.actions_port, settings.metrics_port) == (
        "0.0.0.0",
        80,
        81,
        82,
    )
    assert (settings.var, settings.model) == (Path("/srv/heza"), "m-1")
    assert settings.origins == {"https://heza.gov.vn", "https://haiphong.gov.vn"}
    assert settings.desk == Desk("1800 0000", "8:00-17:00")
    assert settings.knowledge_url == settings.conversations_url == "postgresql://db/heza"


def test_what_is_set_to_nothing_is_not_set() -> None:
    empty = dict.fromkeys(
        ("HEZA_PORT", "HEZA_ORIGINS", "HEZA_HOTLINE", "HEZA_HOTLINE_HOURS", "DATABASE_URL"), ""
    )
    assert read_settings({**NEEDED, **empty}) == read_settings(NEEDED)


@pytest.mark.parametrize("missing", NEEDED)
@pytest.mark.parametrize("value", [None, ""])
def test_without_secret_or_rasa_there_is_no_portal(missing: str, value: str | None) -> None:
    env = {name: given for name, given in {**NEEDED, missing: value}.items() if given is not None}
    with pytest.raises(SettingsError, match="make run"):
        read_settings(env)


@pytest.mark.parametrize("name", ["HEZA_PORT", "HEZA_ACTIONS_PORT", "HEZA_METRICS_PORT"])
def test_a_port_that_is_no_number_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}='http' is no port number"):
        read_settings({**NEEDED, name: "http"})


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "heza.gov.vn", ""])
def test_limits_cannot_be_off_on_a_public_address(host: str) -> None:
    with pytest.raises(SettingsError, match="HEZA_RATE_LIMITS=off is refused"):
        read_settings({**NEEDED, "HEZA_RATE_LIMITS": "off", "HEZA_HOST": host})
    assert read_settings({**NEEDED, "HEZA_RATE_LIMITS": "on", "HEZA_HOST": host}).rate_limits is True


def test_limits_cannot_be_off_behind_a_proxy() -> None:
    with pytest.raises(SettingsError, match="HEZA_RATE_LIMITS=off is refused"):
        read_settings({**NEEDED, "HEZA_RATE_LIMITS": "off", "HEZA_TRUSTED_PROXIES": "127.0.0.1"})


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_limits_can_be_off_on_loopback(host: str) -> None:
    settings = read_settings({**NEEDED, "HEZA_RATE_LIMITS": "off", "HEZA_HOST": host})
    assert settings.rate_limits is False


def test_the_environment_of_the_process_is_read_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HEZA_SECRET", "HEZA_RASA_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingsError):
        read_settings()
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
    assert read_settings().secret == "s"


def test_proxies_limits_notices_and_the_form_of_the_log_are_read() -> None:
    settings = read_settings(
        {
            **NEEDED,
            "HEZA_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8,2001:db8::/32",
            "HEZA_FORWARDED": "forwarded",
            "HEZA_LIMIT_MESSAGES": "session 5/minute",
            "HEZA_NOTICES": "/etc/heza/notices.yml",
            "HEZA_LOG": "json",
        }
    )
    assert settings.proxies == tuple(map(ip_network, ("127.0.0.1/32", "10.0.0.0/8", "2001:db8::/32")))
    assert (settings.forwarded, settings.log) == ("forwarded", "json")
    assert settings.notices == Path("/etc/heza/notices.yml")
    assert settings.limits["messages"] == read_limits("session 5/minute", default_limits()["messages"])
    assert settings.limits["search"] == default_limits()["search"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HEZA_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("HEZA_TRUSTED_PROXIES", "proxy.local"),
        ("HEZA_FORWARDED", "both"),
        ("HEZA_ORIGINS", "null"),
        ("HEZA_ORIGINS", "https://heza.gov.vn/page"),
        ("HEZA_ORIGINS", "*"),
        ("HEZA_LIMIT_SEARCH", "10/minute"),
        ("HEZA_LOG", "xml"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({**NEEDED, name: value})


def test_origins_are_kept_as_browsers_write_them() -> None:
    settings = read_settings({**NEEDED, "HEZA_ORIGINS": "HTTPS://HEZA.gov.vn:443/"})
    assert settings.origins == {"https://heza.gov.vn"}


def test_every_setting_and_every_default_limit_is_documented() -> None:
    page = Path("docs/api.md").read_text(encoding="utf-8")
    names = ["HEZA_TRUSTED_PROXIES", "HEZA_FORWARDED", "HEZA_NOTICES", "HEZA_LOG", "HEZA_RATE_LIMITS"]
    for name in (*names, *(f"HEZA_LIMIT_{matter.upper()}" for matter in DEFAULTS)):
        assert f"`{name}`" in page
    for limits in DEFAULTS.values():
        assert limits in page


def test_several_rasa_workers_are_addresses_divided_by_commas() -> None:
    several = {**NEEDED, "HEZA_RASA_URL": "http://127.0.0.1:5005/, http://127.0.0.1:5006"}
    assert read_settings(several).rasa_url == "http://127.0.0.1:5005,http://127.0.0.1:5006"
    with pytest.raises(SettingsError, match=r"HEZA_RASA_URL: '127\.0\.0\.1:5005'"):
        read_settings({**NEEDED, "HEZA_RASA_URL": "127.0.0.1:5005"})


def test_the_private_ports_can_listen_in_a_private_network() -> None:
    for host, seen in (("0.0.0.0", "127.0.0.1"), ("10.1.0.7", "10.1.0.7"), ("fd00::7", "[fd00::7]")):
        settings = read_settings({**NEEDED, "HEZA_PRIVATE_HOST": host})
        assert (settings.private_host, settings.host) == (host, "127.0.0.1")
        assert settings.actions_health == f"http://{seen}:5055/health"
