"""Questions made by program: a frame ("how many days does {} take") filled with each name of an entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from zlib import crc32

from ruamel.yaml import YAML

from knowledge.model import Entry, Kind
from knowledge.texts import LANGUAGES

_FILE = Path(__file__).with_name("frames.yml")
NAMES = 4
"""So many names of an entry and language are used, its own first: more say nothing new."""
DEALT = frozenset({Kind.DOCUMENT})
"""Kinds whose frames are dealt out over the names, one name for each: many entries of one form, which
would outweigh all others if every name stood in every frame."""


def framed(entry: Entry, facets: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Return (entry, facet, question) for the frames that fit an entry.

    Args:
        entry: any entry; kinds without frames have no questions.
        facets: names of the facets that are recorded of it.
    """
    fitting, known = _frames().get(str(entry.kind), {}), set(facets)
    for lang in LANGUAGES:
        names = [entry.name.get(lang), *entry.aliases.get(lang)][:NAMES]
        frames = [(f, frame) for f, said in fitting.items() if f in known for frame in said.get(lang, [])]
        for turn, (facet, frame) in enumerate(frames, crc32(entry.id.encode())):
            chosen = [names[turn % len(names)]] if entry.kind in DEALT else names
            yield from ((entry.id, facet, frame.format(name)) for name in chosen)


@cache
def _frames() -> dict[str, dict[str, dict[str, list[str]]]]:
    loaded: dict[str, dict[str, dict[str, list[str]]]] = YAML(typ="safe", pure=True).load(
        _FILE.read_text(encoding="utf-8")
    )
    return loaded
