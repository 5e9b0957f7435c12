"""The test command: every step runs, and the last line counts them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

STEPS = [
    "setup",
    "front end",
    "front-end check",
    "tests of front end",
    "training",
    "ruff check",
    "ruff format",
    "mypy",
    "knowledge check",
    "rasa data validate",
    "tests of bot",
    "tests of app",
    "tests end to end",
]


def summary(output: str) -> dict[str, str]:
    lines = output.splitlines()[-len(STEPS) - 2 : -2]
    return {line[:18].strip(): line[18:].split()[0] for line in lines}


def test_all_steps_in_order(working_copy: Any) -> None:
    status, output = working_copy.run("test")
    assert status == 0, output
    assert output.splitlines()[-1] == "13 passed, 0 failed"
    assert summary(output) == dict.fromkeys(STEPS, "passed")
    assert working_copy.commands()[3:] == [
        "ruff check",
        "ruff format --check",
        "mypy",
        "knowledge check",
        "rasa data validate --fail-on-warnings",
        "pytest tests/bot -c tests/bot/pytest.ini",
        "pytest tests --ignore=tests/bot --ignore=tests/e2e",
        "pytest tests/e2e",
    ]


def test_a_failure_does_not_keep_the_others_from_running(working_copy: Any) -> None:
    status, output = working_copy.run("test", PRETEND_FAIL="ruff")
    assert status == 1
    assert output.splitlines()[-1] == "11 passed, 2 failed"
    assert {name for name, result in summary(output).items() if result == "FAILED"} == {
        "ruff check",
        "ruff format",
    }


def test_a_failed_training_is_a_failed_step(working_copy: Any) -> None:
    status, output = working_copy.run("test", PRETEND_FAIL="rasa train")
    assert status == 1
    assert output.splitlines()[-1] == "12 passed, 1 failed"


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
    assert (status, output.splitlines()[-1]) == (0, "12 passed, 0 failed")
    assert "pytest tests/e2e" not in working_copy.commands()


def test_further_arguments_go_to_every_pytest(working_copy: Any) -> None:
    working_copy.run("test", "--fast", "-k", "greeting", "-x")
    suites = [command for command in working_copy.commands() if command.startswith("pytest")]
    assert len(suites) == 2
    assert all(command.endswith(" -k greeting -x") for command in suites)


def test_the_developers_settings_are_not_for_tests(working_copy: Any) -> None:
    working_copy.run("test", "--fast", DATABASE_URL="postgresql://ours", HEZA_HOTLINE="113", HEZA_VAR="ours")
    environment = working_copy.calls()[-1]["environment"]
    assert not {"DATABASE_URL", "HEZA_HOTLINE", "HEZA_PORT"} & set(environment)
    assert environment["HEZA_VAR"] == str(working_copy.root / "var")


def test_long_runs_the_whole_evaluations_and_every_fault(working_copy: Any) -> None:
    status, output = working_copy.run("test", "--long")
    assert status == 0, output
    steps = ["setup", "training", "evaluation, whole set", "evaluation, no Rasa", "faults of every part"]
    assert summary_of(output) == dict.fromkeys(steps, "passed")
    whole, without_rasa, faults = working_copy.commands()[-3:]
    assert whole.startswith("evaluation --url http://127.0.0.1:")
    assert whole.endswith(" --gate")
    assert without_rasa == "evaluation.fallback"
    assert faults == "pytest tests/faults -m long"


def summary_of(output: str) -> dict[str, str]:
    rows = output[output.rindex("\n\n", 0, output.rindex("\n\n")) :].splitlines()
    return {row[:22].strip(): row[22:].split()[0] for row in rows if row.endswith(" s")}
