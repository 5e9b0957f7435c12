"""Carry the Dockerfile out without an engine: ``python -m tests.deploy.rehearse``.

Each stage gets a clean folder in which its steps run, with the packages that are locked and nothing
of this working copy but what a build would take. At the end both images start and answer a question.
What needs Debian (`apt-get`, `useradd`), the isolation of a container, and the bases themselves are
not rehearsed: an interpreter of the same minor release stands in for each base.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

from launcher import processes, pythons
from launcher.ports import any_free
from tests.deploy.images import Stage, lay_out, read_stages

_BASES = {"${PYTHON_APP}": pythons.APP, "${PYTHON_BOT}": pythons.BOT}
_NEEDS_DEBIAN = ("apt-get", "useradd")
_QUESTION = "Thời hạn cấp giấy chứng nhận đăng ký đầu tư là bao lâu?"
_TIME_TO_START = 180.0


class Rehearsal:
    """All stages, each in a folder of its own.

    Args:
        folder: empty, for everything that is made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.stages = read_stages()

    def root(self, stage: Stage) -> Path:
        """Return what is the root of a stage's file system."""
        return self._folder / stage.name

    def build(self) -> None:
        """Carry out the steps of all stages in order."""
        for stage in self.stages.values():
            started = time.monotonic()
            self._begin(stage)
            lay_out(stage, self.root(stage) / "heza")
            self._take(stage)
            for command in stage.all("RUN"):
                if command.split()[0] not in _NEEDS_DEBIAN:
                    self._run(stage, command)
            seconds, size = time.monotonic() - started, _size(self.root(stage))
            print(f"{stage.name:<14} {seconds:6.1f} s {size:7.0f} MiB", flush=True)

    def environment(self, stage: Stage) -> dict[str, str]:
        """Return the variables of a stage and of those that it is built on."""
        below = self.environment(self.stages[stage.base]) if stage.base in self.stages else {}
        own = {name: self.placed(stage, value) for name, value in stage.environment().items()}
        folders = [f"{self._tools(stage)}/bin", f"{self.root(stage)}/opt/heza/bin"]
        if own.pop("PATH", None):  # the image puts its runtime before Python's own folder
            folders.reverse()
        path = ":".join(folders)
        ours = ("HEZA_", "PYTHON", "DATABASE_URL", "REDIS_URL")  # of this machine's, what leads to registries
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return {**kept, **below, **own, "PATH": f"{path}:{os.environ['PATH']}"}

    def placed(self, stage: Stage, text: str) -> str:
        """Return a text with the folders of the image where the stage has them."""
        return re.sub(r"(?<!\w)/(opt/heza|heza|data)\b", rf"{self.root(stage)}/\1", text)

    def _begin(self, stage: Stage) -> None:
        if stage.base in self.stages:  # a stage goes on where the one below ended
            below = self.root(self.stages[stage.base])
            shutil.copytree(below, self.root(stage), symlinks=True, copy_function=os.link)
        for name in ("heza", "data"):
            (self.root(stage) / name).mkdir(parents=True, exist_ok=True)
        wanted = _BASES.get(stage.base)
        if wanted:
            interpreter = pythons.find(wanted, os.environ, None).path
            subprocess.run([interpreter, "-m", "venv", self._tools(stage)], check=True, timeout=300)

    def _tools(self, stage: Stage) -> Path:
        while stage.base in self.stages:
            stage = self.stages[stage.base]
        return self._folder / f"tools-{stage.name}"

    def _take(self, stage: Stage) -> None:
        for copy in (copy for copy in stage.copies() if copy.stage):
            assert copy.stage is not None
            target = self.root(stage) / "heza" / self.placed(stage, copy.target)
            source = Path(self.placed(self.stages[copy.stage], copy.sources[0]))
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, symlinks=True, copy_function=os.link)
            else:
                shutil.copy(source, target)

    def _run(self, stage: Stage, command: str) -> None:
        done = subprocess.run(
            ["sh", "-ec", self.placed(stage, command)],
            cwd=self.root(stage) / "heza",
            env=self.environment(stage),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=1800,
        )
        if done.returncode:
            raise SystemExit(f"{stage.name}: {command}\n{done.stdout[-4000:]}")

    def start(self, stage: Stage, more: Mapping[str, str], swap: Mapping[str, str]) -> processes.Child:
        """Start what an image starts, with other ports."""
        entry = ["sh", *stage.command("ENTRYPOINT")]
        command = [*entry, *(swap.get(part, part) for part in stage.command("CMD"))]
        environment = {**self.environment(stage), **more}
        log = self._folder / f"{stage.name}.log"
        return processes.Child(stage.name, command, self.root(stage) / "heza", environment, log)


