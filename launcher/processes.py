"""Child processes that never outlive the launcher."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from launcher import signals

PATIENCE = 10.0  # seconds between SIGTERM and SIGKILL
KEPT_LOGS = 3
_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


class Child:
    """A process in its own group, with its output in a log file or on the terminal.

    Args:
        name: what the user calls it.
        command: program and arguments.
        folder: working directory.
        environment: all its environment variables.
        log: file that takes its output; the terminal by default.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        folder: Path,
        environment: Mapping[str, str],
        log: Path | None = None,
    ) -> None:
        self.name = name
        self.log = log
        output = _fresh(log) if log else None
        try:
            # The group of its own keeps Ctrl-C for the launcher alone, which then stops the
            # child in order, and lets it reach the child's own children.
            self._process = subprocess.Popen(  # noqa: S603 - commands are the launcher's own
                [str(part) for part in command],
                cwd=str(folder),
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if log else None,
                start_new_session=True,
                preexec_fn=_bind_to_launcher(),  # safe: the launcher has no threads
            )
        finally:
            if output is not None:
                os.close(output)

    @property
    def status(self) -> int | None:
        """Return the exit status, ``None`` while the process runs."""
        return self._process.poll()

    def wait(self) -> int:
        """Wait for the end; return the exit status."""
        return self._process.wait()

    def last_lines(self, count: int = 20) -> str:
        """Return the end of the log."""
        if self.log is None or not self.log.exists():
            return ""
        with self.log.open(encoding="utf-8", errors="replace") as lines:
            return "".join(deque(lines, maxlen=count)).rstrip()

    def terminate(self) -> None:
        """Ask the process and its children to end."""
        self._signal(signal.SIGTERM)

    def finish(self, seconds: float) -> None:
        """Wait that long for the end, then kill what is left of the group."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(seconds, 0))
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        # macOS says "not permitted" where the group has only ended processes in it.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


def stop(children: Sequence[Child]) -> None:
    """Stop all at once: SIGTERM, ten seconds in all, SIGKILL."""
    signals.ignore()
    for child in children:
        child.terminate()
    deadline = time.monotonic() + PATIENCE
    for child in children:
        child.finish(deadline - time.monotonic())


def execute(
    name: str,
    command: Sequence[str | Path],
    folder: Path,
    environment: Mapping[str, str],
    log: Path | None = None,
) -> tuple[int, Child]:
    """Run a command to its end; stop it when the launcher is told to stop.

    Returns:
        The exit status, and the ended child with its log.
    """
    child = Child(name, command, folder, environment, log)
    try:
        return child.wait(), child
    except BaseException:
        stop([child])
        raise


def _bind_to_launcher() -> Callable[[], None] | None:
    """Return what a child does before it starts: ask Linux to kill it when the launcher dies.

    It serves the case where the launcher cannot stop its children itself: SIGKILL.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    launcher = os.getpid()

    def bind() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != launcher:  # it died before the call above
            os._exit(1)

    return bind


def _fresh(log: Path) -> int:
    """Open a new log file and keep the former ones as ``….log.1`` (the youngest) and on."""
    log.parent.mkdir(parents=True, exist_ok=True)
    former = [log] + [log.with_name(f"{log.name}.{number}") for number in range(1, KEPT_LOGS + 1)]
    for older, younger in zip(reversed(former[1:]), reversed(former[:-1])):  # noqa: B905 - Python 3.8
        if younger.exists():
            younger.replace(older)
    return os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
