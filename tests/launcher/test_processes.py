"""Children: logs, and their end."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from launcher import processes, signals


def child(tmp_path: Path, code: str) -> processes.Child:
    command = [sys.executable, "-u", "-c", code]
    return processes.Child("part", command, tmp_path, {}, tmp_path / "log" / "part.log")


def test_output_goes_to_the_log(tmp_path: Path) -> None:
    part = child(tmp_path, "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
    assert part.wait() == 3
    assert part.last_lines() == "out\nerr"


def test_the_last_lines_are_few(tmp_path: Path) -> None:
    part = child(tmp_path, "for n in range(100): print(n)")
    part.wait()
    assert part.last_lines(2) == "98\n99"


def test_a_log_is_rotated_at_start(tmp_path: Path) -> None:
    for number in range(6):
        child(tmp_path, f"print({number})").wait()
    logs = sorted((tmp_path / "log").iterdir())
    assert {log.name: log.read_text().strip() for log in logs} == {
        "part.log": "5",
        "part.log.1": "4",
        "part.log.2": "3",
        "part.log.3": "2",
    }


def test_stopping_reaches_children_of_children(
    tmp_path: Path, eventually: Callable[..., Any], is_alive: Callable[[int], bool]
) -> None:
    part = child(
        tmp_path,
        "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        "print(p.pid); p.wait()",
    )
    grandchild = int(eventually(part.last_lines))
    processes.stop([part])
    assert part.status is not None
    assert eventually(lambda: not is_alive(grandchild))


def test_who_does_not_listen_is_killed(
    tmp_path: Path, eventually: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "PATIENCE", 0.3)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf'); time.sleep(60)"
    parts = [child(tmp_path, deaf), child(tmp_path / "log", deaf)]
    assert all(eventually(part.last_lines) for part in parts)
    started = time.monotonic()
    processes.stop(parts)
    assert [part.status for part in parts] == [-9, -9]
    assert time.monotonic() - started < 5


def test_what_runs_is_stopped_with_the_launcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[processes.Child] = []

    def interrupted(self: processes.Child) -> int:
        started.append(self)
        raise signals.Stopped(143)

    monkeypatch.setattr(processes.Child, "wait", interrupted)
    with pytest.raises(signals.Stopped):
        processes.execute("part", [sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, {})
    assert started[0].status == -15


def test_a_command_gets_no_terminal(tmp_path: Path) -> None:
    part = child(tmp_path, "import sys; print(repr(sys.stdin.read()))")
    part.wait()
    assert part.last_lines() == "''"
