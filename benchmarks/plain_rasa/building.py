"""Trains the plain assistant once, from the same examples, domain and rules as ours."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from launcher.places import Places

FOLDER = Path(__file__).parent
_DATA = ("data/nlu", "data/rules.yml", "benchmarks/plain_rasa/rules.yml")
_CONFIG = "benchmarks/plain_rasa/config.yml"
_LONGEST = 3600


class NotTrained(Exception):
    """The training failed; the message names its log."""


def plain_model(places: Places) -> Path:
    """Return the model of the plain assistant; it is trained if its inputs changed (some minutes).

    Raises:
        NotTrained: it could not be trained.
    """
    folder = places.built / "plain-rasa"
    model, note = folder / "plain.tar.gz", folder / "plain.inputs"
    inputs = fingerprint(places.root)
    if model.exists() and note.exists() and note.read_text() == inputs:
        return model
    folder.mkdir(parents=True, exist_ok=True)
    note.unlink(missing_ok=True)
    _train(places, folder)
    note.write_text(inputs)
    return model


def fingerprint(root: Path) -> str:
    """Return a hash over everything that the plain assistant learns from."""
    digest = hashlib.sha256()
    for file in _inputs(root):
        digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _inputs(root: Path) -> Iterator[Path]:
    for name in (_CONFIG, "domain.yml", *_DATA):
        path = root / name
        yield from [path] if path.is_file() else sorted(path.rglob("*.yml"))


def _train(places: Places, folder: Path) -> None:
    log = folder / "train.log"
    print(f"Training the plain assistant (some minutes; {places.shown(log)}) …", file=sys.stderr)
    command = places.bot("rasa", "train", "--config", _CONFIG, "--domain", "domain.yml", "--data", *_DATA)
    command += ["--fixed-model-name", "plain", "--out", str(folder), "--skip-validation"]
    with log.open("wb") as output:
        done = subprocess.run(  # noqa: S603 - the command is our own
            command,
            cwd=places.root,
            env=places.bot_environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=_LONGEST,
            check=False,
        )
    if done.returncode:
        raise NotTrained(f"The plain assistant was not trained (status {done.returncode}): see {log}.")
