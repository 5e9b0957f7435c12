"""Slips of the keys: the known word that was probably meant.

Telex leftovers ("thur tujc" for "thủ tục") are decoded; for other unknown words the
known ones that differ by one letter left out, doubled, changed or two swapped are
found by common strings with one letter deleted (SymSpell, W. Garbe 2012).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST = 4
"""Shorter words differ by one letter from too many others."""
_TONE = re.compile(r"[sfrxj](?=[^aeiouy]*$)")
_DOUBLED = re.compile(r"([aeod])\1+")
_HORN = re.compile(r"(?<=[aou])w")


def telex_decoded(word: str) -> str:
    """Return a folded word without the keys by which Telex types accents.

    Args:
        word: in lower case, without accents ("thuwowngf").

    Returns:
        The folded word that these keys type ("thuong"); ``word`` if there are none.
    """
    bare = _HORN.sub("", word)
    bare = _DOUBLED.sub(r"\1", bare)
    return _TONE.sub("", bare, count=1) if len(bare) > 2 else bare


class Speller:
    """Replaces unknown words by known ones.

    Args:
        known: folded words with how often each occurs.
    """

    def __init__(self, known: Mapping[str, int]) -> None:
        self._known = known
        self._near: defaultdict[str, list[str]] = defaultdict(list)
        for word in known:
            if len(word) >= _SHORTEST:
                for key in _keys(word):
                    self._near[key].append(word)

    def corrected(self, text: str) -> str:
        """Return a folded text with its unknown words replaced where a known one is close."""
        return _WORD.sub(lambda match: self.word(match.group()), text)

    def word(self, word: str) -> str:
        """Return the known word that was meant; ``word`` itself if it is known or none is close."""
        if word in self._known:
            return word
        decoded = telex_decoded(word)
        if decoded in self._known:
            return decoded
        if len(word) < _SHORTEST:
            return word
        near = {w for key in _keys(word) for w in self._near.get(key, ()) if abs(len(w) - len(word)) <= 1}
        return max(near, key=lambda w: (sorted(w) == sorted(word), self._known[w], w), default=word)


def _keys(word: str) -> Iterator[str]:
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
