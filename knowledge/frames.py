"""Questions made by program: a frame ("how many days does {} take") filled with each name of an entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from knowledge.model import Entry
from knowledge.texts import LANGUAGES

_FILE = Path(__file__).with_name("frames.yml")
NAMES = 4
"""So many names of an entry and language are used, its own first: more say nothing new."""


def framed(entry: Entry, facets: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Return (entry, facet, question) for the frames that fit an entry.

    Args:
        entry: any entry; kinds without frames have no questions.
        facets: names of the facets that are recorded of it.
    """
    frames = _frames().get(str(entry.kind), {})
    for facet in facets:
        for lang in LANGUAGES:
            names = [entry.name.get(lang), *entry.aliases.get(lang)][:NAMES]
            for frame in frames.get(facet, {}).get(lang, []):
                yield from ((entry.id, facet, frame.format(name)) for name in names)


@cache
def _frames() -> dict[str, dict[str, dict[str, list[str]]]]:
    loaded: dict[str, dict[str, dict[str, list[str]]]] = YAML(typ="safe", pure=True).load(
        _FILE.read_text(encoding="utf-8")
    )
    return loaded
