"""A gazetteer out of the annotated slots of a data set, as the knowledge base gives one for our own names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from benchmarks.nlu.formats import Utterance, spans_of
from bot.gazetteer import Name, NameMatcher
from vietnamese.folding import words

TYPE = "slot."
"""Begins the type of a learned name, so that none is taken for one of the types of our own domain."""
_TRUSTED = 0.5


def learned_names(utterances: Sequence[Utterance]) -> list[list[str]]:
    """Return the names in the form of the export: [type, value, spelling].

    A spelling gets the type that it has most often: the gazetteer knows what a thing is, not which part it
    plays in the sentence. One that stands outside its slots more often than inside ("một") is no name.
    """
    types: defaultdict[str, Counter[str]] = defaultdict(Counter)
    spellings: defaultdict[str, set[str]] = defaultdict(set)
    for utterance in utterances:
        for first, after, kind in spans_of(utterance.tags):
            text = " ".join(utterance.words[first:after])
            types[_key(text)][kind] += 1
            spellings[_key(text)].add(text)
    names = [
        Name(TYPE + _most_common(types[key]), text, text)
        for key in sorted(types)
        if key
        for text in sorted(spellings[key])
    ]
    trusted = _trusted(names, utterances)
    return [[name.type, name.value, name.text] for name in names if _key(name.text) in trusted]


def _trusted(names: list[Name], utterances: Sequence[Utterance]) -> set[str]:
    """Return which spellings, found in the training texts, are slots more often than not."""
    matcher = NameMatcher(names)
    inside: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for utterance in utterances:
        slots = set(_characters(utterance))
        for place in {(m.start, m.end) for m in matcher.find(utterance.text)}:
            key = _key(utterance.text[slice(*place)])
            found[key] += 1
            inside[key] += place in slots
    return {key for key in found if inside[key] >= _TRUSTED * found[key]}


def _characters(utterance: Utterance) -> Iterator[tuple[int, int]]:
    for start, end, _ in entities_of(utterance):
        yield start, end


def entities_of(utterance: Utterance) -> list[tuple[int, int, str]]:
    """Return the slots of an utterance by characters of its text: (first, after, type)."""
    starts, at = [], 0
    for word in utterance.words:
        starts.append(at)
        at += len(word) + 1
    return [
        (starts[first], starts[after - 1] + len(utterance.words[after - 1]), kind)
        for first, after, kind in spans_of(utterance.tags)
    ]


def _key(text: str) -> str:
    return " ".join(words(text))


def _most_common(counts: Counter[str]) -> str:
    return min(counts, key=lambda kind: (-counts[kind], kind))
