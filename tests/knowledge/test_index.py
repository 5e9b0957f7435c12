"""Which words of a question are looked for, alone or together."""

from __future__ import annotations

import sqlite3
from itertools import combinations

import pytest

from knowledge.index import Look, looks, weighed

COUNTS = {"khu": 2900, "phí": 400, "gplđ": 20, "hải": 9000, "phòng": 9500, "công": 9600, "nghiệp": 9700}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["khu", "gplđ"], [Look(("gplđ", "khu"))]),
        (["phí", "phí"], [Look(("phí",))]),
        (["unknown", "phí"], [Look(("phí",))]),
        (["unknown"], []),
        ([], []),
        (["hải"], [Look(("hải",))]),
        (["khu", "hải"], [Look(("khu",)), Look(("khu", "hải"), 2)]),
        (["phòng", "hải"], [Look(("hải", "phòng"), 2), Look(("hải",))]),
        (
            list(COUNTS),
            [
                Look(("gplđ", "phí")),
                Look(("gplđ", "phí", "khu", "hải"), 3),
                Look(("gplđ", "phí", "khu", "hải"), 2),
            ],
        ),
    ],
)
def test_rare_words_are_looked_for_alone_and_common_ones_together(
    words: list[str], expected: list[Look]
) -> None:
    assert list(looks(words, COUNTS, most=3000)) == expected


@pytest.mark.parametrize("need", [1, 2, 3, 4])
def test_a_look_asks_for_at_least_so_many_of_its_words(need: int) -> None:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE held USING fts5(folded)")
    rows = [" ".join(held) for n in range(1, 5) for held in combinations("abcd", n)]
    database.executemany("INSERT INTO held VALUES (?)", [(row,) for row in rows])
    query = Look(tuple("abcd"), need).expression('"{}"', both=" AND ", either=" OR ")
    found = {row for (row,) in database.execute("SELECT folded FROM held WHERE held MATCH ?", (query,))}
    assert found == {row for row in rows if len(row.split()) >= need}


def test_the_rarer_a_word_the_more_it_says() -> None:
    weights = weighed([*COUNTS, "unknown"], {**COUNTS, "hải": 10}, 20_000)
    assert weights["hải"] > weights["gplđ"] > weights["phí"] > 0
    assert "unknown" not in weights
