"""Building the runtimes: what is built when, and from what."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from launcher import pythons, runtimes
from launcher.places import Fault, Places
from launcher.runtimes import APP, BOT, TOOLS

Script = Callable[[str, str], Path]

UV = """
echo "$@" >> {log}
case "$1" in
--version) exit 0;;
venv) for home; do :; done; mkdir -p "$home/bin"; cp "$4" "$home/bin/python";;
pip) {install};;
esac
"""


@pytest.fixture
def places(tmp_path: Path, interpreter: Callable[..., Path]) -> Places:
    interpreter("bin/python3.10", 3, 10)
    interpreter("bin/python3.11", 3, 11)
    root = tmp_path / "copy"
    (root / "requirements").mkdir(parents=True)
    for name in (*BOT.locks, *BOT.dev_locks, *APP.locks, *APP.dev_locks, *TOOLS.locks):
        (root / "requirements" / name).write_text(name)
    return Places(root, {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "HOME": str(tmp_path)})


@pytest.fixture
def uv(script: Script, tmp_path: Path) -> Callable[..., list[str]]:
    """Put a uv on PATH; return what reads its calls, without the questions for its version."""
    log = tmp_path / "uv.log"

    def calls(install: str | None = None) -> list[str]:
        if install is not None:
            script("bin/uv", UV.format(log=log, install=install))
        lines = log.read_text().splitlines() if log.exists() else []
        return [line.replace(f"{tmp_path}/", "") for line in lines if line != "--version"]

    calls("exit 0")
    return calls


def test_both_are_built_from_their_locks(
    places: Places, uv: Callable[..., list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    runtimes.setup(places)
    assert uv() == [
        "venv --quiet --python bin/python3.10 copy/var/venv-bot",
        "pip sync --python copy/var/venv-bot/bin/python --require-hashes copy/requirements/bot.txt",
        "venv --quiet --python bin/python3.11 copy/var/venv-app",
        "pip sync --python copy/var/venv-app/bin/python --require-hashes copy/requirements/app.txt",
    ]
    lines = capsys.readouterr().out.splitlines()
    assert [line[:5] for line in lines] == ["[1/5]", "[2/5]", "[3/5]", "[4/5]", "[5/5]"]
    assert re.fullmatch(r"\[4/5\] Packages of the Rasa runtime \(takes a minute or two\), \d+ s", lines[3])


def test_a_second_time_does_nothing(
    places: Places, uv: Callable[..., list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    runtimes.setup(places)
    before = uv()
    capsys.readouterr()
    runtimes.setup(places)
    assert (uv(), capsys.readouterr().out) == (before, "")


def test_dev_is_one_sync_of_both_files(places: Places, uv: Callable[..., list[str]]) -> None:
    runtimes.setup(places, dev=True)
    assert "copy/requirements/app.txt copy/requirements/app-dev.txt" in uv()[-1]
    assert APP.is_current(places, dev=True)
    assert APP.is_current(places, dev=False)


def test_without_dev_is_not_enough_for_dev(places: Places, uv: Callable[..., list[str]]) -> None:
    runtimes.setup(places)
    assert APP.is_current(places, dev=False)
    assert not APP.is_current(places, dev=True)


def test_only_the_runtime_whose_lock_changed_is_built_and_in_place(
    places: Places, uv: Callable[..., list[str]]
) -> None:
    runtimes.setup(places)
    before = len(uv())
    places.lock("app.txt").write_text("newer")
    runtimes.setup(places)
    assert [call[:34] for call in uv()[before:]] == ["pip sync --python copy/var/venv-ap"]


def test_a_change_keeps_the_part_of_the_tests(places: Places, uv: Callable[..., list[str]]) -> None:
    runtimes.setup(places, dev=True)
    places.lock("app.txt").write_text("newer")
    runtimes.setup(places, dev=False)
    assert APP.is_current(places, dev=True)


def test_a_runtime_that_lost_its_interpreter_is_built_again(
    places: Places, uv: Callable[..., list[str]]
) -> None:
    runtimes.setup(places)
    APP.python(places).unlink()
    assert not APP.is_current(places, dev=False)
    runtimes.setup(places)
    assert APP.is_current(places, dev=False)


def test_a_stamp_that_cannot_be_read_counts_for_nothing(places: Places) -> None:
    APP.home(places).mkdir(parents=True)
    (APP.home(places) / "heza-stamp.json").write_text("{")
    assert APP.built_from(places) == {}


def test_a_failed_build_says_why_and_is_repeated_from_the_start(
    places: Places, uv: Callable[..., list[str]]
) -> None:
    uv("echo 'no space left'; exit 2")
    with pytest.raises(Fault, match=r"failed with status 2:\n.*pip sync.*\nno space left"):
        runtimes.setup(places)
    assert not BOT.is_current(places, dev=False)
    (BOT.home(places) / "half-installed").touch()
    uv("exit 0")
    runtimes.setup(places)
    assert BOT.is_current(places, dev=False)
    assert not (BOT.home(places) / "half-installed").exists()


def test_no_package_is_installed_while_a_python_is_missing(
    places: Places, uv: Callable[..., list[str]], tmp_path: Path
) -> None:
    (tmp_path / "bin" / "python3.10").unlink()
    unsuitable = Places(places.root, {**places.settings, "PATH": str(tmp_path / "bin")})
    with pytest.raises(Fault, match=r"^Python 3\.10 was not found"):
        runtimes.setup(unsuitable)
    assert not any(call.startswith("pip") for call in uv())


def test_uv_that_fails_on_path_is_replaced_by_one_from_pip(
    places: Places, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    script("bin/uv", "exit 127")

    def build(places: Places, runtime: runtimes.Runtime, *_: object, **__: object) -> None:
        assert runtime is TOOLS
        script("copy/var/venv-tools/bin/uv", "exit 0")

    monkeypatch.setattr(runtimes, "build", build)
    assert runtimes.find_uv(places) == places.root / "var/venv-tools/bin/uv"


def test_without_uv_pip_installs_by_hash(places: Places, script: Script, tmp_path: Path) -> None:
    log = tmp_path / "pip.log"
    python = script(
        "bin/python3.10",
        f'echo "$@" >> {log}; case "$2" in venv) mkdir -p "$3/bin"; cp "$0" "$3/bin/python";; esac',
    )
    runtimes.build(
        places, BOT, pythons.Interpreter(python, (3, 10), True), ("bot.txt", "bot-dev.txt"), uv=None
    )
    assert log.read_text().replace(f"{tmp_path}/", "").splitlines() == [
        "-m venv copy/var/venv-bot",
        "-m pip install --no-input --no-deps --require-hashes "
        "-r copy/requirements/bot.txt -r copy/requirements/bot-dev.txt",
    ]


def test_without_uv_and_pip_the_package_to_install_is_named(
    places: Places, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtimes, "find_uv", lambda _places: None)
    answer = json.dumps(["CPython", [3, 10], "/usr/bin/python3.10", False])
    script("bin/python3.10", f"echo '{answer}'")
    with pytest.raises(Fault, match=r"apt-get install python3\.10-venv"):
        runtimes.setup(places)


def test_the_interpreters_do_not_see_the_users_pythonpath(
    places: Places, script: Script, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    script("bin/uv", f'echo "${{PYTHONPATH-none}}" > {seen}')
    runtimes.find_uv(Places(places.root, {**places.settings, "PYTHONPATH": "/elsewhere"}))
    assert seen.read_text() == "none\n"
