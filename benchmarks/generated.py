"""Entries made up for measurements: as many as wanted, in the words of the content that ships.

They say nothing true. What matters is that they look like the real ones to an index:
words follow their frequency in the content (so common words are common), names are
partly shared and partly proper, and the vocabulary keeps growing with the entries,
because companies and parks bring names of their own.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate

from knowledge.content import Content
from knowledge.model import FACETS, Entry, Facet, Kind
from knowledge.targets import ASK, NAME, TEXT, targets
from knowledge.vocabulary import vocabulary
from vietnamese.folding import fold, to_nfc

LANGUAGES = ("vi", "en")
FORMS_PER_ENTRY = 10
"""Question forms of an entry; they are shared out over its facets and both languages."""

_KINDS = (Kind.PROCEDURE, Kind.INCENTIVE, Kind.CUSTOMS, Kind.AUTHORITY)
_MOST_FACETS = 3
_COINED = 0.4
"""Share of the entries whose proper name holds a word that no other text has."""
_ONSETS = ["b", "c", "d", "g", "h", "k", "l", "m", "n", "ph", "qu", "s", "t", "th", "tr", "v", "x"]
_RIMES = ["a", "an", "ang", "em", "en", "ico", "ina", "inh", "o", "on", "ora", "u", "um", "us", "ita", "ex"]
_WORD = re.compile(r"\w+")


class Words:
    """Words with how often each is used.

    Args:
        texts: from which they are counted.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        counts = Counter(word for text in texts for word in _WORD.findall(to_nfc(text).lower()))
        self.known = list(counts)
        self._sums = list(accumulate(counts.values()))

    def draw(self, chooser: random.Random, number: int) -> list[str]:
        """Return so many words, frequent ones more often."""
        return chooser.choices(self.known, cum_weights=self._sums, k=number)


class Generator:
    """Makes entries by number; an entry is the same whatever else is made.

    Args:
        content: whose words are used.
        seed: other seeds make other entries.
    """

    def __init__(self, content: Content, seed: int = 1) -> None:
        self._seed = seed
        template = next(iter(content.entries.values()))
        self._common = template.model_dump(
            by_alias=True,
            include={"provenance", "confidence", "sources", "collected_on", "review_by", "owner"},
        )
        self._words = {
            (lang, sort): Words(_texts(content, lang, sort))
            for lang in LANGUAGES
            for sort in (NAME, ASK, TEXT)
        }

    def entries(self, number: int) -> Iterator[Entry]:
        """Return the first ``number`` entries."""
        return (self.entry(index) for index in range(number))

    def entry(self, index: int) -> Entry:
        """Return the entry number ``index``."""
        chooser = random.Random(f"{self._seed}/{index}")
        kind = chooser.choice(_KINDS)
        proper = self._proper_name(chooser)
        names = {lang: self._name(chooser, lang, proper) for lang in LANGUAGES}
        first, *others = FACETS[kind]
        facets = [first, *chooser.sample(others, chooser.randrange(_MOST_FACETS))]
        forms = self._forms(chooser, facets, names)
        return Entry.model_validate(
            {
                **self._common,
                "id": f"{kind}.generated-{index}",
                "kind": kind,
                "name": {lang: _capital(name) for lang, name in names.items()},
                "aliases": {lang: [_capital(self._alias(chooser, lang, proper))] for lang in LANGUAGES},
                "facts": [f"generated-{index}"],
                "facets": {
                    name: {"asks": forms[name], "rules": [{"text": self._text(chooser)}]} for name in facets
                },
            }
        )

    def _proper_name(self, chooser: random.Random) -> str:
        """Return two syllables of the content, or a coined word and one of them."""
        known = self._words["vi", NAME].known
        if chooser.random() < _COINED:
            coined = "".join(chooser.choice(_ONSETS) + chooser.choice(_RIMES) for _ in range(3))
            return f"{coined} {chooser.choice(known)}"
        return " ".join(chooser.sample(known, 2))

    def _name(self, chooser: random.Random, lang: str, proper: str) -> str:
        return " ".join([*self._words[lang, NAME].draw(chooser, chooser.randint(3, 6)), proper])

    def _alias(self, chooser: random.Random, lang: str, proper: str) -> str:
        return " ".join([*self._words[lang, NAME].draw(chooser, 2), proper])

    def _forms(
        self, chooser: random.Random, facets: list[str], names: dict[str, str]
    ) -> dict[str, dict[str, list[str]]]:
        forms: dict[str, dict[str, list[str]]] = {name: {lang: [] for lang in LANGUAGES} for name in facets}
        for number in range(FORMS_PER_ENTRY):
            lang = LANGUAGES[number % 2]
            facet = facets[number // 2 % len(facets)]
            forms[facet][lang].append(self._form(chooser, lang, facet, names[lang]))
        return forms

    def _form(self, chooser: random.Random, lang: str, facet: str, name: str) -> str:
        """Return a question that names part of the entry, and mostly its facet, among words of questions."""
        head, proper = name.split()[:-2], name.split()[-2:]
        kept = sorted(chooser.sample(range(len(head)), chooser.randint(1, len(head))))
        phrases = vocabulary().facets.get(facet, [])
        asked = [chooser.choice(phrases)] if phrases and chooser.random() < 0.7 else []
        around = self._words[lang, ASK].draw(chooser, chooser.randint(2, 5))
        return " ".join([*around[:2], *(head[i] for i in kept), *proper, *around[2:], *asked])

    def _text(self, chooser: random.Random) -> dict[str, str]:
        return {
            lang: _capital(" ".join(self._words[lang, TEXT].draw(chooser, chooser.randint(15, 50)))) + "."
            for lang in LANGUAGES
        }


def question_of(entry: Entry, chooser: random.Random) -> str:
    """Return one of the question forms of ``entry``."""
    return chooser.choice(
        [f for facet in entry.facets.values() for lang in LANGUAGES for f in _asks(facet, lang)]
    )


def bare(question: str) -> str:
    """Return a question as it is typed without accents."""
    return fold(question)


def mistyped(question: str, chooser: random.Random) -> str:
    """Return a question in which two letters of a longer word have changed places."""
    words = question.split()
    longer = [i for i, word in enumerate(words) if len(word) > 3] or range(len(words))
    place = chooser.choice(longer)
    word = words[place]
    at = chooser.randrange(max(len(word) - 1, 1))
    words[place] = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    return " ".join(words)


def _asks(facet: Facet, lang: str) -> list[str]:
    return facet.asks.get(lang)


def _texts(content: Content, lang: str, sort: str) -> Iterator[str]:
    found = (target for entry in content.entries.values() for target in targets(entry))
    return (target.text for target in found if (target.lang, target.sort) == (lang, sort))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
