"""Whether questions of the evaluation are learned from: the same ones, or nearly, in whatever spelling."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz
from ruamel.yaml import YAML

from evaluation.questions import read_dialogues, read_items
from knowledge.content import Content
from knowledge.vocabulary import content_words
from vietnamese.folding import words

ALIKE = 92
"""Likeness of the two sets of words (`token_set_ratio`) from which two texts are near-duplicates…"""
SHARED = 5
"""…if they have so many content words in common…"""
SAYS_NO_MORE = 85
"""…and neither says much beyond them (`token_sort_ratio`): a question may contain the name of a thing."""


@dataclass(frozen=True)
class Said:
    """A text with the place where it stands."""

    place: str
    text: str

    @property
    def folded(self) -> str:
        """The text without accents and punctuation."""
        return " ".join(words(self.text))


def questions() -> list[Said]:
    """Return the questions of the evaluation, in both languages."""
    found = [Said(f"{item.id}.{lang}", item.text(lang)) for item in read_items() for lang in ("vi", "en")]
    for dialogue in read_dialogues():
        moves = (Said(f"{dialogue.id}[{n}]", move.say) for n, move in enumerate(dialogue.turns, 1))
        # A greeting or a bare name is no question outside its dialogue.
        found += [move for move in moves if len(content_words(move.text)) >= SHARED]
    return found


def training_examples(folder: Path) -> Iterator[Said]:
    """Yield the examples from which Rasa learns."""
    for path in sorted(folder.rglob("*.yml")):
        for block in YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block.get("examples", "").splitlines():
                yield Said(f"{path.parent.name}/{path.name}", line.removeprefix("- ").strip())


def question_forms(content: Content) -> Iterator[Said]:
    """Yield the names and question forms of the knowledge base."""
    for entry in content.entries.values():
        for texts in (entry.aliases, entry.asks, *(facet.asks for facet in entry.facets.values())):
            yield from (Said(entry.id, text) for lang in ("vi", "en") for text in texts.get(lang))
    for document in content.documents.values():
        for texts in (document.aliases, document.asks):
            yield from (Said(document.number, text) for lang in ("vi", "en") for text in texts.get(lang))


def twins(asked: Iterable[Said], learned: list[Said]) -> Iterator[tuple[Said, Said]]:
    """Return the pairs that are the same, or nearly so, once accents and punctuation are left out."""
    same, telling = defaultdict(list), defaultdict(set)
    for number, said in enumerate(learned):
        same[said.folded].append(said)
        for word in set(content_words(said.text)):
            telling[word].add(number)
    for question in asked:
        yield from ((question, said) for said in same.get(question.folded, ()))
        common: defaultdict[int, int] = defaultdict(int)
        for word in set(content_words(question.text)):
            for number in telling.get(word, ()):
                common[number] += 1
        near = (learned[number] for number, count in common.items() if count >= SHARED)
        yield from ((question, said) for said in near if _nearly_same(question.folded, said.folded))


def _nearly_same(one: str, other: str) -> bool:
    alike = fuzz.token_set_ratio(one, other) >= ALIKE and fuzz.token_sort_ratio(one, other) >= SAYS_NO_MORE
    return one != other and alike
