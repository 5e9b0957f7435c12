from __future__ import annotations

import pytest

from benchmarks.nlu.scores import F1, accuracy, over_words, span_f1, untyped
from benchmarks.nlu.typing_habits import without_accents


def test_a_span_counts_only_if_ends_and_type_are_right() -> None:
    right = [[(0, 2, "zone"), (3, 4, "date")], [(1, 2, "zone")], []]
    said = [[(0, 2, "zone"), (3, 4, "number")], [(1, 3, "zone")], []]
    assert span_f1(right, said) == F1(33.33, 33.33, 33.33)
    assert span_f1(untyped(right), untyped(said)) == F1(66.67, 66.67, 66.67)


def test_nothing_found_is_no_division_by_zero() -> None:
    assert span_f1([[]], [[]]) == F1(0.0, 0.0, 0.0)
    assert accuracy([], []) == 0.0


def test_accuracy_is_in_per_cent() -> None:
    assert accuracy(["a", "b", "c"], ["a", "b", "a"]) == 66.67


@pytest.mark.parametrize(
    ("start", "end", "words"), [(3, 5, (1, 2)), (3, 6, (1, 2)), (0, 6, (0, 2)), (4, 8, (1, 3))]
)
def test_characters_become_words_even_where_a_sign_is_left_out(
    start: int, end: int, words: tuple[int, int]
) -> None:
    assert over_words(["at", "st.", "x"], start, end) == words


def test_accents_go_and_places_stay() -> None:
    text = "Đường số 5, KCN Ruộng Vàng"
    assert without_accents(text) == "Duong so 5, KCN Ruong Vang"
    assert len(without_accents(text)) == len(text)
