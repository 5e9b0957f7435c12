"""Retraining: what was accepted is learned in a copy of the working copy, and kept only if nothing got worse.

The running assistant, its content and its model are not touched before the gate has passed: the copy
has a content, a database, a model and ports of its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from launcher import foreground, processes, training
from launcher.console import say
from launcher.places import Fault, Places
from launcher.runtimes import alone

COPIED = (
    "actions",
    "alembic.ini",
    "bot",
    "config.yml",
    "credentials.yml",
    "data",
    "domain.yml",
    "dossiers",
    "endpoints.yml",
    "evaluation",
    "knowledge",
    "migrations",
    "portal",
    "requirements",
    "vietnamese",
)
"""What the assistant is made of; the runtimes are shared."""
LEARNED = ("data/nlu", "knowledge/content")
"""What accepted proposals change."""
_RUNTIMES = ("venv-app", "venv-bot")
_NOTHING_ACCEPTED = 10
_OURS = ("HEZA_", "DATABASE_URL", "REDIS_URL")


def retrain(places: Places, arguments: Sequence[str]) -> int:
    """Learn what was accepted, hold it against the accepted result, say whether it is kept.

    Args:
        places: the working copy.
        arguments: of the evaluation (``--sample 100``); by default the whole development set is asked.

    Returns:
        0 kept, or nothing to learn; 1 not kept: the working copy is as it was.

    Raises:
        Fault: a step failed; the working copy is as it was.
    """
    with alone(places, "retraining"):
        trial = _trial(places)
        accepted = _review(places) / "accepted"
        status = _adopt(trial, accepted)
        if status == _NOTHING_ACCEPTED:
            return 0
        if status:
            raise Fault("The accepted proposals do not fit (see above). Nothing was changed.")
        training.train(trial)
        report = ["--report", str(places.data / "retraining" / "report.md")]
        if foreground.app_with_own_service(trial, ["evaluation", "--gate", *report, *arguments]):
            say(f"\nNOT kept: worse than accepted, see {places.shown(places.data)}/retraining/report.md.")
            say("The working copy is as it was; reject or change the proposals and try again.")
            return 1
        _keep(trial, places, accepted)
    say("\nKept. See 'git diff' for what was learned; the next 'make run' loads it, with its model.")
    return 0


def _review(places: Places) -> Path:
    return places.data / "review"


def _trial(places: Places) -> Places:
    """Return a fresh copy of the working copy, without the settings and data of the running assistant."""
    root = places.data / "retraining" / "copy"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    for name in COPIED:
        source = places.root / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy2(source, root / name)
    trial = replace(Places(root), settings=_without_ours(places.settings))
    trial.built.mkdir()
    for name in _RUNTIMES:
        (trial.built / name).symlink_to((places.built / name).resolve(), target_is_directory=True)
    return trial


def _without_ours(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without our settings: the trial shares nothing with the running assistant."""
    return {name: value for name, value in settings.items() if not name.startswith(_OURS)}


def _adopt(trial: Places, accepted: Path) -> int:
    command = trial.app("evaluation.adopting", str(accepted.resolve()))
    return processes.execute("taking in", command, trial.root, trial.app_environment())[0]


def _keep(trial: Places, places: Places, accepted: Path) -> None:
    """Copy what was learned, and the model, and put the proposals where they count as taken."""
    for name in LEARNED:
        for path in _files(trial.root / name):
            target = places.root / path.relative_to(trial.root)
            if not target.exists() or target.read_bytes() != path.read_bytes():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, target)
    places.model.parent.mkdir(parents=True, exist_ok=True)
    for path in _files(trial.model.parent):
        shutil.copy2(path, places.model.parent / path.name)
    for path in list(_files(accepted)):
        target = _review(places) / "taken" / path.relative_to(accepted)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
