"""The thesaurus that ships: what editors write there must be clear, and no copy of an exam."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from ruamel.yaml import YAML

from evaluation.questions import read_dialogues, read_items
from knowledge.thesaurus import FOLDER, phrases
from vietnamese.folding import words


@cache
def said() -> list[tuple[str, str, str]]:
    """All phrases as they stand in the files: concept, language, phrase."""
    return [
        (concept, lang, str(phrase))
        for path in sorted(FOLDER.glob("*.yml"))
        for concept, languages in YAML(typ="safe").load(path.read_text(encoding="utf-8")).items()
        for lang, listed in languages.items()
        for phrase in listed
    ]


def test_no_phrase_stands_for_two_things() -> None:
    assert len(said()) > 20_000
    twice = Counter(" ".join(words(phrase)) for _, _, phrase in said())
    assert [phrase for phrase, count in twice.items() if count > 1] == []


def test_every_phrase_is_known_with_its_concept() -> None:
    assert phrases() == {phrase: concept for concept, _, phrase in said()}


def test_concepts_have_words_in_both_languages() -> None:
    languages: dict[str, set[str]] = {}
    for concept, lang, _ in said():
        languages.setdefault(concept, set()).add(lang)
    assert {concept: known for concept, known in languages.items() if known != {"vi", "en"}} == {}


def test_a_single_short_syllable_is_no_phrase() -> None:
    assert [phrase for _, _, phrase in said() if len(" ".join(words(phrase))) < 3] == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_question_of_the_evaluation_is_a_phrase(lang: str) -> None:
    listed = {" ".join(words(phrase)) for _, _, phrase in said()}
    asked = [(item.id, item.text(lang)) for item in read_items()]
    asked += [(d.id, move.say) for d in read_dialogues() for move in d.turns]
    same = [name for name, text in asked if len(words(text)) > 6 and " ".join(words(text)) in listed]
    assert same == []
