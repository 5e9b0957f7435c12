"""Locking: every lock file, the constrained ones last."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from launcher import frontend, locks, runtimes
from launcher.places import Fault, Places

ALWAYS = "pip compile --generate-hashes --no-emit-index-url --no-header --quiet"


def test_every_lock_is_compiled_for_its_python(script: Callable[[str, str], Path], tmp_path: Path) -> None:
    (tmp_path / "requirements").mkdir()
    script("bin/uv", f'echo "$@" >> {tmp_path}/uv.log')
    places = Places(tmp_path, {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"})
    locks.lock(places, upgrade=True)
    calls = [line for line in (tmp_path / "uv.log").read_text().splitlines() if line != "--version"]
    assert calls == [
        f"{ALWAYS} --universal --python-version 3.8 --upgrade tools.in -o tools.txt",
        f"{ALWAYS} --universal --python-version 3.11 --upgrade node.in -o node.txt",
        f"{ALWAYS} --python-version 3.10 --upgrade bot.in -o bot.txt",
        f"{ALWAYS} --python-version 3.10 --upgrade bot-dev.in -o bot-dev.txt",
        f"{ALWAYS} --universal --python-version 3.11 --upgrade app.in -o app.txt",
        f"{ALWAYS} --universal --python-version 3.11 --upgrade app-dev.in -o app-dev.txt",
    ]


def test_without_uv_there_is_no_locking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "find_uv", lambda _places: None)
    with pytest.raises(Fault, match="Locking needs uv"):
        locks.lock(Places(tmp_path, {}))


def test_the_locks_of_the_repository_are_those_of_the_runtimes() -> None:
    built = [
        name
        for runtime in (runtimes.TOOLS, frontend.NODE, runtimes.BOT, runtimes.APP)
        for name in runtime.locks + runtime.dev_locks
    ]
    assert [f"{name}.txt" for name, _ in locks.LOCKS] == built
