"""The concepts of ``concepts/``: phrases of both languages that stand for one thing.

Exported at training: what Vietnamese question forms teach by a concept serves English questions too,
and words that no form has serve as those that one has (docs/adr/0014).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

FOLDER = Path(__file__).with_name("concepts")


@cache
def phrases() -> dict[str, str]:
    """Return all phrases, each with its concept, read once; a concept may be spread over files."""
    reader = YAML(typ="safe")  # with the C parser, where there is one: the files are large
    found: dict[str, str] = {}
    for path in sorted(FOLDER.glob("*.yml")):
        for concept, said in reader.load(path.read_text(encoding="utf-8")).items():
            found |= {str(phrase): concept for lang in said.values() for phrase in lang}
    return found
