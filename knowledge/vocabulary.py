"""The words of ``vocabulary.yml``: facets, sectors, zone types, fillers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from vietnamese.folding import fold, words

_FILE = Path(__file__).with_name("vocabulary.yml")


@dataclass(frozen=True)
class Vocabulary:
    """Phrases by what they mean; ``fillers`` are folded words without a subject.

    ``abbreviations`` are folded, with what they stand for.
    """

    facets: dict[str, list[str]]
    sectors: dict[str, list[str]]
    zone_types: dict[str, list[str]]
    zone_statuses: dict[str, list[str]]
    eco_park: list[str]
    abbreviations: dict[str, str]
    elsewhere: dict[str, list[str]]
    fillers: frozenset[str]

    def names(self) -> list[tuple[str, str, str]]:
        """Return (entity type, value, phrase) for the gazetteer."""
        groups = (
            ("facet", self.facets),
            ("sector", self.sectors),
            ("zone_type", self.zone_types),
            ("status", self.zone_statuses),
            ("property", {"eco_park": self.eco_park}),
            ("elsewhere", self.elsewhere),
        )
        return [(kind, value, phrase) for kind, group in groups for value in group for phrase in group[value]]


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary, read once."""
    raw = YAML(typ="safe", pure=True).load(_FILE.read_text(encoding="utf-8"))
    fillers = frozenset(fold(str(w)) for group in raw.pop("fillers").values() for w in group)
    short = {fold(k): str(v) for k, v in raw.pop("abbreviations").items()}
    return Vocabulary(**raw, abbreviations=short, fillers=fillers)


def content_words(text: str) -> list[str]:
    """Return the folded words of ``text`` that may name its subject."""
    return [w for w in words(text) if w not in vocabulary().fillers]
