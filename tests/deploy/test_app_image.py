"""What the image `app` holds is enough: its files alone, in a clean folder, load the content and serve.

The runtime is the one that the tests run on; it is built from the same lock file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from launcher.ports import any_free
from tests.deploy.images import Stage, lay_out

SECRET = "only-for-this-test"


@pytest.fixture(scope="module")
def root(stages: dict[str, Stage], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The working directory of the image."""
    folder = tmp_path_factory.mktemp("image") / "heza"
    lay_out(stages["app"], folder)
    (folder / "models").mkdir()
    (folder / "models" / "heza.inputs").write_text("1b2c3d4e5f" + 54 * "0" + "\n")
    return folder


@pytest.fixture(scope="module")
def environment(
    stages: dict[str, Stage], root: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """The variables of the image, and those of compose.yml."""
    data = tmp_path_factory.mktemp("data")
    (data / "secret").write_text(SECRET + "\n")
    ports = {f"HEZA_{name}PORT": str(any_free()) for name in ("", "ACTIONS_", "METRICS_")}
    return {
        **{k: v.replace("/heza", str(root)) for k, v in stages["app"].environment().items()},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HEZA_VAR": str(data),
        "HEZA_SECRET_FILE": str(data / "secret"),
        "HEZA_RASA_URL": "http://127.0.0.1:1",
        "HEZA_HOST": "127.0.0.1",
        "HEZA_PRIVATE_HOST": "127.0.0.1",
        **ports,
    }


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*")}


def test_its_files_load_the_content_and_serve(
    root: Path, environment: dict[str, str], stages: dict[str, Stage]
) -> None:
    before = files(root)
    entrypoint = stages["app"].command("ENTRYPOINT")
    load = [*entrypoint, "python", "-m", "knowledge", "load", "--keep-edits"]
    done = subprocess.run(
        load, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    address = f"http://127.0.0.1:{environment['HEZA_PORT']}"
    with running([*entrypoint, *stages["app"].command("CMD")], root, environment):
        probe = stages["app"].command("HEALTHCHECK")
        script = probe[1:-1]
        assert healthy(script, f"{address}/healthz", root)
        assert not healthy(script, f"{address}/readyz", root)  # Rasa is away, and it says so
        with urllib.request.urlopen(f"{address}/v1/search?q=giay+phep+lao+dong", timeout=20) as found:
            assert json.load(found)["results"]
    assert files(root) == before  # the root of the container is read-only


def healthy(script: list[str], address: str, root: Path) -> bool:
    command = [sys.executable, *script, address]
    return subprocess.run(command, cwd=root, check=False, timeout=30).returncode == 0


@contextmanager
def running(command: list[str], root: Path, environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(command, cwd=root, env=environment)
    try:
        deadline = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < deadline:
            with suppress(OSError):
                address = f"http://127.0.0.1:{environment['HEZA_PORT']}/healthz"
                urllib.request.urlopen(address, timeout=5).close()
                break
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        assert process.wait(30) == 0


def test_a_secret_file_that_cannot_be_read_stops_the_start(root: Path, environment: dict[str, str]) -> None:
    wrong = {**environment, "HEZA_SECRET_FILE": str(root / "nothing")}
    done = subprocess.run(
        ["deploy/with-secrets", "true"], cwd=root, env=wrong, capture_output=True, check=False, timeout=30
    )
    assert done.returncode == 2
    assert b"HEZA_SECRET_FILE" in done.stderr


def test_a_secret_reaches_the_command_with_every_character(tmp_path: Path, root: Path) -> None:
    secret = "a b$(id)'\"`\\*"
    (tmp_path / "secret").write_text(secret + "\n")
    environment = {"PATH": os.environ["PATH"], "HEZA_SECRET_FILE": str(tmp_path / "secret")}
    show = ["deploy/with-secrets", "printenv", "HEZA_SECRET"]
    done = subprocess.run(
        show, cwd=root, env=environment, capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout == secret + "\n"
