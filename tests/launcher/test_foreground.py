"""Commands at the terminal: Rasa's own, and modules of the application."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any


def test_rasa_runs_with_its_environment(working_copy: Any) -> None:
    status, _ = working_copy.run("rasa", "--", "test", "nlu", "--nlu", "data")
    assert status == 0
    [call] = working_copy.calls()
    assert call["arguments"] == ["rasa", "test", "nlu", "--nlu", "data"]
    assert call["environment"]["HEZA_SECRET"]


def test_the_exit_status_of_rasa_is_ours(working_copy: Any) -> None:
    assert working_copy.run("rasa", "--", "test", PRETEND_FAIL="rasa test")[0] == 3


def test_a_talk_with_rasa_has_an_action_server_beside_it(working_copy: Any) -> None:
    working_copy.run("rasa", "--", "shell")
    calls = {call["arguments"][0]: call for call in working_copy.calls()}
    port = calls["actions"]["arguments"][2]
    assert calls["rasa"]["environment"]["HEZA_ACTIONS_URL"] == f"http://127.0.0.1:{port}/webhook"
    assert calls["rasa"]["environment"]["HEZA_SECRET"] == calls["actions"]["environment"]["HEZA_SECRET"]
    assert working_copy.has_ended("actions")


def test_rasa_shell_nlu_needs_none(working_copy: Any) -> None:
    working_copy.run("rasa", "--", "shell", "nlu")
    assert working_copy.commands() == ["rasa shell nlu"]


def test_a_module_of_the_application(working_copy: Any) -> None:
    status, _ = working_copy.run("app", "--", "evaluation.explain", "thời hạn?", "--verbose")
    assert status == 0
    assert working_copy.calls()[-1]["arguments"] == ["evaluation.explain", "thời hạn?", "--verbose"]
    assert not (working_copy.root / "portal.pid").exists()


def test_a_module_of_the_rasa_runtime_needs_no_model(working_copy: Any) -> None:
    status, _ = working_copy.run("bot", "--", "benchmarks.nlu", "--data", "x y", "--format", "csv")
    assert status == 0
    [call] = working_copy.calls()
    assert call["arguments"] == ["benchmarks.nlu", "--data", "x y", "--format", "csv"]
    assert call["environment"]["RASA_TELEMETRY_ENABLED"] == "false"


def test_the_assistant_is_started_for_a_module_that_needs_it(working_copy: Any) -> None:
    status, output = working_copy.run("app", "--service", "--", "evaluation", "--set", "dev")
    assert status == 0, output
    portal = next(call for call in working_copy.calls() if call["arguments"][0] == "portal")
    assert portal["environment"]["HEZA_RATE_LIMITS"] == "off"
    address = f"http://127.0.0.1:{portal['environment']['HEZA_PORT']}"
    assert working_copy.commands()[-1] == f"evaluation --url {address} --set dev"
    assert working_copy.has_ended("rasa")
    assert working_copy.has_ended("portal")


def test_an_assistant_that_runs_already_is_used(working_copy: Any) -> None:
    port = working_copy.places.settings["HEZA_PORT"]
    with working_copy.start("run") as running:
        assert any("answers at" in line for line in running.stdout)
        working_copy.run("app", "--service", "--", "evaluation")
        running.terminate()
        running.communicate(timeout=30)
    assert working_copy.commands()[-1] == f"evaluation --url http://127.0.0.1:{port}"
    assert [command for command in working_copy.commands() if command == "portal"] == ["portal"]


def test_an_address_of_the_users_is_left_alone(working_copy: Any) -> None:
    working_copy.run("app", "--service", "--", "evaluation", "--url", "http://other")
    assert working_copy.commands()[-1] == "evaluation --url http://other"
    assert "portal" not in working_copy.commands()


def test_a_command_that_is_not_known_is_refused(working_copy: Any) -> None:
    status, output = working_copy.run("train", "--fast")
    assert status == 2
    assert "unknown: --fast" in output


def test_the_launcher_needs_nothing_installed(working_copy: Any) -> None:
    """Isolated and without site-packages, as on a machine that has only its own Python."""
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-W", "error", "-m", "launcher", "--help"],
        cwd=working_copy.root,
        env={"PATH": os.defpath},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "setup" in done.stdout
