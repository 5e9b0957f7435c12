"""Commands of the two runtimes that talk to the user at the terminal."""

from __future__ import annotations

import secrets
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace

from launcher import ports, processes, service
from launcher.places import Places

# What talks to the whole assistant, and so needs an action server beside it.
_TALKING = ("shell", "interactive")


def rasa(places: Places, arguments: Sequence[str]) -> int:
    """Run Rasa's own command line; return its exit status.

    Args:
        places: the working copy, set up.
        arguments: of Rasa, for example ``["test", "nlu"]``.
    """
    secret = places.settings.get("HEZA_SECRET") or secrets.token_hex(32)
    port = places.settings.get("HEZA_ACTIONS_PORT") or str(ports.any_free())
    environment = places.bot_environment(
        HEZA_SECRET=secret,
        HEZA_ACTIONS_URL=f"http://{ports.LOOPBACK}:{port}/webhook",
    )
    beside = [_actions(places, secret, port)] if _needs_actions(arguments) else []
    try:
        return _run(places, places.bot("rasa", *arguments), environment)
    finally:
        processes.stop(beside)


def bot(places: Places, arguments: Sequence[str]) -> int:
    """Run a module of the Rasa runtime, for example ``["benchmarks.nlu", "--help"]``."""
    return _run(places, places.bot(*arguments), places.bot_environment())


def app(places: Places, arguments: Sequence[str]) -> int:
    """Run a module of the application runtime, for example ``["evaluation.explain", "…"]``."""
    return _run(places, places.app(*arguments), places.app_environment())


def app_with_service(places: Places, arguments: Sequence[str]) -> int:
    """Run a module that talks to the assistant, and start the assistant if it does not run already.

    Args:
        places: the working copy, set up and trained.
        arguments: a module that takes ``--url``, and its own arguments.
    """
    module, given = arguments[0], list(arguments[1:])
    usual = ports.usual_address(places.settings)
    if "--url" in given:
        return app(places, arguments)
    if not service.missing(usual):
        return app(places, [module, "--url", usual, *given])
    return app_with_own_service(places, arguments)


def app_with_own_service(places: Places, arguments: Sequence[str]) -> int:
    """Run a module that talks to the assistant beside one of this working copy, on ports of its own."""
    module, given = arguments[0], list(arguments[1:])
    own = {"HEZA_HOST": ports.LOOPBACK, "HEZA_PORT": str(ports.any_free()), "HEZA_RATE_LIMITS": "off"}
    places = replace(places, settings={**places.settings, **own})
    chosen = ports.choose(places.settings)
    with service.running(places, chosen):
        return app(places, [module, "--url", chosen.address, *given])


def _needs_actions(arguments: Sequence[str]) -> bool:
    return bool(arguments) and arguments[0] in _TALKING and "nlu" not in arguments[1:2]


def _actions(places: Places, secret: str, port: str) -> processes.Child:
    command = places.app("actions", "--port", port)
    environment = places.app_environment(HEZA_SECRET=secret)
    return processes.Child("actions", command, places.root, environment, places.logs / "actions.log")


def _run(places: Places, command: Sequence[str], environment: Mapping[str, str]) -> int:
    # Ctrl-C belongs to the command alone. Not SIG_IGN: the command would inherit that.
    former = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        return subprocess.run(  # noqa: S603 - the user's own command line
            command, cwd=str(places.root), env=dict(environment), check=False
        ).returncode
    finally:
        signal.signal(signal.SIGINT, former)
