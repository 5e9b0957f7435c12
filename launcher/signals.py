"""Ctrl-C, SIGTERM and a closed terminal: one way to stop for all of them."""

from __future__ import annotations

import signal
from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(SystemExit):
    """Raised where the launcher is when it is told to stop."""


def listen() -> None:
    """Raise ``Stopped`` in the main thread when a stopping signal comes.

    An ignored SIGHUP stays ignored (``nohup``). An ignored SIGINT does not: shells ignore it
    for what they start in the background, and it must stop the launcher there too.
    """
    for number in STOPPING:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _stop)


def ignore() -> None:
    """Ignore further signals: stopping is under way, takes seconds and must not be cut short."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)


def _stop(number: int, frame: FrameType | None) -> None:
    ignore()
    raise Stopped(128 + number)
