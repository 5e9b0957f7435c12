"""The shadow of a text: as long as the text, in the plain characters that patterns are written in."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from vietnamese.folding import fold

TAKEN = "\x00"
"""Stands where something was found already: neither digit, letter nor separator."""


def shade(text: str) -> str:
    """Return ``text`` folded, with digits, blanks, dashes and dots of all scripts as ASCII.

    Character for character, so that a place in the shadow is the same place in the text.
    """
    return "".join(map(_plain, text))


def take(shadow: str, start: int, end: int) -> str:
    """Return the shadow with a stretch that no other pattern may find."""
    return shadow[:start] + TAKEN * (end - start) + shadow[end:]


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(char)
    if category in {"Zs", "Zl", "Zp"} or char in "\t\r\n":
        return " "
    if category == "Pd" or char == "−":
        return "-"
    if char in "．。·•‧∙・⋅…":
        return "."
    wide = unicodedata.normalize("NFKC", char)
    folded = fold(wide if len(wide) == 1 and ord(wide) < 128 else char)
    return folded if len(folded) == 1 else char
