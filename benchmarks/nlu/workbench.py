"""Training a pipeline with Rasa's own API in a temporary folder, and parsing with it; no server."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import json
import logging
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from rasa.core.agent import Agent
from rasa.model_training import train_nlu
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.utils.io import read_config_file

from bot.parse import parse

CONFIG = Path("config.yml")
NLU = Path("data/nlu")
_SEEDS = ("random_state", "random_seed")
"""What Rasa's components and ours call their seed."""

Config = dict[str, Any]
Parsed = dict[str, Any]


@dataclass(frozen=True)
class Example:
    """A training example; ``entities`` are (first character, character after, type)."""

    text: str
    intent: str
    entities: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True)
class Model:
    """A trained model and what the training cost."""

    path: Path
    seconds: float

    @property
    def megabytes(self) -> float:
        """The size of the packed model."""
        return round(self.path.stat().st_size / 1024**2, 1)


def pipeline_config(path: Path = CONFIG) -> Config:
    """Return the language and the pipeline of ``config.yml``; policies play no part in understanding."""
    config = read_config_file(path)
    return {key: config[key] for key in ("recipe", "assistant_id", "language", "pipeline")}


def with_export(config: Config, file: Path) -> Config:
    """Return ``config`` with another export for the components that learn from it."""
    changed = copy.deepcopy(config)
    for step in changed["pipeline"]:
        if "file" in step:
            step["file"] = str(file)
    return changed


def with_seed(config: Config, seed: int) -> Config:
    """Return ``config`` with another seed wherever a component has one."""
    changed = copy.deepcopy(config)
    for step in changed["pipeline"]:
        step.update({name: seed for name in _SEEDS if name in step})
    return changed


def train(config: Config, examples: Sequence[Example], folder: Path) -> Model:
    """Train with ``config`` on ``examples`` only.

    Args:
        config: as in ``config.yml``.
        examples: what Rasa learns from.
        folder: an empty folder, in which everything that arises stays.
    """
    (folder / "config.yml").write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
    (folder / "nlu.json").write_text(json.dumps(_as_rasa_data(examples)), encoding="utf-8")
    started = time.monotonic()
    with _own_cache(folder / "cache"), contextlib.redirect_stdout(sys.stderr):
        path = train_nlu(
            str(folder / "config.yml"), str(folder / "nlu.json"), str(folder), fixed_model_name="model"
        )
    return Model(Path(path), time.monotonic() - started)


def own_examples(folder: Path = NLU) -> list[Example]:
    """Return the project's own training examples."""
    found = load_data(str(folder)).intent_examples
    return [Example(example.get("text"), example.get("intent")) for example in found]


def _as_rasa_data(examples: Sequence[Example]) -> dict[str, Any]:
    """Return Rasa's JSON form, which takes any text as it is; its YAML form reads brackets as markup."""
    return {
        "rasa_nlu_data": {
            "common_examples": [
                {
                    "text": e.text,
                    "intent": e.intent,
                    "entities": [
                        {"start": a, "end": b, "value": e.text[a:b], "entity": kind}
                        for a, b, kind in e.entities
                    ],
                }
                for e in examples
            ]
        }
    }


@contextmanager
def _own_cache(folder: Path) -> Iterator[None]:
    """Keep Rasa from finding, or leaving, results of other trainings."""
    before = os.environ.get("RASA_CACHE_DIRECTORY")
    os.environ["RASA_CACHE_DIRECTORY"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["RASA_CACHE_DIRECTORY"]
        else:
            os.environ["RASA_CACHE_DIRECTORY"] = before


class Understanding:
    """A loaded model."""

    def __init__(self, model: Path) -> None:
        self.agent = Agent.load(str(model))

    def parse(self, texts: Sequence[str]) -> list[Parsed]:
        """Return what the model says about each text."""
        return asyncio.run(parse(self.agent, texts))


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give a folder for trainings that disappears afterwards."""
    with tempfile.TemporaryDirectory(prefix="heza-nlu-") as name:
        yield Path(name)


def quiet() -> None:
    """Silence what Rasa and its libraries say of themselves; progress and results are what matters here."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def say(message: str) -> None:
    """Tell the user how far it is; results alone go to standard output."""
    print(message, file=sys.stderr, flush=True)


def top(parsed: Mapping[str, Any], key: str) -> str:
    """Return the best of a list of labelled readings (``subjects``, ``aspects``), empty if there is none."""
    return str(parsed[key][0]["name"]) if parsed.get(key) else ""
