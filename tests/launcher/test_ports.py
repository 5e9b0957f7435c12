"""Choosing ports."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from launcher import ports
from launcher.places import Fault


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_private_ports_make_way(taken: int, monkeypatch: pytest.MonkeyPatch, free_port: int) -> None:
    monkeypatch.setattr(ports, "any_free", lambda: free_port)
    assert ports._private("HEZA_RASA_PORT", taken, {}, set()) == free_port


def test_all_ports_differ(free_port: int) -> None:
    chosen = ports.choose({"HEZA_PORT": str(free_port)})
    assert len({chosen.portal, chosen.rasa, chosen.actions, chosen.metrics}) == 4
    assert chosen.host == "127.0.0.1"


def test_two_parts_cannot_share_one(free_port: int) -> None:
    both = {"HEZA_PORT": str(free_port), "HEZA_ACTIONS_PORT": str(free_port)}
    with pytest.raises(Fault, match="is used by another part: set HEZA_ACTIONS_PORT"):
        ports.choose(both)


@pytest.mark.parametrize("value", ["x", "-1", "0", "65536", "80.5"])
def test_what_is_no_port_number_is_refused(value: str) -> None:
    with pytest.raises(Fault, match="is no port number"):
        ports.choose({"HEZA_PORT": value})


def test_an_address_that_is_not_this_machines_is_refused(free_port: int) -> None:
    with pytest.raises(Fault, match="cannot be used"):
        ports.choose({"HEZA_PORT": str(free_port), "HEZA_HOST": "192.0.2.1"})


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({}, "http://127.0.0.1:8080"),
        ({"HEZA_PORT": "9000"}, "http://127.0.0.1:9000"),
        ({"HEZA_HOST": "0.0.0.0"}, "http://127.0.0.1:8080"),
        ({"HEZA_HOST": "::1"}, "http://[::1]:8080"),
        ({"HEZA_HOST": "192.0.2.1"}, "http://192.0.2.1:8080"),
    ],
)
def test_the_address_of_a_running_portal(settings: dict[str, str], address: str) -> None:
    assert ports.usual_address(settings) == address
