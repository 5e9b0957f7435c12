"""Folding of Vietnamese text: the form in which words are compared.

Folding drops case and every accent (tone marks, the marks of ă â ê ô ơ ư, and
the stroke of đ, which Unicode does not decompose). Half of the public types
without accents, so matching happens on the folded form, while accents that a
person did type are evidence that `accents_agree` puts to use.
"""

from __future__ import annotations

import re
import unicodedata

_STROKE = str.maketrans("đĐ", "dD")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_WORD = re.compile(r"\w+", re.UNICODE)


def to_nfc(text: str) -> str:
    """Return ``text`` in Unicode NFC, the form in which everything is stored."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return ``text`` in lower case and without any accent.

    Args:
        text: any string, NFC or NFD.

    Returns:
        The folded string; for NFC input it has as many characters as ``text``
        unless a character has a longer lower-case form.
    """
    decomposed = unicodedata.normalize("NFD", text.translate(_STROKE))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare).lower()


def words(text: str) -> list[str]:
    """Return the folded words of ``text``, punctuation left out."""
    return _WORD.findall(fold(text))


def has_accents(text: str) -> bool:
    """Tell whether ``text`` carries at least one Vietnamese accent or đ."""
    return fold(text) != to_nfc(text).lower()


def _signature(word: str) -> tuple[str, frozenset[str]]:
    """Letters with their vowel marks, and the tones apart.

    The tone is set apart because both ``hoà`` and ``hòa`` are in use.
    """
    decomposed = unicodedata.normalize("NFD", word.lower())
    letters = "".join(c for c in decomposed if c not in _TONES)
    return unicodedata.normalize("NFC", letters), frozenset(decomposed) & _TONES


def accents_agree(typed: str, known: str) -> bool:
    """Tell whether a typed phrase can be the known one, accents considered.

    A typed word without accents agrees with any accented form of it; one with
    accents has to carry the same ones (wherever the tone mark is placed).

    Args:
        typed: phrase as a person wrote it.
        known: phrase as the knowledge base writes it.

    Returns:
        False if the folded words differ or an accent that was typed contradicts.
    """
    typed_words, known_words = (_WORD.findall(to_nfc(t)) for t in (typed, known))
    if len(typed_words) != len(known_words):
        return False
    return all(
        fold(t) == fold(k) and (not has_accents(t) or _signature(t) == _signature(k))
        for t, k in zip(typed_words, known_words, strict=True)
    )
