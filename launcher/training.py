"""Trains Rasa's model when, and only when, what it is made of has changed."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from launcher import processes
from launcher.console import say
from launcher.places import Fault, Places
from launcher.runtimes import alone

# The code counts as well: a model is a recipe for components in bot/ that use vietnamese/.
INPUTS = (
    "config.yml",
    "domain.yml",
    "data",
    "bot",
    "vietnamese",
    "var/nlu-export.json",
    "requirements/bot.txt",
)


def train(places: Places, force: bool = False) -> None:
    """Load the knowledge, export what Rasa learns from it, and train if anything changed.

    Raises:
        Fault: a step failed; the end of its log is in the message.
    """
    places.data.mkdir(parents=True, exist_ok=True)
    with alone(places, "training"):
        _knowledge(places, ["load", "--keep-edits"])
        _knowledge(places, ["export-nlu", places.shown(places.nlu_export)])
        inputs = fingerprint(places)
        if force or not is_current(places, inputs):
            _train(places, inputs)
        _note_learned(places)


def fingerprint(places: Places) -> str:
    """Return a hash over the names and the contents of everything that goes into the model."""
    digest = hashlib.sha256()
    for file in _files(places.root):
        digest.update(f"{file.relative_to(places.root).as_posix()} {_hash(file)}\n".encode())
    return digest.hexdigest()


def is_current(places: Places, inputs: str) -> bool:
    """Tell whether the model was trained, to the end, from these inputs, and is whole."""
    if not places.model.exists() or trained_from(places) != inputs:
        return False
    if _noted(places)[1:] == [_hash(places.model)]:
        return True
    say(f"{places.shown(places.model)} is not the file that the training wrote; it is made anew.")
    return False


def trained_from(places: Places) -> str:
    """Return the fingerprint of the inputs of the model, empty if it is unknown."""
    return _noted(places)[0] if _noted(places) else ""


def _noted(places: Places) -> list[str]:
    """Return what was noted of the model: the fingerprint of its inputs, its own hash."""
    note = _note(places)
    return note.read_text().split() if note.exists() else []


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _note(places: Places) -> Path:
    return places.model.with_name("heza.inputs")


def _files(root: Path) -> Iterator[Path]:
    for name in INPUTS:
        path = root / name
        found = [path] if path.is_file() else sorted(path.rglob("*"))
        yield from (f for f in found if f.is_file() and "__pycache__" not in f.parts)


def _knowledge(places: Places, arguments: Sequence[str]) -> None:
    command = places.app("knowledge", *arguments)
    status, _ = processes.execute("knowledge", command, places.root, places.app_environment())
    if status:
        raise Fault(f"'python -m knowledge {arguments[0]}' failed.")


def _note_learned(places: Places) -> None:
    """Keep the export that the model was trained with, which the next export leaves alone."""
    half = places.nlu_trained.with_suffix(".half")
    shutil.copyfile(places.nlu_export, half)
    half.replace(places.nlu_trained)


def _train(places: Places, inputs: str) -> None:
    _note(places).unlink(missing_ok=True)
    log = places.logs / "train.log"
    say(f"Training the model (about a minute; {places.shown(log)}) …")
    started = time.monotonic()
    # --force, because Rasa's cache does not see changes in the modules that components import.
    command = places.bot(
        "rasa", "train", "--force", "--fixed-model-name", "heza", "--out", places.shown(places.model.parent)
    )
    status, child = processes.execute("training", command, places.root, places.bot_environment(), log)
    if status or not places.model.exists():
        raise Fault(f"The training failed with status {status}:\n{child.last_lines()}")
    _note(places).write_text(f"{inputs}\n{_hash(places.model)}\n")
    say(f"The model is trained, {time.monotonic() - started:.0f} s.")
