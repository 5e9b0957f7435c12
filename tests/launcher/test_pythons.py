"""Finding interpreters: every candidate is executed, none is believed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from launcher import pythons
from launcher.places import Fault

Script = Callable[[str, str], Path]


def settings(tmp_path: Path, *folders: str) -> dict[str, str]:
    return {"PATH": ":".join(str(tmp_path / folder) for folder in folders), "HOME": str(tmp_path / "home")}


def test_a_failing_shim_is_skipped(script: Script, interpreter: Callable[..., Path], tmp_path: Path) -> None:
    script("shims/python3.10", "echo 'pyenv: python3.10: command not found' >&2; exit 127")
    good = interpreter("bin/python3.10", 3, 10)
    found = pythons.find(pythons.BOT, settings(tmp_path, "shims", "bin"), uv=None)
    assert (found.path, found.version) == (good, (3, 10))


def test_the_shim_of_pyenv_leads_to_its_versions(
    script: Script, interpreter: Callable[..., Path], tmp_path: Path
) -> None:
    script("shims/python3.10", "exit 127")
    good = interpreter("pyenv/versions/3.10.13/bin/python3.10", 3, 10)
    environment = {**settings(tmp_path, "shims"), "PYENV_ROOT": str(tmp_path / "pyenv")}
    assert pythons.find(pythons.BOT, environment, uv=None).path == good


def test_pyenv_is_found_in_the_home_folder(interpreter: Callable[..., Path], tmp_path: Path) -> None:
    good = interpreter("home/.pyenv/versions/3.12.1/bin/python3.12", 3, 12)
    assert pythons.find(pythons.APP, settings(tmp_path), uv=None).path == good


@pytest.mark.parametrize(
    ("version", "kind"), [((3, 11), "CPython"), ((2, 7), "CPython"), ((3, 10), "PyPy")], ids=str
)
def test_what_has_the_name_but_not_the_version_is_skipped(
    interpreter: Callable[..., Path], tmp_path: Path, version: tuple[int, int], kind: str
) -> None:
    interpreter("first/python3.10", *version, kind)
    good = interpreter("second/python3", 3, 10)
    assert pythons.find(pythons.BOT, settings(tmp_path, "first", "second"), uv=None).path == good


@pytest.mark.parametrize("answer", ["hello", "[]", "null", '["CPython", 3, "x", true]'])
def test_nonsense_is_no_interpreter(script: Script, answer: str) -> None:
    assert pythons.ask(script("python3", f"echo '{answer}'")) is None


def test_a_real_interpreter_says_what_it_is() -> None:
    found = pythons.ask(sys.executable)
    assert found is not None
    assert found.version == sys.version_info[:2]


def test_uv_is_asked_before_it_installs(
    script: Script, interpreter: Callable[..., Path], tmp_path: Path
) -> None:
    python = interpreter("uv/python3.10", 3, 10)
    uv = script("uv/uv", f'echo "$@" >> {tmp_path}/uv.log; [ "$2" = find ] && echo {python}')
    assert pythons.find(pythons.BOT, settings(tmp_path), uv).path == python
    assert (tmp_path / "uv.log").read_text().count("\n") == 1


def test_uv_installs_what_is_nowhere(
    script: Script, interpreter: Callable[..., Path], tmp_path: Path
) -> None:
    python = interpreter("uv/python3.10", 3, 10)
    installed = tmp_path / "installed"
    uv = script(
        "uv/uv",
        f'case "$2" in install) echo "$3" > {installed};; find) [ -e {installed} ] && echo {python};; esac',
    )
    assert pythons.find(pythons.BOT, settings(tmp_path), uv).path == python
    assert installed.read_text() == "3.10\n"


def test_one_line_says_what_to_install(script: Script, tmp_path: Path) -> None:
    with pytest.raises(Fault) as fault:
        pythons.find(pythons.BOT, settings(tmp_path), script("uv", "exit 2"))
    assert str(fault.value) == (
        "Python 3.10 was not found: install it, for example with 'pyenv install 3.10' "
        "or 'uv python install 3.10', and try again."
    )
