"""Variants of a question, made by program: how else people type the same thing."""

from __future__ import annotations

import random
import unicodedata

from vietnamese.folding import fold

_TONE_KEYS = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_VOWEL_KEYS = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}

VARIANTS = {
    "vi": ("as_written", "no_accents", "typos", "telex", "upper"),
    "en": ("as_written", "typos", "upper"),
}


def vary(text: str, variant: str) -> str:
    """Return a variant of ``text``; the same one on every run."""
    match variant:
        case "no_accents":
            return _strip(text)
        case "typos":
            return _typos(text)
        case "telex":
            return _telex(text)
        case "upper":
            return text.upper()
        case _:
            return text


def _strip(text: str) -> str:
    return "".join(fold(c).upper() if c.isupper() else fold(c) for c in text)


def _typos(text: str) -> str:
    """Make two slips in words of four letters or more: two letters swapped, one left out or doubled."""
    chooser = random.Random(text)  # noqa: S311 - a fixed variant, no secret
    words = text.split(" ")
    long = [i for i, w in enumerate(words) if len(w) >= 4 and w.isalpha()]
    for index in chooser.sample(long, min(2, len(long))):
        word = words[index]
        at = chooser.randrange(1, len(word) - 1)
        kind = chooser.choice(("swap", "drop", "double"))
        if kind == "swap":
            words[index] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        elif kind == "drop":
            words[index] = word[:at] + word[at + 1 :]
        else:
            words[index] = word[:at] + word[at] + word[at:]
    return " ".join(words)


def _telex(text: str) -> str:
    """Leave every third accented word as Telex keys, as when the input method is off for a moment."""
    words = text.split(" ")
    accented = [i for i, w in enumerate(words) if fold(w) != w.lower()]
    for index in accented[::3]:
        words[index] = _keys(words[index])
    return " ".join(words)


def _keys(word: str) -> str:
    bare = word.rstrip(".,;:?!)")
    return _word_keys(bare) + word[len(bare) :]


def _word_keys(word: str) -> str:
    tone, letters = "", ""
    for char in unicodedata.normalize("NFD", word.lower()):
        if char in _TONE_KEYS:
            tone = _TONE_KEYS[char]
        else:
            letters += char
    letters = unicodedata.normalize("NFC", letters)
    return "".join(_VOWEL_KEYS.get(c, c) for c in letters) + tone
