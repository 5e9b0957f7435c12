"""Slips of the keys: the known word that was probably meant.

Telex leftovers ("thur tujc" for "thủ tục") are decoded; for other unknown words the
known ones that differ by one letter left out, doubled, changed or two swapped are
found by common strings with one letter deleted (SymSpell, W. Garbe 2012). Of several
the one is taken that stands beside the same neighbours elsewhere ("tue TNDN": "thue").
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from vietnamese.folding import fold

_WORD = re.compile(r"[^\W\d_]+")
_ANY_WORD = re.compile(r"\w+")
_SHORTEST = 3
_UNAIDED = 4
"""Shorter words differ by one letter from too many others: there a neighbour has to speak for one."""
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


def pairs_of(words: Sequence[str]) -> list[str]:
    """Return each two neighbouring words as one string, as `Speller` counts them."""
    return [f"{a} {b}" for a, b in pairwise(words)]


class Speller:
    """Finds the known words that unknown ones stand for.

    Args:
        known: folded words with how often each occurs.
        pairs: two neighbouring words (`pairs_of`) with how often they stand together.
    """

    def __init__(self, known: Mapping[str, int], pairs: Mapping[str, int] | None = None) -> None:
        self._known = known
        self._pairs = pairs or {}
        self._near: defaultdict[str, list[str]] = defaultdict(list)
        for word in known:
            if len(word) >= _SHORTEST:
                for key in _keys(word):
                    self._near[key].append(word)

    def corrections(self, words: Sequence[str]) -> dict[str, str]:
        """Return the unknown ones of the folded ``words`` of a text with the known words that were meant."""
        found: dict[str, str] = {}
        for place, word in enumerate(words):
            if word not in self._known and _WORD.fullmatch(word):
                before = words[place - 1] if place else ""
                after = words[place + 1] if place + 1 < len(words) else ""
                meant = self._meant(word, found.get(before, before), after)
                if meant != word:
                    found[word] = meant
        return found

    def _meant(self, word: str, before: str, after: str) -> str:
        decoded = telex_decoded(word)
        if decoded in self._known:
            return decoded
        if len(word) < _SHORTEST:
            return word
        stem = next((s for s in _stems(word) if s in self._known), None)
        if stem:
            return stem
        near = {w for key in _keys(word) for w in self._near.get(key, ()) if abs(len(w) - len(word)) <= 1}

        def together(known: str) -> int:
            return self._pairs.get(f"{before} {known}", 0) + self._pairs.get(f"{known} {after}", 0)

        if len(word) < _UNAIDED:
            near = {w for w in near if together(w)}
        return max(
            near,
            key=lambda w: (min(together(w), 1), sorted(w) == sorted(word), together(w), self._known[w], w),
            default=word,
        )


def respelled(text: str, corrections: Mapping[str, str]) -> tuple[str, list[int]]:
    """Return ``text`` with its slips corrected, and where each of its characters stood before.

    Args:
        text: a text in NFC.
        corrections: as `Speller.corrections` gives them.

    Returns:
        The corrected text, and one more place than it has characters: that of its end.
    """
    written, places, done = "", [], 0
    for match in _ANY_WORD.finditer(text):
        meant = corrections.get(fold(match.group()))
        if meant is not None:
            kept = text[done : match.start()]
            written += kept + meant
            places += [*range(done, match.start()), *[match.start()] * len(meant)]
            done = match.end()
    return written + text[done:], [*places, *range(done, len(text) + 1)]


def _stems(word: str) -> Iterator[str]:
    """Yield what an English word may be a form of: "repaired" is no slip for "prepared"."""
    for ending in ("s", "es", "d", "ed", "ing"):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            yield word[: -len(ending)]


def _keys(word: str) -> Iterator[str]:
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
