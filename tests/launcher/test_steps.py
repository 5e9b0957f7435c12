"""The test command: every step runs, and the last line counts them."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

FIRST = ["setup", "front end", "front-end check", "tests of front end"]
WITH_MODEL = [
    *("training", "rasa data validate", "tests of bot", "tests of browser, faults", "tests end to end"),
]
WITHOUT_MODEL = ["ruff check", "ruff format", "mypy", "knowledge check", "tests of app"]
STEPS = [*FIRST, *WITH_MODEL, *WITHOUT_MODEL]


def summary(output: str) -> dict[str, str]:
    return dict(re.findall(r"(?m)^(\S.*?) +(passed|FAILED) +[\d.]+ s$", output))


def test_every_lane_in_its_order(working_copy: Any) -> None:
    status, output = working_copy.run("test")
    assert status == 0, output
    assert output.splitlines()[-1] == "14 passed, 0 failed"
    assert list(summary(output)) == STEPS
    assert output.splitlines()[-2].endswith(" minutes in all")
    assert set(summary(output).values()) == {"passed"}
    with_model = [
        "rasa data validate --fail-on-warnings",
        "pytest tests/bot -c tests/bot/pytest.ini",
        "pytest tests/browser tests/faults",
        "pytest tests/e2e",
    ]
    without = [
        "ruff check",
        "ruff format --check",
        "mypy",
        "knowledge check",
        "pytest tests --ignore=tests/bot --ignore=tests/e2e --ignore=tests/browser --ignore=tests/faults",
    ]
    commands = working_copy.commands()
    assert [command for command in commands if command in with_model] == with_model
    assert [command for command in commands if command in without] == without
    trained = next(n for n, command in enumerate(commands) if command.startswith("rasa train"))
    assert trained < commands.index(with_model[0])


def test_what_a_check_says_is_shown_as_a_whole(working_copy: Any) -> None:
    """However the lanes ran, nothing of another stands between the lines of one."""
    _status, output = working_copy.run("test", PRETEND_FAIL="mypy")
    lines = output.splitlines()
    begins = next(n for n, line in enumerate(lines) if line.startswith("── mypy "))
    assert lines[begins + 1 : begins + 3] == ["pretending mypy", "this is why"]
    assert (working_copy.root / "var/log/mypy.log").read_text() == "pretending mypy\nthis is why\n"


def test_lanes_stop_with_the_launcher(working_copy: Any, eventually: Any, is_alive: Any) -> None:
    with working_copy.start("test", PRETEND_SLOW="mypy") as process:
        pid = int(eventually(lambda: (working_copy.root / "slow.pid").read_text()))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 128 + signal.SIGTERM
    assert eventually(lambda: not is_alive(pid))


def test_a_failure_does_not_keep_the_others_from_running(working_copy: Any) -> None:
    status, output = working_copy.run("test", PRETEND_FAIL="ruff")
    assert status == 1
    assert output.splitlines()[-1] == "12 passed, 2 failed"
    assert {name for name, result in summary(output).items() if result == "FAILED"} == {
        "ruff check",
        "ruff format",
    }


def test_a_failed_training_is_a_failed_step(working_copy: Any) -> None:
    status, output = working_copy.run("test", PRETEND_FAIL="rasa train")
    assert status == 1
    assert output.splitlines()[-1] == "13 passed, 1 failed"


def test_without_runtimes_there_is_nothing_to_run(
    working_copy: Any, script: Callable[[str, str], Path], tmp_path: Path
) -> None:
    script("bin/uv", '[ "$1" = --version ]')
    working_copy.places.lock("bot.txt").write_text("newer")
    status, output = working_copy.run("test", PATH=f"{tmp_path}/bin:/usr/bin:/bin")
    assert status == 1
    assert output.splitlines()[-1] == "0 passed, 1 failed"


def test_fast_leaves_out_the_end_to_end_tests(working_copy: Any) -> None:
    status, output = working_copy.run("test", "--fast")
    assert (status, output.splitlines()[-1]) == (0, "13 passed, 0 failed")
    assert "pytest tests/e2e" not in working_copy.commands()


def test_further_arguments_go_to_every_pytest(working_copy: Any) -> None:
    working_copy.run("test", "--fast", "-k", "greeting", "-x")
    suites = [command for command in working_copy.commands() if command.startswith("pytest")]
    assert len(suites) == 3
    assert all(command.endswith(" -k greeting -x") for command in suites)


def test_the_developers_settings_are_not_for_tests(working_copy: Any) -> None:
    working_copy.run("test", "--fast", DATABASE_URL="postgresql://ours", HEZA_HOTLINE="113", HEZA_VAR="ours")
    environment = working_copy.calls()[-1]["environment"]
    assert not {"DATABASE_URL", "HEZA_HOTLINE", "HEZA_PORT"} & set(environment)
    assert environment["HEZA_VAR"] == str(working_copy.root / "var")


LONG_STEPS = [
    "evaluation, whole set",
    "evaluation, no Rasa",
    "seeds agree",
    "faults of every part",
    "other long tests",
    "million dossiers",
]


def test_long_runs_what_takes_too_long_for_every_change(working_copy: Any) -> None:
    status, output = working_copy.run("test", "--long")
    assert status == 0, output
    assert summary(output) == dict.fromkeys(["setup", "training", *LONG_STEPS], "passed")
    whole, without_rasa, *others = working_copy.commands()[-6:]
    assert whole.startswith("evaluation --url http://127.0.0.1:")
    assert whole.endswith(" --gate")
    assert without_rasa == "evaluation.fallback"
    assert others == [
        "benchmarks.nlu_seeds --output docs/results/seeds.md",
        "pytest tests/faults -m long",
        "pytest tests --ignore=tests/bot --ignore=tests/faults -m long",
        "benchmarks.dossier_scale --gate --output docs/results/dossier-scale.json"
        " --report docs/results/dossier-scale.md",
    ]


def test_what_came_of_the_long_steps_is_kept(working_copy: Any) -> None:
    git(working_copy.root, "init", "-q")
    git(working_copy.root, "commit", "-q", "--allow-empty", "-m", "first")
    commit = git(working_copy.root, "rev-parse", "--short=8", "HEAD")
    working_copy.run("test", "--long", PRETEND_FAIL="nlu_seeds")
    former = kept(working_copy.root)
    assert {name: row[0] for name, row in former.items()} == dict.fromkeys(LONG_STEPS, "passed") | {
        "seeds agree": "FAILED"
    }
    for _result, seconds, ended, checked, machine in former.values():
        assert seconds.isdigit()
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", ended)
        assert checked == commit
        assert "cores" in machine
    (working_copy.root / "config.yml").write_text("changed")
    git(working_copy.root, "add", "config.yml")
    working_copy.run("test", "--long", "--only", "seeds")
    now = kept(working_copy.root)
    assert now.pop("seeds agree")[0::3] == ["passed", f"{commit} and changes"]
    former.pop("seeds agree")
    assert now == former


def test_outside_git_the_commit_is_unknown(working_copy: Any) -> None:
    working_copy.run("test", "--long", "--only", "no Rasa")
    assert kept(working_copy.root)["evaluation, no Rasa"][3] == "unknown"


def kept(root: Path) -> dict[str, list[str]]:
    lines = (root / "docs/results/test-long.md").read_text().splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line[:2] == "| "]
    return {name: row for name, *row in rows[1:]}


def git(root: Path, *arguments: str) -> str:
    author = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    command = ["git", *author, *arguments]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.strip()


def test_one_step_alone(working_copy: Any) -> None:
    status, output = working_copy.run("test", "--only", "mypy")
    assert (status, output.splitlines()[-1]) == (0, "2 passed, 0 failed")
    assert working_copy.commands() == ["mypy"]


def test_the_steps_are_listed_and_not_run(working_copy: Any) -> None:
    assert working_copy.run("test", "--list") == (0, "\n".join(STEPS[1:]) + "\n")
    assert working_copy.run("test", "--long", "--list") == (0, "\n".join(LONG_STEPS) + "\n")
    assert working_copy.commands() == []


def test_a_step_that_does_not_exist_is_a_fault(working_copy: Any) -> None:
    status, output = working_copy.run("test", "--only", "mypi")
    assert status == 1
    assert output.startswith("No step is named like 'mypi'. There are: front end, front-end check,")
    assert working_copy.commands() == []
