"""What the contract promises of every answer, held against all of the shipped content."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from knowledge.answer import Answer, Outcome, Para
from knowledge.content import Content
from knowledge.loading import load
from knowledge.rendering import Renderer, When
from knowledge.store import Store
from knowledge.texts import LANGUAGES
from knowledge.validation import MAX_WORDS

Answers = dict[tuple[str, str, str], Answer]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, shipped: Content) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('shipped') / 'knowledge.sqlite'}")
    load(store, shipped)
    yield store
    store.close()


@pytest.fixture(scope="module")
def answers(store: Store) -> Answers:
    """Every facet of every entry in both languages, on the day on which the content was collected."""
    when = When(as_of="2026-11-22")
    return {
        (entry.id, facet, lang): Renderer(store, lang).answer(entry.id, [facet], when)
        for entry in store.entries.all()
        for facet in entry.facets
        for lang in LANGUAGES
        if entry.kind != "statistic"
    }


def test_there_is_an_answer_to_every_facet(answers: Answers) -> None:
    wanted = {Outcome.ANSWERED, Outcome.STALE}
    assert [where for where, answer in answers.items() if answer.outcome not in wanted] == []


def test_every_answer_cites_a_source_and_names_its_entry(answers: Answers) -> None:
    assert [where for where, answer in answers.items() if not answer.citations] == []
    assert [where for where, answer in answers.items() if [e.id for e in answer.entries] != [where[0]]] == []


def test_the_first_block_is_a_paragraph_of_at_most_eighty_words(answers: Answers) -> None:
    firsts = {where: answer.blocks[0] for where, answer in answers.items()}
    assert [w for w, b in firsts.items() if not isinstance(b, Para) or len(b.text.split()) > MAX_WORDS] == []


def test_a_regime_never_stands_without_the_cases_that_it_applies_to(answers: Answers) -> None:
    firsts = {where: answer.blocks[0] for where, answer in answers.items()}
    assert [w for w, b in firsts.items() if isinstance(b, Para) and b.text.startswith(":")] == []


def test_a_stale_answer_says_what_is_not_sure(answers: Answers) -> None:
    stale = {w: a for w, a in answers.items() if a.outcome is Outcome.STALE}
    assert stale
    assert [where for where, answer in stale.items() if not answer.caveats] == []


def test_a_suggestion_never_asks_what_was_just_answered(answers: Answers) -> None:
    asked = {(w[0], w[1], s.ask.entry, s.ask.facet) for w, a in answers.items() for s in a.suggestions}
    assert [ask for ask in asked if ask[:2] == ask[2:]] == []


def test_every_suggestion_can_be_answered(store: Store, answers: Answers) -> None:
    asked = {(s.ask.entry or "", s.ask.facet or "") for a in answers.values() for s in a.suggestions}
    assert [(e, f) for e, f in asked if f not in store.entries[e].facets] == []
