"""Sentences of the assistant itself, apart from code: ``texts/{vi,en}.yml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from knowledge.dates import PartialDate, spoken

LANGUAGES = ("vi", "en")


@dataclass(frozen=True)
class Texts:
    """A catalogue of format strings in one language."""

    lang: str
    strings: dict[str, str]

    def __call__(self, key: str, **values: Any) -> str:
        """Return the string of ``key`` with ``values`` filled in.

        Raises:
            KeyError: no such string, or a value is missing.
        """
        return self.strings[key].format_map(values)

    def has(self, key: str) -> bool:
        """Tell whether the catalogue has ``key``."""
        return key in self.strings


@cache
def load_texts(folder: Path, lang: str) -> Texts:
    """Return the catalogue ``<folder>/<lang>.yml``, read once; nested keys are joined by dots."""
    raw = YAML(typ="safe", pure=True).load((folder / f"{lang}.yml").read_text(encoding="utf-8"))
    return Texts(lang, dict(_flatten(raw)))


def texts(lang: str) -> Texts:
    """Return the knowledge base's own catalogue in ``lang``."""
    return load_texts(Path(__file__).parent / "texts", lang)


def span_text(first: PartialDate | None, last: PartialDate | None, t: Texts) -> str:
    """Write the days between two partial dates, in words ("from 1 July 2025 to 30 June 2026")."""
    ends = {name: spoken(day, t.lang) for name, day in (("start", first), ("end", last)) if day}
    return t(f"days.{'_'.join(ends)}", **ends) if ends else ""


def _flatten(tree: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in tree.items():
        pairs += (
            _flatten(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, str(value))]
        )
    return pairs
