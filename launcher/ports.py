"""Which ports the parts listen on."""

from __future__ import annotations

import errno
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from launcher.places import Fault

LOOPBACK = "127.0.0.1"
USUAL_PORT = "8080"


@dataclass(frozen=True)
class Ports:
    """The public port of the portal and the private ones, which listen on loopback only."""

    host: str
    portal: int
    rasa: int
    actions: int
    metrics: int

    @property
    def address(self) -> str:
        """Return the address at which this machine reaches the portal."""
        return _address(self.host, str(self.portal))


def usual_address(settings: Mapping[str, str]) -> str:
    """Return where the portal answers if it runs already."""
    return _address(settings.get("HEZA_HOST") or LOOPBACK, settings.get("HEZA_PORT") or USUAL_PORT)


def choose(settings: Mapping[str, str]) -> Ports:
    """Choose the ports: those that are set, else the usual ones, another where a private one is taken.

    Raises:
        Fault: a port that is set, or the portal's own, cannot be had.
    """
    host = settings.get("HEZA_HOST") or LOOPBACK
    taken: set[int] = set()
    return Ports(
        host=host,
        portal=_claimed("HEZA_PORT", settings.get("HEZA_PORT") or USUAL_PORT, host, taken),
        rasa=_private("HEZA_RASA_PORT", 5005, settings, taken),
        actions=_private("HEZA_ACTIONS_PORT", 5055, settings, taken),
        metrics=_private("HEZA_METRICS_PORT", 9464, settings, taken),
    )


def _address(host: str, port: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - every address, this machine's own included
        host = LOOPBACK
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _private(name: str, usual: int, settings: Mapping[str, str], taken: set[int]) -> int:
    if settings.get(name):
        return _claimed(name, settings[name], LOOPBACK, taken)
    port = usual
    while port in taken or _obstacle(LOOPBACK, port):
        port = any_free()
    taken.add(port)
    return port


def _claimed(name: str, value: str, host: str, taken: set[int]) -> int:
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise Fault(f"{name}={value!r} is no port number.")
    port = int(value)
    obstacle = "is used by another part" if port in taken else _obstacle(host, port)
    if obstacle:
        raise Fault(f"Port {port} on {host} {obstacle}: set {name} to another one.")
    taken.add(port)
    return port


def _obstacle(host: str, port: int) -> str | None:
    """Return why the port cannot be listened on, ``None`` if it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: without it, connections that ended a moment ago would count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            return "is taken by another program" if taken else f"cannot be used ({error.strerror or error})"
    return None


def any_free() -> int:
    """Return a port of the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port
