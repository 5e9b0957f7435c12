"""What the measurement of the console types, and how it counts."""

from __future__ import annotations

import pytest

from benchmarks.staff_console import MOST_LETTERS, asks, questions, summary, typed
from tests.portal.conftest import PERMIT, TRANG_DUE
from tests.samples import make_content


@pytest.mark.parametrize(
    ("name", "plain", "expected"),
    [
        ("Giấy phép lao động", True, "giay phep lao dong"),
        ("Cấp giấy phép lao động cho người nước ngoài", False, "Cấp giấy phép lao"),
        ("Nghịđịnhkhôngcódấucáchnào", False, "Nghịđịnhkhôngcódấucáchnào"),
    ],
)
def test_names_are_typed_in_whole_words_as_far_as_they_are_needed(
    name: str, plain: bool, expected: str
) -> None:
    assert typed(name, plain) == expected


def test_questions_are_names_of_entries_and_the_same_for_a_seed() -> None:
    entries = make_content(PERMIT, TRANG_DUE).entries.values()
    asked = questions(entries, 2, seed=7)
    assert {question.entry for question in asked} == {"procedure.permit", "zone.trang-due"}
    assert all(0 < len(question.typed) <= MOST_LETTERS for question in asked)
    assert questions(entries, 2, seed=7) == asked


def test_only_the_search_for_all_that_was_typed_counts() -> None:
    url = "http://127.0.0.1:1/staff/api/search?q=giay+phep&lang=vi"
    assert asks(url, "giay phep")
    assert not asks(url, "giay phep lao")
    assert not asks("http://127.0.0.1:1/staff/api/copy", "giay phep")


def test_the_pace_of_the_hands_is_taken_off() -> None:
    rows = [
        {"place": 0, "keys": 10, "seconds": 2.5},
        {"place": 1, "keys": 20, "seconds": 5.5},
        {"place": None, "keys": 4, "seconds": None},
    ]
    made = summary(rows, pace=0.2)
    assert (made["questions"], made["found"], made["first"], made["within_goal"]) == (3, 2, 1, 1)
    assert (made["p50"], made["max"], made["waited_p50"]) == (4.0, 5.5, 1.0)
