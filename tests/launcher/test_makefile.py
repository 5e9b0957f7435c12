"""The Makefile: the commands that people and tools rely on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TARGETS = [
    *(
        "help",
        "run",
        "chat",
        "test",
        "test-fast",
        "test-long",
        "lint",
        "setup",
        "train",
        "retrain",
        "evaluate",
        "evaluate-fallback",
        "explain",
    ),
    *("bench", "bench-turns", "bench-scale", "bench-nlu", "bench-nlu-latency", "bench-seeds", "screenshots"),
    *("rasa-shell", "rasa-test", "backup", "restore", "audit", "lock", "clean"),
]

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")


def make(*arguments: str) -> str:
    # The tests themselves may have been started by make, which would now speak as its own child.
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
    }
    done = subprocess.run(
        ["make", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_help_is_the_default_and_lists_every_target() -> None:
    assert re.findall(r"^  make ([a-z-]+) +\S", make(), re.MULTILINE) == TARGETS


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_goes_through_the_launcher_or_needs_nothing(target: str) -> None:
    commands = make("--dry-run", target, "q=x").splitlines()
    assert commands
    assert commands[0].split()[0] in {"python3", "awk", "rm"}


def test_a_data_set_reaches_the_benchmark_with_its_blanks() -> None:
    echo = make("bench-nlu", "LAUNCHER=printf '%s\\n'", "data=/my data", "format=csv", "args=--crf")
    assert echo.splitlines()[2:] == ["benchmarks.nlu", "--data", "/my data", "--format", "csv", "--crf"]
    assert make("bench-nlu", "LAUNCHER=printf '%s\\n'", "args=--help").splitlines()[-1] == "--help"


def test_a_question_reaches_explain_with_its_quotes() -> None:
    echo = make("explain", "LAUNCHER=printf '%s\\n'", 'q=Thời hạn "cấp" $GCN\'s?')
    assert echo.splitlines()[-1] == 'Thời hạn "cấp" CN\'s?'


def test_an_archive_reaches_restore_with_its_blanks() -> None:
    echo = make("restore", "LAUNCHER=printf '%s\\n'", "file=/my backups/heza.tar.gz", "args=--replace")
    assert echo.splitlines() == ["restore", "--", "/my backups/heza.tar.gz", "--replace"]
