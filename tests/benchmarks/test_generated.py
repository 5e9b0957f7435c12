"""The made-up entries of the measurements: repeatable, distinct, and such as the real model takes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest

from benchmarks.generated import FORMS_PER_ENTRY, Generator, bare, mistyped, question_of
from knowledge.content import Content
from knowledge.loading import load
from knowledge.model import Entry
from knowledge.search import Searcher
from knowledge.store import Store
from knowledge.targets import targets
from tests.samples import make_content
from vietnamese.folding import fold, words


@pytest.fixture(scope="module")
def generator(shipped: Content) -> Generator:
    return Generator(shipped)


def test_the_same_seed_makes_the_same_entries(generator: Generator, shipped: Content) -> None:
    assert list(generator.entries(5)) == list(Generator(shipped, seed=1).entries(5))
    assert generator.entry(3) != Generator(shipped, seed=2).entry(3)
    assert list(generator.entries(5))[4] == generator.entry(4)


def test_every_entry_is_another_one_and_has_all_that_is_searched(generator: Generator) -> None:
    entries = list(generator.entries(200))
    assert len({e.id for e in entries}) == len({e.name.vi for e in entries}) == 200
    for entry in entries:
        forms = [f for facet in entry.facets.values() for f in (*facet.asks.vi, *facet.asks.en)]
        assert len(forms) == FORMS_PER_ENTRY
        assert all(facet.rules[0].text.vi and facet.rules[0].text.en for facet in entry.facets.values())


def test_common_words_of_the_content_are_common_and_names_bring_new_ones(
    generator: Generator, shipped: Content
) -> None:
    made = _counts(list(generator.entries(300)))
    real = _counts(list(shipped.entries.values()))
    common = {word for word, _ in real.most_common(100)}
    assert len(common & {word for word, _ in made.most_common(200)}) > 60
    assert set(made) - set(real)


def test_names_are_phrases_of_the_content_followed_by_a_name_of_their_own(
    generator: Generator, shipped: Content
) -> None:
    real = {pair for entry in shipped.entries.values() for t in targets(entry) for pair in _pairs(t.text)}
    made = [entry.name.vi for entry in generator.entries(300)]
    assert all(set(_pairs(name)[:-2]) <= real for name in made)
    assert len({tuple(words(name)[-2:]) for name in made}) > 295


def test_a_question_finds_the_entry_whose_form_it_is(
    generator: Generator, make_store: Callable[..., Store]
) -> None:
    entries = list(generator.entries(20))
    store = make_store()
    load(store, make_content(*entries))
    chooser = random.Random(1)
    for entry in entries:
        assert Searcher(store).search(bare(question_of(entry, chooser)))[0].entry == entry.id


def test_a_question_is_mistyped_in_one_word() -> None:
    question = "phí cấp giấy phép"
    typed = mistyped(question, random.Random(1))
    assert sorted(typed) == sorted(question)
    assert sum(a != b for a, b in zip(typed.split(), question.split(), strict=True)) == 1
    assert bare(question) == fold(question) == "phi cap giay phep"


def _counts(entries: list[Entry]) -> Counter[str]:
    return Counter(word for entry in entries for target in targets(entry) for word in words(target.text))


def _pairs(text: str) -> list[tuple[str, str]]:
    folded = words(text)
    return list(pairwise(folded))
