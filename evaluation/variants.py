"""Variants of a question, made by program: how else people type the same thing."""

from __future__ import annotations

import random
import re
import unicodedata

from vietnamese.folding import fold

_TONE_KEYS = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_VOWEL_KEYS = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}

VARIANTS = {
    "vi": ("as_written", "no_accents", "typos", "telex", "mixed", "upper"),
    "en": ("as_written", "typos", "upper"),
}


_ENGLISH = {
    "giấy phép lao động": "work permit",
    "giấy phép xây dựng": "construction permit",
    "giấy phép môi trường": "environmental permit",
    "doanh nghiệp chế xuất": "EPE",
    "khu công nghiệp": "industrial park",
    "khu kinh tế": "economic zone",
    "chủ đầu tư": "developer",
    "thời hạn": "deadline",
    "lệ phí": "fee",
    "hồ sơ": "dossier",
    "giấy tờ": "documents",
    "thủ tục": "procedure",
    "trực tuyến": "online",
    "hải quan": "customs",
    "ưu đãi": "incentive",
    "dự án": "project",
    "nhà đầu tư": "investor",
    "diện tích": "area",
    "gia hạn": "extend",
    "cấp lại": "reissue",
    "thuế suất": "tax rate",
}
"""Words that people in Vietnamese offices say in English; longer ones first where they overlap."""


def vary(text: str, variant: str) -> str:
    """Return a variant of ``text``; the same one on every run."""
    match variant:
        case "no_accents":
            return _strip(text)
        case "typos":
            return _typos(text)
        case "telex":
            return _telex(text)
        case "mixed":
            return _mixed(text)
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


def _mixed(text: str) -> str:
    """Say in English what offices often say in English; the rest stays Vietnamese."""
    for vietnamese, english in _ENGLISH.items():
        text = re.sub(rf"\b{vietnamese}\b", english, text, flags=re.IGNORECASE)
    return text


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
