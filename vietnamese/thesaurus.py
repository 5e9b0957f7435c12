"""Concepts: what words stand for, whichever of them, and whichever language, somebody chooses.

>>> Thesaurus({"work permit": "permit", "giấy phép lao động": "permit"}).concepts("Giay phep lao dong?")
['permit']
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vietnamese.folding import words


class Thesaurus:
    """Finds concepts in a text by their phrases.

    Args:
        phrases: each with the concept that it stands for; compared by whole words, without accents and case.
    """

    def __init__(self, phrases: Mapping[str, str]) -> None:
        self._concepts = {tuple(words(phrase)): concept for phrase, concept in phrases.items()}
        self._longest = max(map(len, self._concepts), default=0)

    def concepts(self, text: str) -> list[str]:
        """Return the concepts in ``text``, in order, each once; the longest phrase counts."""
        return list(dict.fromkeys(self._found(words(text))))

    def _found(self, said: list[str]) -> Iterator[str]:
        at = 0
        while at < len(said):
            lengths = range(min(self._longest, len(said) - at), 0, -1)
            length = next((n for n in lengths if tuple(said[at : at + n]) in self._concepts), 0)
            if length:
                yield self._concepts[tuple(said[at : at + length])]
            at += length or 1
