"""Runs the assistant: Rasa and the portal, together or not at all."""

from __future__ import annotations

import json
import os
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException

from launcher import processes, training
from launcher.console import complain, say
from launcher.places import Fault, Places
from launcher.ports import LOOPBACK, Ports

TIME_TO_START = 180.0  # seconds; Rasa needs 25 to 50
_PAUSE = 0.25


class PartDied(Fault):
    """Rasa or the portal ended by itself."""


@contextmanager
def running(places: Places, ports: Ports) -> Iterator[list[processes.Child]]:
    """Start both parts, hand them over when they are ready, and stop them at the end.

    Args:
        places: the working copy, set up and trained.
        ports: where the parts listen.

    Raises:
        Fault: a part died, or the assistant was not ready in time.
    """
    parts: list[processes.Child] = []
    secret = places.settings.get("HEZA_SECRET") or secrets.token_hex(32)
    try:
        parts.append(start_rasa(places, ports, secret))
        parts.append(start_portal(places, ports, secret))
        say(f"Starting Rasa and the portal; logs in {places.shown(places.logs)}/ …")
        _wait_until_ready(parts, ports.address, places)
        yield parts
    finally:
        processes.stop(parts)
        say("The assistant has stopped.")


def serve(places: Places, ports: Ports, parent: int | None = None) -> None:
    """Run the assistant until told to stop.

    Args:
        places: the working copy, set up and trained.
        ports: where the parts listen.
        parent: process that started the launcher, if the assistant is to end with it.

    Raises:
        Fault: a part died, or the assistant was not ready in time. Both parts are stopped then.
    """
    with running(places, ports) as parts:
        say(f"The HEZA assistant answers at {ports.address} (stop it with Ctrl-C).")
        while parent is None or os.getppid() == parent:
            _check_alive(parts, places)
            time.sleep(_PAUSE)


def start_rasa(places: Places, ports: Ports, secret: str) -> processes.Child:
    """Start Rasa's server with our channel, on loopback."""
    command = places.bot("rasa", "run", "--model", places.shown(places.model))
    command += ["--interface", LOOPBACK, "--port", str(ports.rasa)]
    command += ["--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
    environment = places.bot_environment(
        HEZA_SECRET=secret,
        HEZA_ACTIONS_URL=f"http://{LOOPBACK}:{ports.actions}/webhook",
    )
    return processes.Child("rasa", command, places.root, environment, places.logs / "rasa.log")


def start_portal(places: Places, ports: Ports, secret: str) -> processes.Child:
    """Start the portal, which also serves the actions."""
    model = training.trained_from(places)[:8]
    environment = places.app_environment(
        HEZA_SECRET=secret,
        HEZA_RASA_URL=f"http://{LOOPBACK}:{ports.rasa}",
        HEZA_HOST=ports.host,
        HEZA_PORT=str(ports.portal),
        HEZA_ACTIONS_PORT=str(ports.actions),
        HEZA_METRICS_PORT=str(ports.metrics),
        HEZA_MODEL=places.settings.get("HEZA_MODEL") or f"heza-{model}",
    )
    return processes.Child(
        "portal", places.app("portal"), places.root, environment, places.logs / "portal.log"
    )


def missing(address: str) -> list[str]:
    """Return what the assistant still lacks: names of failed checks, nothing when it is ready."""
    # Past any proxy that the environment names: the address is this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{address}/readyz", timeout=5):
            return []
    except urllib.error.HTTPError as error:
        with error:
            return _failed_checks(error.read()) or [f"the portal (status {error.code})"]
    except (OSError, HTTPException):
        return ["the portal"]


def _failed_checks(body: bytes) -> list[str]:
    try:
        answer = json.loads(body)
        return [name for name, state in answer["checks"].items() if state != "ok"]
    except (ValueError, TypeError, LookupError, AttributeError):
        return []


def _wait_until_ready(parts: list[processes.Child], address: str, places: Places) -> None:
    deadline = time.monotonic() + TIME_TO_START
    lacking = missing(address)
    while lacking:
        _check_alive(parts, places)
        if time.monotonic() > deadline:
            raise Fault(f"Not ready after {TIME_TO_START:.0f} s; missing: {', '.join(lacking)}.")
        time.sleep(_PAUSE)
        lacking = missing(address)


def _check_alive(parts: list[processes.Child], places: Places) -> None:
    for part in parts:
        if part.status is not None:
            assert part.log is not None
            complain(f"Last lines of {places.shown(part.log)}:\n{part.last_lines()}\n")
            raise PartDied(f"{part.name} ended with status {part.status}; the rest is stopped.")