def answer(rehearsal: Rehearsal) -> str:
    """Start both images and ask a question; return the outcome of the turn."""
    rasa, portal, actions = (str(any_free()) for _ in range(3))
    app, bot = rehearsal.stages["app"], rehearsal.stages["bot"]
    shared = {"HEZA_SECRET": "only-for-the-rehearsal", "HEZA_ACTIONS_PORT": actions}
    ports = {"HEZA_PORT": portal, "HEZA_METRICS_PORT": str(any_free())}
    own = {"HEZA_RASA_URL": f"http://127.0.0.1:{rasa}", **ports}
    loopback = {"HEZA_HOST": "127.0.0.1", "HEZA_PRIVATE_HOST": "127.0.0.1"}
    environment = {**rehearsal.environment(app), **shared, **own, **loopback}
    load = [sys.executable, "-m", "knowledge", "load", "--keep-edits"]
    load[0] = str(rehearsal.root(app) / "opt" / "heza" / "bin" / "python")
    subprocess.run(load, cwd=rehearsal.root(app) / "heza", env=environment, check=True, timeout=600)
    with ExitStack() as stack:
        webhook = {"HEZA_ACTIONS_URL": f"http://127.0.0.1:{actions}/webhook"}
        parts = [rehearsal.start(bot, {**shared, **webhook}, {"5005": rasa, "0.0.0.0": "127.0.0.1"})]
        stack.callback(processes.stop, parts)
        parts.append(rehearsal.start(app, {**shared, **own, **loopback}, {}))
        address = f"http://127.0.0.1:{portal}"
        _until_ready(address)
        return _ask(address)


def _until_ready(address: str) -> None:
    deadline = time.monotonic() + _TIME_TO_START
    while time.monotonic() < deadline:
        with suppress(OSError):
            urllib.request.urlopen(f"{address}/readyz", timeout=5).close()
            return
        time.sleep(0.5)
    raise SystemExit("The images were not ready in time.")


def _ask(address: str) -> str:
    token = _post(f"{address}/v1/session", {"lang": "vi"}, {})["token"]
    turn = _post(
        f"{address}/v1/messages?wait=true", {"text": _QUESTION}, {"Authorization": f"Bearer {token}"}
    )
    print(f"{turn['release']}: {turn['outcome']}: {str(turn['text'])[:90]}")
    return str(turn["outcome"])


def _post(url: str, body: dict[str, str], headers: dict[str, str]) -> dict[str, object]:
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json", **headers}
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        found: dict[str, object] = json.load(response)
        return found


def _size(folder: Path) -> float:
    """Return how large the files are, in MiB."""
    total = sum(f.lstat().st_size for f in folder.rglob("*") if f.is_file() and not f.is_symlink())
    return total / 2**20


def main() -> int:
    """Rehearse; return 0 if the images answered."""
    parser = argparse.ArgumentParser(prog="python -m tests.deploy.rehearse", description=__doc__)
    parser.add_argument("--keep", type=Path, help="build in this empty folder, and leave it there")
    arguments = parser.parse_args()
    folder = arguments.keep or Path(tempfile.mkdtemp(prefix="heza-images-"))
    try:
        rehearsal = Rehearsal(folder)
        rehearsal.build()
        return 0 if answer(rehearsal) in {"answered", "stale"} else 1
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
