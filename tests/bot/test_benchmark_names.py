from __future__ import annotations

from benchmarks.nlu.formats import Utterance
from benchmarks.nlu.names import entities_of, learned_names


def utterance(text: str, tags: str) -> Utterance:
    return Utterance(tuple(text.split()), tuple(tags.split()), "x")


def test_a_spelling_gets_the_type_that_it_has_most_often() -> None:
    utterances = [
        utterance("đi Hà Nội", "O B-to I-to"),
        utterance("đến hà nội", "O B-to I-to"),
        utterance("từ Hà Nội", "O B-from I-from"),
    ]
    assert learned_names(utterances) == [
        ["slot.to", "Hà Nội", "Hà Nội"],
        ["slot.to", "hà nội", "hà nội"],
    ]


def test_a_word_that_mostly_stands_outside_slots_is_no_name() -> None:
    utterances = [
        utterance("một vé", "B-number O"),
        utterance("cho một vé", "O O O"),
        utterance("một chuyến", "O O"),
        utterance("hai vé", "B-number O"),
    ]
    assert learned_names(utterances) == [["slot.number", "hai", "hai"]]


def test_slots_are_placed_by_characters() -> None:
    assert entities_of(utterance("đi Hà Nội mai", "O B-to I-to B-day")) == [(3, 9, "to"), (10, 13, "day")]
