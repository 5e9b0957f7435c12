"""The whole assistant as processes of its own, each of which a test can hurt; Rasa is played."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evaluation.parts import Part, actions_part, portal_part, running, worker_part

STUB = "tests.faults.stub_rasa"


@dataclass(frozen=True)
class House:
    """Portals, workers and actions, all running."""

    urls: list[str]
    portals: list[Part]
    workers: list[Part]
    actions: Part
    folder: Path


@contextmanager
def house(
    folder: Path, knowledge: Path | None, portals: int = 2, workers: int = 2, **settings: str
) -> Iterator[House]:
    """Run an assistant until the context ends.

    Args:
        folder: of everything that it writes.
        knowledge: a loaded knowledge base on SQLite; None if the database of the settings holds it.
        portals: how many.
        workers: how many stubs of Rasa.
        settings: environment of portals and actions: database, Redis.
    """
    if knowledge:
        shutil.copy(knowledge, folder / "knowledge.sqlite")
    actions, webhook = actions_part(folder, **settings)
    played = [worker_part(folder, STUB, webhook) for _ in range(workers)]
    rasa = ",".join(url for _, url in played)
    doors = [portal_part(folder, rasa, **settings) for _ in range(portals)]
    with running(actions, *(part for part, _ in played), *(part for part, _ in doors)):
        yield House(
            [url for _, url in doors],
            [part for part, _ in doors],
            [part for part, _ in played],
            actions,
            folder,
        )
