"""Running the assistant: both parts or none, and no orphans."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from launcher import service


@contextmanager
def ready(working_copy: Any, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run the launcher and hand it over when it says that the assistant answers."""
    with working_copy.start("run", *arguments, **environment) as process:
        for line in process.stdout:
            if "answers at" in line:
                break
        working_copy.pid("rasa")  # on a busy machine the pretended portal is ready before Rasa has begun
        try:
            yield process
        finally:
            process.kill()


def test_it_sets_up_trains_and_answers(working_copy: Any) -> None:
    with ready(working_copy) as process:
        assert process.poll() is None
    started = working_copy.commands()
    assert started[:2] == ["knowledge load --keep-edits", "knowledge export-nlu var/nlu-export.json"]
    assert started[2].startswith("rasa train ")
    assert sorted(command.split()[0] for command in started[3:]) == ["portal", "rasa"]


def test_the_parts_know_each_other(working_copy: Any, free_port: int) -> None:
    with ready(working_copy, HEZA_RASA_PORT=str(free_port)):
        pass
    calls = {call["arguments"][0]: call for call in working_copy.calls()[-2:]}
    rasa, portal = calls["rasa"]["environment"], calls["portal"]["environment"]
    assert f"--interface 127.0.0.1 --port {free_port} " in " ".join(calls["rasa"]["arguments"])
    assert portal["HEZA_RASA_URL"] == f"http://127.0.0.1:{free_port}"
    assert rasa["HEZA_ACTIONS_URL"] == f"http://127.0.0.1:{portal['HEZA_ACTIONS_PORT']}/webhook"
    assert rasa["HEZA_TRACKER"] == str(working_copy.root / "var" / "tracker.sqlite")
    assert rasa["HEZA_SECRET"] == portal["HEZA_SECRET"]
    assert len(rasa["HEZA_SECRET"]) == 64
    assert portal["HEZA_METRICS_PORT"] not in {portal["HEZA_PORT"], portal["HEZA_ACTIONS_PORT"]}
    assert portal["HEZA_MODEL"].startswith("heza-")


def test_a_secret_that_is_set_is_kept(working_copy: Any) -> None:
    with ready(working_copy, HEZA_SECRET="ours"):
        pass
    assert {call["environment"]["HEZA_SECRET"] for call in working_copy.calls()[-2:]} == {"ours"}


def test_heza_var_moves_data_and_logs(working_copy: Any) -> None:
    with ready(working_copy, HEZA_VAR="elsewhere"):
        pass
    assert (working_copy.root / "elsewhere/log/rasa.log").read_text().startswith("pretending rasa run")
    assert (working_copy.root / "elsewhere/log/portal.log").read_text().startswith("pretending portal")
    assert not (working_copy.root / "var/log").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_both(working_copy: Any, number: signal.Signals) -> None:
    with ready(working_copy) as process:
        process.send_signal(number)
        output, _ = process.communicate(timeout=30)
        assert process.returncode == 0
    assert output.endswith("The assistant has stopped.\n")
    assert working_copy.has_ended("rasa")
    assert working_copy.has_ended("portal")


def test_a_signal_that_comes_twice_does_no_harm(working_copy: Any) -> None:
    """As from ``make``, which passes SIGTERM on to what its whole group has received already."""
    with ready(working_copy) as process:
        process.terminate()
        process.terminate()
        assert process.wait(30) == 0
    assert working_copy.has_ended("rasa")
    assert working_copy.has_ended("portal")


@pytest.mark.parametrize(("dying", "other"), [("rasa", "portal"), ("portal", "rasa")])
def test_one_part_dying_stops_the_other_and_is_named(working_copy: Any, dying: str, other: str) -> None:
    status, output = working_copy.run("run", PRETEND_DIES=dying)
    assert status == 1
    assert f"{dying} ended with status 4" in output
    assert f"Last lines of var/log/{dying}.log:" in output
    assert f"{dying} cannot go on" in output
    assert working_copy.has_ended(other)


def test_a_part_that_dies_later_is_noticed(working_copy: Any) -> None:
    with ready(working_copy) as process:
        os.kill(working_copy.pid("portal"), signal.SIGKILL)
        output, _ = process.communicate(timeout=30)
        assert process.returncode == 1
    assert "portal ended with status -9" in output
    assert working_copy.has_ended("rasa")


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone can tie a child to its parent")
def test_no_orphan_survives_a_killed_launcher(working_copy: Any) -> None:
    with ready(working_copy) as process:
        process.kill()
        process.wait(10)
    assert working_copy.has_ended("rasa")
    assert working_copy.has_ended("portal")


def test_with_parent_ends_with_the_caller(working_copy: Any, eventually: Callable[..., Any]) -> None:
    caller = f"{sys.executable} -m launcher run --with-parent & sleep 60"
    with subprocess.Popen(
        ["sh", "-c", caller],
        cwd=working_copy.root,
        env=working_copy.places.settings,
        stdout=subprocess.DEVNULL,
    ) as shell:
        working_copy.pid("portal")
        shell.kill()
    assert working_copy.has_ended("rasa")
    assert working_copy.has_ended("portal")


@pytest.mark.parametrize("name", ["HEZA_PORT", "HEZA_RASA_PORT", "HEZA_ACTIONS_PORT", "HEZA_METRICS_PORT"])
def test_a_taken_port_is_reported_before_anything_starts(working_copy: Any, name: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        status, output = working_copy.run("run", **{name: str(port)})
    assert status == 1
    assert output == f"Port {port} on 127.0.0.1 is taken by another program: set {name} to another one.\n"
    assert working_copy.calls() == []


def test_the_missing_check_is_named_when_time_is_up(
    working_copy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = working_copy.root / "launcher" / "service.py"
    module.write_text(module.read_text().replace("TIME_TO_START = 180.0", "TIME_TO_START = 1.0"))
    status, output = working_copy.run("run", PRETEND_DOWN="actions")
    assert status == 1
    assert "Not ready after 1 s; missing: actions." in output
    assert working_copy.has_ended("rasa")


def test_nothing_answers(free_port: int) -> None:
    assert service.missing(f"http://127.0.0.1:{free_port}") == ["the portal"]


def test_what_answers_is_not_the_portal() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        thread = threading.Thread(target=_answer_nonsense, args=(other,))
        thread.start()
        assert service.missing(f"http://127.0.0.1:{other.getsockname()[1]}") == ["the portal"]
        thread.join()


def _answer_nonsense(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(1024)
        connection.sendall(b"220 mail.example ESMTP\r\n")
