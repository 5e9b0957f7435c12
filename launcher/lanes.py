"""Commands in lanes: within a lane one after the other, the lanes side by side.

What a command says is kept in a log and shown as a whole when it has ended, so that nothing is mixed.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from launcher import processes
from launcher.console import say
from launcher.places import Places
from launcher.steps import Result, heading

_LOOK_EVERY_S = 0.1


@dataclass(frozen=True)
class Job:
    """A check that is one command.

    Args:
        name: how the summary names it.
        command: program and arguments.
        environment: all its environment variables.
        accepted: exit statuses with which it has passed.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    accepted: Sequence[int] = (0,)

    def start(self, places: Places) -> processes.Child:
        """Start it, with its output in a log."""
        log = places.logs / f"{self.name.replace(',', '').replace(' ', '-')}.log"
        return processes.Child(self.name, self.command, places.root, self.environment, log)


@dataclass(frozen=True)
class _Running:
    job: Job
    child: processes.Child
    started: float


def run(places: Places, lanes: Sequence[Sequence[Job]]) -> list[Result]:
    """Run all lanes to their ends, whatever becomes of a job; return the results in the order of the lanes.

    No threads: a child may only be started by a process that has none (`processes`).
    """
    waiting = [deque(lane) for lane in lanes]
    running: dict[int, _Running] = {}
    results: dict[str, Result] = {}
    try:
        while any(waiting) or running:
            for lane, jobs in enumerate(waiting):
                if jobs and lane not in running:
                    running[lane] = _start(places, jobs.popleft())
            for lane in [lane for lane, one in running.items() if one.child.status is not None]:
                result = _ended(running.pop(lane))
                results[result.name] = result
            time.sleep(_LOOK_EVERY_S)
    except BaseException:
        processes.stop([one.child for one in running.values()])
        raise
    return [results[job.name] for lane in lanes for job in lane]


def _start(places: Places, job: Job) -> _Running:
    child = job.start(places)
    assert child.log is not None
    say(f"{job.name}: running, output in {places.shown(child.log)}")
    return _Running(job, child, time.monotonic())


def _ended(one: _Running) -> Result:
    """Show what a job said; return how it went."""
    seconds = time.monotonic() - one.started
    say(heading(one.job.name))
    assert one.child.log is not None
    with one.child.log.open(encoding="utf-8", errors="replace") as lines:
        sys.stdout.writelines(lines)
    sys.stdout.flush()
    return Result(one.job.name, one.child.status in one.job.accepted, seconds)
