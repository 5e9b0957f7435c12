"""Entries made up for measurements: as many as wanted, in the phrases of the content that ships.

They say nothing true. What matters is that they look like the real ones to an index.
Each entry belongs to the cluster of one real entry and takes its phrases from there:
words keep company with the words that they really go with, common words are common,
and the entries of a cluster differ by a proper name and by where their phrases are
cut. The vocabulary keeps growing with the entries, because companies and parks bring
names of their own.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator

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


class Cluster:
    """The phrases of one real entry, by language and sort of target.

    Args:
        entry: from which they are taken.
    """

    def __init__(self, entry: Entry) -> None:
        self.kind = entry.kind
        self._phrases: dict[tuple[str, str], list[list[str]]] = defaultdict(list)
        for target in targets(entry):
            self._phrases[target.lang, target.sort].append(_WORD.findall(to_nfc(target.text).lower()))

    def draw(self, chooser: random.Random, lang: str, sort: str, number: int) -> list[str]:
        """Return at most so many words in a row out of one phrase, or out of a name where there is none."""
        phrase = chooser.choice(self._phrases.get((lang, sort)) or self._phrases[lang, NAME])
        start = chooser.randrange(max(len(phrase) - number, 0) + 1)
        return phrase[start : start + number]


class Generator:
    """Makes entries by number; an entry is the same whatever else is made.

    Args:
        content: whose phrases are used.
        seed: other seeds make other entries.
    """

    def __init__(self, content: Content, seed: int = 1) -> None:
        self._seed = seed
        template = next(iter(content.entries.values()))
        self._common = template.model_dump(
            by_alias=True,
            include={"provenance", "confidence", "sources", "collected_on", "review_by", "owner"},
        )
        self._clusters = [Cluster(entry) for entry in content.entries.values() if entry.kind in _KINDS]
        self._syllables = _words_of_names(content)

    def entries(self, number: int) -> Iterator[Entry]:
        """Return the first ``number`` entries."""
        return (self.entry(index) for index in range(number))

    def entry(self, index: int) -> Entry:
        """Return the entry number ``index``."""
        chooser = random.Random(f"{self._seed}/{index}")
        cluster = chooser.choice(self._clusters)
        kind = cluster.kind
        proper = self._proper_name(chooser)
        names = {lang: _name(chooser, cluster, lang, proper) for lang in LANGUAGES}
        first, *others = FACETS[kind]
        facets = [first, *chooser.sample(others, chooser.randrange(_MOST_FACETS))]
        forms = _forms(chooser, cluster, facets, names)
        return Entry.model_validate(
            {
                **self._common,
                "id": f"{kind}.generated-{index}",
                "kind": kind,
                "name": {lang: _capital(name) for lang, name in names.items()},
                "aliases": {lang: [_capital(_alias(chooser, cluster, lang, proper))] for lang in LANGUAGES},
                "facts": [f"generated-{index}"],
                "facets": {
                    name: {"asks": forms[name], "rules": [{"text": _text(chooser, cluster)}]}
                    for name in facets
                },
            }
        )

    def _proper_name(self, chooser: random.Random) -> str:
        """Return two syllables of the content, or a coined word and one of them."""
        if chooser.random() < _COINED:
            coined = "".join(chooser.choice(_ONSETS) + chooser.choice(_RIMES) for _ in range(3))
            return f"{coined} {chooser.choice(self._syllables)}"
        return " ".join(chooser.sample(self._syllables, 2))


def _name(chooser: random.Random, cluster: Cluster, lang: str, proper: str) -> str:
    return " ".join([*cluster.draw(chooser, lang, NAME, chooser.randint(3, 6)), proper])


def _alias(chooser: random.Random, cluster: Cluster, lang: str, proper: str) -> str:
    return " ".join([*cluster.draw(chooser, lang, NAME, 2), proper])


def _forms(
    chooser: random.Random, cluster: Cluster, facets: list[str], names: dict[str, str]
) -> dict[str, dict[str, list[str]]]:
    """Return question forms, shared out over the facets and both languages."""
    forms: dict[str, dict[str, list[str]]] = {name: {lang: [] for lang in LANGUAGES} for name in facets}
    for number in range(FORMS_PER_ENTRY):
        lang = LANGUAGES[number % 2]
        facet = facets[number // 2 % len(facets)]
        forms[facet][lang].append(_form(chooser, cluster, lang, facet, names[lang]))
    return forms


def _form(chooser: random.Random, cluster: Cluster, lang: str, facet: str, name: str) -> str:
    """Return part of a real question about part of the entry's name, in half of the cases with a facet."""
    *head, first, second = name.split()
    kept = sorted(chooser.sample(range(len(head)), chooser.randint(1, len(head))))
    phrases = vocabulary().facets.get(facet, [])
    asked = [chooser.choice(phrases)] if phrases and chooser.random() < 0.5 else []
    around = cluster.draw(chooser, lang, ASK, chooser.randint(3, 7))
    return " ".join([*around, *(head[i] for i in kept), first, second, *asked])


def _text(chooser: random.Random, cluster: Cluster) -> dict[str, str]:
    return {
        lang: _capital(" ".join(cluster.draw(chooser, lang, TEXT, chooser.randint(15, 50)))) + "."
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


def _words_of_names(content: Content) -> list[str]:
    """Return each word of the Vietnamese names once."""
    found = (target for entry in content.entries.values() for target in targets(entry))
    names = (target.text for target in found if (target.lang, target.sort) == ("vi", NAME))
    return list(dict.fromkeys(word for name in names for word in _WORD.findall(to_nfc(name).lower())))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
