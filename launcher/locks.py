"""Writes the lock files anew: ``requirements/*.in`` to ``requirements/*.txt``."""

from __future__ import annotations

from launcher import processes
from launcher.console import say
from launcher.places import Fault, Places
from launcher.runtimes import find_uv

# In this order, as the dev locks are constrained by the others. The Rasa runtime is locked for
# this platform only: packages of its time have no releases for several at once.
LOCKS = (
    ("tools", ("--universal", "--python-version", "3.8")),
    ("node", ("--universal", "--python-version", "3.11")),
    ("bot", ("--python-version", "3.10")),
    ("bot-dev", ("--python-version", "3.10")),
    ("app", ("--universal", "--python-version", "3.11")),
    ("app-dev", ("--universal", "--python-version", "3.11")),
)


def lock(places: Places, upgrade: bool = False) -> None:
    """Compile every lock file with hashes.

    Args:
        places: the working copy.
        upgrade: take the newest releases instead of keeping the locked ones that still fit.

    Raises:
        Fault: uv cannot be had, or finds no set of releases.
    """
    uv = find_uv(places)
    if uv is None:
        raise Fault("Locking needs uv: install it (https://docs.astral.sh/uv/) and try again.")
    always = ["--generate-hashes", "--no-emit-index-url", "--no-header", "--quiet"]
    for name, options in LOCKS:
        say(f"requirements/{name}.txt")
        command = [uv, "pip", "compile", *always, *options, *(["--upgrade"] if upgrade else [])]
        folder = places.root / "requirements"  # so that the files name each other without a path
        status, _ = processes.execute(
            "lock", [*command, f"{name}.in", "-o", f"{name}.txt"], folder, places.settings
        )
        if status:
            raise Fault(f"requirements/{name}.in cannot be locked.")
