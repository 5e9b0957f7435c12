"""Messages to measure with: examples of ``data/nlu`` that ask for facts, in both languages."""

from __future__ import annotations

from pathlib import Path

FACTUAL = ("ask_procedure", "ask_zone", "ask_incentive", "ask_customs", "ask_statistic", "ask_document")


def examples(folder: Path) -> list[str]:
    """Return the messages, sorted, each once; both assistants have learned from all of them."""
    files = [file for file in folder.glob("*/*.yml") if file.stem.startswith(FACTUAL)]
    lines = (line.strip() for file in files for line in file.read_text(encoding="utf-8").splitlines())
    return sorted({line[2:] for line in lines if line.startswith("- ") and not line.startswith("- intent")})
