"""Which words of a question are worth looking for."""

from __future__ import annotations

import pytest

from knowledge.index import gram_counts, grams, rarest, weighed

COUNTS = {"khu": 2900, "phí": 400, "gplđ": 20, "hải": 9000}


@pytest.mark.parametrize(
    ("terms", "chosen"),
    [
        (["khu", "phí", "gplđ"], ["gplđ", "phí"]),
        (["khu", "gplđ"], ["gplđ", "khu"]),
        (["khu", "hải"], ["khu"]),
        (["hải"], ["hải"]),
        (["phí", "phí"], ["phí"]),
        (["unknown", "phí"], ["phí"]),
        (["unknown"], []),
        ([], []),
    ],
)
def test_the_rarest_words_are_looked_for_and_at_least_one(terms: list[str], chosen: list[str]) -> None:
    assert rarest(terms, COUNTS, most=3000) == chosen


def test_the_rarer_a_word_the_more_it_says() -> None:
    weights = weighed(COUNTS, {**COUNTS, "hải": 10}, 20_000)
    assert weights["hải"] > weights["gplđ"] > weights["phí"] > 0


def test_trigrams_stay_within_words() -> None:
    assert grams(["giay", "phep", "so", "giay"]) == ["gia", "iay", "phe", "hep"]


def test_a_trigram_occurs_wherever_its_words_do() -> None:
    counts = gram_counts({"giay": 5, "gia": 2, "nganganh": 1})
    assert (counts["gia"], counts["iay"], counts["nga"]) == (7, 5, 1)
