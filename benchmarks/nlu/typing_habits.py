"""How people type: without accents."""

from __future__ import annotations

from vietnamese.folding import fold


def without_accents(text: str) -> str:
    """Return ``text`` as people type it who leave the accents out; places of characters (NFC) are kept."""
    return "".join(fold(c).upper() if c.isupper() else fold(c) for c in text)
