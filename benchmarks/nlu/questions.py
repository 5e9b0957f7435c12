"""The development questions of the evaluation, as the application runtime hands them over."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

APP_PYTHON = Path("var/venv-app/bin/python")
_PATIENCE_S = 600


@dataclass(frozen=True)
class Question:
    """A development question in one language and variant, and the intents of which one is right."""

    id: str
    lang: str
    variant: str
    text: str
    intents: tuple[str, ...]


def development_questions(sample: int | None = None, seed: int = 1) -> list[Question]:
    """Return the questions, or those of ``sample`` source questions, in all variants.

    Raises:
        subprocess.CalledProcessError: the application runtime could not read them; it has said why.
    """
    command = [str(APP_PYTHON), "-m", "benchmarks.development", "--seed", str(seed)]
    command += ["--sample", str(sample)] if sample else []
    run = subprocess.run(  # noqa: S603 - our own module
        command, stdout=subprocess.PIPE, text=True, check=True, timeout=_PATIENCE_S
    )
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    return [Question(**{**row, "intents": tuple(row["intents"])}) for row in rows]
